"""The only writers of the ledger: append to the log, put a job into the outbox, take and finish it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from langnghe.ledger.insertion import insert
from langnghe.ledger.models import LogEntry, OutboxJob

LEASE = timedelta(minutes=5)
ATTEMPTS = 6


class LeaseLost(Exception):
    """The job took longer than its lease and was given to another worker: nothing of this run may stay."""


@dataclass(frozen=True)
class Entry:
    """What `append` writes: public facts, and `private` content that only its seal enters."""

    event: str
    subject: str
    body: str
    day: date
    salt: bytes
    private: Mapping[str, Any] = field(default_factory=dict)
    due: date | None = None


def seal(salt: bytes, private: Mapping[str, Any]) -> bytes:
    """Return the 32-byte commitment HMAC-SHA256(salt, canonical JSON); cannot be guessed without the salt."""
    content = json.dumps(private, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hmac.new(salt, content.encode(), hashlib.sha256).digest()


def append(entries: Iterable[Entry]) -> None:
    """Insert the entries, still unnumbered, in the caller's transaction; writers never wait for one another."""
    rows = [
        LogEntry(
            event=entry.event,
            subject=entry.subject,
            body=entry.body,
            day=entry.day,
            due=entry.due,
            seal=seal(entry.salt, entry.private),
        )
        for entry in entries
    ]
    insert(rows)


def enqueue(name: str, arguments: Mapping[str, Any], at: datetime) -> OutboxJob:
    return OutboxJob.objects.create(name=name, arguments=dict(arguments), not_before=at)


@transaction.atomic
def lease(now: datetime) -> OutboxJob | None:
    """Take the next waiting job for LEASE, or return None; a killed worker's job comes back when the lease ends."""
    lost = OutboxJob.objects.filter(state=OutboxJob.State.WAITING, attempts__gte=ATTEMPTS, leased_until__lt=now)
    lost.update(state=OutboxJob.State.DEAD, leased_until=None, error="Tiến trình chạy việc này dừng giữa chừng.")
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


def fail(job: OutboxJob, error: str, now: datetime) -> None:
    """Give the job back with a growing delay, or lay it among the dead letters after ATTEMPTS tries."""
    dead = job.attempts >= ATTEMPTS
    _own(job).update(
        state=OutboxJob.State.DEAD if dead else OutboxJob.State.WAITING,
        leased_until=None,
        not_before=now + timedelta(minutes=2**job.attempts),
        error=error[:2000],
    )


def _own(job: OutboxJob) -> QuerySet[OutboxJob]:
    """Return the job as long as nobody has leased it after this caller did."""
    return OutboxJob.objects.filter(pk=job.pk, state=OutboxJob.State.WAITING, attempts=job.attempts)
