"""The only writers of the ledger: append to the log, put a job into the outbox, take and finish it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from langnghe.ledger.models import LogEntry, OutboxJob

LEASE = timedelta(minutes=5)
ATTEMPTS = 6


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
    LogEntry.objects.bulk_create(rows, batch_size=500)


def enqueue(name: str, arguments: Mapping[str, Any], at: datetime) -> OutboxJob:
    return OutboxJob.objects.create(name=name, arguments=dict(arguments), not_before=at)


@transaction.atomic
def lease(now: datetime) -> OutboxJob | None:
    """Take the next waiting job for LEASE, or return None; a killed worker's job comes back when the lease ends."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    jobs = OutboxJob.objects.filter(free, state=OutboxJob.State.WAITING, not_before__lte=now).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        jobs = jobs.select_for_update(skip_locked=True)
    job = jobs.first()
    if job:
        job.leased_until, job.attempts = now + LEASE, job.attempts + 1
        job.save(update_fields=["leased_until", "attempts"])
    return job


def finish(job: OutboxJob) -> None:
    """Mark the job done; call it in the transaction of the job's own effects."""
    OutboxJob.objects.filter(pk=job.pk).update(state=OutboxJob.State.DONE, leased_until=None, error="")


def fail(job: OutboxJob, error: str, now: datetime) -> None:
    """Give the job back with a growing delay, or lay it among the dead letters after ATTEMPTS tries."""
    dead = job.attempts >= ATTEMPTS
    OutboxJob.objects.filter(pk=job.pk).update(
        state=OutboxJob.State.DEAD if dead else OutboxJob.State.WAITING,
        leased_until=None,
        not_before=now + timedelta(minutes=2**job.attempts),
        error=error[:2000],
    )
