"""A reorganisation of units: planned, changed, deleted while a draft; applied batch by batch, nothing lost."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.actions.joint import inherit_parts
from langnghe.cases.actions.resident import inherit
from langnghe.cases.actions.sealed import inherit_sealed
from langnghe.cases.history import reorganisation_entry
from langnghe.cases.lifecycle import Actor, acting
from langnghe.cases.models import Case
from langnghe.cases.reorganisation import Heirs, Reorganisation, Transfer, UnitMove, fault_of, heir_of
from langnghe.commitments import actions as commitments
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append, enqueue
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Body, Member, Place

MOVE_ON, BATCH, CHUNK = "cases.move_on", 200, 500
State = Reorganisation.State


@dataclass(frozen=True)
class UnitChange:
    """An old unit and one heir: `new`, or one to be made with the name and code."""

    old: Place
    new: Place | None
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class Draft:
    """What a plan says."""

    title: str
    document_no: str
    day: date
    moves: tuple[UnitChange, ...]


@transaction.atomic
def plan_reorganisation(draft: Draft, *, by: Member, plan: Reorganisation | None = None) -> Reorganisation:
    """Write a draft, or write it anew; refused once it is applied."""
    plan = _locked_draft(plan) if plan else Reorganisation(salt=secrets.token_bytes(16))
    plan.title, plan.document_no, plan.day = draft.title, draft.document_no, draft.day
    plan.account, plan.body = by.account, by.body
    plan.save()
    plan.moves.all().delete()
    rows = [UnitMove(plan=plan, old=m.old, new=m.new, new_name=m.name, new_code=m.code) for m in draft.moves]
    UnitMove.objects.bulk_create(rows, CHUNK)
    return plan


@transaction.atomic
def delete_reorganisation(plan: Reorganisation) -> None:
    _locked_draft(plan).delete()


def _locked_draft(plan: Reorganisation) -> Reorganisation:
    found = Reorganisation.objects.select_for_update().filter(pk=plan.pk, state=State.DRAFT).first()
    if found is None:
        raise Refused(_("Bản sắp xếp này đã được áp dụng, không sửa hay xóa được nữa."))
    return found


@transaction.atomic
def apply_reorganisation(plan: Reorganisation, *, by: Member, at: datetime) -> Reorganisation:
    """End the old units, take stock of what lies open on their desks, and let it move in the background."""
    plan, today = _locked_draft(plan), localdate(at)
    if plan.day > today:
        raise Refused(_("Chưa đến ngày sắp xếp; hãy áp dụng từ ngày đó."))
    if not plan.moves.exists():
        raise Refused(_("Bản sắp xếp chưa có đơn vị nào."))
    _refuse_impossible(plan)
    source = plan.source
    for move in plan.moves.filter(new=None).select_related("old__parent__parent").order_by("pk"):
        move.new = registry.make_unit(move.new_name, move.new_code, move.old, plan.day, source)
        move.save(update_fields=["new"])
    heirs = plan.heirs()
    olds = Place.objects.in_bulk(list(heirs))
    registry.reorganise_units([(olds[pk], found) for pk, found in heirs.items()], plan.day, source)
    _move_people(heirs, plan.day, source, acting(by), at)
    plan.state, plan.applied, plan.account, plan.body = State.APPLYING, today, by.account, by.body
    plan.save()
    _take_stock(plan, list(heirs))
    append([reorganisation_entry(plan)])
    enqueue(MOVE_ON, {"plan": plan.pk}, at)
    return plan


def _refuse_impossible(plan: Reorganisation) -> None:
    """Refuse what has become impossible since the draft was read: the units may have changed meanwhile."""
    moves = list(plan.moves.select_related("old", "new"))
    ending = {move.old_id for move in moves}
    for move in moves:
        if why := fault_of(move.old, move.new, plan.day, ending):
            raise Refused(why[:1].upper() + why[1:])


def _move_people(heirs: Heirs, day: date, source: str, actor: Actor, at: datetime) -> None:
    """Let members, and what lies sealed with them, go to the one heir's body of the same type.

    Of several heirs a person says who goes where; people then stay where they are, and the page lists them.
    """
    whole = [old for old, found in heirs.items() if len(found) == 1]
    for first in range(0, len(whole), CHUNK):
        rows = Body.objects.filter(place__in=whole[first : first + CHUNK], valid_to__lt=day).exclude(successor=None)
        for body in rows.select_related("successor").order_by("pk"):
            to = law.standing(body, max(day, localdate(at)))
            if to.type == body.type and to.place_id == heirs[body.place_id][0].pk:
                inherit_sealed(body, to, actor=actor, at=at)
                registry.move_members(body, to, day, source)


def _take_stock(plan: Reorganisation, olds: list[int]) -> None:
    bodies = list(Body.objects.filter(place__in=olds, valid_to__lt=plan.day).values_list("pk", flat=True))
    for first in range(0, len(bodies), CHUNK):
        some = bodies[first : first + CHUNK]
        cases = Case.objects.filter(state__in=Case.OPEN, holder__in=some).order_by("pk")
        promises = Commitment.objects.filter(state=Commitment.State.OPEN, body__in=some).order_by("pk")
        rows = [Transfer(plan=plan, case_id=pk, from_body_id=body) for pk, body in cases.values_list("pk", "holder")]
        rows += [
            Transfer(plan=plan, commitment_id=pk, from_body_id=body) for pk, body in promises.values_list("pk", "body")
        ]
        Transfer.objects.bulk_create(rows, CHUNK)


@transaction.atomic
def move_on(plan_id: int, *, at: datetime) -> int:
    """Move the next cases and commitments; return how many were looked at, 0 when the plan is applied."""
    law.forget()
    plan = Reorganisation.objects.select_for_update().get(pk=plan_id)
    if plan.state != State.APPLYING:
        return 0
    waiting = list(_transfers(plan, Transfer.State.WAITING)[:BATCH])
    cases = [transfer.case_id for transfer in waiting if transfer.case_id]
    before, heirs = _open(cases), plan.heirs()
    for transfer in waiting:
        _move(transfer, heirs, None, at)
    plan.open_before, plan.open_after = plan.open_before + before, plan.open_after + _open(cases)
    if len(waiting) < BATCH:
        plan.state = State.APPLIED
        inherit_parts(at)
    else:
        enqueue(MOVE_ON, {"plan": plan.pk}, at)
    plan.save()
    return len(waiting)


def _transfers(plan: Reorganisation, state: Transfer.State) -> QuerySet[Transfer]:
    rows = plan.transfers.filter(state=state).order_by("pk")
    return rows.select_related("case__place__parent__parent", "commitment__place__parent__parent", "from_body")


def _open(cases: list[int]) -> int:
    return Case.objects.filter(pk__in=cases, state__in=Case.OPEN).count()


@transaction.atomic
def choose_heir(plan: Reorganisation, transfers: Iterable[int], heir: Place, *, at: datetime) -> int:
    """Move what waited for a person to the heir that they chose, a unit of the plan; return how many."""
    if heir.pk not in {new.pk for found in plan.heirs().values() for new in found}:
        raise Refused(_("Hãy chọn một đơn vị nhận trong bản sắp xếp này."))
    rows = plan.transfers.select_for_update(of=("self",)).filter(state=Transfer.State.ASKED, pk__in=list(transfers))
    rows = rows.select_related("case__place", "commitment__place", "from_body").order_by("pk")
    for transfer in rows:
        _move(transfer, plan.heirs(), heir, at)
    return len(rows)


def _move(transfer: Transfer, heirs: Heirs, chosen: Place | None, at: datetime) -> None:
    """Move one, or note that a person is to choose, or that it has gone its own way meanwhile."""
    thing = transfer.case or transfer.commitment
    assert thing is not None  # noqa: S101 a transfer has one of both
    spot = transfer.case.spot if transfer.case else ""
    heir = chosen or heir_of(thing.place, spot, heirs, localdate(at))
    try:
        if heir is None:
            transfer.state = Transfer.State.ASKED
        elif transfer.case:
            _move_case(transfer, transfer.case, heir, at)
        else:
            _move_commitment(transfer, thing.pk, heir, at)
    except LookupError:  # the tables name no competent body there
        transfer.state = Transfer.State.ASKED
    except Refused:  # answered, withdrawn or kept since
        transfer.state = Transfer.State.LEFT
    transfer.save(update_fields=["state", "to_body"])


def _move_case(transfer: Transfer, case: Case, heir: Place, at: datetime) -> None:
    fresh = Case.objects.get(pk=case.pk)
    last = fresh.steps.exclude(verb__in=("overdue", "recount", "request_data")).latest("pk")
    if fresh.holder_id != transfer.from_body_id and last.verb != "inherit":  # somebody sent it elsewhere
        transfer.state, transfer.to_body = Transfer.State.LEFT, fresh.holder
        return
    moved = fresh if fresh.holder.place_id == heir.pk else inherit(case, at=at, heir=heir)
    transfer.state, transfer.to_body = Transfer.State.MOVED, moved.holder


def _move_commitment(transfer: Transfer, pk: int, heir: Place, at: datetime) -> None:
    promise = Commitment.objects.select_related("body").get(pk=pk)
    if promise.body_id != transfer.from_body_id:
        transfer.state, transfer.to_body = Transfer.State.LEFT, promise.body
        return
    to = _heir_body(promise.body, heir, localdate(at))
    if to is None:
        transfer.state = Transfer.State.ASKED
        return
    commitments.hand_on(promise, to=to, reason=_("Sắp xếp đơn vị hành chính"), at=at)
    transfer.state, transfer.to_body = Transfer.State.MOVED, to


def _heir_body(body: Body, heir: Place, day: date) -> Body | None:
    """Return who takes the body's promises over: its own successor, else the heir's body of its kind."""
    followed = law.standing(body, max(day, (body.valid_to or day) + timedelta(1)))
    return followed if followed != body else law.body_at(body.type, heir)
