"""The lawful way of a complaint or denunciation: its stages, what each may follow, and the day by which it is due."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langnghe.cases.sealed.models import SealedRecord, SealedStep
from langnghe.core import tables, terms
from langnghe.core.calendar import CalendarGap
from langnghe.registry import law
from langnghe.registry.models import Body

Bodies = Collection[int] | QuerySet[Body, int]  # their ids
RECEIVED, ACCEPTED, VERIFYING, SUSPENDED = "received", "accepted", "verifying", "suspended"
RUNNING = (ACCEPTED, VERIFYING)
CONCLUDED, TRANSFERRED = "concluded", "transferred"
TAKE_IN = "take_in"  # by handing a transferred record over alone; no row of sealed_stages offers it
ENDINGS = ("conclude", "withdraw", "stop")


@dataclass(frozen=True)
class Stage:
    """A step of the procedure: where it may start, where it leads, and whether it needs a document.

    `target` None: it stays where it is; "back": where it stood before it was suspended. For which kinds the law
    knows it, and since when, says the table sealed_stages.
    """

    verb: str
    name: str | Promise
    origins: tuple[str, ...]
    target: str | None
    needs_document: bool = True


STAGES = {
    stage.verb: stage
    for stage in (
        Stage("accept", _("Thụ lý"), (RECEIVED,), ACCEPTED),
        Stage("refuse", _("Không thụ lý, có lý do theo luật"), (RECEIVED,), "refused"),
        Stage("transfer", _("Chuyển cơ quan có thẩm quyền"), (RECEIVED,), TRANSFERRED),
        Stage(TAKE_IN, _("Tiếp nhận hồ sơ được giao"), (TRANSFERRED,), RECEIVED, needs_document=False),
        Stage("verify", _("Giao xác minh"), (ACCEPTED,), VERIFYING),
        Stage("dialogue", _("Đối thoại"), RUNNING, None, needs_document=False),
        Stage("extend", _("Gia hạn"), RUNNING, None),
        Stage("withdraw_part", _("Rút một phần"), RUNNING, None, needs_document=False),
        Stage("suspend", _("Tạm đình chỉ"), RUNNING, SUSPENDED),
        Stage("resume", _("Giải quyết trở lại"), (SUSPENDED,), "back"),
        Stage("conclude", _("Kết luận, quyết định giải quyết"), RUNNING, CONCLUDED),
        Stage("withdraw", _("Rút toàn bộ"), (RECEIVED, *RUNNING, SUSPENDED), "withdrawn", needs_document=False),
        Stage("stop", _("Đình chỉ giải quyết"), (*RUNNING, SUSPENDED), "stopped"),
        Stage("carry_out", _("Đã thi hành quyết định, xử lý theo kết luận"), (CONCLUDED,), "carried_out"),
    )
}
STATES = {
    RECEIVED: _("Mới tiếp nhận"),
    ACCEPTED: _("Đã thụ lý"),
    VERIFYING: _("Đang xác minh"),
    SUSPENDED: _("Tạm đình chỉ"),
    "refused": _("Không thụ lý"),
    TRANSFERRED: _("Đã chuyển"),
    CONCLUDED: _("Đã kết luận"),
    "carried_out": _("Đã thi hành"),
    "withdrawn": _("Đã rút"),
    "stopped": _("Đã đình chỉ"),
}
CONDITIONS = {
    "normal": _("Thường"),
    "complex": _("Phức tạp"),
    "very_complex": _("Đặc biệt phức tạp"),
    "remote": _("Vùng sâu, vùng xa"),
    "remote_complex": _("Phức tạp, vùng sâu, vùng xa"),
}
AWAITED = {  # what the running term waits for, and whose turn it is at the body, by state
    RECEIVED: (_("thụ lý, hoặc trả lời không thụ lý"), _("cán bộ giữ khóa")),
    ACCEPTED: (_("kết luận, quyết định giải quyết"), _("lãnh đạo ký, người giữ khóa ghi")),
    VERIFYING: (_("kết luận, quyết định giải quyết"), _("lãnh đạo ký, người giữ khóa ghi")),
}
OF_ONE = {"very_complex": "denunciation", "remote": "complaint", "remote_complex": "complaint"}  # known to one law


@dataclass(frozen=True)
class Standing:
    """Where a record stands: its state, the running clock (None when none runs) and the day it is due.

    `came` is the day on which it reached the body that has it.
    """

    state: str
    clock: terms.Clock | None
    due: date | None
    came: date

    @property
    def is_open(self) -> bool:
        return self.state in {RECEIVED, *RUNNING, SUSPENDED}


def standing(record: SealedRecord, steps: Sequence[SealedStep]) -> Standing:
    """Return where the record stands after these steps, oldest first."""
    state, before, came = RECEIVED, RECEIVED, record.day
    clock = _clock("accept", record.kind, came, "normal")
    for step in steps:
        target = STAGES[step.verb].target
        if step.verb == TAKE_IN:
            came, clock = step.day, _clock("accept", record.kind, step.day, "normal")
        elif step.verb == "accept":
            clock = _clock("second" if step.is_second else "settle", record.kind, step.day, step.condition)
        elif step.verb == "extend" and clock is not None:
            clock = _found_complex(clock, step.condition).extend(step.days, step.document_no, step.day)
        elif step.verb == "suspend" and clock is not None:
            clock = replace(clock, pauses=(*clock.pauses, terms.Pause(step.day, None, step.document_no)))
        elif step.verb == "resume" and clock is not None:
            clock = replace(clock, pauses=(*clock.pauses[:-1], clock.pauses[-1]._replace(until=step.day)))
        before, state = (state, before if target == "back" else target) if target else (before, state)
    still = state in {RECEIVED, *RUNNING}
    return Standing(state, clock, _due(clock) if still else None, came)


def _clock(stage: str, kind: str, on: date, condition: str) -> terms.Clock | None:
    try:
        return terms.Clock(on, law.term(stage, kind, on, condition))
    except terms.NoTerm:
        return None


def _found_complex(clock: terms.Clock, condition: str) -> terms.Clock:
    """Return the clock under the term of the condition that came to light; the same where nothing new did."""
    if condition in ("normal", clock.term.condition):
        return clock
    return replace(clock, term=law.term(clock.term.stage, clock.term.kind, clock.start, condition))


def extendable(clock: terms.Clock | None) -> dict[str, str | Promise]:
    """Return under which conditions the law lets this clock be extended once more, by code, the one it has first."""
    found: dict[str, str | Promise] = {}
    if clock is None:
        return found
    for code, name in sorted(CONDITIONS.items(), key=lambda pair: pair[0] != clock.term.condition):
        with suppress(terms.NoTerm):
            term = law.term(clock.term.stage, clock.term.kind, clock.start, code)
            if term.extension_days and len(clock.extensions) < term.extensions_max:
                found[code] = name
    return found


def _due(clock: terms.Clock | None) -> date | None:
    """Return the due day; None without a clock, or in a year whose holidays nobody has entered."""
    with suppress(CalendarGap):
        return clock.due(law.calendar()) if clock else None
    return None


def running(body: Body) -> QuerySet[SealedRecord]:
    """Return the records of the body that have reached none of the stages after which nothing is settled any more.

    What ended elsewhere and was handed over begins anew here.
    """
    still = {None, "back", RECEIVED, *RUNNING, SUSPENDED}
    over = [stage.verb for stage in STAGES.values() if stage.target not in still]
    begun = SealedStep.objects.filter(record=OuterRef("record"), verb=TAKE_IN, pk__gt=OuterRef("pk"))
    ended = SealedStep.objects.filter(verb__in=over).exclude(Exists(begun)).values("record")
    return SealedRecord.objects.filter(body=body).exclude(pk__in=ended)


def came_to(bodies: Bodies) -> QuerySet[SealedRecord]:
    """Return the records that came to these bodies from outside; one handed over since came to who acted first."""
    steps = SealedStep.objects.filter(record=OuterRef("pk")).order_by("pk")
    handed = SealedRecord.objects.filter(Exists(steps.filter(verb=TAKE_IN)))
    first = handed.annotate(first=Subquery(steps.values("body")[:1])).filter(first__in=bodies)
    kept = Q(body__in=bodies) & ~Q(pk__in=handed.values("pk"))
    return SealedRecord.objects.filter(Q(pk__in=first.values("pk")) | kept)


def possible(record: SealedRecord, state: str, on: date) -> list[Stage]:
    """Return the stages that may follow now by the law of that day."""
    known = {row["verb"] for row in _in_force("sealed_stages", record.kind, on)}
    return [stage for stage in STAGES.values() if state in stage.origins and stage.verb in known]


def law_of(stage: Stage, kind: str) -> dict[str, str]:
    """Return the newest row of sealed_stages for the stage: where the law says so, and what to mind."""
    return [row for row in tables.rows("sealed_stages") if (row["verb"], row["kind"]) == (stage.verb, kind)][-1]


def grounds(kind: str, on: date) -> dict[str, dict[str, str]]:
    """Return the lawful reasons for not accepting it on that day, rows of refusal_grounds by code."""
    return {row["code"]: row for row in _in_force("refusal_grounds", kind, on)}


def _in_force(table: str, kind: str, on: date) -> list[dict[str, str]]:
    day = on.isoformat()
    rows = [row for row in tables.rows(table) if row["kind"] == kind]
    return [row for row in rows if (row["valid_from"] or "0") <= day <= (row["valid_to"] or "9")]
