"""A progress bar for what takes long: on stderr, at a terminal only, never for a small ledger."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WORTH_A_BAR = 20_000
"""Leaves of a log above which the waiting is shown."""
_STEPS = 200


@contextmanager
def progress_bar(
    title: str, total: int, *, leaves: int, quiet: bool = False
) -> Iterator[Callable[[int], None]]:
    """Yields a function that is told the index (from 0) of what is done of `total`.

    It may be called millions of times and may start again; the bar moves in steps.
    """
    if quiet or leaves <= WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda index: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)
        step = max(1, total // _STEPS)

        def done(index: int) -> None:
            if (index + 1) % step == 0 or index + 1 == total:
                bar.update(task, completed=index + 1)

        yield done
