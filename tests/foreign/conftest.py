"""The demo ledger of the command line's tests, here for readers that are not ours."""

from tests.e2e.conftest import built, folder, jejak, size

__all__ = ["built", "folder", "jejak", "size"]
