"""How many cases were still to be settled when the days of a form began: its stock from the time before."""

from datetime import datetime, time

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import make_aware

from langnghe.cases.lifecycle import MOVES, NAMING
from langnghe.cases.models import Case, Step
from langnghe.reviews.extent import Extent

LEAVING = [verb for verb, move in MOVES.items() if move.target and move.target not in Case.OPEN]


def opening(extent: Extent) -> int:
    """Return how many cases received before these days were neither settled nor withdrawn, merged or sealed by then.

    Each counts for the body that held it then. One that was entered later, of an earlier day, was open then.
    """
    start = make_aware(datetime.combine(extent.since, time()))
    before = Step.objects.filter(case=OuterRef("pk"), at__lt=start).order_by("-pk")
    known = Case.objects.filter(_may_have_stood(extent), received__lt=extent.since)
    stood = known.annotate(stood=Coalesce(Subquery(before.values("state")[:1]), Value(Case.State.RECEIVED.value)))
    return _of(extent, stood.filter(stood__in=Case.OPEN), before).count()


def _may_have_stood(extent: Extent) -> Q:
    """Return a condition that all cases meet which stood open then, and few others: the steps of each are looked at."""
    if extent.places:
        left = Step.objects.filter(verb__in=LEAVING, day__gte=extent.since).values("case")
        return Q(state__in=Case.OPEN) | Q(pk__in=left)
    taken = Q(to_body__in=extent.bodies) | Q(verb="receive", body__in=extent.bodies)
    return Q(Q(settled=None) | Q(settled__gte=extent.since), pk__in=Step.objects.filter(taken).values("case"))


def _of(extent: Extent, cases: QuerySet[Case], before: QuerySet[Step]) -> QuerySet[Case]:
    if extent.places:
        return cases.filter(place__in=extent.places)
    handed = before.exclude(to_body=None).exclude(verb__in=NAMING)
    first = Step.objects.filter(case=OuterRef("pk"), verb="receive").order_by("pk")
    held = Coalesce(Subquery(handed.values("to_body")[:1]), Subquery(first.values("body")[:1]))
    return cases.annotate(held=held).filter(held__in=extent.bodies)
