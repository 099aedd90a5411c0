"""Takes words away for good: by law, or because they belong to the sealed lane."""

from base64 import b64encode
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from langnghe.cases import filing, keystore, sealing
from langnghe.cases.actions.indexing import leave_index
from langnghe.cases.actions.photos import forget_photos, forget_photos_of
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.actions.sealed import keep_sealed
from langnghe.cases.desk_models import Cover
from langnghe.cases.history import LOGGED_WITH, entry, receiving, seals_digest
from langnghe.cases.lifecycle import Actor, Move
from langnghe.cases.models import Attachment, Case, Person, Rating, RawIntake, Redaction, Step, Voice
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import SealedRecord
from langnghe.cases.subject_request import SubjectRequest
from langnghe.registry.models import Body


@transaction.atomic
def redact(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Destroy all words of the case for good; `reason` is the legal ground.

    Facts, days and bodies stay, and the seals, so that the log still proves what was said when; with the salts gone
    nobody can guess it any more. Backups forget it when they expire.
    """
    case, move = opened(case, "redact", actor, reason)
    return _emptied(case, move, reason, actor, at)


@transaction.atomic
def seal(case: Case, *, kind: str, to: Body, reason: str, actor: Actor, at: datetime) -> SealedRecord:
    """Move what turned out to be a complaint or denunciation to the sealed lane of a body, and redact it here.

    The receipt stays the same. The public log tells it like any redaction. Refused while nobody there could open it.
    """
    case, move = opened(case, "seal", actor, reason)
    voice = case.voices.select_related("raw", "person").get()
    arrival = SealedArrival(
        content=_content(case, voice),
        kind=kind,
        body=to,
        day=case.received,
        channel=voice.channel,
        key=voice.raw.key,
        known_receipt=bytes(voice.receipt_hash),
    )
    record = keep_sealed(arrival, actor=actor, at=at)
    case.due = case.paused = None
    _emptied(case, move, reason, actor, at)
    return record


def _content(case: Case, voice: Voice) -> dict[str, Any]:
    """Return all that was said, as the recipients of the sealed lane will read it."""
    files = [
        {"name": file.name, "media": file.media, "content": b64encode(filing.content(file)).decode()}
        for file in voice.attachments.all()
    ]
    return {
        "case": case.code,
        "text": voice.text,
        "place": str(case.place),
        "place_words": voice.place_words,
        "spot": case.spot,
        "contact": sealing.unseal_contact(bytes(voice.person.sealed)) if voice.person else {},
        "original": _original(voice.raw),
        "steps": [f"{step.day:%d/%m/%Y} {step.verb}: {step.reason}" for step in case.steps.exclude(reason="")],
        "replies": [reply.text for reply in case.replies.order_by("pk")],
        "parts": [f"{part.body}: {part.asked} {part.text}" for part in case.joint_parts.select_related("body")],
        "files": files,
    }


def _original(raw: RawIntake) -> str:
    """Return the payload as it came, in base64; "" when its key's time is over."""
    try:
        return b64encode(sealing.unseal_apart(bytes(raw.payload), "raw", raw.key_name)).decode()
    except keystore.KeyDestroyed:
        return ""


def _emptied(case: Case, move: Move, reason: str, actor: Actor, at: datetime) -> Case:
    """Make the move on the case with all its words destroyed."""
    seals = _seals(case.steps.all())
    _forget(case.voices.all())
    forget_photos(case)
    case.joint_parts.update(asked="", text="")
    case.replies.update(text="", proof="", promise_text="")
    case.title = case.summary = case.spot = case.spot_key = ""
    case.is_public = False
    return _told(case, move, seals, reason, actor, at)


@transaction.atomic
def redact_voice(voice: Voice, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Destroy what one of several who spoke of a case brought; what the others and the bodies said stays."""
    case, move = opened(voice.case, "redact", actor, reason)
    asked = SubjectRequest.objects.filter(voice=voice)
    worded = _first(voice) | Q(pk__in=asked.values("asked")) | Q(pk__in=asked.values("decision"))
    seals = _seals(case.steps.filter(worded | _covering(case)))
    forget_photos_of(voice)
    _forget(case.voices.filter(pk=voice.pk))
    return _told(case, move, seals, reason, actor, at)


@transaction.atomic
def redact_contact(voice: Voice, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Destroy how to reach somebody, wherever it is kept; their words stay.

    The original holds the contact too and goes with it: a digest of the whole would let a telephone number be guessed.
    """
    case, move = opened(voice.case, "redact", actor, reason)
    asked = SubjectRequest.objects.filter(voice=voice, about=SubjectRequest.About.CONTACT)
    seals = _seals(case.steps.filter(_first(voice) | Q(pk__in=asked.values("asked"))))
    asked.update(sealed=b"")
    _forget_contact(case.voices.filter(pk=voice.pk))
    return _told(case, move, seals, reason, actor, at)


def _first(voice: Voice) -> Q:
    """Return the condition of the step with which the voice came."""
    step = receiving(voice)
    return Q(pk=step.pk if step else 0)


def _covering(case: Case) -> Q:
    """Return the condition of the steps whose digest may hold passages that were covered, and cover none any more.

    What the others said is then not shown until somebody has looked at it again.
    """
    told = case.steps.filter(verb="publish").order_by("pk")
    if case.covers.exists():
        case.voices.update(is_shown=False)
        return Q(pk__in=told.values("pk"))
    last = told.last()
    return Q(pk__in=told.exclude(reason="").exclude(pk=last.pk if last else 0).values("pk"))


def _seals(steps: "QuerySet[Step]") -> dict[int, bytes]:
    """Return the seals of the steps that carry words, before these are taken from them."""
    worded = steps.exclude(digest=b"", reason="", document_no="").filter(redaction=None)
    return {step.pk: entry(step).seal for step in worded.select_related(*LOGGED_WITH)}


def _told(case: Case, move: Move, seals: dict[int, bytes], reason: str, actor: Actor, at: datetime) -> Case:
    """Make the move, empty the steps of these seals, and keep the seals; the keys go when all of it is written."""
    leave_index(case)
    case = make(case, move, actor, at, Facts(reason=reason, digest=seals_digest(seals.values())))
    by = case.steps.latest("pk")
    Redaction.objects.bulk_create([Redaction(step_id=pk, by=by, seal=seal) for pk, seal in seals.items()])
    Step.objects.filter(pk__in=seals).update(digest=b"", salt=b"", reason="", document_no="")
    transaction.on_commit(destroy_redacted_keys)
    return case


def _forget(voices: "QuerySet[Voice]") -> None:
    """Empty what residents wrote, and what else came under the same keys."""
    _forget_contact(voices)
    Cover.objects.filter(case__voices__in=voices).delete()
    Attachment.objects.filter(voice__in=voices).update(name="", digest=b"")
    Rating.objects.filter(voice__in=voices).update(sentence="")
    SubjectRequest.objects.filter(voice__in=voices).update(sealed=b"", reason="", correction="")
    voices.update(text="", place_words="", shows_text=False, is_shown=False)


def _forget_contact(voices: "QuerySet[Voice]") -> None:
    originals = RawIntake.objects.filter(voice__in=voices)
    same = Q()
    for channel, key in originals.values_list("channel", "key"):
        same |= Q(channel=channel, key=key)
    RawIntake.objects.filter(same).update(payload=b"", digest=b"")
    people = list(voices.exclude(person=None).values_list("person", flat=True))
    voices.update(person=None, reach=Voice.Reach.NONE, notices=Voice.Notices.NONE, may_call_back=False)
    Person.objects.filter(pk__in=people).delete()


def destroy_redacted_keys() -> None:
    """Destroy the keys of the originals and files that were emptied, so that no copy of the database opens them."""
    emptied: dict[str, QuerySet[Any]] = {
        "raw": RawIntake.objects.filter(payload=b"", digest=b""),
        filing.RING: Attachment.objects.filter(digest=b""),
    }
    for ring, rows in emptied.items():
        for row in rows.exclude(key_name=""):
            with suppress(keystore.KeyDestroyed):
                keystore.destroy(ring, row.key_name)
            if isinstance(row, Attachment):
                filing.path(row.place).unlink(missing_ok=True)
            rows.filter(pk=row.pk).update(key_name="")
