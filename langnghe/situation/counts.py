"""What a leader asks of a place's cases: late where, handed over where, answered how. Never of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from langnghe.cases.models import Case, Step
from langnghe.commitments.models import Commitment
from langnghe.registry import law
from langnghe.registry.models import Body, Place

SATISFIED = 4  # of 5


@dataclass(frozen=True)
class Range:
    """Some days and a place with all below it; None or a province is the whole installation."""

    since: date
    until: date
    place: Place | None = None

    def steps(self, *verbs: str) -> QuerySet[Step]:
        return Step.objects.filter(within(self.place), verb__in=verbs, day__range=(self.since, self.until))


def within(place: Place | None) -> Q:
    """Return the condition that a row's `place` is this commune, or lies in this district."""
    if place is None or place.level == Place.Level.PROVINCE:
        return Q()
    return Q(place__parent=place) if place.level == Place.Level.DISTRICT else Q(place=place)


@dataclass(frozen=True)
class Answers:
    """Answers by outcome, how many came on time, and ratings of 4 or 5 among all ratings."""

    replies: int
    on_time: int
    ratings: int
    satisfied: int
    outcomes: dict[str, int]


def by_verb(window: Range) -> dict[str, int]:
    """Return how many voices came in, how many cases fell overdue, and so on, by verb; answers are apart."""
    verbs = ("receive", "overdue", "refer", "refer_up", "reopen", "escalate")
    return dict(window.steps(*verbs).order_by().values_list("verb").annotate(count=Count("pk")))


def answers(window: Range) -> Answers:
    """Count answers and ratings in one reading of the steps, without sorting: over a province it is a long one."""
    by_outcome = {code: Count("pk", filter=Q(verb="reply", outcome=code)) for code in law.outcomes()}
    found: dict[str, int] = window.steps("reply", "rate").aggregate(
        replies=Count("pk", filter=Q(verb="reply")),
        on_time=Count("pk", filter=Q(verb="reply", on_time=True)),
        ratings=Count("pk", filter=Q(verb="rate")),
        satisfied=Count("pk", filter=Q(verb="rate", stars__gte=SATISFIED)),
        **{f"outcome_{code}": count for code, count in by_outcome.items()},
    )
    outcomes = {code: found.pop(f"outcome_{code}") for code in by_outcome}
    return Answers(**found, outcomes={code: count for code, count in outcomes.items() if count})


def handed_over_by(window: Range, most: int = 15) -> list[tuple[str, int]]:
    """Return (body, hand-overs out of it), most first."""
    rows = window.steps("refer", "refer_up").order_by().values_list("body__short_name").annotate(count=Count("pk"))
    return list(rows.order_by("-count")[:most])


def by_commune(window: Range) -> dict[str, dict[str, int]]:
    """Return what happened in each place of the window, by its name; places where nothing did are left out."""
    counted = {
        "received": Count("pk", filter=Q(verb="receive")),
        "replies": Count("pk", filter=Q(verb="reply")),
        "on_time": Count("pk", filter=Q(verb="reply", on_time=True)),
        "ratings": Count("pk", filter=Q(verb="rate")),
        "satisfied": Count("pk", filter=Q(verb="rate", stars__gte=SATISFIED)),
        "reopened": Count("pk", filter=Q(verb="reopen")),
        "handed": Count("pk", filter=Q(verb__in=("refer", "refer_up"))),
    }
    rows = window.steps("receive", "reply", "rate", "reopen", "refer", "refer_up").order_by().values("place__name")
    return {row.pop("place__name"): row for row in rows.annotate(**counted)}


def load(holder: Body) -> list[tuple[str, int]]:
    """Return (account, open cases) at a body, most first; cases given to nobody stand under an empty name."""
    rows = unsettled(None).filter(holder=holder).order_by().values_list("officer__username").annotate(count=Count("pk"))
    return [(name or "", count) for name, count in rows.order_by("-count", "officer__username")]


def unsettled(place: Place | None) -> QuerySet[Case]:
    """Return the open cases; the words let the partial indexes of the table answer."""
    return Case.objects.filter(within(place), settled=None, state__in=Case.OPEN)


def _late(today: date) -> Q:
    return Q(due__lt=today, paused=None)


def late_by_place(today: date, place: Place | None, most: int = 15) -> list[tuple[str, str, int]]:
    """Return (key and name of a commune, cases past their due date), most first."""
    rows = unsettled(place).filter(_late(today)).order_by().values_list("place__key", "place__name")
    return list(rows.annotate(count=Count("pk")).order_by("-count", "place__name")[:most])


def open_and_late(today: date, place: Place | None) -> tuple[int, int]:
    """Return how many cases are open, and how many of these are past their due date."""
    found = unsettled(place).aggregate(count=Count("pk"), late=Count("pk", filter=_late(today)))
    return found["count"], found["late"]


def late_on_desk(today: date, holder: Body) -> int:
    return unsettled(None).filter(_late(today), holder=holder).count()


def longest_open(condition: Q, related: Iterable[str], most: int = 10) -> list[Case]:
    """Return the open cases that meet the condition, with the oldest due dates."""
    rows = unsettled(None).filter(condition).exclude(due=None)
    return list(rows.select_related(*related).order_by("due", "pk")[:most])


def late_commitments(today: date, place: Place | None) -> int:
    """Return how many open promises are past their day."""
    return Commitment.objects.filter(within(place), state=Commitment.State.OPEN, due__lt=today).count()
