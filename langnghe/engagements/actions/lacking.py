"""Put on record the reception days that the law asked for and that were never on a body's calendar."""

import secrets
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localdate

from langnghe.core.calendar import CalendarGap
from langnghe.engagements.actions.planning import lock_calendar
from langnghe.engagements.history import changed, entry
from langnghe.engagements.models import DayChange, Engagement
from langnghe.engagements.receptions import DUTIES, Due, chair_of, dues, is_worked
from langnghe.ledger.actions import append
from langnghe.registry import law
from langnghe.registry.models import Body

BACK = timedelta(days=62)  # for which it is made good when the worker stood still
WHY = "Tuần hoặc tháng luật yêu cầu đã hết mà lịch tiếp công dân không có đủ ngày."


def note_lacking(at: datetime) -> int:
    """Record, as called off by nobody's planning, what weeks and months that are over lacked; return how many days.

    So they count as due and not held: who plans nothing owes as much as who plans. A body owes from the first week or
    month that began after somebody was given a role in it. Nothing is noted where holidays are unknown.
    """
    count, until = 0, localdate(at) - timedelta(days=1)
    for kind, duty in DUTIES.items():
        over: list[Due] = []
        with suppress(CalendarGap):
            over = [due for due in dues(duty, until - BACK, until) if due.until <= until]
        bodies = Body.objects.filter(type=kind).annotate(begun=Min("members__valid_from")).exclude(begun=None)
        for body in bodies.order_by("pk") if over else ():
            owed = [due for due in over if _owes(body, due)]
            count += _note(body, owed, at) if owed else 0
    return count


def _owes(body: Body, due: Due) -> bool:
    since = max(body.begun, body.valid_from or date.min)  # type: ignore[attr-defined]
    return bool(since <= due.since and due.until <= (body.valid_to or date.max))


@transaction.atomic
def _note(body: Body, owed: list[Due], at: datetime) -> int:
    lock_calendar(body)
    span = (owed[0].since, max(due.until for due in owed))
    rows = Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day__range=span)
    known = {row.day: row.was_lacking or not row.is_afterwards for row in rows}
    days = [day for due in owed for day in _lacking(due, known)]
    for day in days:
        made = Engagement(kind=Engagement.Kind.RECEPTION, body=body, day=day, planned_at=at, cancelled=localdate(at))
        made.chair, made.salt = chair_of(body), secrets.token_bytes(16)
        made.save()
        same = {"day_before": day, "day_after": day, "chair_before": made.chair, "chair_after": made.chair}
        row = DayChange(engagement=made, verb=DayChange.Verb.CANCEL, reason=WHY, day=localdate(at), **same)
        row.salt = secrets.token_bytes(16)
        row.save()
        append([entry("plan", made), changed(row)])
    return len(days)


def _lacking(due: Due, known: dict[date, bool]) -> list[date]:
    """Return free days of the week or month, as many as it lacks; a day entered afterwards fulfils none.

    The last days of rest come first: on a working day citizens may have been received, which is entered afterwards.
    """
    stands, calendar = sum(due.holds(day) for day, counts in known.items() if counts), law.calendar()
    days = [due.until - timedelta(days=n) for n in range((due.until - due.since).days + 1)]
    free = sorted(
        (day for day in days if day not in known), key=lambda day: (is_worked(calendar, day), -day.toordinal())
    )
    return sorted(free[: max(0, due.times - stands)])
