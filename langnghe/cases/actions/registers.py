"""An edit of a register and what follows for open cases: their due days are counted anew, batch by batch."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from langnghe.cases import clock, lifecycle
from langnghe.cases.actions.desk import hand_on
from langnghe.cases.actions.lane_keys import end_naming
from langnghe.cases.actions.record import BATCH, Facts, locked, make
from langnghe.cases.actions.resident import inherit_all
from langnghe.cases.foreseeing import fault_of_ending
from langnghe.cases.lifecycle import STAFF, SYSTEM_ACTOR, acting
from langnghe.cases.models import Case
from langnghe.cases.sealed.models import LaneKey
from langnghe.ledger.actions import enqueue
from langnghe.registry import law
from langnghe.registry.actions import change_register
from langnghe.registry.models import Account, Body, Holiday, Member, RegisterChange, Term
from langnghe.registry.register_list import REGISTERS, Register
from langnghe.registry.registers import Faulty, planned

RECOUNT = "cases.recount_due"
Edit = tuple[Register, dict[str, str], int | None]


@transaction.atomic
def edit_registers(edits: Iterable[Edit], *, by: Member, at: datetime, sure: bool = False) -> list[RegisterChange]:
    """Write all edits or none; after a change of terms or holidays open cases are counted anew in the background.

    Who has no role at a body any more leaves no case behind, and a body that has ended leaves all to who follows it;
    what is more than a batch, or ends later, moves at night. Faulty when nobody at a body could open its sealed records
    any more, unless who edits is sure of that.
    """
    edits = list(edits)
    if not sure and (left := left_closed(edits, by=by, at=at)):
        names = ", ".join(body.name for body in left)
        raise Faulty({"valid_to": _("Không còn ai mở được hồ sơ niêm phong của: %(names)s.") % {"names": names}})
    made, counting, ends = [], list[RegisterChange](), False
    for register, texts, old in edits:
        if register.model is Body and (faults := fault_of_ending(planned(register, texts, old))):
            raise Faulty(faults)
        made.append(change_register(register, texts, old, by=by, at=at))
        ends = ends or (register.model is Body and bool(made[-1].after["valid_to"]))
        counting += made[-1:] if register.model in (Term, Holiday) else []
        if register.model is Member:
            _let_go(made[-1].after, by, at)
    if ends:
        inherit_all(at)
    if counting:
        enqueue(RECOUNT, {"change": counting[-1].code, "others": len(counting) - 1, "behind": 0}, at)
    return made


def left_closed(edits: Iterable[Edit], *, by: Member, at: datetime) -> list[Body]:
    """Return the bodies whose sealed records somebody opens now and nobody would after these edits; none is kept."""
    edits, today = [edit for edit in edits if edit[0].model is Member], localdate(at)
    able = _able(today) if any(old for _register, _texts, old in edits) else set()
    if not able:
        return []
    with transaction.atomic():
        made = [change_register(*edit, by=by, at=at).after for edit in edits]
        ends = {date.fromisoformat(row["valid_to"]) + timedelta(1) for row in made if row["valid_to"]}
        still = able.intersection(*(_able(max(day, today)) for day in {today, *ends}))
        transaction.set_rollback(True)
    law.forget()  # what was read meanwhile
    return list(Body.objects.filter(pk__in=able - still).order_by("pk"))


def _able(on: date) -> set[int]:
    """Return the bodies where somebody opens sealed records on the day."""
    keys = LaneKey.objects.in_force(on).filter(kind=LaneKey.Kind.MEMBER, body__isnull=False)
    return set(keys.values_list("body", flat=True).distinct())


def _let_go(said: dict[str, str], by: Member, at: datetime) -> None:
    """Put the open cases of who no longer acts for a body back into its queue, and forget that they were named."""
    account, body = Account.objects.get(username=said["account"]), Body.objects.get(code=said["body"])
    if not body.members.on(localdate(at)).filter(account=account, role__in=STAFF).exists():
        hand_on(account, body, None, at=at)
    end_naming(account, body, actor=acting(by), at=at)


@transaction.atomic
def recount_due(change: str, behind: int, *, others: int = 0, at: datetime) -> int:
    """Count the due days of the next open cases anew; ask for the batch after them; return how many moved.

    `change` is the number of the edit, `others` how many came with it.
    """
    law.forget()
    reason = _told(RegisterChange.objects.get(pk=int(change.removeprefix("SD-"))), others)
    rows = Case.objects.filter(state__in=Case.OPEN, paused=None, pk__gt=behind).order_by("pk")
    cases = list(rows[:BATCH])
    moved = sum(_recount(case, reason, at) for case in locked(*cases) if case.is_open)
    if len(cases) == BATCH:
        enqueue(RECOUNT, {"change": change, "others": others, "behind": cases[-1].pk}, at)
    return moved


def _told(change: RegisterChange, others: int) -> str:
    """Return in words which row changed, on what ground, and by which edit."""
    said = change.after
    what = f"{said.get('name_vi')} {date.fromisoformat(said['date']):%d/%m/%Y}" if "date" in said else _term(said)
    if others:
        what = _("%(what)s và %(others)d dòng khác") % {"what": what, "others": others}
    words = _("%(register)s: %(what)s. Căn cứ: %(citation)s (%(code)s)")
    named = {"register": REGISTERS[change.register].name, "citation": said["citation"], "code": change.code}
    return words % (named | {"what": what})


def _term(said: dict[str, str]) -> str:
    kind, days = law.kinds().get(said["kind"]), int(said["days"])
    if said["unit"] == "working":
        length = ngettext("%(days)s ngày làm việc", "%(days)s ngày làm việc", days)
    else:
        length = ngettext("%(days)s ngày", "%(days)s ngày", days)
    return f"{kind.name if kind else said['code']}, {length % {'days': days}}"


def _recount(case: Case, reason: str, at: datetime) -> bool:
    before = (case.due, case.term_code)
    try:
        clock.recount(case)
    except LookupError:  # no row for this case any more: it keeps its day
        return False
    if (case.due, case.term_code) == before:
        return False
    make(case, lifecycle.check("recount", case, SYSTEM_ACTOR), SYSTEM_ACTOR, at, Facts(reason=reason))
    return True
