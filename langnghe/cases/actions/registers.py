"""An edit of a register and what follows for open cases: their due days are counted anew, batch by batch."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from langnghe.cases import clock, lifecycle
from langnghe.cases.actions.record import BATCH, Facts, locked, make
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import Case
from langnghe.ledger.actions import enqueue
from langnghe.registry import law
from langnghe.registry.actions import change_register
from langnghe.registry.models import Holiday, Member, RegisterChange, Term
from langnghe.registry.registers import Register

RECOUNT = "cases.recount_due"
Edit = tuple[Register, dict[str, str], int | None]


@transaction.atomic
def edit_registers(edits: Iterable[Edit], *, by: Member, at: datetime) -> list[RegisterChange]:
    """Write all edits or none; after a change of terms or holidays open cases are counted anew in the background."""
    made, counts = [], False
    for register, texts, old in edits:
        made.append(change_register(register, texts, old, by=by, at=at))
        counts = counts or register.model in (Term, Holiday)
    if counts:
        enqueue(RECOUNT, {"change": made[-1].code, "behind": 0}, at)
    return made


@transaction.atomic
def recount_due(change: str, behind: int, *, at: datetime) -> int:
    """Count the due days of the next open cases anew; ask for the batch after them; return how many moved."""
    law.forget()
    rows = Case.objects.filter(state__in=Case.OPEN, paused=None, pk__gt=behind).order_by("pk")
    cases = list(rows[:BATCH])
    moved = sum(_recount(case, change, at) for case in locked(*cases) if case.is_open)
    if len(cases) == BATCH:
        enqueue(RECOUNT, {"change": change, "behind": cases[-1].pk}, at)
    return moved


def _recount(case: Case, change: str, at: datetime) -> bool:
    before = (case.due, case.term_code)
    try:
        clock.recount(case)
    except LookupError:  # no row for this case any more: it keeps its day
        return False
    if (case.due, case.term_code) == before:
        return False
    make(case, lifecycle.check("recount", case, SYSTEM_ACTOR), SYSTEM_ACTOR, at, Facts(reason=change))
    return True
