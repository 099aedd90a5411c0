"""A plugin of pytest: tells coverage which test runs, and writes down how long each test that passed took."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

TIMES = Path(".coverage-tests.json")
seconds: dict[str, float] = defaultdict(float)
failed: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if running := coverage.Coverage.current():
        running.switch_context(item.nodeid)
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    seconds[report.nodeid] += report.duration
    if not report.passed:
        failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    TIMES.write_text(json.dumps({name: each for name, each in seconds.items() if name not in failed}))
