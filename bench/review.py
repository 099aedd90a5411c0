"""The half-year review of a million voices, and how long the count of ten million takes."""

import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench import ground, million
from bench.stopwatch import busy, goal, peak, say, timed

WRITE_SECONDS, COUNT_SECONDS = 5.0, 60.0
HEAVIEST, HEAVIEST_SECONDS, HEAVIEST_OF_A_MILLION, MILLION = 5, 10.0, 2.0, 1_000_000
AT = datetime(2026, 7, 1, 3, tzinfo=UTC)
MONTHS = 6
MONTH = """
COPY (
  WITH v AS (SELECT i, hash(i) % 1000 AS h, places[1 + (hash(i + 7) % len(places))::INT] AS place,
      DATE '{first}' + (hash(i + 3) % 28)::INT AS day
    FROM range({start}, {end}) t(i), (SELECT {places} AS places)),
  f AS (SELECT *, unnest(['receive', 'reply', CASE WHEN h % 5 = 0 THEN 'rate' WHEN h % 7 = 0 THEN 'overdue'
      WHEN h % 25 = 1 THEN 'refer' WHEN h % 50 = 1 THEN 'recur' WHEN h % 100 = 7 THEN 'reopen'
      ELSE 'escalate' END]) AS what FROM v)
  SELECT 's' || i AS fact, 'case' AS source, i AS record, what, day,
    (day::TIMESTAMP + INTERVAL 3 HOUR)::TIMESTAMPTZ AS written_at,
    place AS place_id, place AS body_id, (['feedback', 'petition', 'aspiration'])[1 + (h % 3)::INT] AS kind,
    (['web', 'zalo', 'reception', 'api'])[1 + (h % 4)::INT] AS channel, ({topics})[1 + (h % 28)::INT] AS topic,
    'commune' AS level, (h % 9 > 0)::INT AS on_time, CASE WHEN what = 'reply' THEN 'done' ELSE '' END AS outcome,
    CASE WHEN what = 'escalate' THEN 'late' ELSE '' END AS cause,
    CASE WHEN what = 'rate' THEN 1 + h % 5 ELSE 0 END AS stars,
    1 + (h % 300 = 0)::INT * 12 AS people
  FROM f
) TO '{path}' (FORMAT parquet)
"""


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench review")
    parser.add_argument("--voices", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=10_000_000, help="voices in the mirror alone")
    parser.add_argument("--only-large", action="store_true")
    options = parser.parse_args(arguments)
    home = million.home(options.voices)
    if options.only_large:
        _large(home, options.large)
        return 0
    _review()
    again = [*arguments, "--only-large"]
    return subprocess.call([sys.executable, "-m", "bench", "review", *again])  # noqa: S603 a peak of its own


def _review() -> None:
    """Measure the mirror from nothing and up to date, and the review on top of it."""
    from langnghe.cli.reviewing import plan
    from langnghe.reviews import actions, sources

    shutil.rmtree(actions.mirror(), ignore_errors=True)
    with timed("mirror of the facts from nothing"):
        sources.refresh(actions.mirror())
    with timed("mirror when it is up to date"):
        sources.refresh(actions.mirror())
    wanted = plan(ground.PROVINCE, "2026-H1", "party")
    with timed("first review (overdue cases noted too)"):
        actions.write(wanted, at=AT, progress=_stage)
    with timed("review of the half-year", WRITE_SECONDS):
        review = actions.write(wanted, at=AT, progress=_stage)
    received = review.figures.get(key="received", place=None)
    say(f"{review.figures.count()} figures, {review.findings.count()} findings, received {received.value}")
    say(f"{peak()}; {busy()}")


def _stage(line: str) -> None:
    from django.utils.timezone import now

    say(f"    {now():%M:%S.%f} {line}")


def _large(home: Path, voices: int) -> None:
    """Measure the count over a mirror that was never in a database."""
    from langnghe.registry.models import Place
    from langnghe.reviews import engine
    from langnghe.reviews.figures import APPENDIX, DEFINITIONS
    from langnghe.reviews.scope import covered

    place = Place.objects.get(key=ground.PROVINCE)
    folder = ground.CACHE / f"facts-{voices}"
    if not (folder / "ready").exists():
        with timed(f"made the mirror of {voices} voices in {folder}"):
            _make(folder, voices)
    window = engine.Window(million.SINCE, million.UNTIL, AT, covered(place, million.UNTIL))
    with timed(f"figures and appendix over {voices} voices", COUNT_SECONDS):
        counts = engine.measure(folder, window, DEFINITIONS.values())
        communes = engine.measure_communes(folder, window, [DEFINITIONS[key] for key in APPENDIX])
    say(f"received {counts['received'][0]}, {len(communes)} communes; {peak()}; {busy()}")
    _heaviest(folder, window, voices)


def _heaviest(folder: Path, window: Any, voices: int) -> None:
    """Ask for each figure alone, and say what the five that take longest take together."""
    from langnghe.reviews import engine
    from langnghe.reviews.figures import DEFINITIONS

    took = {}
    for key, definition in DEFINITIONS.items():
        began = time.perf_counter()
        engine.measure(folder, window, [definition])
        took[key] = time.perf_counter() - began
    five = sorted(took, key=lambda key: -took[key])[:HEAVIEST]
    total = sum(took[key] for key in five)
    say(f"five heaviest figures over {voices} voices, each asked alone: {total:.1f} s: {', '.join(five)}")
    say(f"  {goal(total, HEAVIEST_SECONDS if voices > MILLION else HEAVIEST_OF_A_MILLION)}")


def _make(folder: Path, voices: int) -> None:
    import duckdb

    from langnghe.registry import law
    from langnghe.registry.models import Place

    folder.mkdir(parents=True, exist_ok=True)
    places = list(Place.objects.filter(parent__key=ground.PROVINCE).values_list("pk", flat=True))
    share = voices // MONTHS + 1
    for month in range(MONTHS):
        values: dict[str, Any] = {
            "first": date(2026, month + 1, 1),
            "start": month * share,
            "end": min(voices, (month + 1) * share),
            "places": places,
            "topics": sorted(law.topics()),
            "path": folder / f"2026-{month + 1:02}.parquet",
        }
        with duckdb.connect(config={"memory_limit": "1500MB", "threads": 2}) as duck:
            duck.execute(MONTH.format(**values))
        say(f"  month {month + 1} of {MONTHS}")
    (folder / "ready").touch()
