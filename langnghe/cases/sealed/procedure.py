"""The lawful way of a complaint or denunciation: its stages, what each may follow, and the day by which it is due."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langnghe.cases.sealed.models import SealedRecord, SealedStep
from langnghe.core import terms
from langnghe.core.calendar import CalendarGap
from langnghe.registry import law

BOTH = ("complaint", "denunciation")
RECEIVED, ACCEPTED, VERIFYING, SUSPENDED = "received", "accepted", "verifying", "suspended"
RUNNING = (ACCEPTED, VERIFYING)
SINCE_2026 = date(2026, 7, 1)  # Law 136/2025/QH15 in force


@dataclass(frozen=True)
class Stage:
    """A step of the procedure: where it may start, where it leads, and whether it needs a document.

    `target` None: it stays where it is; "back": where it stood before it was suspended.
    """

    verb: str
    name: str | Promise
    origins: tuple[str, ...]
    target: str | None
    kinds: tuple[str, ...] = BOTH
    needs_document: bool = True
    since: date | None = None


STAGES = {
    stage.verb: stage
    for stage in (
        Stage("accept", _("Thụ lý"), (RECEIVED,), ACCEPTED),
        Stage("refuse", _("Không thụ lý, có lý do theo luật"), (RECEIVED,), "refused"),
        Stage("transfer", _("Chuyển cơ quan có thẩm quyền"), (RECEIVED,), "transferred"),
        Stage("verify", _("Giao xác minh"), (ACCEPTED,), VERIFYING),
        Stage("dialogue", _("Đối thoại"), RUNNING, None, ("complaint",), needs_document=False),
        Stage("extend", _("Gia hạn"), RUNNING, None, ("denunciation",)),
        Stage("withdraw_part", _("Rút một phần"), RUNNING, None, needs_document=False, since=SINCE_2026),
        Stage("suspend", _("Tạm đình chỉ"), RUNNING, SUSPENDED, since=SINCE_2026),
        Stage("resume", _("Giải quyết trở lại"), (SUSPENDED,), "back", since=SINCE_2026),
        Stage("conclude", _("Kết luận, quyết định giải quyết"), RUNNING, "concluded"),
        Stage("withdraw", _("Rút toàn bộ"), (RECEIVED, *RUNNING, SUSPENDED), "withdrawn", needs_document=False),
        Stage("stop", _("Đình chỉ giải quyết"), (*RUNNING, SUSPENDED), "stopped"),
    )
}
STATES = {
    RECEIVED: _("Mới tiếp nhận"),
    ACCEPTED: _("Đã thụ lý"),
    VERIFYING: _("Đang xác minh"),
    SUSPENDED: _("Tạm đình chỉ"),
    "refused": _("Không thụ lý"),
    "transferred": _("Đã chuyển"),
    "concluded": _("Đã kết luận"),
    "withdrawn": _("Đã rút"),
    "stopped": _("Đã đình chỉ"),
}
CONDITIONS = {
    "normal": _("Thường"),
    "complex": _("Phức tạp"),
    "very_complex": _("Đặc biệt phức tạp (chỉ tố cáo)"),
    "remote": _("Vùng sâu, vùng xa (chỉ khiếu nại)"),
    "remote_complex": _("Phức tạp, vùng sâu, vùng xa (chỉ khiếu nại)"),
}


@dataclass(frozen=True)
class Standing:
    """Where a record stands: its state, the running clock (None when none runs) and the day it is due."""

    state: str
    clock: terms.Clock | None
    due: date | None

    @property
    def is_open(self) -> bool:
        return self.state in {RECEIVED, *RUNNING, SUSPENDED}


def standing(record: SealedRecord, steps: Sequence[SealedStep]) -> Standing:
    """Return where the record stands after these steps, oldest first."""
    state, before, clock = RECEIVED, RECEIVED, _clock("accept", record.kind, record.day, "normal")
    for step in steps:
        target = STAGES[step.verb].target
        if step.verb == "accept":
            clock = _clock("second" if step.is_second else "settle", record.kind, step.day, step.condition)
        elif step.verb == "extend" and clock is not None:
            clock = clock.extend(step.days, step.document_no, step.day)
        elif step.verb == "suspend" and clock is not None:
            clock = replace(clock, pauses=(*clock.pauses, terms.Pause(step.day, None, step.document_no)))
        elif step.verb == "resume" and clock is not None:
            clock = replace(clock, pauses=(*clock.pauses[:-1], clock.pauses[-1]._replace(until=step.day)))
        before, state = (state, before if target == "back" else target) if target else (before, state)
    still = state in {RECEIVED, *RUNNING}
    return Standing(state, clock, _due(clock) if still else None)


def _clock(stage: str, kind: str, on: date, condition: str) -> terms.Clock | None:
    try:
        return terms.Clock(on, law.term(stage, kind, on, condition))
    except terms.NoTerm:
        return None


def _due(clock: terms.Clock | None) -> date | None:
    """Return the due day; None without a clock, or in a year whose holidays nobody has entered."""
    with suppress(CalendarGap):
        return clock.due(law.calendar()) if clock else None
    return None


def possible(record: SealedRecord, state: str, on: date) -> list[Stage]:
    """Return the stages that may follow now, in the order of the table."""
    return [
        stage
        for stage in STAGES.values()
        if record.kind in stage.kinds and state in stage.origins and (stage.since is None or stage.since <= on)
    ]
