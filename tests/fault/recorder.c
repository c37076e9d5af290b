/* Records what a process does to the files of one folder, in order, for a disk to be rebuilt.
 *
 * To be preloaded: RECORDER_FOLDER names the folder, RECORDER_LOG the file that is appended to.
 * One record a call that succeeded: a head, the path, the bytes. What is said on stdout or stderr
 * is recorded as an acknowledgement. Mapped memory (the -shm of SQLite) is not seen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct head {
    uint32_t kind, path_length;
    uint64_t inode;
    int64_t offset;
    uint64_t length;
};

static int log_fd = -1;
static const char *folder = "";

#define REAL(name, ...) \
    static int (*real)(__VA_ARGS__); \
    if (!real) real = (int (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("RECORDER_LOG"), *watched = getenv("RECORDER_FOLDER");
    if (!path || !watched) return;
    folder = watched;
    log_fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
}

static void note(char kind, uint64_t inode, int64_t offset, const char *path, const void *data,
                 size_t length) {
    struct head head = {(uint32_t)kind, (uint32_t)strlen(path), inode, offset, length};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)path, head.path_length}, {(void *)data, length}};
    if (writev(log_fd, parts, 3) != (ssize_t)(sizeof head + head.path_length + length)) abort();
}

static int is_watched(const char *path) {
    size_t length = strlen(folder);
    return log_fd >= 0 && strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == 0);
}

/* The path of a descriptor, if it is of the folder. */
static int path_of(int fd, char *path) {
    char link[64];
    if (log_fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_watched(path);
}

static void note_fd(char kind, int fd, int64_t offset, const void *data, size_t length) {
    char path[PATH_MAX];
    struct stat status;
    if (!path_of(fd, path) || fstat(fd, &status) != 0) return;
    if (kind == 's' && S_ISDIR(status.st_mode)) kind = 'd';
    note(kind, status.st_ino, offset, path, data, length);
}

static void note_open(int fd, int flags, int was_there) {
    if (!was_there) note_fd('c', fd, 0, "", 0);
    else if (flags & O_TRUNC) note_fd('t', fd, 0, "", 0);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(#name, const char *, int, ...); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        int was_there = access(path, F_OK) == 0; \
        int fd = real(path, flags, mode); \
        if (fd >= 0 && flags & (O_CREAT | O_TRUNC)) note_open(fd, flags, was_there); \
        return fd; \
    }
OPEN(open)
OPEN(open64)

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t length, off_t offset) { \
        static ssize_t (*real)(int, const void *, size_t, off_t); \
        if (!real) real = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, #name); \
        ssize_t written = real(fd, data, length, offset); \
        if (written > 0) note_fd('w', fd, offset, data, (size_t)written); \
        return written; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *data, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    ssize_t written = real(fd, data, length);
    if (written <= 0 || log_fd < 0) return written;
    if (fd == STDOUT_FILENO || fd == STDERR_FILENO) note('a', 0, fd, "", data, (size_t)written);
    else note_fd('w', fd, lseek(fd, 0, SEEK_CUR) - written, data, (size_t)written);
    return written;
}

#define TRUNCATE(name) \
    int name(int fd, off_t length) { \
        REAL(#name, int, off_t); \
        int result = real(fd, length); \
        if (result == 0) note_fd('t', fd, length, "", 0); \
        return result; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(name) \
    int name(int fd) { \
        REAL(#name, int); \
        int result = real(fd); \
        if (result == 0) note_fd('s', fd, 0, "", 0); \
        return result; \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    REAL("unlink", const char *);
    int result = real(path);
    if (result == 0 && is_watched(path)) note('u', 0, 0, path, "", 0);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    REAL("mkdir", const char *, mode_t);
    int result = real(path, mode);
    if (result == 0 && is_watched(path)) note('m', 0, 0, path, "", 0);
    return result;
}

#define TWO_NAMES(name, kind) \
    int name(const char *from, const char *to) { \
        REAL(#name, const char *, const char *); \
        int result = real(from, to); \
        if (result == 0 && is_watched(to)) note(kind, 0, 0, from, to, strlen(to)); \
        return result; \
    }
TWO_NAMES(rename, 'r')
TWO_NAMES(link, 'l')
