import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render.safe import has_mixed_scripts, safe

EVERY_CHARACTER = [chr(point) for point in range(0x110000)]


@pytest.mark.parametrize("category", ["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
def test_every_character_of_a_hidden_category_is_escaped(category: str) -> None:
    hidden = [c for c in EVERY_CHARACTER if unicodedata.category(c) == category]
    assert hidden
    assert [c for c in hidden if safe(c) != f"\\u{{{ord(c):04X}}}"] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mmerah", r"\u{001B}[31mmerah"),
        ("\x9b31m", r"\u{009B}31m"),
        ("a\r\nb\tc\x7f", r"a\u{000D}\u{000A}b\u{0009}c\u{007F}"),
        ("abc\u202edef", r"abc\u{202E}def"),
        ("pa\u200bgu\ufeff", r"pa\u{200B}gu\u{FEFF}"),
        ("a\u2028b\u2029", r"a\u{2028}b\u{2029}"),
        ("\ud800", r"\u{D800}"),
        ("\ue000", r"\u{E000}"),
        ("\U000e0041", r"\u{E0041}"),
        ("\u3164\u115f\u034f\u2800", r"\u{3164}\u{115F}\u{034F}\u{2800}"),
        ("\U000e0100\ufe00", r"\u{E0100}\u{FE00}"),
    ],
)
def test_what_would_act_or_hide_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Belanja Pegawai [link=x]y[/link] \\ 100%",
        "e\u0301 n\u0303",
        "日本語 العربية Ελληνικά Русский",
        "🙂 ❤\ufe0f 👍🏽",
        "a\u00a0b",
    ],
)
def test_letters_marks_and_emoji_pass(text: str) -> None:
    assert safe(text) == text


@given(st.text(st.characters()))
def test_safe_text_is_free_of_hidden_characters_and_stays_as_it_is(text: str) -> None:
    shown = safe(text)
    assert safe(shown) == shown
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn"}]


@pytest.mark.parametrize("word", ["pаgu", "Αkun", "раgu", "Жγ", "a\u0301е", "x1а"])
def test_a_word_of_two_scripts_is_mixed(word: str) -> None:
    assert has_mixed_scripts(word)


@pytest.mark.parametrize(
    "word", ["pagu", "пагу", "Ελλάς", "Анна Smith", "α-karoten", "5µm", "日本a"]
)
def test_a_word_of_one_script_is_not_mixed(word: str) -> None:
    assert not has_mixed_scripts(word)
