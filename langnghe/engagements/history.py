"""Planned and held occasions, and who waits for them, as the log should know them."""

import hashlib
from collections.abc import Iterator

from langnghe.engagements.models import Arrangement, BookOpening, Conclusion, DayChange, Engagement, Ticket
from langnghe.ledger.actions import Entry


def entry(verb: str, engagement: Engagement) -> Entry:
    private: dict[str, object] = {"chair": engagement.chair}
    if verb == "hold":
        private |= {"held": engagement.held, "people": engagement.people}
    return Entry(verb, engagement.code, engagement.body.code, engagement.day, bytes(engagement.salt), private)


def planned(engagement: Engagement) -> Entry:
    """Return the entry of the day and the chair that were planned first."""
    first = engagement.changed[0] if engagement.changed else None
    whole = entry("plan", engagement)
    return whole._replace(day=first.day_before, private={"chair": first.chair_before}) if first else whole


def changed(row: DayChange) -> Entry:
    private: dict[str, object] = {name: getattr(row, name) for name in ("chair_before", "chair_after", "reason")}
    private |= {"day_before": row.day_before, "day_after": row.day_after}
    whole = row.engagement
    return Entry(str(row.verb), whole.code, whole.body.code, row.day, bytes(row.salt), private)


def arranged(row: Arrangement) -> Entry:
    private = {name: getattr(row, name) for name in ("place", "starts", "ends", "is_online", "room")}
    whole = row.engagement
    return Entry("arrange", whole.code, whole.body.code, row.day, bytes(row.salt), private)


def conclusion_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def concluded(row: Conclusion) -> Entry:
    private: dict[str, object] = {"digest": conclusion_digest(row.text) if row.text else row.digest}
    if row.ticket is not None:
        private |= {"number": row.ticket.number}
    whole = row.engagement
    return Entry("conclude", whole.code, whole.body.code, row.day, bytes(row.salt), private)


def taken(row: Ticket) -> Entry:
    private = {"number": row.number, "is_booked": row.is_booked}
    whole = row.engagement
    return Entry("take_ticket", whole.code, whole.body.code, row.taken, bytes(row.salt), private)


def ended(row: Ticket) -> Entry:
    """Return how a ticket ended; `row.ended` is set."""
    private = {"number": row.number, "state": str(row.state)}
    whole = row.engagement
    return Entry("end_ticket", whole.code, whole.body.code, row.ended or row.taken, bytes(row.salt), private)


def opened(row: BookOpening) -> Entry:
    private = {name: getattr(row, name) for name in ("account_id", "since", "until", "form", "with_names")}
    return Entry("open_book", row.code, row.body.code, row.day, bytes(row.salt), private)


def entries() -> Iterator[Entry]:
    days = Engagement.objects.select_related("body").prefetch_related("changes").order_by("pk")
    for engagement in days.iterator(2000):
        yield planned(engagement)
        if engagement.held_at is not None:
            yield entry("hold", engagement)
    whole = "engagement__body"
    yield from map(changed, DayChange.objects.select_related(whole).order_by("pk").iterator(2000))
    yield from map(arranged, Arrangement.objects.select_related(whole).order_by("pk").iterator(2000))
    yield from map(concluded, Conclusion.objects.select_related(whole, "ticket").order_by("pk").iterator(2000))
    for ticket in Ticket.objects.select_related(whole).order_by("pk").iterator(2000):
        yield taken(ticket)
        if ticket.ended is not None:
            yield ended(ticket)
    yield from map(opened, BookOpening.objects.select_related("body").order_by("pk").iterator(2000))
