"""The only writers of the ledger: append to the log and number it, put a job into the outbox, take and finish it."""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from langnghe.core import notes
from langnghe.core.merkle import leaf_hash
from langnghe.core.notes import Signer
from langnghe.core.refusal import Refused
from langnghe.ledger.entries import canonical
from langnghe.ledger.insertion import put
from langnghe.ledger.models import Checkpoint, Cosignature, Leaf, LogEntry, LogHead, OutboxJob, Unnumbered

LEASE = timedelta(minutes=5)
ATTEMPTS = 6
BROKE_OFF = "Tiến trình chạy việc này dừng giữa chừng."
BATCH, MANY = 500, 5000
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode


class LeaseLost(Exception):
    """The job took longer than its lease and was given to another worker: nothing of this run may stay."""


class Entry(NamedTuple):
    """What `append` writes: public facts, and `private` content that only its seal enters.

    Of content that was redacted only the seal is `kept`: its salt is destroyed.
    """

    event: str
    subject: str
    body: str
    day: date
    salt: bytes
    private: Mapping[str, Any] = MappingProxyType({})
    due: date | None = None
    kept: bytes = b""

    @property
    def seal(self) -> bytes:
        return self.kept or seal(self.salt, self.private)


def seal(salt: bytes, private: Mapping[str, Any]) -> bytes:
    """Return the 32-byte commitment HMAC-SHA256(salt, canonical JSON); cannot be guessed without the salt."""
    return hmac.digest(salt, _canonical(private).encode(), "sha256")


def append(entries: Iterable[Entry]) -> None:
    """Insert the entries, still unnumbered, in the caller's transaction; writers never wait for one another.

    `number` gives them their places in the public log soon after.
    """
    rows = [
        {
            "event": entry.event,
            "subject": entry.subject,
            "body": entry.body,
            "day": entry.day,
            "due": entry.due,
            "seal": entry.seal,
        }
        for entry in entries
    ]
    put(Unnumbered, [{"entry_id": pk} for (pk,) in put(LogEntry, rows)])


@transaction.atomic
def number(most: int) -> LogHead:
    """Give the oldest unnumbered entries, at most so many, the next places in the log; return the new head.

    The head's row lock makes sequencers take turns, and ends with a process that is killed.
    """
    LogHead.objects.get_or_create(pk=1)
    head = LogHead.objects.select_for_update().get(pk=1)
    waiting = Unnumbered.objects.order_by("pk").select_related("entry")[:most]
    entries = [row.entry for row in waiting]
    if entries:
        grown = head.edge.extend([leaf_hash(canonical(entry)) for entry in entries])
        Leaf.objects.bulk_create([Leaf(head.size + i, entry.pk) for i, entry in enumerate(entries)], BATCH)
        for first in range(0, len(entries), BATCH):
            Unnumbered.objects.filter(pk__in=[e.pk for e in entries[first : first + BATCH]]).delete()
        head.size, head.hashes = grown.size, grown.to_bytes()
        head.save()
    return head


def sign(head: LogHead, signer: Signer) -> Checkpoint:
    """Sign the tree of this head, and keep the note; for the sequencer only, which first made its files durable."""
    root = head.edge.root()
    note = notes.sign(notes.Checkpoint(signer.name, head.size, root).text, signer)
    return Checkpoint.objects.get_or_create(size=head.size, defaults={"root": root, "note": note})[0]


@transaction.atomic
def restart_log(origin: str, reason: str, day: date) -> None:
    """Begin a new public log with all entries: the old one's places and checkpoints go, an entry says so and why.

    For the sequencer only, which keeps the old log's files and key.
    """
    Cosignature.objects.all().delete()
    Checkpoint.objects.all().delete()
    Leaf.objects.all().delete()
    Unnumbered.objects.all().delete()
    LogHead.objects.all().delete()
    append([Entry("restart", origin[:24], "", day, secrets.token_bytes(16), {"reason": reason, "origin": origin})])
    first, last = 0, LogEntry.objects.latest("pk").pk
    while first < last:
        rows = LogEntry.objects.filter(pk__gt=first).order_by("pk").values_list("pk", flat=True)[:MANY]
        waiting = [Unnumbered(entry_id=pk) for pk in rows]
        Unnumbered.objects.bulk_create(waiting, ignore_conflicts=True)
        first = waiting[-1].pk


def keep_cosignature(checkpoint: Checkpoint, witness: str, line: str) -> None:
    Cosignature.objects.get_or_create(checkpoint=checkpoint, witness=witness, defaults={"line": line})


def enqueue(name: str, arguments: Mapping[str, Any], at: datetime) -> OutboxJob:
    return OutboxJob.objects.create(name=name, arguments=dict(arguments), not_before=at)


@transaction.atomic
def lease(now: datetime) -> OutboxJob | None:
    """Take the next waiting job for LEASE, or return None; a killed worker's job comes back when the lease ends."""
    lost = OutboxJob.objects.filter(state=OutboxJob.State.WAITING, attempts__gte=ATTEMPTS, leased_until__lt=now)
    lost.update(state=OutboxJob.State.DEAD, leased_until=None, error=BROKE_OFF)
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    jobs = OutboxJob.objects.filter(free, state=OutboxJob.State.WAITING, not_before__lte=now).order_by("pk")
    job = jobs.select_for_update(skip_locked=True).first()
    if job:
        job.leased_until, job.attempts = now + LEASE, job.attempts + 1
        job.save(update_fields=["leased_until", "attempts"])
    return job


def finish(job: OutboxJob) -> None:
    """Mark the job done, in the transaction of the job's own effects; LeaseLost when it is another worker's by now."""
    if not _own(job).update(state=OutboxJob.State.DONE, leased_until=None, error=""):
        raise LeaseLost(str(job))


def fail(job: OutboxJob, error: str, now: datetime, for_good: bool = False) -> None:
    """Give the job back with a growing delay; or, `for_good` or after ATTEMPTS tries, lay it among the dead letters."""
    dead = for_good or job.attempts >= ATTEMPTS
    _own(job).update(
        state=OutboxJob.State.DEAD if dead else OutboxJob.State.WAITING,
        leased_until=None,
        not_before=now + timedelta(minutes=2**job.attempts),
        error=error[:2000],
    )


def retry(job: OutboxJob, by: str, at: datetime) -> None:
    """Let a dead letter try again from the start, and note who wished it; Refused when it is not dead (any more)."""
    again = {"state": OutboxJob.State.WAITING, "attempts": 0, "not_before": at, "retried_by": by, "retried_at": at}
    if not OutboxJob.objects.filter(pk=job.pk, state=OutboxJob.State.DEAD).update(**again):
        raise Refused(_("Việc nền này đã được cho chạy lại."))


def _own(job: OutboxJob) -> QuerySet[OutboxJob]:
    """Return the job as long as nobody has leased it after this caller did."""
    return OutboxJob.objects.filter(pk=job.pk, state=OutboxJob.State.WAITING, attempts=job.attempts)
