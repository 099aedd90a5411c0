"""What the two engines cost over the nation: links between similar voices, and scans per province and topic.

    python -m bench engines --voices 100000                  # the embedded engine, two processes
    python -m bench engines --voices 100000 --spark          # the same input on Spark's own two threads
    python -m bench engines --voices 100000 --spark spark://127.0.0.1:7077

Voices lie at random in the communes in force and in the last 180 days; the texts are 5,000 put together from fragments.
"""

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bench.stopwatch import peak, say
from langnghe.core import tables
from langnghe.core.similarity import default_weights, grams
from langnghe.demo import texts
from langnghe.situation.engines import local, spark
from langnghe.situation.engines.columns import BYTES, PLACES, VOICES, Plan, write

LAST, DAYS, DISTINCT, WINDOW, TOPICS = date(2026, 6, 29).toordinal(), 180, 5_000, 60, 29


def run(words: list[str]) -> int:
    count = int(words[words.index("--voices") + 1]) if "--voices" in words else 10_000
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        source, out = Path(name) / "in", Path(name) / "out"
        _make(source, count)
        size = sum(path.stat().st_size for path in source.iterdir()) / 2**20
        plan = Plan(source, out, default_weights(), WINDOW, LAST)
        out.mkdir()
        began = time.perf_counter()
        if "--spark" in words:
            master = words[-1] if "://" in words[-1] else "local[2]"
            spark.run(plan, master)
        else:
            local.run(plan, lambda done, total: None)
        took = time.perf_counter() - began
        say(f"{count} voices, {size:.1f} MB of Parquet: {took:.1f} s, {1000 * took / count:.2f} ms a voice; {peak()}")
    return 0


def _make(folder: Path, count: int) -> None:
    folder.mkdir()
    every = [row for row in tables.rows("places") if row["key"].startswith("n") and row["level"] == "commune"]
    sites = [(row["parent"], int(row["code"]), row["lat"], row["lon"], "") for row in every if row["lat"]]
    write(folder / "places.parquet", PLACES, sites)
    random = Random(4)
    said = [texts.generated(random) for _number in range(DISTINCT)]
    made = [[part.hex() for one in (words.text, words.spot) for part in grams(one)] for words in said]
    write(folder / "voices.parquet", VOICES, _voices(random, count, sites, made), BYTES)


def _voices(random: Random, count: int, sites: list[Any], made: list[list[str]]) -> Iterator[tuple[Any, ...]]:
    for number in range(count):
        province, place, *_where = random.choice(sites)
        day = LAST - random.randrange(DAYS)
        yield province, number, place, 1 + random.randrange(TOPICS), day, *random.choice(made)
