"""Messages over a pipe: four bytes of length, then so many bytes."""

from typing import IO


def write_message(stream: IO[bytes], data: bytes) -> None:
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def read_message(stream: IO[bytes]) -> bytes:
    """The next message; raises EOFError where the other side ends before or within it."""
    head = stream.read(4)
    length = int.from_bytes(head, "big")
    data = stream.read(length) if len(head) == 4 else b""
    if len(head) < 4 or len(data) < length:
        raise EOFError
    return data
