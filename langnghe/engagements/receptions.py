"""On which days a head must receive citizens, by the duty in force (table reception_duties), and who holds a ticket."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from langnghe.cases import sealing
from langnghe.cases.models import Case
from langnghe.core import tables
from langnghe.engagements.models import Engagement, Ticket
from langnghe.registry import law
from langnghe.registry.models import Body

RECEPTION_WEEKDAY = 3  # Thursday is our plan's day; the law gives a number of days, not a weekday.

DUTIES = {
    "committee_commune": "chairman_commune",
    "committee_province": "chairman_province",
    "party_commune": "party_head_commune",
    "party_province": "party_head_province",
}  # type of body: whose days it plans


def duty_of(body: Body) -> str:
    """Return the duty (table reception_duties) of the head of the body; "" when the table has none."""
    return DUTIES.get(body.type, "")


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


def matters(day: Engagement) -> list[str]:
    """Return what was heard on the day, ticket by ticket, as its minutes say it: no name, no word of anybody."""
    tickets = day.tickets.filter(state=Ticket.State.DONE).select_related("case__topic").order_by("number")
    return [_("Số %(number)d: %(what)s") % {"number": row.number, "what": _heard(row.case)} for row in tickets]


def _heard(case: Case | None) -> str:
    if case is None:
        return _("tiếp, hướng dẫn tại chỗ")
    if case.state == Case.State.SEALED:
        return _("theo thủ tục riêng của luật")
    words = {"kind": law.kinds()[case.kind].name, "topic": case.topic.name, "code": case.code}
    return _("%(kind)s, lĩnh vực %(topic)s, vụ việc %(code)s") % words


def who(ticket: Ticket) -> dict[str, str]:
    """Return what a ticket says of the person (name, phone, about); nothing once it was forgotten."""
    return sealing.unseal_contact(bytes(ticket.sealed)) if ticket.sealed else {}
