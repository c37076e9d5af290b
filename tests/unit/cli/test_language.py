import gettext
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest

from cli.language import N_, _, detect, language, ngettext, set_language


@pytest.fixture(autouse=True)
def _language_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "id")
    before = language()
    yield
    set_language(before)


@pytest.mark.parametrize(
    ("argv", "environ", "found"),
    [
        ([], {}, "id"),
        (["pagu", "--lang", "en"], {}, "en"),
        (["--lang=en", "pagu"], {"JEJAK_LANG": "id"}, "en"),
        (["--bahasa", "en"], {}, "en"),
        (["--lang", "en", "pagu", "--lang", "id"], {}, "id"),
        (["pagu"], {"JEJAK_LANG": "en"}, "en"),
        (["pagu"], {"JEJAK_LANG": " EN "}, "en"),
        (["pagu"], {"JEJAK_LANG": "fr"}, "id"),
        (["pagu"], {"LANG": "en_US.UTF-8", "LANGUAGE": "en"}, "id"),
        (["--lang", "fr"], {"JEJAK_LANG": "en"}, "en"),
        (["--lang"], {}, "id"),
        (["pagu", "--", "--lang", "en"], {}, "id"),
        (["--lang", "--", "en"], {}, "id"),
        (["--language=en", "en"], {}, "id"),
    ],
)
def test_the_language_is_found_before_parsing(
    argv: Sequence[str], environ: Mapping[str, str], found: str
) -> None:
    assert detect(argv, environ) == found


def test_messages_are_translated_when_called() -> None:
    marked = N_("unknown")
    set_language("id")
    assert (marked, _(marked), language()) == ("unknown", "tidak diketahui", "id")
    set_language("en")
    assert (_(marked), language()) == ("unknown", "en")


def test_a_message_without_translation_is_itself_and_the_empty_one_is_empty() -> None:
    set_language("id")
    assert _("no such message") == "no such message"
    assert _("") == ""


def test_plurals_follow_the_language() -> None:
    one, many = "Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"
    set_language("en")
    assert (ngettext(one, many, 1), ngettext(one, many, 2)) == (one, many)
    set_language("id")
    assert (
        ngettext(one, many, 1)
        == ngettext(one, many, 2)
        == ("Mungkin yang dimaksud: {possibilities}?")
    )


@pytest.mark.parametrize(("lang", "usage"), [("id", "Pemakaian:"), ("en", "Usage:")])
def test_the_domain_that_click_asks_is_ours(lang: str, usage: str) -> None:
    set_language(lang)
    assert gettext.gettext("Usage:") == usage
    assert os.environ["LANGUAGE"] == lang


def test_a_language_we_do_not_speak_is_refused_and_changes_nothing() -> None:
    set_language("en")
    with pytest.raises(ValueError, match="'fr'"):
        set_language("fr")
    assert language() == "en"


def test_speaking_costs_no_import_of_click_or_rich() -> None:
    code = (
        "import sys, cli.language as l; l.set_language('id'); l._('unknown');"
        "sys.exit(bool({'click', 'rich', 'babel', 'pyarrow', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
