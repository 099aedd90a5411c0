"""In which weeks and months a head must receive citizens (table reception_duties), and who holds a ticket."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from langnghe.cases import sealing
from langnghe.cases.models import Case, Step
from langnghe.core import tables
from langnghe.core.calendar import CalendarGap, WorkingCalendar
from langnghe.engagements.models import Conclusion, Engagement, Ticket
from langnghe.registry import law
from langnghe.registry.models import Body

RECEPTION_WEEKDAY = 3  # Thursday is our plan's day if a body chooses none; the law gives a number of days.
ANCHOR = 3  # a week lies in the year and the month of its Thursday, as ISO 8601 has it

DUTIES = {
    "committee_commune": "chairman_commune",
    "committee_province": "chairman_province",
    "party_commune": "party_head_commune",
    "party_province": "party_head_province",
}  # type of body: whose days it plans


def duty_of(body: Body) -> str:
    """Return the duty (table reception_duties) of the head of the body; "" when the table has none."""
    return DUTIES.get(body.type, "")


def chair_of(body: Body) -> str:
    """Return the title of the head who receives; "" when the table of duties has none."""
    rows = tables.rows("reception_duties")
    return next((row["title_vi"] for row in rows if row["who"] == duty_of(body)), "")


@dataclass(frozen=True)
class Due:
    """So many days are due from one day to another, both within; any day held there fulfils one of them."""

    since: date
    until: date
    times: int

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until

    def proposed(self, count: int, weekday: int, since: date, taken: Collection[date]) -> list[date]:
        """Return `count` free working days not before `since`, near that weekday; fewer if no more are left."""
        calendar, first = law.calendar(), max(self.since, since)
        days = list(_days(first, self.until))
        free = [day for day in days if is_worked(calendar, day) and day not in taken]
        wanted = [day for day in days if day.weekday() == weekday and day not in taken][:count]
        found: list[date] = []
        for day in [*wanted, *free]:
            rest = [each for each in free if each not in found]
            if rest and len(found) < count:
                found.append(next((each for each in rest if each >= day), rest[-1]))
        return sorted(found)


def dues(duty: str, since: date, until: date) -> Iterator[Due]:
    """Yield the weeks and months for which the duty asks for days, those that lie in the time asked about.

    A week lies where its Thursday does, and so does the duty that governs it. If its own month has no working day in
    it (Tết), its day is due with those of the week after. Raises CalendarGap for a year without holidays.
    """
    calendar, waiting = law.calendar(), None
    for day in _days(since - timedelta(days=31), until):
        row = _in_force(duty, day)
        if row and day >= since and day.year not in calendar.years:
            raise CalendarGap(day.year)
        if row and row["per"] == "week" and day.weekday() == ANCHOR:
            week = _week(day, row, waiting)
            own = _days(max(week.since, day.replace(day=1)), week.until)
            is_due = day.year not in calendar.years or any(is_worked(calendar, each) for each in own)
            waiting = None if is_due else week
            if day >= since and not waiting:
                yield week
        if row and row["per"] == "month" and (day.day == 1 or row["valid_from"] == day.isoformat()):
            month = Due(day, _ends((day.replace(day=1) + timedelta(days=31)).replace(day=1), row), int(row["times"]))
            if month.until >= since:
                yield month


def _days(since: date, until: date) -> Iterator[date]:
    return (since + timedelta(days=n) for n in range((until - since).days + 1))


def is_worked(calendar: WorkingCalendar, day: date) -> bool:
    """Whether the day is worked; one of a year without holidays, at the edge of a week, counts as not."""
    return day.year in calendar.years and calendar.is_working_day(day)


def _in_force(duty: str, day: date) -> dict[str, str] | None:
    key = day.isoformat()
    rows = (row for row in tables.rows("reception_duties") if row["who"] == duty)
    return next((row for row in rows if row["valid_from"] <= key <= (row["valid_to"] or key)), None)


def _week(anchor: date, row: dict[str, str], waiting: Due | None) -> Due:
    """Return the week of a Thursday, with the one before if its day is still waiting."""
    monday, times = anchor - timedelta(days=ANCHOR), int(row["times"])
    until = _ends(monday + timedelta(days=7), row)
    return Due(waiting.since, until, waiting.times + times) if waiting else Due(monday, until, times)


def _ends(following: date, row: dict[str, str]) -> date:
    """Return the day before the following week or month, or the last of the duty if that is earlier."""
    last = following - timedelta(days=1)
    return min(last, date.fromisoformat(row["valid_to"])) if row["valid_to"] else last


def due_around(body: Body, day: date) -> Due | None:
    """Return the week or month with the day in which the body's head must receive, if any; raises CalendarGap."""
    near = dues(duty_of(body), day - timedelta(days=3), day + timedelta(days=20))
    return next((due for due in near if due.holds(day)), None)


def matters(day: Engagement, number: int | None = None) -> list[str]:
    """Return what was heard on the day, ticket by ticket or of one alone: no name, no word of anybody."""
    tickets = day.tickets.filter(state=Ticket.State.DONE).select_related("case__topic").order_by("number")
    return [heard(row) for row in (tickets if number is None else tickets.filter(number=number))]


def heard(ticket: Ticket) -> str:
    """Return what was heard with a ticket, as the minutes say it."""
    return _("Số %(number)d: %(what)s") % {"number": ticket.number, "what": _heard(ticket.case)}


def _heard(case: Case | None) -> str:
    if case is None:
        return _("tiếp, hướng dẫn tại chỗ")
    if case.state == Case.State.SEALED:
        return _("theo thủ tục riêng của luật")
    words = {"kind": law.kinds()[case.kind].name, "topic": case.topic.name, "code": case.code}
    return _("%(kind)s, lĩnh vực %(topic)s, vụ việc %(code)s") % words


EMPTIED = ("redact", "seal")  # steps after which nothing is told of the matter here


def is_emptied(ticket: Ticket) -> bool:
    """Return whether the case of the one with the ticket was redacted or went to the sealed lane."""
    return ticket.case_id is not None and Step.objects.filter(case=ticket.case_id, verb__in=EMPTIED).exists()


def said_to(day: Engagement, ticket: Ticket | None) -> Conclusion | None:
    """Return what was concluded of the whole day, or for the one with the ticket unless their case was emptied."""
    if ticket is None:
        return day.conclusion
    return None if is_emptied(ticket) else day.concluded.get(ticket.pk)


def who(ticket: Ticket) -> dict[str, str]:
    """Return what a ticket says of the person (name, phone, about); nothing once it was forgotten."""
    return sealing.unseal_contact(bytes(ticket.sealed)) if ticket.sealed else {}
