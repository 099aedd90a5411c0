"""A plugin of pytest: tells coverage which test runs, and writes down how long each test that passed took."""

import json
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import coverage
import pytest

TIMES = Path(".coverage-tests.json")
seconds: defaultdict[str, float] = defaultdict(float)
failed: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if running := coverage.Coverage.current():
        running.switch_context(item.nodeid)
    return (yield)


@pytest.hookimpl(specname="pytest_runtest_makereport", wrapper=True)
def told() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep how long each part of a test took, and which failed."""
    part = yield
    seconds[part.nodeid] += part.duration
    if part.failed:
        failed.add(part.nodeid)
    return part


def pytest_sessionfinish() -> None:
    TIMES.write_text(json.dumps({name: each for name, each in seconds.items() if name not in failed}))
