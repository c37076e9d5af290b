"""Shapes of sheets: how each is straightened into one header and plain rows.

A shape says of the first rows of a sheet whether they are its own (`recognises`) and makes a
`Table` of the sheet (`straighten`). What the columns mean is the mapping's business. To add one: a
module with these two functions, and its line here.
"""

from cli.intake.shapes import fa_detail, ikpa, plain, withdrawal_plan

SHAPES = {
    "table": plain,
    "fa-detail": fa_detail,
    "rpd": withdrawal_plan,
    "ikpa": ikpa,
}
