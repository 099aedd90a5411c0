"""Requests about the data in a sealed record: by receipt or at the counter, decided and erased by its recipients."""

import hashlib
import json
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import sealing
from langnghe.cases.actions.lane_keys import note
from langnghe.cases.actions.sealed import add_words
from langnghe.cases.actions.sealed_steps import held_by
from langnghe.cases.actions.subject_requests import Decision, Kind, State
from langnghe.cases.lifecycle import DECIDERS, RESIDENT, Actor
from langnghe.cases.sealed.models import WISHES, SealedEvent, SealedRecord, SealedRequest
from langnghe.cases.subject_request import due, term
from langnghe.core.refusal import Refused
from langnghe.core.terms import Term
from langnghe.registry import law


@transaction.atomic
def request_sealed(
    record: SealedRecord, kind: str, words: str, *, channel: str, actor: Actor, at: datetime
) -> SealedRequest:
    """Take a request of who holds the receipt, or of who came in person by who can open the record.

    Its words are sealed to the record. Refused while the same one waits.
    """
    record = SealedRecord.objects.select_for_update().get(pk=record.pk)
    if actor.role != RESIDENT:
        _must_open(record, actor, at)
    if kind not in WISHES:
        raise Refused(_("Hãy chọn ông/bà muốn gì."))
    if record.is_erased:
        raise Refused(_("Nội dung đơn đã xóa, không còn dữ liệu nào để yêu cầu."))
    if record.requests.filter(kind=kind, state=State.ASKED).exists():
        raise Refused(_("Yêu cầu này đã được ghi và đang chờ trả lời."))
    if kind in (Kind.CORRECT, Kind.OBJECT) and not words.strip():
        raise Refused(_("Hãy ghi rõ cần đính chính gì, hoặc phản đối việc gì."))
    if words.strip() and not record.public and actor.role == RESIDENT:
        raise Refused(_("Hồ sơ này có từ trước, chưa nhận lời kín qua đây: hãy nói yêu cầu tại cơ quan giữ hồ sơ."))
    today = localdate(at)
    row, sealed = term(today), add_words(record, words.strip())
    note(SealedEvent.Verb.ASK, actor, at, record=record.pk, digest=hashlib.sha256(kind.encode() + sealed).digest())
    return record.requests.create(
        kind=kind, channel=channel, words=sealed, received=today, due=due(today), term_code=row.code if row else ""
    )


def _must_open(record: SealedRecord, actor: Actor, at: datetime) -> None:
    if not record.keys.filter(lane_key__in=held_by(actor, localdate(at))).exists():
        raise Refused(_("Bạn không có khóa mở hồ sơ này."))


@transaction.atomic
def decide_sealed(request: SealedRequest, decision: Decision, *, actor: Actor, at: datetime) -> SealedRequest:
    """Grant or refuse a request, once, by who can open the record; the writer reads the reason by receipt.

    Erasing and refusing are the leader's. What is granted by correcting stays beside the words that came.
    """
    record = SealedRecord.objects.select_for_update().get(pk=request.record_id)
    request = SealedRequest.objects.get(pk=request.pk)
    _must_open(record, actor, at)
    _check(request, decision, actor)
    if request.kind == Kind.ERASE and decision.state == State.GRANTED:
        _erase(record, actor, at)
        request.words = b""
    answer = {"reason": decision.reason.strip(), "ground": decision.ground.strip()}
    request.state, request.decided = decision.state, localdate(at)
    request.answer = sealing.seal(json.dumps(answer, ensure_ascii=False).encode(), "person")
    request.save()
    digest = hashlib.sha256(decision.state.encode() + request.answer).digest()
    note(SealedEvent.Verb.DECIDE, actor, at, record=record.pk, digest=digest)
    return request


def _check(request: SealedRequest, decision: Decision, actor: Actor) -> None:
    if not request.is_open:
        raise Refused(_("Yêu cầu này đã được trả lời rồi."))
    if decision.state not in (State.GRANTED, State.REFUSED):
        raise Refused(_("Hãy chọn một quyết định."))
    is_leaders = decision.state == State.REFUSED or request.kind == Kind.ERASE
    if is_leaders and actor.role not in DECIDERS:
        raise Refused(_("Xóa hay từ chối do lãnh đạo quyết định."))
    if is_leaders and not decision.ground.strip():
        raise Refused(_("Hãy ghi căn cứ pháp lý: điều, khoản, văn bản."))
    if not decision.reason.strip():
        raise Refused(_("Hãy ghi lý do: người dân sẽ đọc được lý do này."))


def retained(record: SealedRecord) -> tuple[Term, date]:
    """Return the row of law by which the record is kept, as it is now, and the last day on which it must be."""
    row = law.term("retain", record.kind, record.day)
    return row, record.day + timedelta(days=row.days)


def _erase(record: SealedRecord, actor: Actor, at: datetime) -> None:
    """Destroy the words and every key to them; the facts and the seals of the log stay, as when a case is redacted."""
    row, until = retained(record)
    if localdate(at) <= until:
        said = {"until": f"{until:%d/%m/%Y}", "citation": row.citation}
        raise Refused(_("Luật còn buộc giữ hồ sơ đến %(until)s (%(citation)s): hãy từ chối, nêu lý do ấy.") % said)
    record.keys.all().delete()
    record.steps.update(words=b"")
    record.requests.update(words=b"")
    SealedRecord.objects.filter(pk=record.pk).update(ciphertext=b"", public=b"")
    note(SealedEvent.Verb.ERASE, actor, at, record=record.pk)
