"""A rise is seen where and when it began, and chance is not mistaken for one."""

import csv
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langnghe.core.chance import discoveries, rare_weeks
from langnghe.core.distance import kilometres, nearest_places
from langnghe.core.hotspots import (
    Cluster,
    Zones,
    neighbourhoods,
    neighbourhoods_of,
    poisson_scan,
    scan,
)

SIDE = 6
LAT, LON = (20 + axis.ravel() / 20 for axis in np.mgrid[0:SIDE, 0:SIDE])
LON = LON + 86
ZONES = neighbourhoods(LAT, LON, 6)


def quiet(seed: int, voices: int = 900, days: int = 90) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.integers(0, SIDE * SIDE, voices), random.integers(0, days, voices)


def test_distances_are_those_of_the_globe() -> None:
    hanoi_saigon = kilometres([21.0285, 10.7769], [105.8542, 106.7009])[0, 1]
    assert hanoi_saigon == pytest.approx(1143, abs=3)
    assert nearest_places([0, 0, 0], [0, 3, 1], 2).tolist() == [[0, 2], [1, 2], [2, 0]]


def test_zones_grow_from_a_place_and_are_counted_once() -> None:
    zones = neighbourhoods([0, 0, 0], [0, 1, 5], 3)
    assert zones.order.tolist() == [[0, 1, 2], [1, 0, 2], [2, 1, 0]]
    assert zones.is_new.sum() == 6  # {0} {01} {012}, {1}, {2} {21}


def test_zones_may_follow_boundaries() -> None:
    zones = neighbourhoods_of([[1], [0, 2], [1], []], [0, 0, 0, 0], [0, 1, 2, 0.1], 3)
    assert zones.order.tolist() == [[0, 1, 2], [1, 0, 2], [2, 1, 0], [3, -1, -1]]


def test_the_score_is_the_one_worked_out_by_hand() -> None:
    """Two places, four days, eight voices: place 0 has 4 voices, day 3 has 3, of which all 3 are in place 0."""
    places, days = [0, 1, 1, 0, 1, 0, 0, 0, 1], [0, 0, 1, 1, 2, 3, 3, 3, 2]
    (found,) = scan(places, days, neighbourhoods([0, 1], [0, 1], 1), span=4, longest=2, replicates=99)
    assert (found.places, found.days, found.observed) == ((0,), 1, 3)
    assert found.expected == pytest.approx(5 * 3 / 9)
    by_hand = 3 * np.log(3 / (5 / 3)) + 6 * np.log(6 / (9 - 5 / 3))
    assert found.score == pytest.approx(by_hand)


@given(st.integers(0, 10_000), st.integers(0, SIDE * SIDE - 1), st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_a_rise_put_in_is_found_where_and_when_it_is(seed: int, centre: int, lasts: int) -> None:
    places, days = quiet(seed)
    extra = 14 * lasts
    places = np.append(places, np.full(extra, centre))
    days = np.append(days, np.repeat(np.arange(90 - lasts, 90), 14))
    first = scan(places, days, ZONES, span=90, replicates=99)[0]
    assert centre in first.places and first.days in {lasts, lasts + 1}  # the day before may be a busy one by chance
    assert first.p <= 0.02 and first.once_in >= 50


def test_shuffled_voices_seldom_look_like_a_rise() -> None:
    small = sum(scan(*quiet(seed), ZONES, span=90, replicates=99, seed=seed)[0].p <= 0.05 for seed in range(100))
    assert small <= 13  # of 100 at 5%; 14 or more would happen once in a thousand times


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_order_of_voices_makes_no_difference_to_what_is_observed(seed: int) -> None:
    places, days = quiet(seed)
    order = np.random.default_rng(seed).permutation(len(places))

    def seen(found: list[Cluster]) -> list[tuple[object, ...]]:
        return [(one.places, one.days, one.observed, one.expected, one.score) for one in found]

    assert seen(scan(places, days, ZONES, span=90, replicates=9)) == seen(
        scan(places[order], days[order], ZONES, span=90, replicates=9)
    )


def test_the_same_seed_gives_the_same_p_with_one_thread_and_with_two() -> None:
    found = scan(*quiet(3), ZONES, span=90, replicates=199, seed=5)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    assert scan(*quiet(3), ZONES, span=90, replicates=199, seed=5) == found
    numba.set_num_threads(threads)
    assert scan(*quiet(3), ZONES, span=90, replicates=199, seed=6)[0].p != found[0].p


def test_clusters_beside_each_other_share_no_place() -> None:
    found = scan(*quiet(8), ZONES, span=90, replicates=9)
    named = [place for one in found for place in one.places]
    assert len(found) > 1 and len(named) == len(set(named))


@pytest.mark.parametrize("voices", [0, 1])
def test_nothing_to_see_is_no_error(voices: int) -> None:
    assert scan([0] * voices, [0] * voices, ZONES, span=90, replicates=9) == []


def new_mexico() -> tuple[np.ndarray, np.ndarray, Zones, list[str]]:
    """Brain cancer in the counties of New Mexico 1986 to 1989, and what the trend of 1973 to 1985 lets expect.

    Counts: Kulldorff's example data as published with the R package scanstatistics; state totals for the trend.
    """
    totals = np.array(TOTALS)
    rows = list(csv.DictReader(Path(__file__).with_name("new_mexico.csv").open()))
    years = range(1986, 1990)
    counts, people = (np.array([[float(r[f"{n}_{y}"]) for r in rows] for y in years]) for n in ("cases", "population"))
    level, slope = _trend(totals[:, 0] - 1985, totals[:, 1], totals[:, 2])
    expected = people * np.exp(level + slope * (np.array(years) - 1985))[:, None]
    zones = neighbourhoods([float(r["lat"]) for r in rows], [float(r["lon"]) for r in rows], 15)
    return counts, expected, zones, [r["county"] for r in rows]


def _trend(time: np.ndarray, people: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """Poisson regression of the rate on time, by Newton's method."""
    known = np.stack([np.ones(len(time)), time], axis=1)
    found = np.array([np.log(cases.sum() / people.sum()), 0.0])
    for _step in range(20):
        mean = people * np.exp(known @ found)
        found += np.linalg.solve(known.T @ (known * mean[:, None]), known.T @ (cases - mean))
    return found


def test_the_published_cluster_of_new_mexico_is_found() -> None:
    counts, expected, zones, names = new_mexico()
    assert zones.is_new.sum() == 415
    first = poisson_scan(counts, expected, zones, replicates=999, seed=1)[0]
    assert ({names[place] for place in first.places}, first.days) == ({"losalamos", "santafe"}, 4)
    assert (first.observed, round(first.score, 2)) == (43, 9.18)
    assert 0.001 <= first.p <= 0.012


def test_of_many_streams_few_are_called_and_none_by_chance_alone() -> None:
    assert discoveries([0.0001, 0.2, 0.5, 0.9], 0.05).tolist() == [True, False, False, False]
    assert not discoveries(np.linspace(0.02, 1, 30), 0.05).any()
    assert discoveries([], 0.05).tolist() == []
    # By hand, Benjamini-Yekutieli with 3 streams: limits are rate * rank / (3 * (1 + 1/2 + 1/3)).
    assert discoveries([0.009, 0.018, 0.0272], 0.05).tolist() == [True, True, True]
    assert discoveries([0.0092, 0.0183, 0.0274], 0.05).tolist() == [False, False, False]


def test_the_plain_count_asks_how_rare_such_a_week_is() -> None:
    p = rare_weeks([14, 0, 0], [21, 0, 50], 21)
    assert p[0] == pytest.approx(0.0156, abs=0.002)  # P(X >= 14 | mean 7.17), from the sum by hand
    assert p[1:].tolist() == [1, 1]


TOTALS = [
    (1973, 1104347, 49),
    (1974, 1116423, 55),
    (1975, 1151112, 48),
    (1976, 1184726, 39),
    (1977, 1217266, 49),
    (1978, 1248730, 53),
    (1979, 1279121, 47),
    (1980, 1308441, 58),
    (1981, 1336685, 44),
    (1982, 1363854, 61),
    (1983, 1389950, 66),
    (1984, 1414971, 54),
    (1985, 1438921, 81),
]  # year, population, cases
