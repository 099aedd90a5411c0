"""The stages of a complaint or denunciation, by those who can open it; no word of it lies in a stage."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock
from langnghe.cases.actions.lane_keys import note
from langnghe.cases.actions.sealed import add_words
from langnghe.cases.lifecycle import Actor
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey, SealedEvent, SealedRecord, SealedStep
from langnghe.core.refusal import Refused
from langnghe.core.terms import ExtensionRefused
from langnghe.registry.models import Body


@dataclass(frozen=True)
class NewStage:
    """What a recipient says of a stage: its day, its document, and what only some stages have.

    `part` is what a partial withdrawal withdraws, in words that are sealed to the record; `to` where a transfer goes.
    """

    verb: str
    day: date
    document_no: str = ""
    condition: str = "normal"
    is_second: bool = False
    days: int = 0
    ground: str = ""
    finding: str = ""
    part: str = ""
    to: Body | None = None


def held_by(actor: Actor, on: date) -> set[int]:
    """Return the ids of the actor's own lane keys in force at the body for which they act."""
    keys = LaneKey.objects.in_force(on).filter(kind=LaneKey.Kind.MEMBER, account=actor.account, body=actor.body)
    return set(keys.values_list("pk", flat=True))


@transaction.atomic
def advance_sealed(record: SealedRecord, new: NewStage, *, actor: Actor, at: datetime) -> SealedStep:
    """Take the record a stage further; Refused out of turn, without its document, or by whoever cannot open it."""
    record = SealedRecord.objects.select_for_update().get(pk=record.pk)
    if not record.keys.filter(lane_key__in=held_by(actor, localdate(at))).exists():
        raise Refused(_("Bạn không có khóa mở hồ sơ này."))
    steps = list(record.steps.order_by("pk"))
    before = procedure.standing(record, steps)
    stage = next((one for one in procedure.possible(record, before.state, new.day) if one.verb == new.verb), None)
    if stage is None:
        raise Refused(_("Hồ sơ đang ở bước khác, hoặc luật chưa có bước này vào ngày ấy. Hãy tải lại trang."))
    problem = _problem(stage, new, record, steps, localdate(at))
    if problem:
        raise Refused(problem)
    facts = asdict(replace(new, to=None)) | {"to_id": new.to and new.to.pk}
    words = add_words(record, facts.pop("part").strip())
    del facts["to"]
    made = SealedStep(record=record, body=actor.body, account=actor.account, words=words, at=at, **facts)
    try:
        after = procedure.standing(record, [*steps, made])
    except ExtensionRefused as refused:
        raise clock.refusal(refused) from None
    if new.verb == "accept" and after.clock is None:
        raise Refused(_("Bảng thời hạn không có dòng nào cho mức phức tạp này."))
    made.save()
    content = json.dumps(facts, default=str, sort_keys=True).encode() + words
    note(SealedEvent.Verb.STEP, actor, at, record=record.pk, digest=hashlib.sha256(content).digest())
    return made


def _problem(stage: procedure.Stage, new: NewStage, record: SealedRecord, steps: list[SealedStep], today: date) -> str:
    first = steps[-1].day if steps else record.day
    if new.day > today or new.day < first:
        return _("Ngày phải từ %(first)s đến hôm nay.") % {"first": f"{first:%d/%m/%Y}"}
    if stage.needs_document and not new.document_no.strip():
        return _("Bước này cần số văn bản.")
    return _missing(new, record)


def _missing(new: NewStage, record: SealedRecord) -> str:
    """Return what a stage of this verb still has to say; "" when it says all."""
    if new.verb == "refuse" and new.ground not in procedure.grounds(record.kind, new.day):
        return _("Không thụ lý phải nêu lý do theo luật: hãy chọn một lý do trong danh sách.")
    if new.verb == "withdraw_part" and not new.part.strip():
        return _("Hãy ghi rút phần nào. Lời này được niêm phong; chỉ người mở được hồ sơ đọc được.")
    if new.to is not None and new.to == record.body:
        return _("Hồ sơ đang ở chính cơ quan này: hãy chọn cơ quan khác.")
    if new.verb == "conclude" and new.finding not in SealedStep.Finding.values:
        return _("Hãy chọn kết luận: đúng toàn bộ, đúng một phần hay sai toàn bộ.")
    return ""
