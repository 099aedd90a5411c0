"""What a leader asks of a place's cases: late where, handed over where, answered how. Never of a person."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Value

from langnghe.cases import parts
from langnghe.cases.models import Case
from langnghe.commitments.models import Commitment
from langnghe.registry.models import Body, Place


@dataclass(frozen=True)
class Range:
    """Some days and a place with all below it; None or a province is the whole installation."""

    since: date
    until: date
    place: Place | None = None


def within(place: Place | None) -> Q:
    """Return the condition that a row's `place` is this commune, or lies in this district."""
    if place is None or place.level == Place.Level.PROVINCE:
        return Q()
    return Q(place__parent=place) if place.level == Place.Level.DISTRICT else Q(place=place)


def unsettled(place: Place | None) -> QuerySet[Case]:
    """Return the open cases; the words let the partial indexes of the table answer."""
    return Case.objects.filter(within(place), settled=None, state__in=Case.OPEN)


def _late(today: date) -> Q:
    return Q(due__lt=today, paused=None)


def open_and_late(today: date, place: Place | None) -> tuple[int, int]:
    """Return how many cases are open, and how many of these are past their due date."""
    found = unsettled(place).aggregate(count=Count("pk"), late=Count("pk", filter=_late(today)))
    return found["count"], found["late"]


@dataclass(frozen=True)
class Standing:
    """Open cases that have all this in common: how many there are, late, and with a clock that stands."""

    place: int
    holder: int
    state: str
    handovers: int
    count: int
    late: int
    paused: int


def standing(today: date, which: Q) -> list[Standing]:
    """Return how these open cases stand; an index of the table answers alone, for a place as for some holders."""
    rows = unsettled(None).filter(which).order_by().values_list("place_id", "holder_id", "state", "handovers")
    late, paused = Count("place", filter=_late(today)), Count("paused")
    return [Standing(*row) for row in rows.annotate(count=Count("place"), late=late, paused=paused)]


def load(today: date, holder: Body) -> list[tuple[str, int, int]]:
    """Return (account, open cases, late ones) at a body, most first; those given to nobody have an empty name."""
    rows = unsettled(None).filter(holder=holder).order_by().values_list("officer__username")
    counted = rows.annotate(count=Count("pk"), late=Count("pk", filter=_late(today)))
    return [(name or "", count, late) for name, count, late in counted.order_by("-count", "officer__username")]


def longest_open(condition: Q, most: int = 10) -> list[Case]:
    """Return the open cases that meet the condition, with the oldest due dates."""
    rows = unsettled(None).filter(condition).exclude(due=None)
    return list(rows.order_by("due", "pk")[:most])


def _late_promises(today: date, which: Q) -> QuerySet[Commitment]:
    return Commitment.objects.filter(which, state=Commitment.State.OPEN, due__lt=today)


def late_commitments(today: date, which: Q) -> int:
    """Return how many of these promises are open and past their day."""
    return _late_promises(today, which).count()


def late_besides(today: date, which: Q, body: Body) -> dict[str, int]:
    """Return how many of these promises are past their day, and how many parts that the body owes or waits for.

    In one statement: the page that asks for all three may not ask often.
    """
    owed, awaited = (rows.filter(due__lt=today) for rows in (parts.owed(body), parts.awaited(body)))
    asked = {"promises": _late_promises(today, which), "owed": owed, "awaited": awaited}
    first, *others = (
        rows.order_by().annotate(what=Value(what)).values("what").annotate(n=Count("pk"))
        for what, rows in asked.items()
    )
    found = dict(first.union(*others, all=True).values_list("what", "n"))
    return {what: found.get(what, 0) for what in asked}
