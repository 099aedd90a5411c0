"""Where more is heard of late than chance would bring: space-time scans over the voices themselves.

The space-time permutation scan (Kulldorff, Heffernan, Hartman, Assunção, Mostashari 2005) needs no population: it asks
whether the newest voices of neighbouring places are more than their places' and their days' own shares would give.
The expectation-based Poisson scan (Neill, Moore, Sabhnani, Daniel 2005) is for counts with known expectations.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from langnghe.core.distance import nearest_places

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_SECONDARY = 5
MOST_TRIED = 20_000
KEEPS = os.access(Path(__file__).parent, os.W_OK)  # compiled code, so that only the first run waits for it


class Zones(NamedTuple):
    """Neighbourhoods that grow around each place: `order[i]` are the places around i, itself first, -1 for none.

    Zone (i, k) is the first k of them. `is_new[i, k - 1]` is False when another zone holds the same places.
    """

    order: Ints
    is_new: npt.NDArray[np.bool_]

    def members(self, centre: int, size: int) -> list[int]:
        return [int(place) for place in self.order[centre, :size]]


@dataclass(frozen=True)
class Cluster:
    """One zone over its last days: what was observed there, what was expected, and how unusual that is.

    `days` is its duration, the last day included; `p` the share of simulated data sets with as unusual a zone
    anywhere; `once_in` the recurrence interval in nights: how rarely chance alone would show the like.
    """

    places: tuple[int, ...]
    days: int
    observed: int
    expected: float
    score: float
    p: float

    @property
    def once_in(self) -> float:
        return 1 / self.p


def neighbourhoods(lat: npt.ArrayLike, lon: npt.ArrayLike, most: int) -> Zones:
    """The zones of the 1, 2, ... `most` places nearest to each of n places given in degrees."""
    return _marked(nearest_places(lat, lon, most))


def neighbourhoods_of(adjacent: list[list[int]], lat: npt.ArrayLike, lon: npt.ArrayLike, most: int) -> Zones:
    """The zones that grow over shared boundaries: rings of neighbours of neighbours, the nearest of a ring first."""
    order = np.full((len(adjacent), most), -1, np.int64)
    by_distance = nearest_places(lat, lon, len(adjacent))
    for centre in range(len(adjacent)):
        rank = {int(place): at for at, place in enumerate(by_distance[centre])}
        found, ring = [centre], {centre}
        while ring and len(found) < most:
            ring = {other for place in ring for other in adjacent[place]} - set(found)
            found += sorted(ring, key=rank.__getitem__)
        order[centre, : min(most, len(found))] = found[:most]
    return _marked(order)


def _marked(order: Ints) -> Zones:
    seen: set[frozenset[int]] = set()
    is_new = np.zeros(order.shape, bool)
    for centre, row in enumerate(order.tolist()):
        for size in range(1, len(row) + 1):
            if row[size - 1] < 0:
                break
            zone = frozenset(row[:size])
            is_new[centre, size - 1] = zone not in seen
            seen.add(zone)
    return Zones(order, is_new)


def scan(
    places: npt.ArrayLike,
    days: npt.ArrayLike,
    zones: Zones,
    *,
    span: int,
    longest: int = 14,
    replicates: int = 999,
    seed: int = 0,
) -> list[Cluster]:
    """The most unusual zones of late by space-time permutation, the most unusual first; at most five that do not meet.

    `places` (0 to n - 1) and `days` (0 to `span` - 1) say for each voice where and when; the scan looks at the last
    `longest` days (at most half of all) and shuffles the days of voices to learn what chance would bring, so that
    each place and each day keeps its own total. The same seed gives the same answer. Empty without voices of late.
    """
    where, when = np.asarray(places, np.int64), np.asarray(days, np.int64)
    longest = max(1, min(longest, span // 2))
    by_place = np.bincount(where, minlength=len(zones.order))
    age = span - 1 - when
    by_age = np.bincount(age[age < longest], minlength=longest)
    if not by_age.sum():
        return []
    counts = _counted(where, age, len(zones.order), longest)
    scores = _scores(counts, by_place, by_age, zones)
    found = _apart(scores, zones)
    best = _permuted(where, by_age, zones.order, zones.is_new, replicates, seed)
    made = []
    for centre, size, duration in found:
        members = zones.members(centre, size)
        expected = by_place[members].sum() * by_age[:duration].sum() / len(where)
        score = float(scores[centre, size - 1, duration - 1])
        p = (1 + int((best >= score - 1e-9).sum())) / (1 + replicates)
        observed = int(counts[members, :duration].sum())
        made.append(Cluster(tuple(members), duration, observed, float(expected), score, p))
    return made


def _counted(where: Ints, age: Ints, places: int, longest: int) -> Ints:
    """Count the voices of each place at each age in days, 0 for the last day; places x longest."""
    late = age < longest
    flat = np.bincount(where[late] * longest + age[late], minlength=places * longest)
    counts: Ints = flat.reshape(places, longest).astype(np.int64)
    return counts


def _scores(counts: Ints, by_place: Ints, by_age: Ints, zones: Zones) -> Floats:
    """The log likelihood ratio of each zone and duration, 0 where no more is observed than expected."""
    scores = np.zeros((*zones.order.shape, counts.shape[1]))
    _scan(counts, by_place, np.cumsum(by_age), zones.order, zones.is_new, scores)
    return scores


def _apart(scores: Floats, zones: Zones, most: int = MOST_SECONDARY) -> list[tuple[int, int, int]]:
    """The best zone (centre, size, duration), then the best that shares no place with those before, and so on.

    Of equal ones the smallest, then the shortest: places and days in which nothing was heard belong to no rise.
    """
    taken: set[int] = set()
    chosen: list[tuple[int, int, int]] = []
    above = np.argwhere(scores > 0)
    order = np.lexsort((above[:, 0], above[:, 2], above[:, 1], -scores[tuple(above.T)]))
    for centre, at, age in above[order[:MOST_TRIED]].tolist():
        if len(chosen) == most:
            break
        members = set(zones.members(centre, at + 1))
        if not members & taken:
            taken |= members
            chosen.append((centre, at + 1, age + 1))
    return chosen


@numba.njit(cache=KEEPS)
def _ratio(observed: float, expected: float, total: float) -> float:
    """Kulldorff's log likelihood ratio of the permutation scan; 0 unless more is observed than expected."""
    if observed <= expected or expected <= 0:
        return 0.0
    ratio = observed * np.log(observed / expected)
    if total > observed:
        ratio += (total - observed) * np.log((total - observed) / (total - expected))
    return float(ratio)


@numba.njit(cache=KEEPS)
def _scan(
    counts: Ints, by_place: Ints, until_age: Ints, order: Ints, is_new: npt.NDArray[np.bool_], scores: Floats
) -> float:
    """The greatest score of all zones and durations; all of them go into `scores`, unless that is empty."""
    longest, keeps, total = counts.shape[1], scores.size > 0, by_place.sum()
    sums = np.zeros(longest, np.int64)
    best = 0.0
    for centre in range(order.shape[0]):
        sums[:] = 0
        everything = 0
        for at in range(order.shape[1]):
            place = order[centre, at]
            if place < 0:
                break
            everything += by_place[place]
            running = 0
            for age in range(longest):
                running += counts[place, age]
                sums[age] += running
            if not is_new[centre, at]:
                continue
            for age in range(longest):
                observed, expected = sums[age], everything * until_age[age] / total
                more = observed - expected
                # The score is at most Pearson's chi square (ln x <= x - 1), which costs no logarithm.
                if more > 0 and (keeps or more * more * total > best * expected * (total - expected)):
                    score = _ratio(observed, expected, total)
                    best = max(best, score)
                    if keeps:
                        scores[centre, at, age] = score
    return best


@numba.njit(cache=KEEPS, parallel=True)
def _permuted(
    where: Ints, by_age: Ints, order: Ints, is_new: npt.NDArray[np.bool_], replicates: int, seed: int
) -> Floats:
    """The greatest score of each data set in which the voices' days are shuffled; the seed of each is its own.

    Only the voices of late count, so that only those are drawn: which of all voices they are.
    """
    until_age, by_place = np.cumsum(by_age), np.bincount(where, minlength=len(order))
    late, total = until_age[-1], len(where)
    best = np.zeros(replicates)
    for replicate in numba.prange(replicates):
        np.random.seed((seed * 1_000_003 + replicate) % 2**32)
        shuffled = where.copy()
        counts = np.zeros((len(by_place), len(by_age)), np.int64)
        age = 0
        for drawn in range(late):
            other = drawn + np.random.randint(0, total - drawn)
            shuffled[drawn], shuffled[other] = shuffled[other], shuffled[drawn]
            while drawn >= until_age[age]:
                age += 1
            counts[shuffled[drawn], age] += 1
        best[replicate] = _scan(counts, by_place, until_age, order, is_new, np.empty((0, 0, 0)))
    return best


def poisson_scan(
    counts: npt.ArrayLike, expected: npt.ArrayLike, zones: Zones, *, replicates: int = 999, seed: int = 0
) -> list[Cluster]:
    """The most unusual zones by the expectation-based Poisson scan, as `scan`; days x places, the last day last.

    `expected` are the expectations of the counts. Trust its p only where counts truly scatter like Poisson's.
    """
    late, means = (np.cumsum(np.asarray(table, float)[::-1].T, axis=1) for table in (counts, expected))
    scores = _poisson_scores(late, means, zones)
    random = np.random.default_rng(seed)
    best = np.empty(replicates)
    for replicate in range(replicates):
        drawn = np.cumsum(random.poisson(np.asarray(expected, float))[::-1].T, axis=1)
        best[replicate] = _poisson_scores(drawn.astype(float), means, zones).max()
    made = []
    for centre, size, duration in _apart(scores, zones):
        members = zones.members(centre, size)
        score = float(scores[centre, size - 1, duration - 1])
        p = (1 + int((best >= score - 1e-9).sum())) / (1 + replicates)
        observed = int(late[members, duration - 1].sum())
        made.append(Cluster(tuple(members), duration, observed, float(means[members, duration - 1].sum()), score, p))
    return made


def _poisson_scores(late: Floats, means: Floats, zones: Zones) -> Floats:
    """Log likelihood ratios from the sums over the last days of each place; places x longest each."""
    filled = np.where(zones.order[..., None] >= 0, late[zones.order], 0.0)
    hoped = np.where(zones.order[..., None] >= 0, means[zones.order], 0.0)
    observed, expected = np.cumsum(filled, axis=1), np.cumsum(hoped, axis=1)
    more = (observed > expected) & (expected > 0) & zones.is_new[..., None]
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=more)
    scores: Floats = np.where(more, observed * np.log(ratio) + expected - observed, 0.0)
    return scores
