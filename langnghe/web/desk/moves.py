"""From a filled form to the action of its verb."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.cases import actions
from langnghe.cases.actions import Classification, Draft, Promise
from langnghe.cases.lifecycle import MOVES, STAFF
from langnghe.cases.models import Case
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Account, Body
from langnghe.web.desk import part_forms
from langnghe.web.desk.forms import Classify, Move
from langnghe.web.desk.request_forms import RequestData

QUIET = (
    "receive",
    "open_contact",
    "call_back",
    "show_photo",
    "hide_photo",
    "take_down",
    "request_data",
    "decide_request",
)
DIGITS = 19  # one more than fit 64 bits


@transaction.atomic
def perform(verb: str, form: Move, at: datetime) -> None:
    """Call the action of the verb with what the form holds; Refused when the rules turn it down.

    Of two at once the second reads first what the other did; what takes two cases locks both in an order of its own.
    """
    if verb not in ("merge", "split"):
        Case.objects.select_for_update().get(pk=form.case.pk)
    _check_seen(form)
    special: dict[str, Callable[[Any, datetime], None]] = {
        "classify": _classify,
        "assign": _assign,
        "refer": _refer,
        "draft": _draft,
        "approve": _approve,
        "reply": _reply,
        "merge": _merge,
        "seal": _seal,
        "ask_part": part_forms.ask,
        "withdraw_part": part_forms.withdraw,
        "request_data": _request_data,
    }
    if verb in special:
        special[verb](form, at)
        return
    action: Callable[..., Any] = getattr(actions, verb)
    said = {name: value for name, value in form.cleaned_data.items() if name != "seen"}  # that is for the form alone
    action(form.case, **said, actor=form.actor, at=at)


def _classify(form: Classify, at: datetime) -> None:
    said = form.cleaned_data
    place = form.where.place if form.where else None
    if place is None:
        raise Refused(_("Hãy ghi xã, phường."))
    into = Classification(
        kind=said["kind"],
        topic=law.topics()[said["topic"]],
        place=place,
        spot=said["spot"],
        scope=said["scope"],
        condition=said["condition"],
        concerns=law.body_at("committee_commune", place) if said["concerns"] else None,
    )
    actions.classify(form.case, into, reason=said["reason"], actor=form.actor, at=at)


def _assign(form: Move, at: datetime) -> None:
    officer = Account.objects.get(pk=form.cleaned_data["officer"])
    actions.assign(form.case, officer=officer, actor=form.actor, at=at)


def _refer(form: Move, at: datetime) -> None:
    to = Body.objects.get(code=form.cleaned_data["to"])
    actions.refer(form.case, to=to, reason=form.cleaned_data["reason"], actor=form.actor, at=at)


def _draft(form: Move, at: datetime) -> None:
    said = form.cleaned_data
    promise = None
    if said["promise_text"] and said["promise_due"]:
        body = Body.objects.get(code=said["promise_body"]) if said["promise_body"] else form.case.holder
        promise = Promise(body, said["promise_text"], said["promise_due"])
    proofs = said["photos"], said["papers"], dict.fromkeys(said.get("dropped", ()))
    answer = Draft(said["text"], said["outcome"], said["proof"], promise, *proofs, seen=_seen(form))
    actions.take_and_draft(form.case, answer, actor=form.actor, at=at)


@transaction.atomic
def _approve(form: Move, at: datetime) -> None:
    case = actions.approve(form.case, seen=_seen(form), actor=form.actor, at=at)
    if form.cleaned_data["publish"]:
        actions.reply(case, actor=form.actor, at=at)


def _reply(form: Move, at: datetime) -> None:
    actions.reply(form.case, seen=_seen(form), actor=form.actor, at=at)


def _seen(form: Move) -> int | None:
    """Return the newest answer that the page with the form showed, 0 when it showed none; None when it did not say."""
    said = str(form.data.get("answer", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < DIGITS else None


def _check_seen(form: Move) -> None:
    """Refuse what was filled in before somebody else of the desk moved the case: they read it again first."""
    shown = str(form.data.get("step", ""))
    if not (shown.isascii() and shown.isdigit() and len(shown) < DIGITS):
        return
    others = form.case.steps.filter(pk__gt=int(shown), role__in=STAFF).exclude(account=form.actor.account)
    if done := others.exclude(verb__in=QUIET).select_related("body").order_by("pk").last():
        words = _(
            "Vụ việc vừa có thay đổi: %(move)s (%(body)s). Hãy xem lại trang; gửi lần nữa thì tính theo hiện trạng."
        )
        raise Refused(words % {"move": MOVES[done.verb].name, "body": done.body})


def _seal(form: Move, at: datetime) -> None:
    said = form.cleaned_data
    to, reason = Body.objects.get(code=said["to"]), _("Thuộc thủ tục khiếu nại, tố cáo")
    if form.case.voices.count() != 1:
        raise Refused(_("Vụ việc này có lời của nhiều người: hãy tách riêng trước khi chuyển kênh bảo mật."))
    actions.seal(form.case, kind=said["kind"], to=to, reason=reason, actor=form.actor, at=at)


def _request_data(form: RequestData, at: datetime) -> None:
    assert form.voice is not None  # noqa: S101 a valid form knows whose data it is about
    kind, _dash, about = form.cleaned_data["wish"].partition("-")
    channel = form.cleaned_data["channel"]
    actions.request_data(form.voice, kind, about, form.content, channel=channel, actor=form.actor, at=at)


def _merge(form: Move, at: datetime) -> None:
    into = Case.objects.filter(pk=form.cleaned_data["into"]).first()
    if into is None or form.actor.body is None or into.holder_id != form.actor.body.pk:
        raise Refused(_("Chỉ gộp được vào vụ việc do chính cơ quan bạn đang giữ."))
    actions.merge(form.case, into=into, actor=form.actor, at=at)
