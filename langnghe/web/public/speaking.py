"""The speak-up form, the receipt it ends in, and the page for what the law sends elsewhere."""

import json
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.cases import actions
from langnghe.cases.arrival import Arrival, Received
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import Case, Voice
from langnghe.registry import law
from langnghe.registry.models import Body, Place
from langnghe.web.access import public
from langnghe.web.now import now, today
from langnghe.web.public import sealed
from langnghe.web.public.forms import Speak

SENT = tuple(name for name in Speak.base_fields if name != "key")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest) -> HttpResponse:
    """Show the form; take it; answer with the receipt (the same one for a reload), or with what to mend."""
    if request.method != "POST":
        return _page(request, Speak(initial={"key": str(uuid4())}, today=today()))
    data = request.POST.copy()
    has_key = _is_key(data.get("key", ""))
    if not has_key:
        data["key"] = str(uuid4())
    form = Speak(data, today=today())
    kind = _sealed_kind(form)
    if kind:
        return _procedure(request, form, kind)
    if form.is_valid() and has_key:
        return _take(request, form, data)
    if form.is_valid():
        form.add_error(None, _("Trang này đã cũ. Nội dung vẫn còn nguyên, hãy bấm gửi một lần nữa."))
    return _page(request, form)


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _sealed_kind(form: Speak) -> str:
    kind = str(form.data.get("kind", ""))
    text = "" if form.data.get("ordinary") else form.fields["text"].to_python(form.data.get("text", ""))
    return sealed.kind_of(str(text), kind)


def _take(request: HttpRequest, form: Speak, data: QueryDict) -> HttpResponse:
    try:
        received = _receive(_arrival(form, data))
    except actions.KeyConflict:
        data["key"] = str(uuid4())
        words = _(
            "Lần gửi trước đã được nhận với nội dung khác; cả hai bản đều được giữ. "
            "Nếu đây là một phản ánh khác, hãy bấm gửi lần nữa để nhận biên nhận riêng."
        )
        form.add_error(None, words)
        return _page(request, form)
    return _receipt(request, received)


def _receive(arrival: Arrival) -> Received:
    """Receive the voice; of two requests at one moment the later finds what the earlier wrote."""
    try:
        return actions.receive(arrival, actor=Actor(RESIDENT), at=now())
    except IntegrityError:
        return actions.receive(arrival, actor=Actor(RESIDENT), at=now())


def _arrival(form: Speak, data: QueryDict) -> Arrival:
    said = form.cleaned_data
    return Arrival(
        channel=Voice.Channel.WEB,
        key=said["key"],
        payload=payload(data),
        text=said["text"],
        kind=said["kind"],
        day=today(),
        place=cast(Place, form.where.place),
        topic=law.topics()[said["topic"]],
        spot=said["spot"],
        shows_text=said["appearance"] == "text",
        place_words=said["place"],
        contact={name: said[name] for name in ("phone", "email") if said[name]},
        concerns=_committee(form) if said["concerns"] else None,
    )


def payload(data: QueryDict) -> bytes:
    """Return what was sent, field by field as typed, in one order: the same words give the same bytes."""
    sent = {name: data.get(name, "") for name in SENT}
    return json.dumps(sent, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _committee(form: Speak) -> Body | None:
    return law.body_at("committee_commune", form.where.place)


def _page(request: HttpRequest, form: Speak) -> HttpResponse:
    return render(request, "public/speak.html", {"form": form})


def _procedure(request: HttpRequest, form: Speak, kind: str) -> HttpResponse:
    """Say what the law asks for; the words stay in this page and nowhere else."""
    chosen = form.data.get("kind", "")
    back: dict[str, Any] = {name: form.data.get(name, "") for name in (*SENT, "key")}
    back |= {"ordinary": "on", "kind": "feedback" if chosen in sealed.ACTS else chosen}
    facts = sealed.procedure(kind, today())
    context = {"text": form.data.get("text", ""), "back": back, "was_chosen": chosen == kind, **facts}
    return _secret(render(request, "public/procedure.html", context))


def _receipt(request: HttpRequest, received: Received) -> HttpResponse:
    case = Case.objects.select_related("holder", "place").get(pk=received.case_id)
    receipt = {
        "groups": received.receipt.split("-"),
        "case_code": case.code,
        "day": case.received,
        "body": case.holder,
        "due": case.due,
        "address": request.get_host() + reverse("look_up"),
    }
    context = {"receipt": receipt, "code": received.receipt, "case": case, "is_repeat": received.is_repeat}
    return _secret(render(request, "public/receipt.html", context))


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
