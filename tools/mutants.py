"""Tries whether the tests notice small faults in the intake, the outbox and the log; `make coverage` comes first.

    python tools/mutants.py [--workers N] [FILE...]    # without files: all that pyproject.toml lists for coverage

Each worker collects the tests and builds the database once. A mutant is a fork of it, with the changed code put into
the living functions; it runs the tests that reached the changed line until one fails: its own room's first, of these
the quick ones, for half a minute at most.
"""

import argparse
import ast
import gc
import json
import os
import resource
import shutil
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any, TextIO

import coverage
import pytest
from _pytest.runner import runtestprotocol
from contexts import TIMES
from mutations import Mutant, mutants

MOST, HANGS = 30, 20  # seconds of tests for a mutant; what needs three times as much and 20 s more has been noticed
DATA = ".coverage-intake"
Tests = dict[str, pytest.Item]


class Reached:
    """Which tests reached a line, as `make coverage` found; read before any fork, for coverage's file bears none."""

    def __init__(self) -> None:
        data = coverage.CoverageData(DATA)
        data.read()
        self.seconds: dict[str, float] = json.loads(TIMES.read_text())
        self.lines = {Path(name): data.contexts_by_lineno(name) for name in sorted(data.measured_files())}

    def tests(self, path: Path, line: int | None) -> list[str]:
        """Return those that reached the line, or else the file: its room's own first, the quick ones first."""
        by_line = self.lines[path]
        found = set(by_line.get(line, ())) & self.seconds.keys() if line else set()
        found = found or {name for names in by_line.values() for name in names} & self.seconds.keys()
        own = f"tests/{path.relative_to(Path.cwd() / 'langnghe').parts[0]}/"
        ranked = sorted(found, key=lambda name: (not name.startswith(own), self.seconds[name]))
        until = accumulate(self.seconds[name] for name in ranked)
        return [name for name, sum_ in zip(ranked, until, strict=True) if sum_ < MOST] or ranked[:1]


def codes(code: types.CodeType, counts: Counter[Any] | None = None) -> Iterator[tuple[Any, types.CodeType]]:
    """Yield each function's code below this one, under a name that a change inside leaves as it is."""
    counts = Counter() if counts is None else counts
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            key = one.co_qualname, one.co_firstlineno
            counts[key] += 1
            yield (*key, counts[key]), one
            yield from codes(one, counts)


def apply(path: Path, source: str, mutant: Mutant) -> None:
    """Put the changed code into the living functions, or the changed value under its name wherever it was imported."""
    if not isinstance(mutant.within, ast.FunctionDef):
        _rebind(path, mutant)
        return
    new = dict(codes(compile(ast.fix_missing_locations(mutant.tree), str(path), "exec")))
    changed = {old: new[key] for key, old in codes(compile(source, str(path), "exec")) if key in new}
    module = _module(path)
    for one in [one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__]:
        getattr(one, "cache_clear", int)()
    for living in [one for one in gc.get_objects() if isinstance(one, types.FunctionType)]:
        if living.__code__.co_filename == str(path) and living.__code__ in changed:
            with suppress(ValueError):  # a changed set of closed-over names: such a mutant counts as not noticed
                living.__code__ = changed[living.__code__]


def _module(path: Path) -> types.ModuleType:
    return next(one for one in list(sys.modules.values()) if getattr(one, "__file__", None) == str(path))


def _rebind(path: Path, mutant: Mutant) -> None:
    before, after = dict(vars(_module(path))), dict(vars(_module(path)))
    statement = next(one for one in mutant.tree.body if one.lineno == mutant.within.lineno)
    exec(compile(ast.fix_missing_locations(ast.Module([statement], [])), str(path), "exec"), after)  # noqa: S102
    for name, value in after.items():
        if value is not before.get(name):
            for other in list(sys.modules.values()):
                if name in vars(other) and vars(other)[name] is before[name]:
                    setattr(other, name, value)


def empties(item: pytest.Item) -> bool:
    """Say whether the test really commits, and so empties the tables afterwards: it must come last."""
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(marker and marker.kwargs.get("transaction"))


class Trial:
    """Takes the place of pytest's own loop over the tests."""

    def __init__(self, paths: list[Path], turn: int, workers: int, reached: Reached, out: TextIO) -> None:
        self.paths, self.turn, self.workers, self.reached, self.out = paths, turn, workers, reached, out

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        first = next(item for item in session.items if item.get_closest_marker("database"))
        elsewhere = next(item for item in session.items if item.nodeid.split("/")[1] != first.nodeid.split("/")[1])
        runtestprotocol(first, log=False, nextitem=elsewhere)  # builds the database, and leaves it
        self._keep()
        for path in self.paths:
            source = path.read_text("utf-8")
            for place, mutant in enumerate([None, *mutants(source)]):
                if mutant is None or place % self.workers == self.turn:
                    self._try(path, source, mutant)
        return True

    def _try(self, path: Path, source: str, mutant: Mutant | None) -> None:
        """Write down whether the mutant is noticed; without one, nothing may be."""
        line = mutant.line if mutant and isinstance(mutant.within, ast.FunctionDef) else None
        names = self.reached.tests(path, line)
        limit = HANGS + 3 * int(sum(self.reached.seconds[name] for name in names))
        told = self._fork(path, source, mutant, sorted((self.items[name] for name in names), key=empties), limit)
        if mutant:
            place = f"{path.relative_to(Path.cwd())}:{mutant.line}"
            print(told, place, mutant.what, sep="\t", file=self.out, flush=True)
        elif told == "noticed":
            raise SystemExit(f"the tests of {path} fail without any fault")

    def _fork(self, path: Path, source: str, mutant: Mutant | None, items: list[pytest.Item], limit: int) -> str:
        """Return "noticed" when a test failed or broke its process, "hung" when it did not end, else "SURVIVED"."""
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            if mutant:
                os.dup2(1, 2)
            os._exit(self._run(path, source, mutant, items))
        end = time.monotonic() + 5 * limit  # of others' load, too
        while (done := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < end:
            time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if not done[0]:
            os.waitpid(child, 0)
            return "hung"
        return "noticed" if done[1] else "SURVIVED"

    def _run(self, path: Path, source: str, mutant: Mutant | None, items: list[pytest.Item]) -> int:
        try:
            if mutant:
                apply(path, source, mutant)
            for item, following in zip(items, [*items[1:], items[-1]], strict=True) if items else ():
                for report in runtestprotocol(item, log=False, nextitem=following):
                    if report.failed:
                        if not mutant:
                            print(report.nodeid, report.longreprtext, file=sys.stderr)
                        return 1
        except BaseException:
            return 1
        return 0

    def _keep(self) -> None:
        """Keep the installation's folder, with the database, as the tests find it."""
        from django.db import connections

        connections.close_all()
        self.home = Path(os.environ["LANGNGHE_HOME"])
        self.kept = self.home.with_name(self.home.name + "-kept")
        shutil.copytree(self.home, self.kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(".mutants.tsv"))
    arguments = parser.parse_args()
    os.environ["CI"] = "1"  # hypothesis looks at the same examples each time
    reached = Reached()
    paths = [Path.cwd() / path for path in arguments.files] or list(reached.lines)
    files = sorted({name.partition("::")[0] for name in reached.seconds})
    with arguments.out.open("w") as out:
        for turn in range(arguments.workers):
            if os.fork() == 0:
                trial = Trial(paths, turn, arguments.workers, reached, out)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os._exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", *files], plugins=[trial]))
        codes = [os.wait()[1] for _ in range(arguments.workers)]
    tell(arguments.out.read_text("utf-8").splitlines())
    sys.exit(max(codes) != 0)


def tell(lines: list[str]) -> None:
    totals: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for line in lines:
        told, place, _what = line.split("\t")
        name = place.partition(":")[0]
        totals[name] += 1
        noticed[name] += told != "SURVIVED"
    print(*(line for line in lines if line.startswith("SURVIVED")), sep="\n")
    for name, total in sorted(totals.items()):
        print(f"{name}: {noticed[name]} of {total} noticed, {noticed[name] / total:.1%}")


if __name__ == "__main__":
    main()
