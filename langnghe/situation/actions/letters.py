"""Hands the weekly letters to the outbox."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from langnghe.ledger.actions import enqueue
from langnghe.ledger.models import OutboxJob
from langnghe.situation.digest import readers

JOB = "situation.digest"


@transaction.atomic
def send_digests(at: datetime) -> int:
    """Ask for a letter to each reader, once a week (by ISO 8601); return how many. None without a mail server."""
    year, week, _day = localdate(at).isocalendar()
    if not settings.EMAIL_HOST or OutboxJob.objects.filter(name=JOB, arguments__week=f"{year}-{week}").exists():
        return 0
    found = readers(localdate(at))
    for member in found:
        enqueue(JOB, {"member": member.pk, "week": f"{year}-{week}", "for": at.isoformat()}, at)
    return len(found)
