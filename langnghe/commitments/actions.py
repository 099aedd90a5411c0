"""Make a commitment, record its progress, keep it or drop it, note that it fell late."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.commitments.history import entry
from langnghe.commitments.models import Commitment, Progress
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append
from langnghe.registry.models import Account, Body, Place


def _step(commitment: Commitment, verb: str, at: datetime, account: Account | None, text: str, evidence: str) -> None:
    step = Progress(
        commitment=commitment,
        verb=verb,
        at=at,
        day=localdate(at),
        due=commitment.due,
        text=text,
        evidence=evidence,
        account=account,
        salt=secrets.token_bytes(16),
    )
    step.save(force_insert=True)
    append([entry(step)])


@transaction.atomic
def commit(
    *, body: Body, place: Place, text: str, due: date, origin: str, account: Account | None, at: datetime
) -> Commitment:
    """Make a commitment; refused without words, or with a due date before today."""
    made = localdate(at)
    problem = Commitment.problem(text, due, made)
    if problem:
        raise Refused(problem)
    commitment = Commitment.objects.create(body=body, place=place, origin=origin, text=text, made=made, due=due)
    _step(commitment, "made", at, account, text, "")
    return commitment


@transaction.atomic
def record_progress(commitment: Commitment, *, account: Account | None, at: datetime, text: str) -> None:
    _require_open(commitment)
    _step(commitment, "progress", at, account, text, "")


@transaction.atomic
def keep(commitment: Commitment, *, account: Account | None, at: datetime, evidence: str) -> None:
    """Note that the promise was kept; refused without evidence."""
    _require_open(commitment)
    if not evidence.strip():
        raise Refused(_("Hãy nêu bằng chứng cam kết đã được thực hiện (số văn bản, ảnh, biên bản)."))
    _end(commitment, Commitment.State.KEPT, at)
    _step(commitment, "kept", at, account, "", evidence)


@transaction.atomic
def drop(commitment: Commitment, *, account: Account | None, at: datetime, reason: str) -> None:
    """Give the promise up, openly and with a reason."""
    _require_open(commitment)
    if not reason.strip():
        raise Refused(_("Hãy nêu lý do không thực hiện cam kết."))
    _end(commitment, Commitment.State.DROPPED, at)
    _step(commitment, "dropped", at, account, reason, "")


@transaction.atomic
def hand_on(commitment: Commitment, *, to: Body, reason: str, at: datetime) -> None:
    """Make the body that followed a reorganisation accountable; what was written before keeps the body of its day."""
    _require_open(commitment)
    commitment.steps.filter(body=None).update(body=commitment.body)
    commitment.body = to
    commitment.save(update_fields=["body"])
    _step(commitment, "inherit", at, None, reason, "")


def _require_open(commitment: Commitment) -> None:
    """Refuse an ended commitment, as it stands in the database now, locked until the caller is done."""
    commitment.refresh_from_db(from_queryset=Commitment.objects.select_for_update())
    if commitment.state != Commitment.State.OPEN:
        raise Refused(_("Cam kết này đã kết thúc."))


def _end(commitment: Commitment, state: Commitment.State, at: datetime) -> None:
    commitment.state, commitment.ended = state, localdate(at)
    commitment.save(update_fields=["state", "ended"])


def note_late(at: datetime) -> int:
    """Write a step for each open commitment whose due date has passed; returns how many, once each."""
    late = Commitment.objects.filter(state=Commitment.State.OPEN, due__lt=localdate(at))
    fresh = late.exclude(steps__verb="late").select_related("body")[:500]
    with transaction.atomic():
        for commitment in fresh:
            _step(commitment, "late", at, None, "", "")
    return len(fresh)
