"""Small counts hidden, and never computable from what is shown."""

from collections import defaultdict
from itertools import product

import pytest

from langnghe.core.disclosure import safe_total, suppress


def test_large_counts_and_zeros_are_shown() -> None:
    assert suppress({"a": 10, "b": 5, "c": 0}, 5) == {"a": 10, "b": 5, "c": 0}


def test_several_different_small_counts_are_hidden() -> None:
    assert suppress({"a": 1, "b": 4, "c": 30}, 5) == {"a": None, "b": None, "c": 30}


@pytest.mark.parametrize("small", [{"a": 2}, {"a": 2, "b": 2}])
def test_small_counts_that_the_total_would_give_away_take_a_larger_one_with_them(
    small: dict[str, int],
) -> None:
    hidden = suppress(small | {"x": 9, "y": 20}, 5)
    assert hidden == dict.fromkeys(small) | {"x": None, "y": 20}


def test_zeros_are_hidden_when_nothing_else_can_shield() -> None:
    assert suppress({"a": 1, "b": 0}, 5) == {"a": None, "b": None}
    assert safe_total({"a": 1, "b": 0}, 5) == 1


def test_the_total_is_withheld_when_nothing_can_shield() -> None:
    assert safe_total({"a": 2, "b": 2}, 5) is None
    assert safe_total({"a": 20, "b": 2}, 5) == 22


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        suppress({"a": -1}, 5)


@pytest.mark.parametrize(("threshold", "cells", "largest"), [(3, 2, 12), (3, 3, 8), (4, 3, 9), (3, 4, 5)])
def test_whoever_knows_the_rule_and_the_total_cannot_compute_a_hidden_cell(
    threshold: int, cells: int, largest: int
) -> None:
    published = defaultdict(list)
    for values in product(range(largest), repeat=cells):
        counts = dict(enumerate(values))
        published[(*suppress(counts, threshold).values(), safe_total(counts, threshold))].append(values)
    for shown, possible in published.items():
        for cell in range(cells):
            assert shown[cell] is not None or len({values[cell] for values in possible}) > 1


@pytest.mark.parametrize("threshold", [3, 5])
def test_no_small_count_is_ever_shown(threshold: int) -> None:
    for values in product(range(8), repeat=3):
        shown = suppress(dict(enumerate(values)), threshold).values()
        assert not any(count is not None and 0 < count < threshold for count in shown)
