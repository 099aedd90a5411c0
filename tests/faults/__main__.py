"""`python -m tests.faults [--long PROGRESS] [NAME…]`: tries the scenarios and ends with what was lost."""

import json
import os
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.ground import Ground
    from tests.faults.scenarios import Scenario

STOPPED = 130


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Progress:
    """What each scenario has come to so far; in a file, when there is one, so that a long run can go on later."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.tried: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path and path.exists() else {}

    def of(self, name: str) -> dict[str, Any]:
        return self.tried.setdefault(name, {"done": 0, "seconds": 0.0, "verdict": {}})

    def add(self, name: str, done: int, seconds: float, verdict: dict[str, Any]) -> None:
        self.tried[name] = {"done": done, "seconds": self.of(name)["seconds"] + seconds, "verdict": verdict}
        if self.path:
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.tried, ensure_ascii=False, indent=1))
            new.replace(self.path)


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--long", metavar="PROGRESS", type=Path, help="reach the goals; go on from this file")
    parser.add_argument("--short", action="store_true", help="as few as the tests try")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no batch after this time")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="langnghe-faults-") as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"LANGNGHE_HOME": home, "DJANGO_SETTINGS_MODULE": "langnghe.settings"}
        import django

        django.setup()
        progress = Progress(options.long)
        try:
            _play_all(options, progress)
        except KeyboardInterrupt:
            say("Stopped. The same command goes on." if options.long else "Stopped.")
            return _tell(progress) or STOPPED
        return _tell(progress)


def _play_all(options: Namespace, progress: Progress) -> None:
    import logging

    from tests.faults.ground import Ground
    from tests.faults.scenarios import SCENARIOS

    logging.disable(logging.CRITICAL)  # what fails on purpose
    end = time.monotonic() + 60 * options.minutes
    with Ground() as ground:
        for scenario in SCENARIOS:
            if options.names and scenario.name not in options.names:
                continue
            if reason := scenario.lacking():
                say(f"{scenario.name}: not tried here: {reason}")
                continue
            goal = scenario.short if options.short else scenario.long if options.long else scenario.normal
            _play(ground, scenario, goal, progress, end)


def _play(ground: "Ground", scenario: "Scenario", goal: int, progress: Progress, end: float) -> None:
    from tests.faults.history import Verdict
    from tests.faults.scenarios import play

    while (done := progress.of(scenario.name)["done"]) < goal and time.monotonic() < end:
        begun = time.monotonic()
        verdict = Verdict.read(progress.of(scenario.name)["verdict"]) + play(ground, scenario, goal, done)
        done = min(goal, done + scenario.batch)
        progress.add(scenario.name, done, time.monotonic() - begun, verdict.as_dict())
        say(f"{scenario.name}: {done} of {goal} {scenario.unit}; {verdict}")
        for problem in verdict.problems[:3]:
            say(f"  ✗ {problem[:500]}")
    if done < goal:
        say(f"{scenario.name}: out of time after {done} of {goal} {scenario.unit}")


def _tell(progress: Progress) -> int:
    """Print the table and the last line; 0 when nothing was lost, doubled or made up."""
    from tests.faults.history import Verdict

    total = Verdict()
    say()
    say(f"{'scenario':<27}{'tried':>7}{'seconds':>9}{'ack':>9}{'lost':>6}{'phantom':>9}{'dup':>5}{'other':>7}  counted")
    for name, one in progress.tried.items():
        verdict = Verdict.read(one["verdict"])
        numbers = f"{verdict.acknowledged:>9}{verdict.lost:>6}{verdict.phantom:>9}{verdict.duplicates:>5}"
        counted = ", ".join(f"{what} {number}" for what, number in sorted(verdict.counts.items()))
        say(f"{name:<27}{one['done']:>7}{one['seconds']:>9.1f}{numbers}{len(verdict.problems):>7}  {counted}")
        total += verdict
    for problem in total.problems[:20]:
        say(f"✗ {problem[:500]}")
    say(str(total))
    return 0 if total.is_clean and progress.tried else 1


if __name__ == "__main__":
    sys.exit(main())
