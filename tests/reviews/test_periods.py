"""Which days a half-year covers; the days were worked out by hand from the table's rows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.reviews.periods import span, year_before


@pytest.mark.parametrize(
    ("issuer", "year", "half", "since", "until"),
    [
        ("party", 2026, 1, date(2026, 1, 1), date(2026, 6, 30)),
        ("party", 2025, 2, date(2025, 7, 1), date(2025, 12, 31)),
        ("state", 2026, 1, date(2025, 12, 15), date(2026, 6, 14)),
        ("state", 2025, 2, date(2025, 6, 15), date(2025, 12, 14)),
    ],
)
def test_the_days_of_a_half_year(issuer: str, year: int, half: int, since: date, until: date) -> None:
    found = span(issuer, year, half)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize("issuer", ["party", "state"])
@given(year=st.integers(2001, 2090))
def test_half_years_follow_each_other_without_a_gap(issuer: str, year: int) -> None:
    first, second, third = span(issuer, year, 1), span(issuer, year, 2), span(issuer, year + 1, 1)
    assert (second.since - first.until).days == (third.since - second.until).days == 1


@pytest.mark.parametrize(("issuer", "half"), [("party", 3), ("front", 1), ("", 2)])
def test_a_period_of_no_row_is_not_invented(issuer: str, half: int) -> None:
    with pytest.raises(LookupError):
        span(issuer, 2026, half)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 6, 30), date(2025, 6, 30)),
        (date(2025, 12, 15), date(2024, 12, 15)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_the_same_day_a_year_before(day: date, before: date) -> None:
    assert year_before(day) == before
