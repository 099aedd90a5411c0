"""What a leader asks of a place's cases: late where, handed over where, answered how. Never of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from langnghe.cases.models import Case, Step
from langnghe.commitments.models import Commitment
from langnghe.registry.models import Place


@dataclass(frozen=True)
class Range:
    """Some days and, unless it is the whole installation, one commune."""

    since: date
    until: date
    place: Place | None = None

    def steps(self, *verbs: str) -> QuerySet[Step]:
        rows = Step.objects.filter(verb__in=verbs, day__range=(self.since, self.until))
        return rows.filter(place=self.place) if self.place else rows


def by_verb(window: Range) -> dict[str, int]:
    """Return how many voices came in, answers went out, and so on, by verb."""
    verbs = ("receive", "reply", "overdue", "refer", "refer_up", "reopen", "escalate", "rate")
    return dict(window.steps(*verbs).order_by().values_list("verb").annotate(count=Count("pk")))


def answers(window: Range) -> dict[str, int]:
    """Return how many answers there were, how many of them on time, and ratings of 4 or 5 among all ratings."""
    return window.steps("reply", "rate").aggregate(
        replies=Count("pk", filter=Q(verb="reply")),
        on_time=Count("pk", filter=Q(verb="reply", on_time=True)),
        ratings=Count("pk", filter=Q(verb="rate")),
        satisfied=Count("pk", filter=Q(verb="rate", stars__gte=4)),
    )


def outcomes(window: Range) -> dict[str, int]:
    return dict(window.steps("reply").order_by().values_list("outcome").annotate(count=Count("pk")))


def handed_over_by(window: Range, most: int = 15) -> list[tuple[str, int]]:
    """Return (body, hand-overs out of it), most first."""
    rows = window.steps("refer", "refer_up").order_by().values_list("body__short_name").annotate(count=Count("pk"))
    return list(rows.order_by("-count")[:most])


def _late(today: date, place: Place | None) -> QuerySet[Case]:
    rows = Case.objects.filter(settled=None, due__lt=today, paused=None, state__in=Case.OPEN)
    return rows.filter(place=place) if place else rows


def late_by_place(today: date, place: Place | None, most: int = 15) -> list[tuple[str, int]]:
    """Return (commune, cases past their due date), most first."""
    rows = _late(today, place).order_by().values_list("place__name").annotate(count=Count("pk"))
    return list(rows.order_by("-count")[:most])


def late(today: date, place: Place | None) -> int:
    return _late(today, place).count()


def longest_open(place: Place | None, related: Iterable[str], most: int = 10) -> list[Case]:
    """Return the open cases with the oldest due dates."""
    rows = Case.objects.filter(settled=None, state__in=Case.OPEN).exclude(due=None)
    rows = rows.filter(place=place) if place else rows
    return list(rows.select_related(*related).order_by("due", "pk")[:most])


def late_commitments(today: date, place: Place | None) -> int:
    rows = Commitment.objects.filter(state=Commitment.State.OPEN, due__lt=today)
    return (rows.filter(place=place) if place else rows).count()
