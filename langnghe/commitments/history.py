"""The steps of commitments as the log should know them."""

from collections.abc import Iterator

from langnghe.commitments.models import Progress
from langnghe.ledger.actions import Entry


def entry(step: Progress) -> Entry:
    private = {"text": step.text, "evidence": step.evidence, "account": step.account_id}
    commitment = step.commitment
    body = step.body or commitment.body
    return Entry(step.verb, commitment.code, body.code, step.day, bytes(step.salt), private, step.due)


def entries() -> Iterator[Entry]:
    for step in Progress.objects.select_related("commitment__body", "body").order_by("pk").iterator(2000):
        yield entry(step)
