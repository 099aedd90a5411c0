"""The steps of cases as the log should know them, and the words they carried."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db.models import Q

from langnghe.cases.desk_models import Part
from langnghe.cases.keystore import KeyDestroyed
from langnghe.cases.models import Case, PublishedPhoto, RawIntake, Redaction, Reply, Step, Voice
from langnghe.cases.reorganisation import Reorganisation
from langnghe.cases.sealed import history as sealed_history
from langnghe.cases.sealing import unseal_apart
from langnghe.cases.subject_request import SubjectRequest
from langnghe.ledger.actions import Entry
from langnghe.registry.models import Body

LOGGED_WITH = ("case", "body", "redaction")
PRIVATE = {name: name for name in ("kind", "channel", "level", "people", "days", "on_time", "cause", "reason")}
PRIVATE |= {name: name for name in ("document_no", "role", "state", "outcome", "stars")}
PRIVATE |= {name: f"{name}_id" for name in ("place", "topic", "account", "to_body")}


def digest(*words: str) -> bytes:
    """Return the SHA-256 of the words, one a line."""
    return hashlib.sha256("\n".join(words).encode()).digest()


def reply_digest(reply: Reply) -> bytes:
    photos, papers = (rows.order_by("pk").values_list("place", flat=True) for rows in (reply.photos, reply.papers))
    return digest(reply.text, reply.outcome, reply.proof, *photos, *papers)


def private(step: Mapping[str, Any]) -> dict[str, object]:
    """Return the content that only the seal of a step's log entry carries: all that the entry does not say openly."""
    return {name: step[column] for name, column in PRIVATE.items()} | {"digest": bytes(step["digest"]).hex()}


def described(case: Case, body: Body, step: Mapping[str, Any]) -> Entry:
    """Return the log entry of a step, given as its columns, with its case and its body.

    In the public log a voice that went to the sealed lane looks like any other that was redacted.
    """
    event = "redact" if step["verb"] == "seal" else step["verb"]
    return Entry(event, case.code, body.code, step["day"], bytes(step["salt"]), private(step), step["due"])


def entry(step: Step) -> Entry:
    """Return the step's log entry; load the step with LOGGED_WITH."""
    known = described(step.case, step.body, vars(step))
    redaction: Redaction | None = getattr(step, "redaction", None)
    return known._replace(kept=bytes(redaction.seal)) if redaction else known


def entries() -> Iterator[Entry]:
    for step in Step.objects.select_related(*LOGGED_WITH).order_by("pk").iterator(2000):
        yield entry(step)
    yield from sealed_history.entries()
    for plan in Reorganisation.objects.exclude(state=Reorganisation.State.DRAFT).select_related("body").order_by("pk"):
        yield reorganisation_entry(plan)


def reorganisation_entry(plan: Reorganisation) -> Entry:
    """Return the log entry of a reorganisation that was applied, or is being applied."""
    assert plan.applied is not None  # noqa: S101 only what was applied is logged
    moves = [[old, new] for old, new in plan.moves.order_by("pk").values_list("old__key", "new__key")]
    facts: dict[str, object] = {"title": plan.title, "document_no": plan.document_no, "moves": moves}
    facts |= {"account": plan.account_id, "on": plan.day}
    return Entry("reorganise", plan.code, plan.body.code, plan.applied, bytes(plan.salt), facts)


def receiving(voice: Voice) -> Step | None:
    """Return the step with which the voice was received; None when it is lost."""
    before = voice.case.voices.filter(pk__lt=voice.pk).count()  # voices and their steps stand in one order
    steps = voice.case.steps.select_related(*LOGGED_WITH).filter(verb="receive").order_by("pk")
    return steps[before : before + 1].first()


def seals_digest(seals: Iterable[bytes]) -> bytes:
    """Return the digest by which a redacting step names the seals of the steps that it emptied."""
    return hashlib.sha256(b"".join(sorted(seals))).digest()


def _unfounded_redactions() -> Iterator[str]:
    """Yield a line for each step that says to have emptied others than those that are empty."""
    rows = Redaction.objects.order_by("by", "pk").select_related("by__case")
    for by, group in groupby(rows.iterator(2000), key=lambda row: row.by):
        if bytes(by.digest) != seals_digest(bytes(row.seal) for row in group):
            yield f"{by.case.code}: có bước bị xóa nội dung mà nhật ký không ghi"


def _is_changed(raw: RawIntake) -> bool:
    """Say whether the payload is not as received; one whose key is gone can neither be read nor be blamed."""
    if not raw.payload and not raw.digest:
        return not hasattr(receiving(raw.voice), "redaction")
    try:
        content = unseal_apart(bytes(raw.payload), "raw", raw.key_name)
    except KeyDestroyed:
        return False
    except (InvalidTag, ValueError, zlib.error):
        return True
    return hashlib.sha256(content).digest() != bytes(raw.digest)


def _changed_parts() -> Iterator[str]:
    """Yield a line for each part of joint work whose words are not as they were asked or given."""
    for part in Part.objects.exclude(asked="").select_related("case").order_by("pk").iterator(2000):
        said = {digest(part.asked): "ask_part"} | ({digest(part.text): "give_part"} if part.state == "given" else {})
        if not all(part.case.steps.filter(verb=verb, digest=seal).exists() for seal, verb in said.items()):
            yield f"{part.case.code}: lời mời hoặc ý kiến phối hợp không còn đúng như lúc ghi"


def _changed_requests() -> Iterator[str]:
    """Yield a line for each request of a data subject, or decision on one, that is not as logged."""
    rows = SubjectRequest.objects.select_related("asked__redaction", "decision__redaction", "asked__case").order_by(
        "pk"
    )
    for row in rows.iterator(2000):
        pairs = [(row.asked, hashlib.sha256(bytes(row.sealed)).digest())]
        pairs += [(row.decision, decision_digest(row))] if row.decision else []
        if any(bytes(step.digest) != now and not hasattr(step, "redaction") for step, now in pairs):
            yield f"{row.asked.case.code}: yêu cầu về dữ liệu #{row.pk} không còn đúng như đã ghi"


def decision_digest(row: SubjectRequest) -> bytes:
    return digest(row.state, row.reason, row.ground, row.correction)


def changed_words() -> Iterator[str]:
    """Yield a line for each payload, reply, public summary, emptied step or sealed record that is not as logged."""
    yield from _unfounded_redactions()
    yield from sealed_history.changed_records()
    yield from _changed_requests()
    raws = RawIntake.objects.filter(outcome=RawIntake.Outcome.VOICE).order_by("pk")
    for raw in raws.iterator(2000):
        if _is_changed(raw):
            yield f"Nội dung gốc #{raw.pk} ({raw.channel}) không còn đúng như lúc tiếp nhận"
    replies = Reply.objects.filter(state=Reply.State.PUBLISHED).select_related("case").order_by("pk")
    for reply in replies.iterator(2000):
        is_logged = Q(digest=reply_digest(reply)) if reply.text else Q(redaction__isnull=False)
        if not reply.case.steps.filter(is_logged, verb="reply").exists():
            yield f"{reply.case.code}: câu trả lời đã công bố không còn đúng như lúc công bố"
    yield from _changed_parts()
    for case in Case.objects.filter(is_public=True).order_by("pk").prefetch_related("covers").iterator(2000):
        last = case.steps.filter(verb="publish").select_related("redaction").order_by("pk").last()
        covers = [row.passage for row in sorted(case.covers.all(), key=lambda row: row.pk)]
        now = digest(case.title, case.summary, *covers)
        if last is None or not (hasattr(last, "redaction") or bytes(last.digest) == now):
            yield f"{case.code}: lời công khai không còn đúng như lúc công khai"
    for photo in PublishedPhoto.objects.select_related("case").order_by("pk").iterator(2000):
        if not photo.case.steps.filter(verb="show_photo", digest=bytes.fromhex(photo.place)).exists():
            yield f"{photo.case.code}: ảnh công khai #{photo.pk} không phải ảnh đã được cho công khai"
