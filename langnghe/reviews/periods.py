"""Periods of a review as dated rows: which days a half-year covers for a Party or a state body."""

from dataclasses import dataclass
from datetime import date

from langnghe.core import tables


@dataclass(frozen=True)
class Span:
    """First and last day of a period, both in it, with the code of its row."""

    code: str
    since: date
    until: date


def span(issuer: str, year: int, half: int) -> Span:
    """Return the days of a half-year for "party" or "state"; LookupError when no row is in force."""
    for row in tables.rows("review_periods"):
        if row["issuer"] != issuer or row["half"] != str(half):
            continue
        since = _day(year + int(row["start_year_offset"] or 0), row["start_month_day"])
        until = _day(year, row["end_month_day"])
        if (row["valid_from"] or "0") <= until.isoformat() <= (row["valid_to"] or "9"):
            return Span(row["code"], since, until)
    raise LookupError(f"no period row for {issuer} {year}-H{half}")


def halves(issuer: str, first: int, last: int) -> list[Span]:
    """Return the half-years of these years, in order."""
    return [span(issuer, year, half) for year in range(first, last + 1) for half in (1, 2)]


def _day(year: int, month_day: str) -> date:
    month, day = month_day.split("-")
    return date(year, int(month), int(day))


def year_before(day: date) -> date:
    """Return the same day a year before (28 February for 29 February)."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
