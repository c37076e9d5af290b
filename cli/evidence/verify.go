// Checks this bundle with Go's own log libraries (golang.org/x/mod/sumdb/note and .../tlog).
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go 'NAME+HASH+KEY' ['WITNESS+HASH+KEY'...]
//
// The keys are those that you were given by hand, never any out of this bundle. One key of the log
// must have signed (after a rotation give the older one too), and every witness. On Debian:
// apt install golang-go golang-golang-x-mod-dev.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "give the public key that you were handed: NAME+HASH+KEY")
		os.Exit(2)
	}
	files, err := readFiles(".")
	if err == nil {
		err = verify(files, os.Args[1:], func(line string) { fmt.Println(line) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "REFUSED:", err)
		os.Exit(5)
	}
	fmt.Println("ACCEPTED")
}

// readFiles reads MANIFEST and what it lists.
func readFiles(folder string) (map[string][]byte, error) {
	manifest, err := os.ReadFile(filepath.Join(folder, "MANIFEST"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"MANIFEST": manifest}
	for _, name := range names(manifest) {
		if strings.HasPrefix(name, "/") || strings.Contains(name, "..") {
			return nil, fmt.Errorf("MANIFEST: the name %q", name)
		}
		if files[name], err = os.ReadFile(filepath.Join(folder, filepath.FromSlash(name))); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// names of the files that a MANIFEST lists, behind 64 digits and two blanks.
func names(manifest []byte) []string {
	var found []string
	for _, line := range strings.Split(strings.TrimSuffix(string(manifest), "\n"), "\n") {
		if len(line) > 66 {
			found = append(found, line[66:])
		}
	}
	return found
}

// verify accepts the files of a bundle when its checkpoint is signed as the keys ask and everything
// in it follows from that checkpoint.
func verify(files map[string][]byte, keys []string, say func(string)) error {
	if err := checkManifest(files); err != nil {
		return err
	}
	logs, witnesses, err := verifiers(keys)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(files["checkpoint"], logs, witnesses)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	say(fmt.Sprintf("signed: %d entries", tree.N))
	if files["leaf.json"] == nil && files["leaves.jsonl"] == nil {
		return fmt.Errorf("there is no entry in it")
	}
	for _, part := range []struct {
		name  string
		check func(map[string][]byte, tlog.Tree, []note.Verifier) (string, error)
	}{{"leaf.json", checkEntry}, {"consistency", checkGrowth}, {"leaves.jsonl", checkLeaves}} {
		if files[part.name] == nil {
			continue
		}
		words, err := part.check(files, tree, logs)
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		say(words)
	}
	if files["timestamp.tsr"] != nil {
		say("not checked here: timestamp.tsr; verify.sh does that")
	}
	return nil
}

// checkManifest: MANIFEST is what sha256sum says of every other file.
func checkManifest(files map[string][]byte) error {
	var made strings.Builder
	listed := names(files["MANIFEST"])
	for _, name := range listed {
		fmt.Fprintf(&made, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	if made.String() != string(files["MANIFEST"]) || len(listed) != len(files)-1 {
		return fmt.Errorf("a file differs from MANIFEST")
	}
	return nil
}

// verifiers of the keys given: those of the log, and those of witnesses.
func verifiers(keys []string) (logs, witnesses []note.Verifier, err error) {
	for _, key := range keys {
		verifier, err := newVerifier(key)
		if err != nil {
			return nil, nil, err
		}
		if _, cosigns := verifier.(cosigner); cosigns {
			witnesses = append(witnesses, verifier)
		} else {
			logs = append(logs, verifier)
		}
	}
	return logs, witnesses, nil
}

// openCheckpoint reads the tree head in a note that a key of the log signed and each witness did.
func openCheckpoint(data []byte, logs, witnesses []note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(data, note.VerifierList(append(witnesses, logs...)...))
	if err != nil {
		return tree, err
	}
	signed := func(key note.Verifier) bool {
		for _, signature := range opened.Sigs {
			if signature.Name == key.Name() && signature.Hash == key.KeyHash() {
				return true
			}
		}
		return false
	}
	for _, signature := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if _, err := decode(signature.Base64); err != nil {
			return tree, err
		}
	}
	for _, witness := range witnesses {
		if !signed(witness) {
			return tree, fmt.Errorf("not signed by %s", witness.Name())
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tree, fmt.Errorf("not the three lines of a checkpoint")
	}
	ours := false
	for _, log := range logs {
		ours = ours || log.Name() == lines[0] && signed(log)
	}
	if !ours {
		return tree, fmt.Errorf("%q signed by no key of that log", lines[0])
	}
	if tree.N, err = number(lines[1]); err != nil {
		return tree, err
	}
	tree.Hash, err = hash(lines[2])
	return tree, err
}

// checkEntry: leaf.json is an entry of the tree (event.tlog-proof, C2SP tlog-proof).
func checkEntry(files map[string][]byte, tree tlog.Tree, _ []note.Verifier) (string, error) {
	head, checkpoint, found := strings.Cut(string(files["event.tlog-proof"]), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", fmt.Errorf("event.tlog-proof is no proof")
	}
	if checkpoint != string(files["checkpoint"]) {
		return "", fmt.Errorf("the proof has another checkpoint")
	}
	index, err := number(strings.TrimPrefix(lines[1], "index "))
	if err != nil || !strings.HasPrefix(lines[1], "index ") {
		return "", fmt.Errorf("the line %q", lines[1])
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return "", err
	}
	leaf := tlog.RecordHash(files["leaf.json"])
	if err := tlog.CheckRecord(tlog.RecordProof(path), tree.N, tree.Hash, index, leaf); err != nil {
		return "", err
	}
	return fmt.Sprintf("included: entry %d", index), nil
}

// checkGrowth: the older checkpoint is the beginning of the tree (C2SP tlog-witness body).
func checkGrowth(files map[string][]byte, tree tlog.Tree, logs []note.Verifier) (string, error) {
	head, checkpoint, found := strings.Cut(string(files["consistency"]), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || checkpoint != string(files["checkpoint"]) || !strings.HasPrefix(lines[0], "old ") {
		return "", fmt.Errorf("not a proof towards this checkpoint")
	}
	size, err := number(strings.TrimPrefix(lines[0], "old "))
	if err != nil {
		return "", err
	}
	old, err := openCheckpoint(files["older-checkpoint"], logs, nil)
	if err != nil {
		return "", err
	}
	path, err := hashes(lines[1:])
	if err != nil {
		return "", err
	}
	if old.N != size {
		return "", fmt.Errorf("the older checkpoint is of size %d, not %d", old.N, size)
	}
	if err := tlog.CheckTree(tlog.TreeProof(path), tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("grown: the first %d entries are unchanged", size), nil
}

// checkLeaves: leaves.jsonl holds every entry of the tree, one a line, as its tiles say.
func checkLeaves(files map[string][]byte, tree tlog.Tree, _ []note.Verifier) (string, error) {
	text := files["leaves.jsonl"]
	if len(text) == 0 || text[len(text)-1] != '\n' {
		return "", fmt.Errorf("does not end in a newline")
	}
	leaves := bytes.Split(text[:len(text)-1], []byte("\n"))
	if int64(len(leaves)) != tree.N {
		return "", fmt.Errorf("%d lines, the tree has %d entries", len(leaves), tree.N)
	}
	reader := tlog.TileHashReader(tree, tiles(files))
	indexes := make([]int64, len(leaves))
	for i := range leaves {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	stored, err := reader.ReadHashes(indexes)
	if err != nil {
		return "", err
	}
	for i, leaf := range leaves {
		if stored[i] != tlog.RecordHash(leaf) {
			return "", fmt.Errorf("line %d is not entry %d", i+1, i)
		}
	}
	return fmt.Sprintf("complete: all %d entries", tree.N), nil
}

// tiles reads C2SP tiles out of the files; the library asks by its own path, with the height.
type tiles map[string][]byte

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, there := t[path]
		if !there {
			return nil, fmt.Errorf("%s is missing", path)
		}
		found = append(found, data)
	}
	return found, nil
}

// cosigner verifies what a witness signed (C2SP tlog-cosignature, type 4).
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

func newVerifier(key string) (note.Verifier, error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no key", key)
	}
	typed, err := decode(parts[2])
	if err != nil || len(typed) != 33 || typed[0] != 4 {
		return note.NewVerifier(key)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, fmt.Errorf("the hash of %s is not %s", parts[0], parts[1])
	}
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), typed[1:]}, nil
}

// number, hash and decode accept the one spelling of a value.
func number(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != text {
		return 0, fmt.Errorf("%q is no size", text)
	}
	return value, nil
}

func hash(text string) (found tlog.Hash, err error) {
	data, err := decode(text)
	if err == nil && len(data) != len(found) {
		err = fmt.Errorf("%q is no hash", text)
	}
	copy(found[:], data)
	return found, err
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, line := range lines {
		one, err := hash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

func decode(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && base64.StdEncoding.EncodeToString(data) != text {
		err = fmt.Errorf("%q is not canonical base64", text)
	}
	return data, err
}
