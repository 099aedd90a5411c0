"""Whom a body should call: residents who left a telephone alone, about what happened to their case."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from langnghe.cases.models import CallBack, Step, Voice
from langnghe.cases.notices import CALLED
from langnghe.registry.models import Body

RECENT = timedelta(days=60)  # what happened longer ago is not called about any more


def to_call(body: Body, today: date) -> QuerySet[Step]:
    """Return the steps of the last 60 days, of cases the body holds now, about which somebody is to be called."""
    steps = Step.objects.filter(case__holder=body, verb__in=CALLED, day__gt=today - RECENT)
    own, carried = waiting(OuterRef("pk")).filter(case=OuterRef("case")), waiting(OuterRef("pk"))
    return steps.filter(Exists(own) | Exists(carried.filter(case__merged_into=OuterRef("case"))))


def waiting(step: object) -> QuerySet[Voice]:
    """Return the voices that wish to be called and were not reached about this step or a later one."""
    told = CallBack.objects.filter(voice=OuterRef("pk"), was_reached=True, step__gte=_outer(step))
    return wishing().exclude(Exists(told))


def wishing() -> QuerySet[Voice]:
    return Voice.objects.filter(reach=Voice.Reach.CALL).exclude(person=None).exclude(notices=Voice.Notices.NONE)


def _outer(step: object) -> object:
    return OuterRef(step) if isinstance(step, OuterRef) else step


def of_step(step: Step) -> QuerySet[Voice]:
    """Return the voices to be called about the step, those of merged cases too."""
    inside = Q(case=step.case_id) | Q(case__merged_into=step.case_id)
    return waiting(step.pk).filter(inside).order_by("pk")


def of_steps(steps: Iterable[Step]) -> dict[int, list[Voice]]:
    """Return the same for several steps, by their ids, each voice with the calls to it; in two questions."""
    asked = {step.pk: step for step in steps}
    cases = {step.case_id for step in asked.values()}
    inside = wishing().filter(Q(case__in=cases) | Q(case__merged_into__in=cases))
    found = list(inside.select_related("case").prefetch_related("calls").order_by("pk"))
    return {pk: [voice for voice in found if _is_waiting(voice, step)] for pk, step in asked.items()}


def _is_waiting(voice: Voice, step: Step) -> bool:
    is_inside = step.case_id in (voice.case_id, voice.case.merged_into_id)
    return is_inside and not any(call.was_reached and call.step_id >= step.pk for call in voice.calls.all())
