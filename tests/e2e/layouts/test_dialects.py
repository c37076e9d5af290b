"""How numbers and codes are printed: what a print says is kept beside what it is read as."""

import pytest

from tests.e2e.layouts.conftest import Book
from tests.files import omspan
from tests.files.grid import raw_xlsx
from tests.files.model import budget, several

MAPPING = """
[file]
delimiter = ";"
[[document]]
document = "dipa"
kind = "DIPA"
[[statement]]
record = "line"
columns = { code = "kode", amount = "jumlah" }
[statement.fixed]
satker = "induk"
fiscal_year = 2025
revision = 0
document = "dipa"
dimension = "ro"
coverage = "full"
"""


def _take(
    book: Book, amounts: list[str], *options: str
) -> dict[str, tuple[int | None, str | None]]:
    (book.folder / "m.toml").write_text(MAPPING)
    rows = "".join(f"'0{at};{text}\n" for at, text in enumerate(amounts))
    data = f"kode;jumlah\n{rows}".encode()
    taken = book.take(data, "a.csv", "--mapping", str(book.folder / "m.toml"), *options)
    assert taken.code == 0, taken.err
    return {line["code"]: (line["amount"], (line.get("raw") or None)) for line in book.lines()}


def test_four_ways_to_print_nothing_stay_four_prints(book: Book) -> None:
    found = _take(book, ["Rp. -", "-", "0", "", "Rp 1.250.000,00"])
    assert found == {
        "00": (0, "Rp. -"),
        "01": (0, "-"),
        "02": (0, None),  # the canonical form of the value, so no print beside it
        "03": (None, None),
        "04": (1_250_000, "Rp 1.250.000,00"),
    }


def test_mixed_separators_are_refused_with_what_was_probably_meant(book: Book) -> None:
    (book.folder / "m.toml").write_text(MAPPING)
    data = b"kode;jumlah\n01;Rp. 95.766,000,-\n"
    taken = book.take(data, "a.csv", "--mapping", str(book.folder / "m.toml"))
    assert taken.code == 3
    assert 'a.csv > B2 "Rp. 95.766,000,-"' in taken.err
    assert "[amount-mixed-separators]  Suggestion: 95766000" in taken.err
    assert book.lines() == []


def test_a_suggestion_that_is_accepted_keeps_the_print(book: Book) -> None:
    found = _take(book, ["Rp. 95.766,000,-"], "--accept-suggestions")
    assert found == {"00": (95_766_000, "Rp. 95.766,000,-")}


@pytest.mark.parametrize("letter", ["F", "G", "Z"])
def test_a_status_letter_that_no_guide_names_is_kept(book: Book, letter: str) -> None:
    models = several(3)
    grid = omspan.grid(models).replaced({"F5": f"{letter}03"})
    assert book.take(raw_xlsx(grid), "dipa.xlsx").code == 0
    states = {e["satker"]: e["status_code"] for e in book.events("dipa-revised.v1")}
    assert states[models[0].satker] == f"{letter}03"


def test_a_satker_code_keeps_its_zeros_from_the_file_to_the_answer(book: Book) -> None:
    models = [budget(satker="007130"), budget(satker="656501")]
    assert book.take(omspan.make(models), "dipa.xlsx").code == 0
    answer = book.json("pagu", "--satker", "007130", "--ta", "2025")
    assert answer["position"]["satker"] == "007130"


def test_a_satker_asked_for_answers_to_one_code_only(book: Book) -> None:
    """`--satker induk`, whose code nobody stated, cannot be five satker of one list."""
    models = several(3)
    taken = book.take(omspan.make(models), "dipa.xlsx", "--satker", "induk")
    assert taken.code == 3
    assert "[satker-differs]" in taken.err
    assert f'C6 "\'{models[1].satker}"' in taken.err
    one = book.take(omspan.make(models[:1]), "dipa.xlsx", "--satker", "induk")
    assert one.code == 0, one.err
    assert book.json("pagu", "--satker", "induk", "--ta", "2025")["totals"]["pagu"]
