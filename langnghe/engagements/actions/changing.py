"""Move a planned reception day, change who receives, or cancel it: with a reason that everybody reads."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import Actor
from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.engagements.actions.planning import lock_calendar, require_chair, require_free, require_own, sort_around
from langnghe.engagements.history import changed
from langnghe.engagements.models import EXTRA, DayChange, Engagement, Ticket
from langnghe.engagements.receptions import due_around
from langnghe.ledger.actions import append

Verb = DayChange.Verb
BATCH = 500  # days written at once


@transaction.atomic
def change_day(engagement: Engagement, *, day: date, chair: str, reason: str, actor: Actor, at: datetime) -> Engagement:
    """Move a reception to another day, with whoever booked it, or let another receive; a cancelled one stands again.

    A day that the duty asks for stays in its week or month, so that none is owed less by moving.
    """
    fresh = _open(engagement, actor)
    if fresh.was_lacking:
        raise Refused(_("Ngày này không có trong lịch khi hết tuần, tháng: không lập lại được. Hãy thêm ngày khác."))
    if (day, require_chair(chair), fresh.cancelled) == (fresh.day, fresh.chair, None):
        raise Refused(_("Chưa có gì thay đổi. Hãy ghi ngày mới hoặc người tiếp mới."))
    if day != fresh.day:
        require_free(fresh.body, day, at)
        _require_within(fresh, day)
    return _write(fresh, Verb.CHANGE, day, chair.strip(), reason, at)


@transaction.atomic
def cancel_day(engagement: Engagement, *, reason: str, actor: Actor, at: datetime) -> Engagement:
    """Call a reception off; who booked keeps the booking, reads why, and goes along if it is moved later."""
    fresh = _open(engagement, actor)
    if fresh.cancelled is not None:
        raise Refused(_("Buổi tiếp ngày này đã hủy."))
    return _write(fresh, Verb.CANCEL, fresh.day, fresh.chair, reason, at)


@transaction.atomic
def cancel_of_ended(at: datetime) -> int:
    """Call off the next BATCH of days planned by bodies for after their end, owed by nobody then; return how many.

    Who booked one reads that, and whose calendar to look at.
    """
    kind, after = Engagement.Kind.RECEPTION, Q(body__valid_to__lt=F("day"))
    rows = Engagement.objects.select_for_update(of=("self",)).filter(after, kind=kind, held=None, cancelled=None)
    found = list(rows.select_related("body__successor").order_by("pk")[:BATCH])
    for row in found:
        reason = _("Cơ quan này chỉ hoạt động đến hết ngày %(day)s.") % {"day": f"{row.body.valid_to:%d/%m/%Y}"}
        if row.body.successor is not None:
            reason += " " + _("Mời xem lịch của %(heir)s.") % {"heir": row.body.successor.name}
        _write(row, Verb.CANCEL, row.day, row.chair, reason, at)
    Engagement.objects.filter(pk__in=[row.pk for row in found]).update(origin=EXTRA)
    return len(found)


def _open(engagement: Engagement, actor: Actor) -> Engagement:
    """Return the day, locked with its calendar, if nobody was received on it yet."""
    require_own(actor, engagement.body)
    lock_calendar(engagement.body)
    rows = Engagement.objects.select_for_update(of=("self",)).select_related("body")
    fresh = rows.get(pk=engagement.pk)
    came = fresh.tickets.filter(state__in=Ticket.SERVED)
    if fresh.kind != Engagement.Kind.RECEPTION or fresh.held is not None or came.exists():
        raise Refused(_("Ngày này đã có người được tiếp, không dời, không hủy được nữa."))
    return fresh


def _require_within(fresh: Engagement, day: date) -> None:
    try:
        due = None if fresh.is_extra else due_around(fresh.body, fresh.day)
    except CalendarGap as gap:
        raise Refused(str(gap)) from None
    if due is not None and not due.holds(day):
        words = {"since": f"{due.since:%d/%m/%Y}", "until": f"{due.until:%d/%m/%Y}"}
        said = _(
            "Luật yêu cầu tiếp trong thời gian từ %(since)s đến %(until)s: hãy dời trong thời gian ấy, hoặc hủy ngày "
            "này, nêu lý do, rồi thêm ngày khác."
        )
        raise Refused(said % words)


def _write(fresh: Engagement, verb: str, day: date, chair: str, reason: str, at: datetime) -> Engagement:
    if not reason.strip():
        raise Refused(_("Hãy ghi lý do; mọi người đọc được."))
    row = DayChange.objects.create(
        engagement=fresh,
        verb=verb,
        day_before=fresh.day,
        day_after=day,
        chair_before=fresh.chair,
        chair_after=chair,
        reason=reason.strip(),
        day=localdate(at),
        salt=secrets.token_bytes(16),
    )
    append([changed(row)])
    fresh.day, fresh.chair = day, chair
    fresh.cancelled = localdate(at) if verb == Verb.CANCEL else None
    fresh.save(update_fields=["day", "chair", "cancelled"])
    sort_around(fresh.body, row.day_before, day)
    fresh.refresh_from_db(fields=["origin"])
    return fresh
