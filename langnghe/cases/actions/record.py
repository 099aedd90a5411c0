"""How every move is written: the step, its log entry, and the check before them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from langnghe.cases import lifecycle
from langnghe.cases.history import entry
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, Step
from langnghe.ledger.actions import append
from langnghe.ledger.insertion import insert
from langnghe.registry.models import Body

BATCH = 500


@dataclass(frozen=True)
class Facts:
    """What a step says beside the case's own state."""

    day: date | None = None
    body: Body | None = None
    to_body: Body | None = None
    reason: str = ""
    document_no: str = ""
    days: int = 0
    on_time: bool | None = None
    outcome: str = ""
    cause: str = ""
    stars: int | None = None
    digest: bytes = b""


def step(case: Case, verb: str, actor: Actor, at: datetime, facts: Facts) -> Step:
    body = facts.body or case.holder
    return Step(
        case=case,
        verb=verb,
        at=at,
        day=facts.day or localdate(at),
        role=actor.role,
        account=actor.account,
        body=body,
        to_body=facts.to_body,
        state=case.state,
        reason=facts.reason,
        document_no=facts.document_no,
        days=facts.days,
        place=case.place,
        topic=case.topic,
        kind=case.kind,
        channel=case.channel,
        level=body.level,
        due=case.due,
        on_time=facts.on_time,
        outcome=facts.outcome,
        cause=facts.cause,
        stars=facts.stars,
        people=case.people,
        digest=facts.digest,
        salt=secrets.token_bytes(16),
    )


def write(steps: Iterable[Step]) -> None:
    """Insert the steps and their log entries, in the transaction that is open."""
    append(entry(row) for row in insert(list(steps)))


def opened(case: Case, verb: str, actor: Actor, reason: str = "") -> tuple[Case, lifecycle.Move]:
    """Read the case again under a lock, and check the move."""
    fresh = locked(case)[0]
    return fresh, lifecycle.check(verb, fresh, actor, reason)


def locked(*cases: Case) -> list[Case]:
    """Read the cases again under a lock, always taken in the order of their numbers; returned as they were given."""
    rows = Case.objects.select_related("holder", "place", "topic", "concerns").select_for_update(of=("self",))
    fresh = {row.pk: row for row in rows.filter(pk__in=[case.pk for case in cases]).order_by("pk")}
    return [fresh[case.pk] for case in cases]


def make(case: Case, move: lifecycle.Move, actor: Actor, at: datetime, facts: Facts | None = None) -> Case:
    """Set the state the move leads to, save the case, write the step and the log entry."""
    if move.target is not None:
        case.state = move.target
    case.save()
    write([step(case, move.verb, actor, at, facts or Facts())])
    return case
