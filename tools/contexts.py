"""A plugin of pytest: tells coverage which test runs, and writes down how long each test that passed took."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

TIMES = Path(".coverage-tests.json")
seconds: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    if running := coverage.Coverage.current():
        running.switch_context(item.nodeid)
    started, failed = time.monotonic(), item.session.testsfailed
    told = yield
    if item.session.testsfailed == failed:
        seconds[item.nodeid] = time.monotonic() - started
    return told


def pytest_sessionfinish() -> None:
    TIMES.write_text(json.dumps(seconds))
