"""The sealed lane as the public log should know it: one padded batch a day, which tells neither how much nor what."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC

from langnghe.cases.sealed.models import SealedBatch, SealedEvent, SealedRecord
from langnghe.core.merkle import Frontier, leaf_hash
from langnghe.ledger.actions import Entry, seal

SLOTS = 256


def slots(batch: SealedBatch) -> list[bytes]:
    """Return the batch's commitments, 256 or the next doubling that holds them, events and dummies alike, sorted.

    The order says nothing: a commitment is HMAC-SHA256 under a salt, and a dummy the same under the seed.
    """
    events = [seal(bytes(event.salt), _content(event)) for event in batch.events.all()]
    size = SLOTS
    while size < len(events):
        size *= 2
    seed = bytes(batch.seed)
    dummies = [hmac.digest(seed, place.to_bytes(4, "big"), "sha256") for place in range(size - len(events))]
    return sorted(events + dummies)


def _content(event: SealedEvent) -> dict[str, object]:
    return {
        "verb": event.verb,
        "record": event.record,
        "lane_key": event.lane_key_id,
        "account": event.account_id,
        "day": event.day.isoformat(),
        "at": event.at and event.at.astimezone(UTC).isoformat(),
        "reason": event.reason,
        "digest": bytes(event.digest).hex(),
    }


def entry(batch: SealedBatch) -> Entry:
    """Return the log entry of the batch; its root is private, so that even a doubling of the slots does not show."""
    leaves = slots(batch)
    root = Frontier().extend([leaf_hash(slot) for slot in leaves]).root()
    private = {"root": root.hex(), "slots": len(leaves)}
    return Entry("sealed_batch", batch.day.isoformat(), "", batch.day, bytes(batch.salt), private)


def entries() -> Iterator[Entry]:
    for batch in SealedBatch.objects.order_by("day").prefetch_related("events").iterator(100):
        yield entry(batch)


def changed_records() -> Iterator[str]:
    """Yield a line for each sealed record that is no longer as it was kept, as far as can be told without its key.

    Erased by law, and told so in the log, it is empty.
    """
    kept = SealedEvent.objects.filter(verb=SealedEvent.Verb.KEEP)
    digests = {record: bytes(digest) for record, digest in kept.values_list("record", "digest")}
    erased = SealedEvent.objects.filter(verb=SealedEvent.Verb.ERASE).values_list("record", flat=True)
    digests |= dict.fromkeys(erased, hashlib.sha256(b"").digest())
    for record, ciphertext in SealedRecord.objects.order_by("pk").values_list("pk", "ciphertext").iterator(1):
        if hashlib.sha256(bytes(ciphertext)).digest() != digests.get(record):
            yield f"Hồ sơ niêm phong {record} không còn đúng như lúc tiếp nhận"
