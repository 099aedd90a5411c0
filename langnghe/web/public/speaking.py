"""The speak-up form, the receipt it ends in, and the page for what the law sends elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.cases import actions, filing
from langnghe.cases.arrival import Arrival, Received
from langnghe.cases.filing import Stored
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import Case, Voice
from langnghe.ledger.durability import is_down
from langnghe.registry import law
from langnghe.registry.models import Body, Place
from langnghe.web import sealed
from langnghe.web.access import public
from langnghe.web.fields import is_key
from langnghe.web.now import now, today
from langnghe.web.public import waiting
from langnghe.web.public.forms import Speak
from langnghe.web.public.payload import SENT, payload, sealed_kind


@public
@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest) -> HttpResponse:
    """Show the form; take it; answer with the receipt (the same one for a reload), or with what to mend.

    While the database takes nothing, what was typed comes back (503) or is spooled (202).
    """
    try:
        return _speak(request)
    except (DatabaseError, InterfaceError, OSError) as error:
        if not is_down(error):
            raise
        return waiting.answer(request, is_checked=False)


def _speak(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, Speak(initial={"key": str(uuid4())}, today=today()))
    data = request.POST.copy()
    has_key = is_key(data.get("key", ""))
    if not has_key:
        data["key"] = str(uuid4())
    form = Speak(data, request.FILES, today=today())
    kind = sealed_kind(data)
    if kind:
        return _procedure(request, form, kind)
    if form.is_valid() and has_key:
        return _take(request, form, data)
    if form.is_valid():
        form.add_error(None, _("Trang này đã cũ. Nội dung vẫn còn nguyên, hãy bấm gửi một lần nữa."))
    return _page(request, form)


def _take(request: HttpRequest, form: Speak, data: QueryDict) -> HttpResponse:
    try:
        received = _receive(arrival(form, data, [filing.keep(file, today()) for file in form.cleaned_data["attached"]]))
    except actions.KeyConflict:
        data["key"] = str(uuid4())
        words = _(
            "Lần gửi trước đã được nhận với nội dung khác; cả hai bản đều được giữ. "
            "Nếu đây là một phản ánh khác, hãy bấm gửi lần nữa để nhận biên nhận riêng."
        )
        form.add_error(None, words)
        return _page(request, form)
    except (DatabaseError, InterfaceError, OSError) as error:
        if not is_down(error):
            raise
        return waiting.answer(request, is_checked=True)
    return _receipt(request, received)


def _receive(arrival: Arrival) -> Received:
    """Receive the voice; of two requests at one moment the later finds what the earlier wrote."""
    try:
        return actions.receive(arrival, actor=Actor(RESIDENT), at=now())
    except IntegrityError:
        return actions.receive(arrival, actor=Actor(RESIDENT), at=now())


def arrival(form: Speak, data: Mapping[str, str], files: Sequence[Stored] = ()) -> Arrival:
    """Return what the valid form says; also for the replay of the spool."""
    said = form.cleaned_data
    return Arrival(
        channel=Voice.Channel.WEB,
        key=said["key"],
        payload=payload(data, files),
        files=tuple(files),
        text=said["text"],
        kind=said["kind"],
        day=form.today,
        place=cast(Place, form.where.place),
        topic=law.topics()[said["topic"]],
        spot=said["spot"],
        shows_text=said["appearance"] == "text",
        place_words=said["place"],
        contact={name: said[name] for name in ("phone", "email") if said[name]},
        concerns=_committee(form) if said["concerns"] else None,
    )


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
