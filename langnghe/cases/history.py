"""The steps of cases as the log should know them, and the words they carried."""

import hashlib
from collections.abc import Iterator

from langnghe.cases.models import RawIntake, Reply, Step
from langnghe.cases.sealing import unseal
from langnghe.ledger.actions import Entry


def digest(*words: str) -> bytes:
    """Return the SHA-256 of the words, one a line."""
    return hashlib.sha256("\n".join(words).encode()).digest()


def reply_digest(reply: Reply) -> bytes:
    return digest(reply.text, reply.outcome, reply.proof)


def entry(step: Step) -> Entry:
    return Entry(step.verb, step.case.code, step.body.code, step.day, bytes(step.salt), step.private(), step.due)


def entries() -> Iterator[Entry]:
    for step in Step.objects.select_related("case", "body").order_by("pk").iterator(2000):
        yield entry(step)


def changed_words() -> Iterator[str]:
    """Yield a line for each voice or published reply whose words are no longer those that were logged."""
    raws = RawIntake.objects.filter(quarantined=False).order_by("pk")
    for raw in raws.iterator(2000):
        if hashlib.sha256(unseal(raw.payload, "raw")).digest() != bytes(raw.digest):
            yield f"Nội dung gốc #{raw.pk} ({raw.channel}) không còn đúng như lúc tiếp nhận"
    replies = Reply.objects.filter(state=Reply.State.PUBLISHED).select_related("case").order_by("pk")
    for reply in replies.iterator(2000):
        if not reply.case.steps.filter(verb="reply", digest=reply_digest(reply)).exists():
            yield f"{reply.case.code}: câu trả lời đã công bố không còn đúng như lúc công bố"
