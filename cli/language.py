"""The language of every message: Indonesian (default) or English, by GNU gettext.

Source strings are English; the catalogues lie in `cli/locale/<language>/LC_MESSAGES`. Click asks
the process's own text domain, so that domain is pointed at the same catalogues. Error codes, JSON
keys and CSV headers are never translated.
"""

import functools
import gettext
import itertools
import os
from collections.abc import Mapping, Sequence

DOMAIN = "jejak"
LANGUAGES = ("id", "en")
DEFAULT = "id"
VARIABLE = "JEJAK_LANG"
OPTION_NAMES = ("--lang", "--bahasa")

_LOCALE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale")
_current = {"language": DEFAULT}


def set_language(lang: str) -> None:
    """Speak `lang` from now on, click included; ValueError if it is not one of LANGUAGES.

    Sets the variable LANGUAGE of this process, the only way to reach the translations that click
    looks up; programs started from here inherit it.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {', '.join(LANGUAGES)}")
    _current["language"] = lang
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(DOMAIN, _LOCALE)
    gettext.textdomain(DOMAIN)


def language() -> str:
    return _current["language"]


def _(text: str) -> str:
    """The message in the current language; the text itself where the catalogue has none."""
    return _catalogue(language()).gettext(text) if text else text


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for `n` things; Indonesian has one form."""
    return _catalogue(language()).ngettext(singular, plural, n)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Marks a text for the catalogue and returns it as it is; translate it with `_` when shown."""
    return text


def detect(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language asked for by `--lang` anywhere before `--`, else by JEJAK_LANG, else Indonesian.

    The last `--lang` wins, as in click. A value that is no language is passed over here: the
    option itself refuses it, in the language that then holds.
    """
    asked = [environ.get(VARIABLE, "").strip().lower()]
    words = list(argv[: argv.index("--")] if "--" in argv else argv)
    for word, following in itertools.pairwise([*words, ""]):
        name, equals, value = word.partition("=")
        if name in OPTION_NAMES:
            asked.append(value if equals else following)
    return next((lang for lang in reversed(asked) if lang in LANGUAGES), DEFAULT)


@functools.cache
def _catalogue(lang: str) -> gettext.GNUTranslations:
    path = os.path.join(_LOCALE, lang, "LC_MESSAGES", f"{DOMAIN}.mo")
    with open(path, "rb") as file:
        return gettext.GNUTranslations(file)
