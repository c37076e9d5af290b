"""One gate for text of foreign origin on its way to a terminal.

Names in budget files may hold terminal escapes, bidi controls or invisible characters that make a
line read differently from its bytes (Unicode TR36, TR39). They are shown, never sent. Letters,
combining marks and emoji pass. The result is plain text: hand it to rich as `Text`, not as markup.
"""

import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Default_Ignorable_Code_Point outside category Cf (Unicode DerivedCoreProperties) and the blank
# Braille cell; U+FE0E and U+FE0F, which choose text or emoji style, stay.
_INVISIBLE = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | set(range(0x180B, 0x1810))
    | set(range(0xFE00, 0xFE0E))
    | set(range(0xE0100, 0xE01F0))
)
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})


def safe(text: str) -> str:
    r"""The text with each control, format, invisible or unassigned character as `\u{XXXX}`.

    Covers C0 and C1 (with ESC, CR, LF, TAB), DEL, bidi and zero-width characters, line and
    paragraph separators, lone surrogates and private use. Applying it twice changes nothing more.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_ESCAPES)


def has_mixed_scripts(word: str) -> bool:
    """Whether one word mixes Latin, Cyrillic or Greek letters, as look-alikes do.

    A word ends where a character is neither letter, mark, digit nor underscore, so a name of
    several words in several scripts is not mixed. Unit signs (micro, ohm) belong to no script.
    """
    found: set[str] = set()
    for character in word:
        kind = unicodedata.category(character)[0]
        if kind == "L":
            found |= _SCRIPTS.intersection(unicodedata.name(character, "").split())
        elif kind not in "MN" and character != "_":
            found.clear()
        if len(found) > 1:
            return True
    return False


class _Escapes(dict[int, str]):
    """Code point to what is shown; filled as characters are met."""

    def __missing__(self, point: int) -> str:
        hidden = point in _INVISIBLE or unicodedata.category(chr(point)) in _HIDDEN_CATEGORIES
        self[point] = shown = f"\\u{{{point:04X}}}" if hidden else chr(point)
        return shown


_ESCAPES = _Escapes()
