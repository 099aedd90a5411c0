"""What is heard now against what was heard before: by topic, by place, and what comes back at the same spot."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from langnghe.cases.models import Case, Step
from langnghe.registry import law

WINDOW_DAYS = 30
MOST_STEPS = 400


@dataclass(frozen=True)
class Window:
    """Two stretches of days of equal length, one right after the other; both ends belong to each."""

    last: date
    days: int = WINDOW_DAYS

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    @property
    def before_last(self) -> date:
        return self.first - timedelta(days=1)

    @property
    def before_first(self) -> date:
        return self.before_last - timedelta(days=self.days - 1)

    @property
    def year_before(self) -> "Window":
        """As many days, ending on the same day a year before (28 February for 29 February)."""
        leap = (self.last.month, self.last.day) == (2, 29)
        return replace(self, last=self.last.replace(year=self.last.year - 1, day=28 if leap else self.last.day))


@dataclass(frozen=True)
class Recurrence:
    """One spot to which a matter came back; `cases` are (id, is published), newest first."""

    place: str
    topic_id: int
    count: int
    last: date
    cases: tuple[tuple[int, bool], ...]


def sealed_kinds() -> list[str]:
    return [kind.code for kind in law.kinds().values() if kind.is_sealed]


def received(window: Window) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
    """Return (now, before) for each topic, and for each place, with a voice in either stretch, read in one pass."""
    recent = Q(day__gte=window.first)
    grouped = _heard(window.before_first, window.last).values_list("topic_id", "place_id")
    topics, places = defaultdict[int, list[int]](lambda: [0, 0]), defaultdict[int, list[int]](lambda: [0, 0])
    counted = grouped.annotate(now=Count("pk", filter=recent), before=Count("pk", filter=~recent))
    for topic, place, now, before in counted:
        for pair in (topics[topic], places[place]):
            pair[0] += now
            pair[1] += before
    return _pairs(topics), _pairs(places)


def _pairs(counts: dict[int, list[int]]) -> dict[int, tuple[int, int]]:
    return {pk: (now, before) for pk, (now, before) in counts.items()}


def received_by_topic(window: Window) -> dict[int, int]:
    """Return how many voices each topic had in the later stretch alone."""
    return dict(_heard(window.first, window.last).values_list("topic_id").annotate(count=Count("pk")))


def _heard(since: date, until: date) -> QuerySet[Step]:
    """Return the voices of these days; sealed kinds never count."""
    steps = Step.objects.filter(verb="receive", day__range=(since, until))
    return steps.exclude(kind__in=sealed_kinds()).order_by()


def recurrences(since: date, until: date, most: int, only_public: bool) -> list[Recurrence]:
    """Return the spots to which matters came back most often, then most lately; unpublished cases only if asked."""
    steps = Step.objects.filter(verb="recur", day__range=(since, until)).exclude(kind__in=sealed_kinds())
    if only_public:
        steps = steps.filter(case__is_public=True)
    spot = ("place_id", "topic_id", "case__spot_key")
    grouped = steps.order_by().values(*spot, "place__name").annotate(count=Count("pk"), newest=Max("day"))
    chosen = list(grouped.order_by("-count", "-newest", "place_id", "topic_id", "case__spot_key")[:most])
    cases = _cases(steps, spot, chosen)
    return [
        Recurrence(row["place__name"], row["topic_id"], row["count"], row["newest"], cases[tuple(row[n] for n in spot)])
        for row in chosen
    ]


def _cases(
    steps: QuerySet[Step], spot: tuple[str, ...], chosen: list[dict[str, Any]]
) -> dict[tuple[Any, ...], tuple[tuple[int, bool], ...]]:
    """Return the cases of each spot chosen, read in one question."""
    found: dict[tuple[Any, ...], dict[int, bool]] = {tuple(row[name] for name in spot): {} for row in chosen}
    near = steps.filter(place__in={row["place_id"] for row in chosen}, topic__in={row["topic_id"] for row in chosen})
    for *key, pk, is_public in near.order_by("-pk").values_list(*spot, "case_id", "case__is_public")[:MOST_STEPS]:
        if tuple(key) in found:
            found[tuple(key)].setdefault(pk, is_public)
    return {key: tuple(cases.items()) for key, cases in found.items()}


def longest_waiting(cases: QuerySet[Case], most: int) -> QuerySet[Case]:
    """Return the open ones of the cases whose clock runs, the oldest due date first."""
    waiting = cases.filter(settled=None, paused=None, state__in=Case.OPEN).exclude(due=None)
    return waiting.order_by("due", "pk")[:most]
