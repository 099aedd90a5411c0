"""How well rises are seen: the share of false ones on overdispersed days, how many are caught in a week, how fast.

`calibration`: of days without a rise, how many have p <= .05. `recall`: rises of six sizes, by six methods whose
thresholds were set on days without any to one alarm in sixty days. `speed`: one province, and the nation.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.stopwatch import peak, say
from langnghe.core import tables
from langnghe.core.chance import rare_weeks
from langnghe.core.distance import nearest_places
from langnghe.core.hotspots import Zones, neighbourhoods, poisson_scan, scan
from langnghe.core.intervals import wilson

PROVINCE = "n33"
HISTORY, A_DAY, AROUND, LONGEST = 180, 20, 15, 14
WORKING, NOMINAL = 5, 0.05
ONE_IN = 60  # days between false alarms, for every method
SCENARIOS = ((1, 1.5), (1, 3), (4, 1.5), (4, 3), (8, 3), (8, 6))  # communes, extra voices a day over all of them
Counts = npt.NDArray[np.int64]


class World(NamedTuple):
    """The communes of a province, and how much each is heard of on average."""

    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    zones: Zones


def run(words: list[str]) -> int:
    parts: dict[str, Callable[[World, int], None]] = {"calibration": calibration, "recall": recall, "speed": speed}
    chosen = [word for word in words if word in parts] or list(parts)
    number = next((int(word) for word in words if word.isdigit()), 0)
    rows = [row for row in tables.rows("places") if row["parent"] == PROVINCE and row["lat"]]
    lat, lon = (np.array([float(row[axis]) for row in rows]) for axis in ("lat", "lon"))
    world = World(lat, lon, neighbourhoods(lat, lon, AROUND))
    for part in chosen:
        parts[part](world, number)
    return 0


def quiet(world: World, random: np.random.Generator, days: int) -> Counts:
    """Return voices by day and commune without a rise, scattered more widely than Poisson's.

    Communes differ (gamma, shape 2), so do days (gamma, shape 10) and weekdays (weekends half).
    """
    share = random.gamma(2, 1, len(world.lat))
    weekday = np.where(np.arange(days) % 7 < WORKING, 1.0, 0.5)
    daily = random.gamma(10, 0.1, days) * weekday * A_DAY / weekday.mean()
    counts: Counts = random.poisson(np.outer(daily, share / share.sum()))
    return counts


def raised(counts: Counts, world: World, random: np.random.Generator, communes: int, extra: float) -> Counts:
    """Return the communes around one at random in which more is heard on the last seven days, put into the counts."""
    centre = int(random.integers(len(world.lat)))
    hit: Counts = nearest_places(world.lat, world.lon, communes)[centre]
    counts[-7:, hit] += random.poisson(extra / communes, (7, communes))
    return hit


def voices(counts: Counts) -> tuple[Counts, Counts]:
    day, place = np.nonzero(counts)
    number = counts[day, place]
    return np.repeat(place, number), np.repeat(day, number)


def calibration(world: World, runs: int) -> None:
    runs = runs or 400
    random, small = np.random.default_rng(1), 0
    for seed in range(runs):
        place, day = voices(quiet(world, random, HISTORY))
        small += scan(place, day, world.zones, span=HISTORY, seed=seed)[0].p <= NOMINAL
        if (seed + 1) % 50 == 0:
            say(f"  {seed + 1} data sets without a rise: p <= .05 in {100 * small / (seed + 1):.1f} %")
    low, high = wilson(small, runs)
    say(
        f"calibration: nominal 5 %, {runs} runs: {100 * small / runs:.2f} % (95 %: {100 * low:.1f} to {100 * high:.1f})"
    )


Score = tuple[float, frozenset[int]]
Method = Callable[[World, Counts], Score]


def stp(world: World, counts: Counts) -> Score:
    found = scan(*voices(counts), world.zones, span=len(counts), longest=LONGEST, replicates=0)
    return (found[0].score, frozenset(found[0].places)) if found else (0.0, frozenset())


def ebp(world: World, counts: Counts) -> Score:
    late = counts[-LONGEST:]
    expected = np.tile(counts[:-LONGEST].mean(axis=0) + 1e-9, (LONGEST, 1))
    found = poisson_scan(late, expected, world.zones, replicates=0)
    return (found[0].score, frozenset(found[0].places)) if found else (0.0, frozenset())


def week(_world: World, counts: Counts) -> Score:
    p = rare_weeks(counts[-7:].sum(axis=0), counts[:-7].sum(axis=0), len(counts) - 7)
    best = int(np.argmin(p))
    return -float(np.log10(max(p[best], 1e-300))), frozenset({best})


def ears(lag: int, summed: int) -> Method:
    def method(_world: World, counts: Counts) -> Score:
        scores = np.zeros(counts.shape[1])
        for back in range(summed):
            today = len(counts) - 1 - back
            base = counts[today - lag - 7 : today - lag]
            deviation = (counts[today] - base.mean(axis=0)) / np.maximum(base.std(axis=0, ddof=1), 0.5)
            scores += np.maximum(0, deviation - (0 if back == 0 else 1))
        best = int(np.argmax(scores))
        return float(scores[best]), frozenset({best})

    return method


def cusum(_world: World, counts: Counts) -> Score:
    mean = counts[:-60].mean(axis=0) + 0.05
    level = np.zeros(counts.shape[1])
    for row in counts[-60:]:
        level = np.maximum(0, level + (row - mean) / np.sqrt(mean) - 0.5)
    best = int(np.argmax(level))
    return float(level[best]), frozenset({best})


METHODS: dict[str, Method] = {
    "STP": stp,
    "EBP": ebp,
    "7 days": week,
    "C2": ears(2, 1),
    "C3": ears(2, 3),
    "CUSUM": cusum,
}


def recall(world: World, runs: int) -> None:
    runs = runs or 60
    limits = _limits(world, 2_400)
    say("| communes, extra a day | " + " | ".join(METHODS) + " |")
    for communes, extra in SCENARIOS:
        caught = dict.fromkeys(METHODS, 0)
        for counts, hit in _rises(world, runs, communes, extra):
            for name, method in METHODS.items():
                nights = (method(world, counts[: len(counts) - back]) for back in range(7))
                caught[name] += any(_alarm(score, limits[name], hit) for score in nights)
        cells = [f"{caught[name] / runs:.2f}" for name in METHODS]
        say(f"| {communes}, {extra} | " + " | ".join(cells) + " |")
    error = f"standard error at most {0.5 / runs**0.5:.3f}"
    say(f"({runs} runs a cell, {error}; an alarm on any commune of the rise counts)")


def _limits(world: World, days: int) -> dict[str, float]:
    """Return for each method the score that one quiet day in sixty exceeds; each data set gives thirty days."""
    random = np.random.default_rng(2)
    scores: dict[str, list[float]] = {name: [] for name in METHODS}
    while len(scores["STP"]) < days:
        counts = quiet(world, random, HISTORY + 30)
        for last in range(HISTORY, HISTORY + 30):
            for name, method in METHODS.items():
                scores[name].append(method(world, counts[last - HISTORY : last])[0])
        if len(scores["STP"]) % 600 == 0:
            say(f"  {len(scores['STP'])} of {days} days without a rise")
    return {name: float(np.quantile(values, 1 - 1 / ONE_IN)) for name, values in scores.items()}


def _rises(world: World, runs: int, communes: int, extra: float) -> Iterator[tuple[Counts, set[int]]]:
    random = np.random.default_rng(1000 * communes + int(10 * extra))
    for _run in range(runs):
        counts = quiet(world, random, HISTORY + 7)
        hit = raised(counts, world, random, communes, extra)
        yield counts, set(hit.tolist())


def _alarm(score: Score, limit: float, hit: set[int]) -> bool:
    return score[0] > limit and bool(score[1] & hit)


def speed(world: World, _runs: int) -> None:
    random = np.random.default_rng(3)
    place, day = voices(quiet(world, random, HISTORY))
    scan(place, day, world.zones, span=HISTORY)
    began = time.perf_counter()
    scan(place, day, world.zones, span=HISTORY)
    say(f"speed: {len(world.lat)} places x {AROUND}, 999 replicates: {time.perf_counter() - began:.3f} s")
    every = (row for row in tables.rows("places") if row["key"].startswith("n"))
    rows = [row for row in every if row["level"] == "commune" and row["lat"]]
    zones = neighbourhoods([float(row["lat"]) for row in rows], [float(row["lon"]) for row in rows], 50)
    place, day = random.integers(0, len(rows), 30_000), random.integers(0, HISTORY, 30_000)
    began = time.perf_counter()
    scan(place, day, zones, span=HISTORY)
    took = time.perf_counter() - began
    say(f"speed: {len(rows)} places x 50, 30,000 voices, 999 replicates: {took:.1f} s; {peak()}")
