"""How every move is written: the step, its log entry, and the check before them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.timezone import localdate

from langnghe.cases import lifecycle
from langnghe.cases.actions.showing import HIDES, show_words
from langnghe.cases.actions.telling import tell
from langnghe.cases.history import described
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, Step
from langnghe.ledger.actions import append
from langnghe.ledger.insertion import put
from langnghe.registry.models import Body

BATCH = 500


class Facts(NamedTuple):
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


class NewStep(NamedTuple):
    """A step before it is written: its columns, and what its log entry names."""

    case: Case
    body: Body
    columns: dict[str, Any]


def step(case: Case, verb: str, actor: Actor, at: datetime, facts: Facts) -> NewStep:
    body = facts.body or case.holder
    columns = {
        "case_id": case.pk,
        "verb": verb,
        "at": at,
        "day": facts.day or localdate(at),
        "role": actor.role,
        "account_id": actor.account and actor.account.pk,
        "body_id": body.pk,
        "to_body_id": facts.to_body and facts.to_body.pk,
        "state": case.state,
        "reason": facts.reason,
        "document_no": facts.document_no,
        "days": facts.days,
        "place_id": case.place_id,
        "topic_id": case.topic_id,
        "kind": case.kind,
        "channel": case.channel,
        "level": body.level,
        "due": case.due,
        "on_time": facts.on_time,
        "outcome": facts.outcome,
        "cause": facts.cause,
        "stars": facts.stars,
        "people": case.people,
        "digest": facts.digest,
        "salt": secrets.token_bytes(16),
    }
    return NewStep(case, body, columns)


def write(steps: Sequence[NewStep]) -> list[int]:
    """Insert steps, log entries and letters about them in the transaction that is open; return the steps' ids."""
    ids = [pk for (pk,) in put(Step, [row.columns for row in steps])]
    append(described(*row) for row in steps)
    tell((pk, row.case.pk, row.columns["verb"], row.columns["at"]) for pk, row in zip(ids, steps, strict=True))
    return ids


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
    show_words(case, was_public=move.verb in HIDES)
    write([step(case, move.verb, actor, at, facts or Facts())])
    return case
