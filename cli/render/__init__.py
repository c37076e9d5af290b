"""What the terminal shows: safe text, Indonesian figures, tables that never cut a figure."""

from cli.render.numbers import amount, long_date, percent, rupiah, signed_amount, terbilang
from cli.render.safe import has_mixed_scripts, safe
from cli.render.table import Column, is_interactive, render_table, terminal_width

__all__ = [
    "Column",
    "amount",
    "has_mixed_scripts",
    "is_interactive",
    "long_date",
    "percent",
    "render_table",
    "rupiah",
    "safe",
    "signed_amount",
    "terbilang",
    "terminal_width",
]
