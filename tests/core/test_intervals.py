"""Wilson's interval and Byar's against published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.intervals import byar, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 10, 0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_agrees_with_worked_examples(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_inside_the_interval(pair: tuple[int, int]) -> None:
    successes, n = pair
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="between"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [
        (0, 0, 3.668),  # 1 x (1 - 1/9 + 1.96/3)^3
        (1, 0.01307, 5.5639),  # 1 x (1 - 1/9 - 1.96/3)^3, 2 x (1 - 1/18 + 1.96/(3 x 1.4142))^3
        (10, 4.787, 18.392),  # exact: 4.795 and 18.391
        (100, 81.36, 121.63),  # exact: 81.36 and 121.63
    ],
)
def test_byars_interval_agrees_with_values_worked_by_hand(events: int, low: float, high: float) -> None:
    assert byar(events) == pytest.approx((low, high), rel=2e-3)


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        byar(-1)
