"""An edit of a register and what follows for open cases: their due days are counted anew, batch by batch."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases import clock, lifecycle
from langnghe.cases.actions.desk import hand_on
from langnghe.cases.actions.record import BATCH, Facts, locked, make
from langnghe.cases.actions.resident import inherit_all
from langnghe.cases.foreseeing import fault_of_ending
from langnghe.cases.lifecycle import STAFF, SYSTEM_ACTOR
from langnghe.cases.models import Case
from langnghe.ledger.actions import enqueue
from langnghe.registry import law
from langnghe.registry.actions import change_register
from langnghe.registry.models import Account, Body, Holiday, Member, RegisterChange, Term
from langnghe.registry.register_list import Register
from langnghe.registry.registers import Faulty, planned

RECOUNT = "cases.recount_due"
Edit = tuple[Register, dict[str, str], int | None]


@transaction.atomic
def edit_registers(edits: Iterable[Edit], *, by: Member, at: datetime) -> list[RegisterChange]:
    """Write all edits or none; after a change of terms or holidays open cases are counted anew in the background.

    Who has no role at a body any more leaves no case behind, and a body that has ended leaves all to who follows it;
    what is more than a batch, or ends later, moves at night.
    """
    made, counts, ends = [], False, False
    for register, texts, old in edits:
        if register.model is Body and (faults := fault_of_ending(planned(register, texts, old))):
            raise Faulty(faults)
        made.append(change_register(register, texts, old, by=by, at=at))
        ends = ends or (register.model is Body and bool(made[-1].after["valid_to"]))
        counts = counts or register.model in (Term, Holiday)
        if register.model is Member:
            _let_go(made[-1].after, at)
    if ends:
        inherit_all(at)
    if counts:
        enqueue(RECOUNT, {"change": made[-1].code, "behind": 0}, at)
    return made


def _let_go(said: dict[str, str], at: datetime) -> None:
    """Put the open cases of who no longer acts for a body back into its queue."""
    account, body = Account.objects.get(username=said["account"]), Body.objects.get(code=said["body"])
    if not body.members.on(localdate(at)).filter(account=account, role__in=STAFF).exists():
        hand_on(account, body, None, at=at)


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
