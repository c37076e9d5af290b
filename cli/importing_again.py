"""The same bytes again after their import was voided: another import, that says so.

An import id is a hash of bytes and mapping and stands once for ever, and a void means that id. So
the mapping of the new import has one comment more, which names what it follows: it reads the file
alike, has an id of its own, and the third time the same file comes it is found standing.
"""

from collections.abc import Callable


def read_anew(mapping: str, id_of: Callable[[str], str], is_void: Callable[[str], bool]) -> str:
    """The mapping (TOML text) with a line for each voided import of these bytes, else as it is."""
    while is_void(import_id := id_of(mapping)):
        ended = mapping if mapping.endswith("\n") else mapping + "\n"
        mapping = f"{ended}# after import {import_id}, which was voided\n"
    return mapping
