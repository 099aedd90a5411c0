"""Hands letters to residents to the outbox, in the transaction of what they tell about."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from langnghe.cases import notices
from langnghe.cases.models import Reply, Voice
from langnghe.commitments.models import Progress
from langnghe.ledger.actions import enqueue
from langnghe.ledger.models import OutboxJob

NOTIFY = "cases.notify"
CLIENT = "cases.notify_client"
PROMISE = "cases.notify_promise"
RECENT = timedelta(days=7)


def tell(steps: Iterable[tuple[int, int, str, datetime]]) -> None:
    """Ask for news of steps (id, case, verb, time) to the residents of their cases who wish them.

    The systems that handed their voices in hear too, where they named an address.
    """
    told = [step for step in steps if step[2] in notices.TOLD and step[2] not in notices.TOLD_ALONE]
    if not told:
        return
    cases = [case for _pk, case, _verb, _at in told]
    ways = _ways()
    concerned = Q(case__in=cases) | Q(case__merged_into__in=cases)
    hearing = Q(reach__in=ways) & ~Q(notices=Voice.Notices.NONE) | Q(client__webhook__gt="", client__is_active=True)
    for voice in Voice.objects.filter(concerned, hearing).select_related("case", "client").order_by("pk"):
        for pk, _case, verb, at in (one for one in told if one[1] in (voice.case_id, voice.case.merged_into_id)):
            if voice.reach in ways and notices.wanted_by(voice, verb):
                enqueue(NOTIFY, {"step": pk, "voice": voice.pk}, at)
            if voice.client and voice.client.webhook:
                enqueue(CLIENT, {"step": pk, "voice": voice.pk}, at)


def _ways() -> list[str]:
    """Return the ways on which this site sends by itself."""
    ways = {Voice.Reach.EMAIL: bool(settings.EMAIL_HOST), Voice.Reach.MESSAGE: any(settings.MESSAGES.values())}
    return [way for way, is_open in ways.items() if is_open]


def tell_received(rows: Sequence[tuple[int, int]], at: datetime) -> None:
    """Ask for a letter to each new voice that left an address: (voice, its step)."""
    if settings.EMAIL_HOST:
        for voice, step in rows:
            enqueue(NOTIFY, {"step": step, "voice": voice}, at)


def tell_decided(voice: Voice, step: int, at: datetime) -> None:
    """Ask for a letter about the decision on a request to the one who asked, and to nobody else."""
    if voice.reach in _ways() and notices.wanted_by(voice, "decide_request"):
        enqueue(NOTIFY, {"step": step, "voice": voice.pk}, at)


@transaction.atomic
def tell_promises(at: datetime) -> int:
    """Ask for letters about commitments that changed of late, once each; return how many."""
    if not _ways():
        return 0
    changed = Progress.objects.filter(verb__in=notices.PROMISED, at__gt=at - RECENT)
    answered = Reply.objects.filter(commitment=OuterRef("commitment"))
    asked = OutboxJob.objects.filter(name=PROMISE, not_before__gt=at - 2 * RECENT)
    done = set(asked.values_list("arguments__progress", "arguments__voice"))
    count = 0
    for progress in changed.filter(Exists(answered)).order_by("pk"):
        made = Voice.objects.filter(case__replies__commitment=progress.commitment, reach__in=_ways())
        wishing = made.filter(notices=Voice.Notices.ALL)
        for voice in wishing.values_list("pk", flat=True):
            if (progress.pk, voice) not in done:
                enqueue(PROMISE, {"progress": progress.pk, "voice": voice}, at)
                count += 1
    return count


@transaction.atomic
def choose_notices(voice: Voice, wish: str) -> None:
    """Let a resident choose which letters come: all, the answer alone, none."""
    Voice.objects.filter(pk=voice.pk).update(notices=Voice.Notices(wish))
