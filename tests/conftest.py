"""Settings of every test, and the table of the fault campaigns.

How fast a machine is says nothing about what is true, so no property has a deadline. A test of a
fault says what it tried and what came of it; at the end all of them stand in one table.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("jejak", deadline=None)
settings.load_profile("jejak")

CAMPAIGN = "campaign"
COLUMNS = ("fault", "tried", "hit", "lost", "missed")

Campaign = Callable[..., None]


@pytest.fixture
def campaign(record_property: Callable[[str, Any], None]) -> Campaign:
    """Notes one line of the table: what was done, how often it was tried and took effect.

    `lost` counts acknowledged entries that were gone, `missed` spoiled evidence that was accepted
    or a refusal that did not come. A line of the same fault is added to the one before.
    """

    def note(fault: str, *, tried: int, hit: int, lost: int = 0, missed: int = 0) -> None:
        record_property(CAMPAIGN, [fault, tried, hit, lost, missed])

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    totals: dict[str, list[int]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "call":
                continue
            for name, value in report.user_properties:
                if name == CAMPAIGN:
                    fault, *counts = value
                    sums = totals.setdefault(fault, [0] * len(counts))
                    totals[fault] = [a + b for a, b in zip(sums, counts, strict=True)]
    if not totals:
        return
    terminalreporter.section("faults")
    width = max(len(fault) for fault in totals)
    heads = "".join(f"{name:>10}" for name in COLUMNS[1:])
    terminalreporter.write_line(f"{COLUMNS[0]:<{width}}{heads}")
    for fault, counts in sorted(totals.items()):
        terminalreporter.write_line(f"{fault:<{width}}" + "".join(f"{n:>10}" for n in counts))
