"""The parts of joint work that a body owes, waits for, or gave."""

from django.db.models import F, Q, QuerySet

from langnghe.cases.desk_models import Part
from langnghe.cases.models import Case
from langnghe.registry.models import Body

ABOVE = ("case__merged_into", "case__merged_into__merged_into")  # what the case of a part went into


def owed(body: Body) -> QuerySet[Part]:
    """Return the parts the body owes: of cases that are neither answered nor in its own hands by now."""
    going = Q(case__state__in=Case.OPEN)
    for above in ABOVE:
        going |= Q(**{"case__state": Case.State.MERGED, f"{above}__state__in": Case.OPEN})
    return Part.objects.filter(going, body=body, state=Part.State.ASKED).exclude(case__holder=F("body"))


def awaited(body: Body) -> QuerySet[Part]:
    """Return the parts that others owe to what the body holds, or to a case merged into it."""
    rows = Part.objects.annotate(holder=F("case__holder") + 0)  # "+ 0": SQLite must not begin at the holder's cases
    held = Q(case__state__in=Case.OPEN, holder=body.pk)
    for above in ABOVE:
        held |= Q(**{"case__state": Case.State.MERGED, f"{above}__state__in": Case.OPEN, f"{above}__holder": body})
    return rows.filter(held, state=Part.State.ASKED).exclude(body=body)


def done(body: Body) -> QuerySet[Part]:
    """Return what the body gave or declined, while the case is not sealed."""
    rows = Part.objects.filter(body=body, state__in=(Part.State.GIVEN, Part.State.DECLINED))
    return rows.exclude(case__state=Case.State.SEALED)
