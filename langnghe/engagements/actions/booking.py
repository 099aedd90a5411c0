"""Tickets of a reception day: booked by residents or taken at the desk, called in order, and forgotten in time."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe import installation
from langnghe.cases import sealing
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, Step
from langnghe.core import codes
from langnghe.core.refusal import Refused
from langnghe.engagements.actions.planning import require_own, require_standing
from langnghe.engagements.history import conclusion_digest, ended, taken
from langnghe.engagements.models import Conclusion, Engagement, Ticket
from langnghe.engagements.receptions import EMPTIED
from langnghe.ledger.actions import append
from langnghe.registry import law

State = Ticket.State


@transaction.atomic
def book(engagement: Engagement, who: dict[str, str], *, key: str, at: datetime) -> tuple[Ticket, str]:
    """Book a place on a coming day; returns the ticket and the code to cancel it, the same two for the same key."""
    code = codes.ticket_code(installation.key("receipt"), key)
    lookup = codes.ticket_lookup(installation.key("receipt"), code)
    day = Engagement.objects.select_for_update(of=("self",)).select_related("body").get(pk=engagement.pk)
    known = Ticket.objects.select_related("engagement__body").filter(lookup=lookup).first()
    if known is not None:
        return known, code
    require_standing(day)
    if day.kind != Engagement.Kind.RECEPTION or day.held is not None or day.day <= localdate(at):
        raise Refused(_("Ngày này không còn nhận đặt lịch; vẫn có thể đến trực tiếp."))
    if day.tickets.filter(is_booked=True).exclude(state=State.CANCELLED).count() >= law.rule("reception_bookings"):
        raise Refused(_("Ngày này đã đủ người đặt lịch. Mời chọn ngày khác, hoặc đến trực tiếp."))
    return _make(day, who, at, is_booked=True, lookup=lookup), code


@transaction.atomic
def take_ticket(engagement: Engagement, who: dict[str, str], *, actor: Actor, at: datetime) -> Ticket:
    """Give a ticket to somebody who came on the day without a booking."""
    require_own(actor, engagement.body)
    day = Engagement.objects.select_for_update(of=("self",)).select_related("body").get(pk=engagement.pk)
    if day.day != localdate(at):
        raise Refused(_("Chỉ phát số cho người đến trong đúng ngày tiếp."))
    _require_open(day)
    return _make(day, who, at)


def _require_open(day: Engagement) -> None:
    """Refuse a day that was cancelled, or noted as held: its people are counted, and signed in the log."""
    require_standing(day)
    if day.held is not None:
        raise Refused(
            _("Buổi tiếp này đã ghi nhận xong, không phát hay gọi số nữa. Ai đến sau, hãy ghi lời ở “Ghi lời dân”.")
        )


def _make(
    day: Engagement, who: dict[str, str], at: datetime, *, is_booked: bool = False, lookup: bytes | None = None
) -> Ticket:
    """Write the next ticket of a day that is locked."""
    said = {name: words for name, words in who.items() if words}
    ticket = Ticket.objects.create(
        engagement=day,
        number=(day.tickets.aggregate(last=Max("number"))["last"] or 0) + 1,
        is_booked=is_booked,
        lookup=lookup,
        sealed=sealing.seal_contact(said) if said else b"",
        taken=localdate(at),
        salt=secrets.token_bytes(16),
    )
    append([taken(ticket)])
    return ticket


@transaction.atomic
def cancel_booking(ticket: Ticket, *, at: datetime) -> Ticket:
    """Give a booking up, by whoever has its code; what was said of the person goes at once."""
    fresh = _locked(ticket)
    if fresh.state != State.WAITING:
        raise Refused(_("Lịch hẹn này không còn hủy được."))
    fresh.sealed = b""
    return _end(fresh, State.CANCELLED, at)


@transaction.atomic
def call_ticket(ticket: Ticket, *, actor: Actor, at: datetime) -> Ticket:
    """Call somebody in, on the day itself; also one who was called before and not there."""
    fresh = _locked(ticket)
    require_own(actor, fresh.engagement.body)
    if fresh.state != State.WAITING:
        raise Refused(_("Số này không còn chờ."))
    if fresh.day != localdate(at):
        raise Refused(_("Chỉ gọi số trong đúng ngày tiếp."))
    _require_open(fresh.engagement)
    fresh.state = State.RECEIVING
    fresh.save(update_fields=["state"])
    return fresh


@transaction.atomic
def finish_ticket(ticket: Ticket, *, actor: Actor, at: datetime) -> Ticket:
    """Note that somebody who was called in has been received."""
    fresh = _locked(ticket)
    require_own(actor, fresh.engagement.body)
    if fresh.state != State.RECEIVING:
        raise Refused(_("Số này chưa được gọi vào."))
    return _end(fresh, State.DONE, at)


@transaction.atomic
def miss_ticket(ticket: Ticket, *, actor: Actor, at: datetime) -> Ticket:
    """Note that somebody was called and not there."""
    fresh = _locked(ticket)
    require_own(actor, fresh.engagement.body)
    if fresh.state not in Ticket.LIVE or fresh.day > localdate(at):
        raise Refused(_("Số này không còn chờ."))
    return _end(fresh, State.MISSED, at)


@transaction.atomic
def link_case(ticket: Ticket, case: Case, *, actor: Actor, at: datetime) -> Ticket:
    """Tie the case that somebody's words became to their ticket, once; whoever waited has been received by that."""
    fresh = _locked(ticket)
    require_own(actor, fresh.engagement.body)
    if fresh.case_id not in (None, case.pk):
        raise Refused(_("Số này đã có lời ghi."))
    fresh.case = case
    fresh.save(update_fields=["case"])
    return _end(fresh, State.DONE, at) if fresh.is_live else fresh


def _locked(ticket: Ticket) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("engagement__body")
    return rows.get(pk=ticket.pk)


def _end(ticket: Ticket, state: Ticket.State, at: datetime) -> Ticket:
    ticket.state, ticket.ended = state, localdate(at)
    ticket.save(update_fields=["state", "ended", "sealed"])
    append([ended(ticket)])
    return ticket


def purge_tickets(at: datetime) -> int:
    """Forget who held a ticket whose day is longer ago than the rule ticket_days; return how many rows were emptied.

    Also those whose case was redacted or went to the sealed lane since, with what was concluded for them.
    """
    oldest = localdate(at) - timedelta(days=law.rule("ticket_days"))
    emptied = Step.objects.filter(verb__in=EMPTIED).values("case")
    concluded = list(Conclusion.objects.filter(ticket__case__in=emptied).exclude(text=""))
    for row in concluded:
        Conclusion.objects.filter(pk=row.pk).update(text="", digest=conclusion_digest(row.text))
    gone = Ticket.objects.filter(Q(engagement__day__lt=oldest) | Q(case__in=emptied))
    return gone.exclude(sealed=b"").update(sealed=b"", lookup=None) + len(concluded)
