"""Interleaved timing of two or more ways to do a thing, so that a noisy machine hits all alike."""

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

Medians = dict[str, float]


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int = 7) -> Medians:
    """Median seconds of each way over `rounds`, in turn, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def process(words: Sequence[str], **variables: str) -> Callable[[], object]:
    """A whole process, its output read and thrown away."""

    def run() -> object:
        import os

        return subprocess.run(
            words, env={**os.environ, **variables}, capture_output=True, check=False
        )

    return run


def show(title: str, medians: Medians, peer: str) -> None:
    """A row a way: milliseconds and the ratio to the peer."""
    print(f"\n{title}")
    for name, seconds in medians.items():
        print(f"  {name:<34} {seconds * 1000:>10.1f} ms   {seconds / medians[peer]:>6.2f} x")
