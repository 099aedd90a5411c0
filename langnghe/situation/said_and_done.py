"""What was said and what was done about one place or one topic, as its public page tells it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from langnghe.cases.models import Case, Step
from langnghe.registry import law
from langnghe.registry.models import Place, Topic
from langnghe.situation.trends import sealed_kinds


@dataclass(frozen=True)
class Scope:
    """A commune, a topic all over the province, or all; `other` is the field by which its voices are told apart."""

    place: Place | None = None
    topic: Topic | None = None

    @property
    def condition(self) -> Q:
        if self.place:
            return Q(place=self.place)
        return Q(topic=self.topic) if self.topic else Q()

    @property
    def other(self) -> str:
        return "topic_id" if self.place else "place_id"


@dataclass(frozen=True)
class Told:
    """Voices by topic (of a place) or by place (of a topic); answers, those on time, median days they took.

    `days` are working days from receipt to the published answer; None without an answer.
    """

    voices: dict[int, int]
    replies: int
    on_time: int
    days: int | None


def said_and_done(scope: Scope, since: date, until: date) -> Told:
    """Return what was said and done in these days, both ends counted; sealed kinds never count."""
    replies = _steps(scope, "reply", since, until)
    counted = replies.aggregate(replies=Count("pk"), on_time=Count("pk", filter=Q(on_time=True)))
    waits: Counter[int] = Counter()
    working = law.calendar().working_days_between
    pairs = replies.values_list(F("case__received"), "day").annotate(count=Count("pk"))
    for received, answered, count in pairs:
        waits[working(received, answered)] += count
    return Told(voices(scope, since, until), counted["replies"], counted["on_time"], _median(waits))


def voices(scope: Scope, since: date, until: date) -> dict[int, int]:
    """Return how many voices came by topic (of a place) or by place (of a topic)."""
    rows = _steps(scope, "receive", since, until).values_list(scope.other)
    return dict(rows.annotate(count=Count("pk")))


def _steps(scope: Scope, verb: str, since: date, until: date) -> QuerySet[Step]:
    steps = Step.objects.filter(scope.condition, verb=verb, day__range=(since, until))
    return steps.exclude(kind__in=sealed_kinds()).order_by()


def _median(counts: Counter[int]) -> int | None:
    """Return the (lower) median of values by how often each occurs; None of nothing."""
    seen, half = 0, counts.total() / 2
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return value
    return None


def recurring(scope: Scope, rows: QuerySet[Case], most: int) -> list[Case]:
    """Return the newest of the cases that came back to a spot where the same had been settled."""
    return list(rows.filter(scope.condition).exclude(recurs=None).select_related("recurs").order_by("-pk")[:most])
