"""Terms found by the day the clock started, and due days worked out by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.calendar import CalendarGap, WorkingCalendar
from langnghe.core.terms import AmbiguousTerm, Clock, Extension, ExtensionRefused, NoTerm, Pause, Term, find

HOLIDAYS = ["2026-01-01", "2026-04-27", "2026-04-30", "2026-05-01", "2026-09-02", "2027-01-01"]
CALENDAR = WorkingCalendar([{"date": day, "kind": "holiday"} for day in HOLIDAYS])
ROW = {
    "code": "kn1", "stage": "resolve", "kind": "complaint", "days": "30", "unit": "calendar",
    "starts": "accepted", "extension_days": "", "extensions_max": "", "valid_from": "", "valid_to": "",
    "citation": "Điều 28", "confidence": "S", "condition": "",
}  # fmt: skip
THIRTY = Term.from_row(ROW | {"extension_days": "30", "extensions_max": "1"})
TEN = Term.from_row(ROW | {"code": "pl", "days": "10", "unit": "working", "starts": "received"})
JUNE_1 = date(2026, 6, 1)  # a Monday


def test_a_row_of_text_becomes_a_term() -> None:
    term = Term.from_row(ROW | {"valid_from": "2012-07-01"})
    assert (term.days, term.unit, term.starts, term.extensions_max) == (30, "calendar", "accepted", 0)
    assert (term.valid_from, term.valid_to) == (date(2012, 7, 1), None)


@pytest.mark.parametrize("wrong", [{"unit": "weeks"}, {"starts": "posted"}, {"days": "-1"}, {"extensions_max": "-1"}])
def test_a_row_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="kn1"):
        Term.from_row(ROW | wrong)


@pytest.mark.parametrize(("started", "code"), [(date(2026, 6, 30), "old"), (date(2026, 7, 1), "new")])
def test_the_term_in_force_when_the_clock_started_holds(started: date, code: str) -> None:
    old = Term.from_row(ROW | {"code": "old", "valid_to": "2026-06-30"})
    new = Term.from_row(ROW | {"code": "new", "valid_from": "2026-07-01"})
    assert find([old, new], stage="resolve", kind="complaint", on=started).code == code


def test_a_condition_picks_its_own_row() -> None:
    remote = Term.from_row(ROW | {"code": "remote", "condition": "remote", "days": "45"})
    assert find([THIRTY, remote], stage="resolve", kind="complaint", on=JUNE_1, condition="remote") is remote
    assert find([THIRTY, remote], stage="resolve", kind="complaint", on=JUNE_1) is THIRTY


@pytest.mark.parametrize("change", [{"kind": "petition"}, {"stage": "accept"}, {"condition": "remote"}])
def test_no_row_is_an_error(change: dict[str, str]) -> None:
    wanted = {"stage": "resolve", "kind": "complaint", "condition": ""} | change
    with pytest.raises(NoTerm, match="01/06/2026"):
        find([THIRTY], on=JUNE_1, **wanted)


def test_two_rows_are_an_error() -> None:
    with pytest.raises(AmbiguousTerm, match="kn1, twice"):
        find([THIRTY, Term.from_row(ROW | {"code": "twice"})], stage="resolve", kind="complaint", on=JUNE_1)


@pytest.mark.parametrize(
    ("term", "start", "due"),
    [
        # 5 working days from Fri 24/4: 27/4 off, 28 = 1, 29 = 2, 30/4 and 1/5 off, Mon 4/5 = 3, 5 = 4, 6 = 5
        (Term.from_row(ROW | {"days": "5", "unit": "working"}), date(2026, 4, 24), date(2026, 5, 6)),
        # 10 working days from Mon 1/6: 2..5 = 1..4, 8..12 = 5..9, Mon 15 = 10
        (TEN, JUNE_1, date(2026, 6, 15)),
        # 30 days from 1/4 end on Fri 1/5, a holiday: Sat, Sun, so Mon 4/5
        (THIRTY, date(2026, 4, 1), date(2026, 5, 4)),
        # 30 days from 1/6 end on Wed 1/7
        (THIRTY, JUNE_1, date(2026, 7, 1)),
        # 30 days from 4/6 end on Sat 4/7, so Mon 6/7
        (THIRTY, date(2026, 6, 4), date(2026, 7, 6)),
    ],
)
def test_the_due_day(term: Term, start: date, due: date) -> None:
    assert Clock(start, term).due(CALENDAR) == due


def test_a_pause_moves_a_term_in_working_days_by_the_working_days_paused() -> None:
    # stands Thu 4, Fri 5, Mon 8 and runs again Tue 9/6: three working days, so Mon 15/6 becomes Thu 18/6
    clock = Clock(JUNE_1, TEN, pauses=(Pause(date(2026, 6, 4), date(2026, 6, 9), "12/TB"),))
    assert clock.due(CALENDAR) == date(2026, 6, 18)


def test_a_pause_moves_a_term_in_calendar_days_by_the_days_paused() -> None:
    # stands 10..19/6, ten days: Wed 1/7 becomes Sat 11/7, so Mon 13/7
    clock = Clock(JUNE_1, THIRTY, pauses=(Pause(date(2026, 6, 10), date(2026, 6, 20), "12/TB"),))
    assert clock.due(CALENDAR) == date(2026, 7, 13)


def test_overlapping_pauses_count_once() -> None:
    one = Pause(date(2026, 6, 10), date(2026, 6, 20), "12/TB")
    inside = Pause(date(2026, 6, 12), date(2026, 6, 15), "13/TB")
    assert Clock(JUNE_1, THIRTY, (one, inside)).due(CALENDAR) == Clock(JUNE_1, THIRTY, (one,)).due(CALENDAR)


def test_a_pause_after_the_due_day_comes_too_late() -> None:
    late = Pause(date(2026, 6, 16), date(2026, 6, 30), "12/TB")
    clock = Clock(JUNE_1, TEN, (late,))
    assert clock.due(CALENDAR) == date(2026, 6, 15)
    assert clock.state(CALENDAR, date(2026, 6, 17)) == "overdue"


def test_an_open_pause_keeps_the_days_left_as_they_were() -> None:
    clock = Clock(JUNE_1, TEN, (Pause(date(2026, 6, 4), None, "12/TB"),))  # 2 and 3/6 are used
    for today in (date(2026, 6, 4), date(2026, 6, 9), date(2026, 7, 20)):
        assert clock.state(CALENDAR, today) == "paused"
        assert clock.days_left(CALENDAR, today) == 8
    assert clock.due(CALENDAR) == date(2026, 6, 15)


def test_a_planned_pause_is_not_counted_as_days_left() -> None:
    clock = Clock(JUNE_1, TEN, (Pause(date(2026, 6, 4), date(2026, 6, 9), "12/TB"),))
    assert clock.days_left(CALENDAR, date(2026, 6, 3)) == 8
    assert clock.days_left(CALENDAR, JUNE_1) == 10


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="tạm dừng"):
        Clock(JUNE_1, TEN, (Pause(date(2026, 6, 9), date(2026, 6, 4), "12/TB"),))


def test_an_extension_adds_its_days() -> None:
    # 60 days from 1/6: 30/6 is day 29, 31/7 is day 60, a Friday
    clock = Clock(JUNE_1, THIRTY).extend(30, "45/QĐ-UBND", date(2026, 6, 25))
    assert clock.due(CALENDAR) == date(2026, 7, 31)


@pytest.mark.parametrize(
    ("days", "document_no", "day", "reason"),
    [
        (30, "  ", date(2026, 6, 25), ("document", 0)),
        (31, "45/QĐ", date(2026, 6, 25), ("days", 30)),
        (0, "45/QĐ", date(2026, 6, 25), ("days", 30)),
        (10, "45/QĐ", date(2026, 5, 31), ("early", JUNE_1)),
    ],
)
def test_an_extension_outside_the_law_is_refused(
    days: int, document_no: str, day: date, reason: tuple[str, object]
) -> None:
    with pytest.raises(ExtensionRefused) as refused:
        Clock(JUNE_1, THIRTY).extend(days, document_no, day)
    assert refused.value.args == reason


def test_more_extensions_than_allowed_are_refused() -> None:
    once = Extension(30, "45/QĐ", date(2026, 6, 25))
    with pytest.raises(ExtensionRefused) as refused:
        Clock(JUNE_1, THIRTY, extensions=(once, once))
    assert refused.value.args == ("times", 1)
    with pytest.raises(ExtensionRefused) as refused:
        Clock(JUNE_1, TEN).extend(1, "45/QĐ", date(2026, 6, 2))
    assert refused.value.args == ("times", 0)


@pytest.mark.parametrize(
    ("today", "left", "state"),
    [
        (date(2026, 6, 1), 10, "running"),
        (date(2026, 6, 10), 3, "running"),
        (date(2026, 6, 11), 2, "due_soon"),
        (date(2026, 6, 13), 1, "due_soon"),  # a Saturday: only Mon 15 is left
        (date(2026, 6, 15), 0, "due_soon"),
        (date(2026, 6, 16), -1, "overdue"),
        (date(2026, 6, 22), -5, "overdue"),  # 16, 17, 18, 19, 22
    ],
)
def test_days_left_and_state(today: date, left: int, state: str) -> None:
    clock = Clock(JUNE_1, TEN)
    assert (clock.days_left(CALENDAR, today), clock.state(CALENDAR, today)) == (left, state)


def test_the_weekend_after_the_due_day_is_overdue() -> None:
    clock = Clock(date(2026, 6, 5), TEN)  # due Fri 19/6
    assert clock.due(CALENDAR) == date(2026, 6, 19)
    assert clock.days_left(CALENDAR, date(2026, 6, 20)) == -1
    assert clock.state(CALENDAR, date(2026, 6, 20)) == "overdue"


def test_a_due_day_in_an_unknown_year_is_never_guessed() -> None:
    with pytest.raises(CalendarGap, match="2028"):
        Clock(date(2027, 12, 20), THIRTY).due(CALENDAR)
    with pytest.raises(CalendarGap, match="2028"):
        Clock(date(2027, 12, 27), TEN).due(CALENDAR)


@given(
    st.sampled_from([TEN, THIRTY]),
    st.integers(0, 300),
    st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 20)), max_size=4),
)
def test_the_due_day_is_the_last_of_the_days_on_which_the_clock_ran(
    term: Term, shift: int, spans: list[tuple[int, int]]
) -> None:
    start = date(2026, 1, 2) + timedelta(days=shift)
    pauses = tuple(
        Pause(start + timedelta(days=since), start + timedelta(days=since + length), "1/TB") for since, length in spans
    )
    day, left = start, term.days
    while left:
        day += timedelta(days=1)
        standing = any(pause.since <= day < pause.until for pause in pauses if pause.until)
        left -= not standing and (term.unit == "calendar" or CALENDAR.is_working_day(day))
    assert Clock(start, term, pauses).due(CALENDAR) == CALENDAR.on_or_after(day)
