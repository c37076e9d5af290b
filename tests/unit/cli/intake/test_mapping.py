"""Mappings: what is wrong with one is said in full, and overrides are part of its text."""

import tomllib

import pytest

from cli.intake.mapping import parse_mapping, with_values
from ledger.errors import InputRefused, Refusal
from ledger.records import RECORDS

STATEMENT = """
[[statement]]
record = "revision"
columns = { revision = "revisi", total = "pagu" }
fixed = { satker = "banjarbaru", fiscal_year = 2024 }
templates = { document = "dipa-r{revisi}" }
where = { jenis = ["A", "B"] }
"""


def _refusals(text: str) -> list[Refusal]:
    with pytest.raises(InputRefused) as refused:
        parse_mapping(text)
    return refused.value.refusals


def test_a_mapping_is_read_with_its_dialect_documents_and_statements() -> None:
    text = (
        '[file]\ndelimiter = ";"\ndecimal = "."\nthousands = ","\nunit = 1000\nheader_row = 3\n'
        'header_with = ["revisi"]\naccept_suggestions = true\n'
        '[[document]]\ndocument = "lkj"\nkind = "LKJ"\n' + STATEMENT
    )
    mapping = parse_mapping(text)
    assert mapping.text == text
    dialect = mapping.dialect
    assert (dialect.delimiter, dialect.decimal, dialect.thousands) == (";", ".", ",")
    assert (dialect.unit, dialect.header_row, dialect.header_with) == (1000, 3, ("revisi",))
    assert dialect.accept_suggestions
    assert mapping.documents == ({"document": "lkj", "kind": "LKJ"},)
    (statement,) = mapping.statements
    assert statement.record == "revision"
    assert statement.columns == {"revision": "revisi", "total": "pagu"}
    assert statement.fixed == {"satker": "banjarbaru", "fiscal_year": 2024}
    assert statement.templates == {"document": "dipa-r{revisi}"}
    assert statement.where == {"jenis": ["A", "B"]}


def test_a_mapping_without_a_dialect_reads_indonesian_prints() -> None:
    dialect = parse_mapping(STATEMENT).dialect
    assert (dialect.delimiter, dialect.decimal, dialect.thousands) == (None, ",", ".")
    assert (dialect.unit, dialect.header_row, dialect.accept_suggestions) == (1, 1, False)


def test_what_is_no_toml_is_refused() -> None:
    (refusal,) = _refusals("[[statement\n")
    assert refusal.code == "mapping-broken"
    assert refusal.text


@pytest.mark.parametrize(
    "text",
    [
        "unit = " + "[" * 5000,
        "[file]\nunit." + ".".join("a" * 3000) + " = 1",
        "[file]\nunit = " + "1" * 5000,
        "[file]\nunit = 0x" + "f" * 5000,
        "[file]\nheader_row = 0x" + "f" * 5000,
        "[[statement]]\nrecord = 0x" + "f" * 5000,
        "[[document]]\ndocument = 0x" + "f" * 5000,
        "[set]\nrevision = 0x" + "f" * 16,
        "[[statement]]\nrecord = 'line'\n[statement.fixed]\nrevision = 0x" + "f" * 5000,
    ],
)
def test_a_mapping_too_deep_or_with_numbers_too_long_is_refused(text: str) -> None:
    """Found by hostile input: recursion and thousands of digits came through as they were."""
    with pytest.raises(InputRefused):
        parse_mapping(text)


@pytest.mark.parametrize("text", ["", "# only a remark\n", "[file]\nunit = 1\n"])
def test_a_mapping_that_states_nothing_is_refused(text: str) -> None:
    assert "mapping-empty" in [refusal.code for refusal in _refusals(text)]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[further]\n" + STATEMENT, "mapping.further"),
        ("[file]\ndelimeter = 1\n" + STATEMENT, "file.delimeter"),
        (STATEMENT + "further = 1\n", "statement.further"),
        (STATEMENT.replace("total =", "totals ="), "revision.columns.totals"),
        (STATEMENT.replace("satker =", "satkers ="), "revision.fixed.satkers"),
        (STATEMENT.replace("document =", "documents ="), "revision.templates.documents"),
        ('[[document]]\ndocumen = "a"\n' + STATEMENT, "document.documen"),
        (STATEMENT + '[set]\nfiscal_yaer = "2024"\n', "set.fiscal_yaer"),
    ],
)
def test_a_key_that_nothing_reads_is_refused_and_the_known_ones_are_named(
    text: str, where: str
) -> None:
    (refusal,) = _refusals(text)
    assert (refusal.code, refusal.text) == ("mapping-key-unknown", where)
    assert refusal.suggestion


@pytest.mark.parametrize("record", ["", "revisi", "Revision"])
def test_an_unknown_record_is_refused_and_the_known_ones_are_named(record: str) -> None:
    (refusal,) = _refusals(f'[[statement]]\nrecord = "{record}"\n')
    assert (refusal.code, refusal.text) == ("mapping-record-unknown", record)
    assert refusal.suggestion == ", ".join(sorted(RECORDS))


@pytest.mark.parametrize(
    "text",
    [
        "file = 1\n",
        "statement = 1\n",
        "[statement]\nrecord = 'line'\n",
        "document = ['a']\n",
        "set = 'x'\n" + STATEMENT,
        STATEMENT.replace('{ revision = "revisi", total = "pagu" }', '"revisi"'),
        STATEMENT.replace('"pagu"', "3"),
        STATEMENT.replace('"dipa-r{revisi}"', "3"),
        STATEMENT.replace('{ jenis = ["A", "B"] }', '"A"'),
        STATEMENT + "unless_empty = 'revisi'\n",
        STATEMENT + "unless_empty = [1]\n",
        STATEMENT.replace("2024", "[2024]"),
        "[[document]]\ndocument = ['a']\n",
        *(
            f"[file]\n{line}\n{STATEMENT}"
            for line in (
                "delimiter = ';;'",
                "delimiter = ''",
                "delimiter = 1",
                "decimal = ';'",
                "decimal = '.'",
                "thousands = 1",
                "unit = 0",
                "unit = '1000'",
                "unit = 1.5",
                "unit = true",
                "header_row = 0",
                "header_row = 'x'",
                "header_with = 'revisi'",
                "header_with = [1]",
                "accept_suggestions = 'ya'",
            )
        ),
    ],
)
def test_a_value_of_another_kind_is_refused_before_any_row_is_read(text: str) -> None:
    assert {refusal.code for refusal in _refusals(text)} == {"mapping-broken"}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = "[file]\nunit = 0\nx = 1\n" + STATEMENT + "y = 1\n[[statement]]\nrecord = 'no'\n"
    assert sorted(refusal.code for refusal in _refusals(text)) == [
        "mapping-broken",
        "mapping-key-unknown",
        "mapping-key-unknown",
        "mapping-record-unknown",
    ]


def test_overrides_are_appended_and_take_the_place_of_column_template_and_fixed_value() -> None:
    overrides = {"revision": "7", "document": "d", "satker": "lain"}
    text = with_values(STATEMENT, "set", overrides)
    assert text.startswith(STATEMENT.rstrip("\n"))
    assert tomllib.loads(text)["set"] == overrides
    (statement,) = parse_mapping(text).statements
    assert statement.columns == {"total": "pagu"}
    assert statement.templates == {}
    assert statement.fixed == {**overrides, "fiscal_year": 2024}


def test_an_override_reaches_every_statement_that_has_its_field_and_no_other() -> None:
    text = STATEMENT + '[[statement]]\nrecord = "satker"\n'
    first, second = parse_mapping(
        with_values(text, "set", {"total": "5", "satker": "x"})
    ).statements
    assert first.fixed["total"] == "5"
    assert second.fixed == {"satker": "x"}


def test_without_overrides_the_text_is_as_it_was() -> None:
    assert with_values(STATEMENT, "set", {}) == STATEMENT


@pytest.mark.parametrize("value", ['"', "\\", "a\nb", "\t", "é", "😀", "\u007f", "'''"])
def test_any_text_may_be_an_override(value: str) -> None:
    text = with_values(STATEMENT, "set", {"reason": value})
    assert parse_mapping(text).statements[0].fixed["reason"] == value


@pytest.mark.parametrize(
    "broken",
    [
        "[file]\nshape = []\n",
        "[file]\nfooter_rows = 1000000\n",
        "[[check]]\nname = 'a'\nadd = ['x']\ngives = { y = '1' }\n",
        "[[check]]\nname = 'a'\nsum = 'x'\ngives = 'y'\n",
        "[[check]]\nname = 'a'\ngives = 'y'\n",
    ],
)
def test_what_no_reader_could_follow_is_refused(broken: str) -> None:
    assert {refusal.code for refusal in _refusals(broken + STATEMENT)} == {"mapping-broken"}


def test_a_check_that_does_not_stand_there_is_refused() -> None:
    (refusal,) = _refusals(STATEMENT + "check = ['tiada']\n")
    assert (refusal.code, refusal.text) == ("mapping-key-unknown", "check.tiada")


def test_only_what_is_introduced_once_may_be_introduced() -> None:
    (refusal,) = _refusals(STATEMENT + "introduce = true\n")
    assert (refusal.code, refusal.text) == ("mapping-broken", "revision.introduce = true")


@pytest.mark.parametrize("table", ["set", "default"])
def test_values_go_into_a_table_that_the_mapping_has(table: str) -> None:
    text = STATEMENT.replace('satker = "banjarbaru", ', "") + f"\n[{table}]\nsatker = 'lain'\n"
    (statement,) = parse_mapping(with_values(text, table, {"reason": "x"})).statements
    assert (statement.fixed["satker"], statement.fixed["reason"]) == ("lain", "x")
