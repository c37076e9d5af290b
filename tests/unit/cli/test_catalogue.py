"""Both catalogues are complete, agree with the code, and are compiled as they are written.

JEJAK_UPDATE_GOLDEN=1 rewrites them first: new messages are added (English by itself, Indonesian
empty), translations are kept, unused ones dropped except those of click, and the .mo files
compiled. Then fill in the empty ones and run with it once more.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

import cli
from cli.language import DOMAIN, LANGUAGES

CLI = Path(cli.__file__).parent
CLICK = Path(click.__file__).parent
CLICK_MARK = "click"
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLURAL_FORMS = {"id": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)[a-z]|%[sd]")
UPDATE = os.environ.get("JEJAK_UPDATE_GOLDEN") == "1"

MessageId = str | tuple[str, ...]


@pytest.fixture(scope="module", autouse=True)
def _rewritten_when_asked() -> None:
    if UPDATE:
        for language in LANGUAGES:
            update(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_of_the_code_and_of_click_is_in_the_catalogue(language: str) -> None:
    written = {key(message) for message in messages(catalogue(language))}
    assert (extracted(CLI) | extracted(CLICK)) - written == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_no_message_that_nobody_shows(language: str) -> None:
    kept = {key(m) for m in messages(catalogue(language)) if CLICK_MARK not in m.auto_comments}
    assert kept - extracted(CLI) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_translated(language: str) -> None:
    empty = [m.id for m in messages(catalogue(language)) if not all(forms(m))]
    assert empty == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_fuzzy_or_obsolete(language: str) -> None:
    assert [m.id for m in messages(catalogue(language)) if m.fuzzy] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_their_message(language: str) -> None:
    differing = [m.id for m in messages(catalogue(language)) if not same_placeholders(m)]
    assert differing == []


def test_the_english_catalogue_says_what_the_code_says() -> None:
    changed = [m.id for m in messages(catalogue("en")) if forms(m) != ids(m)]
    assert changed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = read_mo(BytesIO(compile_catalogue(catalogue(language))))
    with mo_path(language).open("rb") as file:
        stored = read_mo(file)
    assert {key(m): forms(m) for m in messages(stored)} == {
        key(m): forms(m) for m in messages(compiled)
    }
    assert stored.plural_forms == compiled.plural_forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_rule_is_that_of_the_language(language: str) -> None:
    headers = dict(catalogue(language).mime_headers)
    assert headers["Plural-Forms"] == PLURAL_FORMS[language]


def test_a_lost_placeholder_is_noticed() -> None:
    assert not same_placeholders(Message("{n} rows", "baris"))
    assert not same_placeholders(Message(("{n} row", "{count} rows"), ("{n} baris",)))
    assert same_placeholders(Message(("{n} row", "{count} rows"), ("{count} baris",)))


def update(language: str) -> None:
    old = catalogue(language) if po_path(language).exists() else Catalog()
    new = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Jejak",
        version="1",
        copyright_holder="Jejak",
        msgid_bugs_address="Jejak",
        header_comment="# Messages of Jejak and of click.",
        creation_date=datetime(2025, 1, 1, tzinfo=UTC),
        revision_date=datetime(2025, 1, 1, tzinfo=UTC),
        last_translator="Jejak",
        language_team=language,
        fuzzy=False,
    )
    new.mime_headers = [("Plural-Forms", PLURAL_FORMS[language])]
    of_click = extracted(CLICK) | {key(m) for m in messages(old) if CLICK_MARK in m.auto_comments}
    for wanted in sorted(extracted(CLI) | of_click, key=str):
        known = old.get(wanted if isinstance(wanted, str) else wanted[0])
        kept = known.string if known is not None and key(known) == wanted else None
        new.add(
            wanted,
            kept or untranslated(wanted, language, new.num_plurals),
            auto_comments=[CLICK_MARK] if wanted in of_click else [],
            user_comments=known.user_comments if known is not None else [],
        )
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    with po_path(language).open("wb") as file:
        write_po(file, new, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    mo_path(language).write_bytes(compile_catalogue(catalogue(language)))


def untranslated(wanted: MessageId, language: str, plurals: int) -> MessageId:
    if language == "en":
        return wanted
    return "" if isinstance(wanted, str) else ("",) * plurals


def extracted(folder: Path) -> set[MessageId]:
    found = extract_from_dir(str(folder), [("**.py", "python")], keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found}


def catalogue(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def compile_catalogue(written: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, written)
    return buffer.getvalue()


def messages(written: Catalog) -> Iterator[Message]:
    return (message for message in written if message.id)


def key(message: Message) -> MessageId:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(form or "" for form in message.string or ())


def same_placeholders(message: Message) -> bool:
    """Form for form, counted from the last: a language of one form has those of the plural."""
    return all(
        sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(source))
        for form, source in zip(reversed(forms(message)), reversed(ids(message)), strict=False)
    )


def po_path(language: str) -> Path:
    return CLI / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")
