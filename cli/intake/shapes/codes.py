"""The code column of a printed budget: each code with its level and its place in the tree.

Shapes of codes collide (three digits are a RO, a komponen or a KRO's number), so the level follows
from the shape and from the codes above it, top down as the print lists them.
"""

import re
from dataclasses import dataclass, field

LEVELS = ("program", "kegiatan", "kro", "ro", "komponen", "subkomponen", "akun", "item")

_SHAPES: tuple[tuple[str, str], ...] = (
    ("program", r"(?:[0-9]{3}\.?[0-9]{2}\.?)?[A-Z]{2}"),
    ("kegiatan", r"(?:[A-Z]{2}\.)?[0-9]{4}"),
    ("kro", r"(?:[0-9]{4}\.)?[A-Z]{3}"),
    ("ro", r"(?:[0-9]{4}\.)?[A-Z]{3}\.[0-9]{3}"),
    ("akun", r"[0-9]{6}(?:\.0)?"),
    ("subkomponen", r"[0-9]{3}\.[0-9A-Z]{1,2}|[0-9]?[A-Z]|[0-9]{2}"),
    ("komponen", r"[0-9]{3}"),
    ("item", r"[0-9]{1,6}\..*"),
)
_PATTERNS = tuple((level, re.compile(shape, re.DOTALL)) for level, shape in _SHAPES)


@dataclass
class CodeTree:
    """Where in the tree the last code stands: the code at each level from the top, in full.

    `prefix` stands before a program that is printed by its two letters alone: `076.01`.
    """

    prefix: str = ""
    path: dict[str, str] = field(default_factory=dict)

    def take(self, printed: str) -> str | None:
        """The level of a printed code, which is then the last one; None where it is none."""
        code = printed.strip().removeprefix("'")
        level = level_of(code, self.path)
        if level is None:
            return None
        keep = LEVELS[: LEVELS.index(level)]
        self.path = {name: code_ for name, code_ in self.path.items() if name in keep}
        self.path[level] = self._full(level, code)
        return level

    def line_code(self) -> str:
        """RO, komponen, subkomponen, akun and item of the last code, as far as they go."""
        levels = LEVELS[LEVELS.index("ro") :]
        return ".".join(self.path[level] for level in levels if level in self.path)

    def _full(self, level: str, code: str) -> str:
        last = code.rpartition(".")[2]
        if level == "program":
            return _program(code, self.prefix)
        if level in ("kegiatan", "subkomponen"):
            return last
        if level == "kro":
            return f"{self.path['kegiatan']}.{last}" if "kegiatan" in self.path else code
        if level == "ro":
            kro = self.path.get("kro", "")
            return code if code.count(".") == 2 or not kro else f"{kro[:-3]}{code[-7:]}"
        if level == "akun":
            return code[:6]
        return code.partition(".")[0] if level == "item" else code


def level_of(code: str, path: dict[str, str]) -> str | None:
    """The level of a code below the codes of `path`."""
    for level, pattern in _PATTERNS:
        if pattern.fullmatch(code) and not (level == "subkomponen" and "komponen" not in path):
            return level
    return None


def _program(code: str, prefix: str) -> str:
    letters = code[-2:]
    digits = re.sub("[^0-9]", "", code)
    if len(digits) == 5:
        return f"{digits[:3]}.{digits[3:]}.{letters}"
    return f"{prefix}.{letters}" if prefix else letters
