"""A progress bar for what takes long: on stderr, at a terminal only, never for a small ledger."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

WORTH_A_BAR = 20_000
"""Steps above which the waiting is shown."""
_STEPS = 200
_COUNT_STEP = 1_000


@contextmanager
def progress_bar(
    title: str, total: int, *, leaves: int | None = None, quiet: bool = False
) -> Iterator[Callable[[int], None]]:
    """Yields a function that is told the index (from 0) of what is done of `total`.

    It may be called millions of times, may skip indexes and may start again; the bar moves in
    steps. `leaves` is how much work that is, where `total` counts something else.
    """
    if quiet or (total if leaves is None else leaves) <= WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda index: None
        return
    with _bar() as bar:
        task = bar.add_task(title, total=total)
        step = max(1, total // _STEPS)
        told = 0

        def done(index: int) -> None:
            nonlocal told
            if not told <= index < told + step - 1 or index + 1 == total:
                told = index + 1
                bar.update(task, completed=told)

        yield done


@contextmanager
def counting_bar(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Yields a function that is told (done, of how many); the bar appears when it is worth one.

    Of an unknown number (0) it shows that something moves.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with _bar() as bar:
        task = bar.add_task(title, total=None, visible=False)

        def count(done: int, total: int) -> None:
            if done % _COUNT_STEP == 0:
                is_worth = max(done, total) > WORTH_A_BAR
                bar.update(task, completed=done, total=total or None, visible=is_worth)

        yield count


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))
