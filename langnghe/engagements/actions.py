"""Plan the reception days that the law asks for, and note that one was held."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.core.refusal import Refused
from langnghe.engagements.history import entry
from langnghe.engagements.models import Engagement
from langnghe.engagements.receptions import due_days
from langnghe.ledger.actions import append
from langnghe.registry.models import Body


@transaction.atomic
def plan_receptions(body: Body, *, chair: str, duty: str, since: date, until: date, at: datetime) -> int:
    """Plan as many reception days as the duty (table reception_duties) asks for; returns how many are new."""
    taken = set(Engagement.objects.filter(body=body, day__range=(since, until)).values_list("day", flat=True))
    rows = [
        Engagement(
            kind=Engagement.Kind.RECEPTION,
            body=body,
            day=day,
            planned_at=at,
            chair=chair,
            salt=secrets.token_bytes(16),
        )
        for day in due_days(duty, since, until)
        if day not in taken
    ]
    Engagement.objects.bulk_create(rows, batch_size=500)
    append(entry("plan", row) for row in rows)
    return len(rows)


@transaction.atomic
def hold(held: Sequence[tuple[Engagement, int]], *, at: datetime) -> None:
    """Note occasions that took place with how many people came; each once, and not before its day."""
    for engagement, people in held:
        if engagement.held_at is not None:
            raise Refused(_("Buổi này đã được ghi nhận."))
        if localdate(at) < engagement.day:
            raise Refused(_("Buổi này chưa đến ngày."))
        engagement.held, engagement.held_at, engagement.people = engagement.day, at, people
    rows = [engagement for engagement, _people in held]
    Engagement.objects.bulk_update(rows, ["held", "held_at", "people"], batch_size=200)
    append(entry("hold", row) for row in rows)
