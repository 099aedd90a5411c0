"""Notes that somebody was called about their case."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.calling import of_step
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import CallBack, Step, Voice
from langnghe.core.refusal import Refused

REACHED, MISSED = "reached", "missed"


@transaction.atomic
def call_back(step: Step, voice: Voice, *, was_reached: bool, actor: Actor, at: datetime) -> CallBack:
    """Note a call about the step, and on the timeline whether it was answered; refused when it was told before."""
    case, move = opened(step.case, "call_back", actor)
    if not of_step(step).filter(pk=voice.pk).exists():
        raise Refused(_("Người này đã được gọi báo rồi."))
    make(case, move, actor, at, Facts(cause=REACHED if was_reached else MISSED))
    return CallBack.objects.create(step=step, voice=voice, was_reached=was_reached, day=localdate(at))
