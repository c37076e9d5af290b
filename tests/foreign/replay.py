"""The leaves given to DuckDB as a stranger has them, a line each, and what the replay answers."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

SQL = (files("cli") / "evidence" / "replay.sql").read_text("utf-8")
NOT_HERE = "not computable here"


@dataclass(frozen=True)
class Replayed:
    """An open DuckDB in which the replay has been run."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, question: str) -> list[dict[str, Any]]:
        found = self.connection.execute(question)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def at(self, revision: int | str | None) -> "Replayed":
        """Ask at another revision: nothing is run anew."""
        set_variables(self.connection, revision=revision)
        return self

    def total(self) -> dict[str, Any]:
        (row,) = self.rows("FROM pagu_total")
        return row

    def lines(self, level: str) -> list[dict[str, Any]]:
        return [row for row in self.rows("FROM pagu_lines") if row["level"] == level]

    def of_level(self, level: str) -> dict[str, Any]:
        """The total at the revision as the lines of one level explain it."""
        (row,) = self.rows(
            f"SELECT t.* FROM held JOIN level_total t USING (nth) WHERE t.level = '{level}'"
        )
        return row

    def history(self, code: str, level: str | None = None) -> list[dict[str, Any]]:
        set_variables(self.connection, code=code, level=level)
        return self.rows("FROM line_history")


def set_variables(connection: duckdb.DuckDBPyConnection, **variables: Any) -> None:
    for name, value in variables.items():
        text = "NULL" if value is None else repr(value)
        connection.execute(f"SET VARIABLE {name} = {text}").fetchall()


def replay(leaves: Iterable[bytes], **variables: Any) -> Replayed:
    """Run the whole file over leaves, with the variables of its head."""
    connection = duckdb.connect(config={"threads": 1})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leaves.jsonl"
        path.write_bytes(b"".join(leaf + b"\n" for leaf in leaves))
        set_variables(connection, leaves=str(path), **variables)
        connection.execute(SQL).fetchall()
    return Replayed(connection)
