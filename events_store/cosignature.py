"""What a witness signs: the text of a checkpoint with the time at which it saw no larger one.

C2SP tlog-cosignature with Ed25519 (signature type 0x04). The time stands in the signature, eight
bytes before the 64 of Ed25519, and in the message that is signed.
"""

from events_store.errors import NoteRefused

COSIGNATURE = b"\x04"
MAX_TIME = 2**63 - 1

_TIME_SIZE = 8
_SIGNATURE_SIZE = 64


def cosigned_message(text: str, time: int) -> bytes:
    """The bytes under the signature; `time` is POSIX seconds, `text` the checkpoint's."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def join_signature(time: int, signature: bytes) -> bytes:
    """What stands in the signature line after the key's hash; `time` is not before 1970."""
    if not 0 <= time <= MAX_TIME:
        raise NoteRefused(f"{time} is no time in POSIX seconds")
    return time.to_bytes(_TIME_SIZE, "big") + signature


def split_signature(data: bytes) -> tuple[int, bytes]:
    """Inverse of join_signature: (time, signature); NoteRefused for any other length or time."""
    time = int.from_bytes(data[:_TIME_SIZE], "big")
    if len(data) != _TIME_SIZE + _SIGNATURE_SIZE or time > MAX_TIME:
        raise NoteRefused("a cosignature holds eight bytes of time and 64 of Ed25519")
    return time, data[_TIME_SIZE:]
