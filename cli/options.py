"""Click in two languages: options, arguments, commands and groups translated when shown.

An option answers to its English and its Indonesian name; the help shows that of its language. A
group knows its commands by import path and summary, so that `--help` imports none of them.
"""

import copy
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from cli.language import N_, _, language, ngettext

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any] | click.Command)

# Texts that click makes from its own type names and defaults, without asking its catalogue.
CLICK_DEFAULTS = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("[COMMAND] [ARGS]..."),
    N_("TEXT"),
    N_("INTEGER"),
    N_("INTEGER RANGE"),
    N_("FLOAT"),
    N_("FLOAT RANGE"),
    N_("BOOLEAN"),
    N_("FILENAME"),
    N_("FILE"),
    N_("DIRECTORY"),
    N_("PATH"),
)


class BilingualOption(click.Option):
    """An option declared as `"--as-of", "--per-tanggal", "as_of"`: first English, then Indonesian.

    Short flags stand in both languages, further long names are accepted and never shown; a pair
    `"--color/--no-color", "--warna/--tanpa-warna"` follows the same order. `help`, `metavar` and a
    textual `show_default` are message ids.
    """

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super(BilingualOption, self._in_language(ctx)).get_help_record(ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        return super(BilingualOption, self._in_language(ctx)).get_error_hint(ctx)

    def _in_language(self, ctx: click.Context | None) -> Self:
        shown = copy.copy(self)
        shown.opts = _names_shown(self.opts)
        shown.secondary_opts = _names_shown(self.secondary_opts)
        shown.help = _(self.help or "")
        if isinstance(self.show_default, str):
            shown.show_default = _(self.show_default)
        if self.metavar is not None:
            shown.metavar = _(self.metavar)
        elif ctx is not None and self.type.get_metavar(param=self, ctx=ctx) is None:
            shown.metavar = _(self.type.name.upper()) + ("..." if self.nargs != 1 else "")
        return shown


class BilingualArgument(click.Argument):
    """An argument whose `metavar`, brackets and dots included, and `help` are message ids."""

    def make_metavar(self, ctx: click.Context) -> str:
        return super().make_metavar(ctx) if self.metavar is None else _(self.metavar)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx), _(getattr(self, "help", None) or "")


class BilingualCommand(click.Command):
    """A command whose `help`, `short_help`, `epilog` and metavars are message ids.

    Give `help=N_("...")`: a docstring would not reach the catalogue. `examples` are command lines,
    shown below the purpose as they are, in one language, never wrapped.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.examples = tuple(examples)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return super(BilingualCommand, self._in_language()).collect_usage_pieces(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        return super(BilingualCommand, self._in_language()).get_short_help_str(limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super(BilingualCommand, self._in_language()).format_help_text(ctx, formatter)
        if self.examples:
            with formatter.section(_("Examples")):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super(BilingualCommand, self._in_language()).format_epilog(ctx, formatter)

    def _in_language(self) -> Self:
        shown = copy.copy(self)
        for name in ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar"):
            text = getattr(self, name, None)
            if text:
                setattr(shown, name, _(text))
        return shown


class BilingualGroup(BilingualCommand, click.Group):
    """A group that imports a command only when it runs.

    `lazy` maps a name to `"module:attribute"`, `aliases` another name to a name, `summaries` a
    name to its line in the help; `sections` are pairs of heading and names, in order. Headings and
    summaries are message ids. A command typed by an alias runs under its own name.
    """

    def __init__(
        self,
        *args: Any,
        lazy: Mapping[str, str] | None = None,
        aliases: Mapping[str, str] | None = None,
        sections: Sequence[tuple[str, Sequence[str]]] = (),
        summaries: Mapping[str, str] | None = None,
        **attrs: Any,
    ) -> None:
        super().__init__(*args, **attrs)
        self.lazy = dict(lazy or {})
        self.aliases = dict(aliases or {})
        self.sections = tuple(sections)
        self.summaries = dict(summaries or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the sections; what no section names follows by name."""
        known = {*self.lazy, *self.commands}
        placed = [name for _heading, names in self.sections for name in names if name in known]
        return placed + sorted(known.difference(placed))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = self.aliases.get(cmd_name, cmd_name)
        if name not in self.commands and name in self.lazy:
            self.commands[name] = _imported(self.lazy[name])
        return super().get_command(ctx, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = self.aliases.get(args[0], args[0])
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        if ctx.resilient_parsing or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(self._unknown(ctx, args[0]), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        labels = {name: ", ".join([name, *self._aliases_of(name)]) for name in names}
        width = max(map(len, labels.values()), default=0)
        for heading, members in self._headed(names):
            with formatter.section(_(heading)):
                rows = [(labels[name].ljust(width), self._summary(ctx, name)) for name in members]
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        from click.shell_completion import CompletionItem

        names = [*self.list_commands(ctx), *self.aliases]
        found = [
            CompletionItem(name, help=self._summary(ctx, self.aliases.get(name, name)))
            for name in names
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def _headed(self, names: list[str]) -> Iterator[tuple[str, list[str]]]:
        rest = set(names)
        for heading, members in self.sections:
            present = [name for name in members if name in rest]
            rest.difference_update(present)
            if present:
                yield heading, present
        if rest:
            yield N_("Commands"), [name for name in names if name in rest]

    def _aliases_of(self, name: str) -> list[str]:
        return [alias for alias, target in self.aliases.items() if target == name]

    def _summary(self, ctx: click.Context, name: str) -> str:
        if name in self.summaries:
            return _(self.summaries[name])
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str(80)

    def _unknown(self, ctx: click.Context, typed: str) -> str:
        from difflib import get_close_matches

        nearest = get_close_matches(typed, [*self.list_commands(ctx), *self.aliases])
        message = _("No such command {name!r}.").format(name=typed)
        if not nearest:
            return message
        listed = ", ".join(map(repr, nearest))
        hint = ngettext(
            "Did you mean {possibility}?",
            "(Did you mean one of: {possibilities}?)",
            len(nearest),
        )
        return f"{message} {hint.format(possibility=listed, possibilities=listed)}"


def option(*declarations: str, **attrs: Any) -> Callable[[F], F]:
    """`click.option` with `BilingualOption`."""
    return click.option(*declarations, cls=BilingualOption, **attrs)


def argument(*declarations: str, **attrs: Any) -> Callable[[F], F]:
    """`click.argument` with `BilingualArgument`."""
    return click.argument(*declarations, cls=BilingualArgument, **attrs)


def command(name: str, **attrs: Any) -> Callable[[Callable[..., Any]], BilingualCommand]:
    """`click.command` with `BilingualCommand`."""
    return click.command(name, cls=BilingualCommand, **attrs)


def _names_shown(names: list[str]) -> list[str]:
    long = [name for name in names if name.startswith("--")]
    english, indonesian = long[:1], long[1:2] or long[:1]
    return [name for name in names if name not in long] + (
        english if language() == "en" else indonesian
    )


def _imported(path: str) -> click.Command:
    module, _colon, attribute = path.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, click.Command):
        raise TypeError(f"{path} is not a click command")
    return found
