"""On which days a head must receive citizens, by the duty in force (table reception_duties)."""

from datetime import date, timedelta

from langnghe.core import tables
from langnghe.registry import law

RECEPTION_WEEKDAY = 3  # Thursday is our plan's day; the law gives a number of days, not a weekday.


def _per_week(duty: str, day: date) -> tuple[int, str] | None:
    """Return (times, per) of the duty in force on the day, or None."""
    for row in tables.rows("reception_duties"):
        since, until = row["valid_from"], row["valid_to"]
        if row["who"] == duty and (not since or since <= day.isoformat()) and (not until or day.isoformat() <= until):
            return int(row["times"]), row["per"]
    return None


def due_days(duty: str, since: date, until: date) -> list[date]:
    """Return the reception days due between the two days, the next working day when one falls on a holiday."""
    days: list[date] = []
    seen: dict[tuple[int, int, str], int] = {}
    day = since
    while day <= until:
        rule = _per_week(duty, day)
        if rule and day.weekday() == RECEPTION_WEEKDAY:
            times, per = rule
            slot = (*(day.isocalendar()[:2] if per == "week" else (day.year, day.month)), per)
            if seen.get(slot, 0) < times:
                seen[slot] = seen.get(slot, 0) + 1
                days.append(_working(day))
        day += timedelta(days=1)
    return [day for day in dict.fromkeys(days) if day <= until]


def _working(day: date) -> date:
    calendar = law.calendar()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
