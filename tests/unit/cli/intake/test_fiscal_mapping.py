"""Both versions of the Fiscal Data Package come to the statements that their columns mean."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.intake.filters import key_of
from cli.intake.layouts import recognise, table_of
from cli.intake.mapping import parse_mapping, with_values
from cli.intake.rows import Reading
from cli.intake.source import open_source
from ledger import streams
from ledger.errors import InputRefused, Refusal
from ledger.records import TypedRow
from tests.unit.cli.intake.packages import CSV, TYPES, constant, descriptor, fields, schema, write


def _read(path: Path, currency: str | None = "EUR") -> list[TypedRow]:
    with open_source(path) as source:
        mapping = recognise(source, currency)
        assert mapping is not None
        mapping = parse_mapping(with_values(mapping.text, "default", {"satker": "kota"}))
        reading = Reading(table_of(source, mapping), mapping, scale=2)
        rows = list(reading)
        assert reading.refusals == []
        return rows


def _refused(path: Path, currency: str | None = "EUR") -> list[Refusal]:
    with pytest.raises(InputRefused) as caught:
        _read(path, currency)
    return caught.value.refusals


def _of(rows: list[TypedRow], record: str) -> list[dict[str, Any]]:
    return [dict(row.values) for row in rows if row.record == record]


def _amounts(rows: list[TypedRow], record: str = "realisation") -> list[Any]:
    return [values["amount"] for values in _of(rows, record)]


def _package(own: dict[str, Any], **more: Any) -> dict[str, Any]:
    return descriptor({"schema": own}, **more)


def test_executed_is_realisation_over_the_fiscal_period(tmp_path: Path) -> None:
    period = {"start": "2025-01-01", "end": "2025-12-31"}
    rows = _read(write(tmp_path, descriptor(fiscalPeriod=period)))
    records = ["document", "satker", "satker-code", "realisation", "realisation"]
    assert [row.record for row in rows] == records
    found = _of(rows, "realisation")[1]
    wanted = {
        "satker": "1", "fiscal_year": 2025, "code": "ก-11", "name": "B", "amount": 225,
        "period_start": "2025-01-01", "period_end": "2025-12-31", "extent": "period-total",
        "basis": "report", "dimension": "line", "document": "paket-city",
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert [row.origin.cell for row in rows if row.record == "realisation"] == ["E2", "E3"]
    assert rows[-1].origin.sheet == "budget"


def test_a_fiscal_period_that_is_no_calendar_year_is_kept(tmp_path: Path) -> None:
    period = {"start": "2025-04-01", "end": "2026-03-31"}
    found = _of(_read(write(tmp_path, descriptor(fiscalPeriod=period))), "realisation")[0]
    assert (found["period_start"], found["period_end"]) == ("2025-04-01", "2026-03-31")
    several = {"start": "2020-01-01", "end": "2025-12-31"}
    found = _of(_read(write(tmp_path, descriptor(fiscalPeriod=several))), "realisation")[0]
    assert (found["period_start"], found["period_end"]) == ("2025-01-01", "2025-12-31")


@pytest.mark.parametrize(("phase", "revision"), [("approved", 0), ("Adjusted", None)])
def test_approved_and_adjusted_are_lines_of_two_revisions(
    phase: str, revision: int | None, tmp_path: Path
) -> None:
    rows = _read(write(tmp_path, _package(schema(phase=phase))))
    assert [values["revision"] for values in _of(rows, "revision")] == [revision]
    assert [(v["revision"], v["code"], v["amount"]) for v in _of(rows, "line")] == [
        (revision, "Ж01", 1050),
        (revision, "ก-11", 225),
    ]
    assert _of(rows, "realisation") == []


WIDE = "code,a14,e14,a15\n1,1.00,2.00,3.00\n2,4.00,,6.00\n"


def test_a_column_says_its_phase_and_year_by_where_it_stands(tmp_path: Path) -> None:
    def column(name: str, phase: str, year: int) -> dict[str, Any]:
        return {"name": name, "type": "number", "normalize": {"Phase": phase, "Year": year}}

    own = {
        "fields": [
            {"name": "code", "columnType": "functional-classification:generic:code"},
            column("a14", "approved", 2014),
            column("e14", "executed", 2014),
            column("a15", "approved", 2015),
        ],
        "extraFields": [
            {"name": "Phase", "columnType": "phase:id"},
            {"name": "Year", "columnType": "date:fiscal-year"},
            {"name": "Amount", "columnType": "value", "normalizationTarget": True},
            constant("unit", "administrative-classification:generic:code", "kota"),
        ],
    }
    rows = _read(write(tmp_path, _package(own), WIDE))
    lines = [(v["satker"], v["fiscal_year"], v["code"], v["amount"]) for v in _of(rows, "line")]
    assert lines == [
        ("kota", 2014, "1", 100),
        ("kota", 2014, "2", 400),
        ("kota", 2015, "1", 300),
        ("kota", 2015, "2", 600),
    ]
    assert [(v["fiscal_year"], v["amount"]) for v in _of(rows, "realisation")] == [(2014, 200)]


def test_the_older_form_says_it_in_a_model(tmp_path: Path) -> None:
    text = "y,dept,deptname,f1,f2,label,acc,spent,plan\n2013,D1,Dep,01,01.2,School,51,5,7\n"
    names = text.splitlines()[0].split(",")
    measure = {"currency": "EUR", "factor": 1000, "direction": "expenditure"}
    model = {
        "measures": {
            "spent": {"source": "spent", "phase": "executed", **measure},
            "plan": {"source": "plan", "phase": "approved", **measure},
            "tax": {"source": "plan", "phase": "approved", **measure, "direction": "revenue"},
        },
        "dimensions": {
            "year": {
                "dimensionType": "datetime",
                "attributes": {"year": {"source": "y"}},
                "primaryKey": "year",
            },
            "administrator": {
                "dimensionType": "entity",
                "attributes": {
                    "id": {"source": "dept"},
                    "title": {"source": "deptname", "labelfor": "id"},
                },
                "primaryKey": ["id"],
            },
            "function": {
                "dimensionType": "classification",
                "classificationType": "functional",
                "attributes": {
                    "top": {"source": "f1"},
                    "sub": {"source": "f2", "parent": "top"},
                    "name": {"source": "label", "labelfor": "sub"},
                },
                "primaryKey": ["sub"],
            },
            "gfsm": {
                "dimensionType": "classification",
                "attributes": {"code": {"source": "acc"}},
                "primaryKey": "code",
            },
        },
    }
    own = {"schema": {"fields": [{"name": name} for name in names]}}
    rows = _read(write(tmp_path, descriptor(own, model=model), text))
    (line,), (spent,) = _of(rows, "line"), _of(rows, "realisation")
    key = key_of("D1")
    assert key == "d1"
    assert (line["satker"], line["fiscal_year"], line["amount"]) == (key, 2013, 700_000)
    assert (spent["code"], spent["name"], spent["akun"]) == ("01.2.51", "School", "51")
    assert spent["amount"] == 500_000
    assert _of(rows, "satker")[0]["name"] == "Dep"


def test_single_payments_are_of_their_day(tmp_path: Path) -> None:
    types = {
        "day": "date:generic", "id": "transaction-id",
        "code": "economic-classification:generic:code", "amount": "value",
    }  # fmt: skip
    own = schema(types)
    own["fields"][0] |= {"type": "date", "format": "%d/%m/%Y"}
    text = "day,id,code,amount\n02/03/2025,7,51,1\n02/03/2025,7,51,1\n03/03/2025,8,51,1\n"
    path = write(tmp_path, _package(own, granularity="transactional"), text)
    rows = _read(path)
    keys = [
        (v["period_start"], v["period_end"], v["paper_number"], v["paper_line"], v["extent"])
        for v in _of(rows, "realisation")
    ]
    assert keys == [
        ("2025-03-02", "2025-03-02", "7", 1, "payment"),
        ("2025-03-02", "2025-03-02", "7", 2, "payment"),
        ("2025-03-03", "2025-03-03", "8", 1, "payment"),
    ]
    assert {v["fiscal_year"] for v in _of(rows, "realisation")} == {2025}


def test_only_spending_of_a_recorded_phase_is_taken(tmp_path: Path) -> None:
    types = {**TYPES, "name": "direction", "phase": "phase:id"}
    text = (
        "year,unit,code,name,amount,phase\n2025,1,1,expenditure,1,Executed\n"
        "2025,1,2,revenue,2,executed\n2025,1,3,Expenditure,4,proposed\n2025,2,4,revenue,8,executed\n"
    )
    rows = _read(write(tmp_path, _package(schema(types, None)), text))
    assert _amounts(rows) == [100]
    assert [v["satker"] for v in _of(rows, "satker")] == ["1"]


def test_the_most_detailed_level_or_those_of_the_key_make_the_code(tmp_path: Path) -> None:
    types = {
        "b": "functional-classification:generic:level2:code",
        "a": "functional-classification:generic:level1:code",
        "bl": "functional-classification:generic:level2:label",
        "e": "economic-classification:generic:code",
        "amount": "value",
    }
    text = "a,b,bl,e,amount\n01,02,'s name,51,1\n"
    extra = [constant("year", "date:fiscal-year", 2025), constant("p", "phase:id", "executed")]
    own = {"fields": fields(types), "extraFields": extra}
    (found,) = _of(_read(write(tmp_path, _package(own), text)), "realisation")
    assert (found["code"], found["akun"], found["name"]) == ("02.51", "51", "'s name")
    keyed = {**own, "primaryKey": ["a", "b", "e"]}
    (found,) = _of(_read(write(tmp_path, _package(keyed), text)), "realisation")
    assert found["code"] == "01.02.51"


def test_marks_of_numbers_are_those_of_the_schema(tmp_path: Path) -> None:
    text = CSV.replace("10.50", '"1.234,50"').replace("2.25", '"2,25"')
    own = schema(decimalChar=",", groupChar=".")
    assert _amounts(_read(write(tmp_path, _package(own), text))) == [123_450, 225]
    for other in ({"groupChar": " "}, {"decimalChar": "'"}, {"factor": 0.5}):
        (refusal,) = _refused(write(tmp_path, _package(schema(**other))))
        assert refusal.code == "package-unread"


def test_what_the_schema_calls_missing_states_nothing(tmp_path: Path) -> None:
    own = {**schema(), "missingValues": ["", "n/a"]}
    assert _amounts(_read(write(tmp_path, _package(own), CSV.replace("10.50", "n/a")))) == [225]


def test_another_currency_is_refused_with_both(tmp_path: Path) -> None:
    path = write(tmp_path, _package(schema(currency="USD")))
    (refusal,) = _refused(path)
    assert (refusal.code, refusal.text, refusal.values) == (
        "currency-differs",
        "USD",
        (("expected", "EUR"),),
    )
    assert len(_amounts(_read(path, "USD"))) == len(_amounts(_read(path, None))) == 2
    own = schema()
    own["extraFields"].append(constant("money", "value-currency:code", "IDR"))
    assert [r.text for r in _refused(write(tmp_path, _package(own)))] == ["IDR"]


def test_a_row_of_another_currency_is_refused_in_its_cell(tmp_path: Path) -> None:
    types = {**TYPES, "name": "value-currency:code"}
    text = CSV.replace(",A,", ",EUR,").replace(",B,", ",usd,")
    (refusal,) = _refused(write(tmp_path, _package(schema(types)), text))
    assert (refusal.code, refusal.text, refusal.origin.cell) == ("currency-differs", "usd", "D3")


def test_a_sum_over_the_period_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = CSV + "2025,1,Ж01,A,10.50\n"
    (refusal,) = _refused(write(tmp_path, None, twice))
    assert (refusal.code, refusal.origin.row, refusal.values) == (
        "code-repeated",
        4,
        (("at", "2"),),
    )
    approved = _read(write(tmp_path, _package(schema(phase="approved")), twice))
    assert len(_of(approved, "line")) == 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (_package({"fields": fields({"a": "geo:code"})}), "package-not-fiscal"),
        (_package(schema(phase="Plan")), "package-phase-unknown"),
        (_package(schema(phase=None)), "package-phase-unknown"),
        (_package(schema({"amount": "value"})), "package-no-code"),
        (_package({"fields": [{"name": 1}, {"columnType": "value"}]}), "package-broken"),
        (_package({"fields": {}}), "package-broken"),
        (descriptor(fiscalPeriod={"start": "soon", "end": "later"}), "package-broken"),
        (descriptor(fiscalPeriod={"start": "2025-02-01", "end": "2025-01-01"}), "package-broken"),
        (descriptor(jejak={"scale": 2}), "package-unread"),
        (descriptor(model={"measures": {"a": {"source": 5.5, "resource": "x"}}}), "package-broken"),
        (descriptor(model={"measures": {"a": {}}}), "package-broken"),
        (descriptor(model={"measures": []}), "package-broken"),
    ],
)
def test_a_package_that_says_too_little_is_refused(
    said: dict[str, Any], code: str, tmp_path: Path
) -> None:
    assert [refusal.code for refusal in _refused(write(tmp_path, said))] == [code]


def test_two_tables_of_amounts_ask_for_a_mapping(tmp_path: Path) -> None:
    said = descriptor()
    said["resources"].append({**said["resources"][0], "name": "second"})
    (refusal,) = _refused(write(tmp_path, said))
    assert (refusal.code, refusal.text) == ("package-several", "budget, second")


def test_names_that_are_toml_or_templates_cannot_break_the_mapping(tmp_path: Path) -> None:
    name = 'x"] \n[set]\nsatker = "y\\'
    types = {**TYPES}
    types.pop("amount")
    own = schema({**types, name: "value"})
    header = CSV.replace("amount", '"' + name.replace('"', '""') + '"', 1)
    assert _amounts(_read(write(tmp_path, _package(own, name=name), header))) == [1050, 225]
    for odd in ("{code}", "=satker", "#code", "a|b"):
        renamed = {odd if n == "unit" else n: t for n, t in TYPES.items()}
        (refusal,) = _refused(write(tmp_path, _package(schema(renamed))))
        assert refusal.code == "package-unread"


def test_a_code_of_any_script_has_a_key_of_its_own() -> None:
    codes = ["1", "kpu-7", "Ж1", "Ш1", "Министерство", "ก-11", "A/1", "A-1", "x" * 60, "é"]
    keys = [key_of(code) for code in codes]
    assert all(map(streams.is_key, keys))
    assert len(set(keys)) == len(codes)
    assert keys[:2] == ["1", "kpu-7"]
    assert re.fullmatch(r"1-[0-9a-f]{12}", keys[2])


def test_a_code_that_is_no_key_is_stated_beside_its_key(tmp_path: Path) -> None:
    rows = _read(write(tmp_path, None, CSV.replace(",1,", ",Ж/1,")))
    (stated,) = _of(rows, "satker-code")
    assert (stated["satker"], stated["code"]) == (key_of("Ж/1"), "Ж/1")
    assert _of(_read(write(tmp_path, None, CSV.replace(",1,", ",kota,"))), "satker-code") == []


def test_an_export_with_a_budget_line_id_alone_is_read(tmp_path: Path) -> None:
    amount = {"type": "integer", "currency": "IDR"}
    names = ("approved", "adjusted", "executed")
    own = {
        "fields": [
            {"name": "satker", "columnType": "administrative-classification:generic:code"},
            {"name": "fiscal_year", "columnType": "date:fiscal-year"},
            {"name": "code", "columnType": "budget-line-id"},
            *({"name": name, **amount, "normalize": {"phase": name}} for name in names),
        ],
        "extraFields": [
            {"name": "phase", "columnType": "phase:id"},
            {"name": "amount", "columnType": "value", "normalizationTarget": True},
            constant("currency", "value-currency:code", "IDR"),
            constant("direction", "direction", "expenditure"),
        ],
        "missingValues": [""],
    }
    text = "satker,fiscal_year,code,approved,adjusted,executed\nkota,2024,0012.ABC.003,5,7,\n"
    rows = _read(write(tmp_path, _package(own, jejak={"scale": 0}), text), "IDR")
    lines = [(v["revision"], v["code"], v["amount"]) for v in _of(rows, "line")]
    assert lines == [(0, "0012.ABC.003", 500), (None, "0012.ABC.003", 700)]
    assert _of(rows, "realisation") == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9999) | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", "year", "value", "phase:id", "executed", "..", "{x}", "%d/%m/%Y"])
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*TYPES, "name", "source", "attributes"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _places(value: Any) -> list[tuple[Any, Any]]:
    """(container, key) of every part of a descriptor."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else [])
    )
    found = []
    for key, inner in list(items):
        found += [(value, key), *_places(inner)]
    return found


MODEL = {
    "measures": {"a": {"source": "amount", "phase": "executed", "currency": "EUR", "factor": 1}},
    "dimensions": {
        "year": {"dimensionType": "datetime", "attributes": {"y": {"source": "year"}}},
        "functional": {"primaryKey": ["c"], "attributes": {"c": {"source": "code"},
                       "n": {"source": "name", "labelfor": "c"}}},
    },
}  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_descriptor_is_read_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    more: dict[str, Any] = {
        "fiscalPeriod": {"start": "2025-01-01", "end": "2025-12-31"},
        "granularity": "aggregated",
        "version": "1",
    }
    if data.draw(st.booleans()):
        more["model"] = MODEL
    own = {
        "schema": {**schema(), "primaryKey": ["code"], "missingValues": ["-"]},
        "dialect": {"delimiter": ","},
        "bytes": len(CSV.encode()),
        "encoding": "utf-8",
    }
    said = json.loads(json.dumps(descriptor(own, **more)))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(_places(said)))
        container[key] = data.draw(ODD)
    with contextlib.suppress(InputRefused), open_source(write(tmp_path, said)) as source:
        mapping = recognise(source, "EUR")
        assert mapping is not None
        list(Reading(table_of(source, mapping), mapping, scale=2))
