"""Working days, with a little table of holidays of its own."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.calendar import CalendarGap, WorkingCalendar, written_out


def row(day: str, kind: str = "holiday", valid_to: str = "") -> dict[str, str]:
    return {"date": day, "kind": kind, "valid_from": "", "valid_to": valid_to}


ROWS = [
    row("2025-01-01"), row("2025-09-02"),
    row("2026-01-01"), row("2026-04-27"), row("2026-04-30"), row("2026-05-01"),
    row("2026-08-31"), row("2026-08-22", "working"), row("2026-09-01"), row("2026-09-02"),
    row("2028-01-03"),
]  # fmt: skip
CALENDAR = WorkingCalendar(ROWS)
DAYS = st.dates(date(2025, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 4, 24), True),  # a Friday
        (date(2026, 4, 25), False),  # a Saturday
        (date(2026, 4, 26), False),  # a Sunday
        (date(2026, 4, 27), False),  # a Monday in the table
        (date(2026, 8, 22), True),  # a Saturday worked for Monday 31/8
    ],
)
def test_a_day_is_worked_or_not(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        # Mon 27/4 off, Tue 28 = 1, Wed 29 = 2, Thu 30 and Fri 1/5 off, Mon 4/5 = 3, Tue 5 = 4, Wed 6 = 5
        (date(2026, 4, 24), 5, date(2026, 5, 6)),
        # Sat 22/8 is worked
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        # Fri 28/8 = 1; Sat, Sun, Mon 31/8, Tue 1/9, Wed 2/9 off; Thu 3/9 = 2
        (date(2026, 8, 27), 2, date(2026, 9, 3)),
        # from a Sunday: Mon 20/4 = 1
        (date(2026, 4, 19), 1, date(2026, 4, 20)),
        # over the year: Wed 31/12/2025; Thu 1/1 off; Fri 2/1 = 1
        (date(2025, 12, 31), 1, date(2026, 1, 2)),
        (date(2026, 4, 26), 0, date(2026, 4, 26)),
    ],
)
def test_working_days_are_added(start: date, n: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, n) == end


@given(DAYS, st.integers(0, 40))
def test_adding_then_counting_gives_the_number_back(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.working_days_between(start, end) == n
    assert CALENDAR.working_days_between(end, start) == -n
    assert n == 0 or CALENDAR.is_working_day(end)


@given(DAYS, st.integers(0, 60))
def test_counting_agrees_with_looking_at_every_day(start: date, length: int) -> None:
    days = [start + timedelta(days=i) for i in range(1, length + 1)]
    counted = CALENDAR.working_days_between(start, start + timedelta(days=length))
    assert counted == sum(CALENDAR.is_working_day(day) for day in days)


def test_the_next_working_day_is_found() -> None:
    assert CALENDAR.on_or_after(date(2026, 4, 30)) == date(2026, 5, 4)
    assert CALENDAR.on_or_after(date(2025, 1, 1)) == date(2025, 1, 2)
    assert CALENDAR.on_or_after(date(2026, 5, 4)) == date(2026, 5, 4)


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2027, 5, 4), date(2029, 1, 1)])
def test_a_year_without_a_table_is_refused(day: date) -> None:
    for question in (CALENDAR.is_working_day, CALENDAR.on_or_after):
        with pytest.raises(CalendarGap, match=str(day.year)):
            question(day)
    with pytest.raises(CalendarGap):
        CALENDAR.add_working_days(day, 0)


@pytest.mark.parametrize("n", [1, 400])
def test_a_count_that_runs_into_an_unknown_year_is_refused(n: int) -> None:
    with pytest.raises(CalendarGap, match="2027"):
        CALENDAR.add_working_days(date(2026, 12, 31), n)
    with pytest.raises(CalendarGap, match="2027"):
        CALENDAR.working_days_between(date(2026, 12, 31), date(2028, 1, 4))


def test_an_empty_table_knows_no_year() -> None:
    with pytest.raises(CalendarGap, match="2026"):
        WorkingCalendar([]).add_working_days(date(2026, 1, 5), 1)


def test_a_worked_saturday_alone_does_not_make_a_year_known() -> None:
    with pytest.raises(CalendarGap):
        WorkingCalendar([row("2026-08-22", "working")]).is_working_day(date(2026, 8, 22))


def test_a_row_withdrawn_before_its_day_does_not_count() -> None:
    calendar = WorkingCalendar([*ROWS, row("2026-06-01", valid_to="2026-05-01")])
    assert calendar.is_working_day(date(2026, 6, 1))


@pytest.mark.parametrize("wrong", [row("2026-04-30", "working"), row("2026-06-01", "rest")])
def test_contradictions_in_the_table_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="holidays"):
        WorkingCalendar([*ROWS, wrong])


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(date(2026, 5, 4), -1)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 3), "ngày 03 tháng 02 năm 2026"),
        (date(2026, 6, 30), "ngày 30 tháng 6 năm 2026"),
        (date(2026, 12, 9), "ngày 09 tháng 12 năm 2026"),
    ],
)
def test_a_day_is_written_out_as_at_the_head_of_a_document(day: date, words: str) -> None:
    assert written_out(day) == words
