"""Requests of data subjects: taken by receipt or over the counter, granted by an officer, refused by a leader alone."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import sealing
from langnghe.cases.actions.photos import forget_photos_of
from langnghe.cases.actions.publishing import unpublish
from langnghe.cases.actions.receiving import reached_by
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.actions.redacting import redact, redact_contact, redact_voice
from langnghe.cases.actions.telling import tell_decided
from langnghe.cases.history import decision_digest
from langnghe.cases.lifecycle import DECIDERS, RESIDENT, Actor
from langnghe.cases.models import Person, Voice
from langnghe.cases.subject_request import ASKABLE, Content, SubjectRequest, due, term
from langnghe.core.refusal import Refused

Kind, About, State = SubjectRequest.Kind, SubjectRequest.About, SubjectRequest.State


@dataclass(frozen=True)
class Decision:
    """What is decided on a request; less than all of it needs reason and legal ground, and so does erasing."""

    state: str
    reason: str = ""
    ground: str = ""
    correction: str = ""


@transaction.atomic
def request_data(
    voice: Voice, kind: str, about: str, content: Content, *, channel: str, actor: Actor, at: datetime
) -> SubjectRequest:
    """Take a request about the data of who spoke; a resident sees theirs at once, and is called no more at once.

    Seeing twice on a day is one request. Refused while the same request waits.
    """
    if (kind, about) not in ASKABLE:
        raise Refused(_("Hãy chọn ông/bà muốn gì."))
    case, move = opened(voice.case, "request_data", actor)
    today, earlier = localdate(at), voice.requests.filter(kind=kind, about=about)
    is_seen = kind == Kind.SEE and actor.role == RESIDENT
    if is_seen and (seen := earlier.filter(decided=today).first()):
        return seen
    if not is_seen and earlier.filter(state=State.ASKED).exists():
        raise Refused(_("Yêu cầu này đã được ghi và đang chờ trả lời."))
    _check(kind, about, content)
    is_done = is_seen or ASKABLE[kind, about].is_at_once
    row, sealed = term(today), sealing.seal(json.dumps(content._asdict(), ensure_ascii=False).encode(), "person")
    make(case, move, actor, at, Facts(cause=kind, digest=hashlib.sha256(sealed).digest()))
    if about == About.CALLS:
        voice.case.voices.filter(pk=voice.pk).update(notices=Voice.Notices.NONE, may_call_back=False)
    return SubjectRequest.objects.create(
        voice=voice,
        kind=kind,
        about=about,
        channel=channel,
        sealed=sealed,
        state=State.GRANTED if is_done else State.ASKED,
        received=today,
        due=due(today),
        term_code=row.code if row else "",
        decided=today if is_done else None,
        asked=case.steps.latest("pk"),
    )


def _check(kind: str, about: str, content: Content) -> None:
    if (kind, about) == (Kind.CORRECT, About.CONTACT) and not content.contact:
        raise Refused(_("Hãy ghi điều cần sửa: họ tên, địa chỉ, số điện thoại hoặc thư điện tử đúng."))
    if (kind, about) == (Kind.CORRECT, About.WORDS) and not content.words:
        raise Refused(_("Hãy ghi lời đính chính."))


@transaction.atomic
def decide_request(request: SubjectRequest, decision: Decision, *, actor: Actor, at: datetime) -> SubjectRequest:
    """Do what was asked, a part of it, or refuse it with a lawful reason that the resident reads; once.

    An officer of the holder may grant; erasing, and whatever is less than was asked, is for the leader.
    """
    case, _move = opened(request.voice.case, "decide_request", actor)
    request = SubjectRequest.objects.select_for_update(of=("self",)).select_related("voice__case").get(pk=request.pk)
    _check_decision(request, decision, actor)
    if decision.state != State.REFUSED:
        _do(request, decision, actor, at)
    case, move = opened(case, "decide_request", actor)
    request.refresh_from_db()
    request.state, request.decided = decision.state, localdate(at)
    request.reason, request.ground = decision.reason.strip(), decision.ground.strip()[:250]
    request.correction = decision.correction.strip()
    make(case, move, actor, at, Facts(cause=decision.state, digest=decision_digest(request)))
    request.decision = case.steps.latest("pk")
    request.save()
    tell_decided(Voice.objects.get(pk=request.voice_id), request.decision.pk, at)
    return request


def _check_decision(request: SubjectRequest, decision: Decision, actor: Actor) -> None:
    asked = request.kind, request.about
    if not request.is_open:
        raise Refused(_("Yêu cầu này đã được trả lời rồi."))
    if decision.state not in (State.GRANTED, State.PARTLY, State.REFUSED):
        raise Refused(_("Hãy chọn một quyết định."))
    if decision.state == State.PARTLY and not ASKABLE[asked].part:
        raise Refused(_("Yêu cầu này chỉ làm theo cả hoặc từ chối."))
    is_leaders = decision.state != State.GRANTED or request.kind == Kind.ERASE
    if is_leaders and actor.role not in DECIDERS:
        raise Refused(_("Xóa, từ chối hay chỉ làm một phần do lãnh đạo quyết định."))
    if is_leaders and not decision.ground.strip():
        raise Refused(_("Hãy ghi căn cứ pháp lý: điều, khoản, văn bản."))
    if decision.state != State.GRANTED and not decision.reason.strip():
        raise Refused(_("Hãy ghi lý do: người dân sẽ đọc được lý do này."))
    if asked == (Kind.CORRECT, About.WORDS) and decision.state == State.GRANTED and not decision.correction.strip():
        raise Refused(_("Hãy ghi lời đính chính."))


def _do(request: SubjectRequest, decision: Decision, actor: Actor, at: datetime) -> None:
    voice, is_part = request.voice, decision.state == State.PARTLY
    match request.kind, request.about:
        case Kind.CORRECT, About.CONTACT:
            _correct_contact(voice, request.content)
        case Kind.CORRECT, About.WORDS:
            voice.case.voices.filter(pk=voice.pk).update(is_shown=False)  # until somebody has looked at both
        case Kind.ERASE, _about:
            _erase(request, decision, actor, at)
        case Kind.OBJECT, About.PUBLIC:
            _hide(voice, is_part, actor, at)


def _correct_contact(voice: Voice, content: Content) -> None:
    """Keep the new contact instead; what came first stays sealed in the original."""
    before = sealing.unseal_contact(bytes(voice.person.sealed)) if voice.person else {}
    contact = before | content.contact
    sealed = sealing.seal_contact(contact)
    if voice.person:
        Person.objects.filter(pk=voice.person.pk).update(sealed=sealed)
    else:
        voice.person = Person.objects.create(sealed=sealed)
        if content.phone or content.email:
            voice.notices = Voice.Notices.ALL
    voice.reach = reached_by(contact, voice.channel)
    voice.save(update_fields=["person", "reach", "notices"])


def _erase(request: SubjectRequest, decision: Decision, actor: Actor, at: datetime) -> None:
    voice, ground = request.voice, decision.ground.strip()
    if request.about == About.CONTACT or decision.state == State.PARTLY:
        redact_contact(voice, reason=ground, actor=actor, at=at)
    elif voice.case.voices.count() == 1:
        redact(voice.case, reason=ground, actor=actor, at=at)
    else:
        redact_voice(voice, reason=ground, actor=actor, at=at)


def _hide(voice: Voice, is_part: bool, actor: Actor, at: datetime) -> None:
    """Show the words and photos of who spoke no more; nor the case, unless others spoke of it who do not mind."""
    voice.shows_text = voice.is_shown = False
    voice.is_private = voice.is_private or not is_part
    voice.save(update_fields=["shows_text", "is_shown", "is_private"])
    forget_photos_of(voice)
    if voice.case.is_public and not voice.case.voices.filter(is_private=False).exists():
        unpublish(voice.case, reason=_("Người gửi yêu cầu thôi công khai"), actor=actor, at=at)
