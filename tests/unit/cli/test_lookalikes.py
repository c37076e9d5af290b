"""Words of two scripts are named, others are not."""

from cli.lookalikes import mixed_words
from tests.book import revised, stated

CYRILLIC_E = "е"


def test_a_word_of_two_scripts_is_named_once() -> None:
    word = f"P{CYRILLIC_E}milu"
    lines = stated(1, "ro", [("6709.QGE.001", 1), ("6709.QGE.002", 2)], name=[f"Dana {word}"] * 2)
    assert mixed_words([revised(1, reason=f"revisi {word}"), lines]) == [word]


def test_plain_names_codes_and_foreign_words_are_not_named() -> None:
    names = ["Belanja – modal", "Москва", None]
    codes: list[tuple[str | None, int | None]] = [("6709.QGE.001", 1), ("α", 2), (None, 3)]
    assert mixed_words([stated(1, "ro", codes, name=names)]) == []
