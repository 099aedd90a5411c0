"""The speak-up form, the receipt it ends in, and the page for what the law sends elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

import segno
from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases import actions, filing
from langnghe.cases.arrival import Arrival, Received
from langnghe.cases.filing import Stored
from langnghe.cases.kinds import emergencies, emergency_name, emergency_phrases, proposed
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import Case, Voice
from langnghe.core.text import nfc
from langnghe.ledger.durability import is_down
from langnghe.registry import law
from langnghe.registry.models import Body, Place
from langnghe.web import sealed, sealed_form
from langnghe.web.access import public
from langnghe.web.fields import is_key
from langnghe.web.now import now, today
from langnghe.web.public import queued, waiting
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
        return page(request, Speak(initial={"key": str(uuid4()), **_wished(request.GET)}, today=today()))
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
    return page(request, form)


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
        return page(request, form)
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
        kind=said["kind"] or proposed(said["text"]),
        day=form.today,
        place=form.joined.place if form.joined else cast(Place, form.where.place),
        topic=form.joined.topic if form.joined else law.topics()[said["topic"]],
        spot=said["spot"],
        shows_text=said["appearance"] == "text",
        is_private=said["appearance"] == "none",
        may_call_back=said["may_call_back"] and bool(said["phone"] or said["email"]),
        sender=said["sender"] or Voice.Sender.SELF,
        place_words=said["place"],
        contact={name: said[name] for name in ("phone", "email") if said[name]},
        concerns=_committee(form) if said["concerns"] else None,
        joins=form.joined,
    )


def _committee(form: Speak) -> Body | None:
    return law.body_at("committee_commune", form.where.place)


def _wished(asked: Mapping[str, str]) -> dict[str, str]:
    """Return the place that a link or a poster names: `noi` is the key of a commune, `thon` words.

    A commune that has ended is the one it became; one that was divided stands by its name, and the form asks.
    """
    book = law.gazetteer()
    unit = book.units.get(asked.get("noi", ""))
    named = unit is not None and unit.level == "commune" and book.lies_in(unit, settings.INSTALLATION.place)
    became = book.current(unit, today()) if unit and named else ()
    meant = became[0] if len(became) == 1 else unit
    return {"place": book.path(meant) if meant and became else "", "spot": nfc(asked.get("thon", ""))[:120]}


def page(request: HttpRequest, form: Speak, **more: Any) -> HttpResponse:
    """Return the form with what it was given; to the page's script only what is to be mended."""
    if queued.is_asked(request) and form.is_bound:
        return queued.mend(form)
    numbers = emergencies(str(form["text"].value() or ""))
    context = {
        "form": form,
        "urgent": [{"number": number, "name": emergency_name(number)} for number in numbers],
        "phrases": {number: (emergency_name(number), signs) for number, signs in emergency_phrases().items()},
        "sealed_words": {kind: act.pattern for kind, act in sealed.ACTS.items()},
        "joined": form.joined,
    }
    return render(request, "public/speak.html", context | more)


@public
@require_safe
def procedure(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the lawful procedure of a complaint or a denunciation to who asks for it.

    The Back button brings an empty form: at a shared machine the next person may press it.
    """
    if kind not in sealed.ACTS:
        raise Http404
    send = sealed_form.blank(kind, "") if sealed_form.is_open() else None
    return _secret(render(request, "public/procedure.html", sealed.procedure(kind, today()) | {"send": send}))


def _procedure(request: HttpRequest, form: Speak, kind: str) -> HttpResponse:
    """Say what the law asks for; the words stay in this page and nowhere else."""
    if queued.is_asked(request):
        return queued.turn_away(kind)
    chosen = form.data.get("kind", "")
    back: dict[str, Any] = {name: form.data.get(name, "") for name in (*SENT, "key")}
    back |= {"ordinary": "on", "kind": "feedback" if chosen in sealed.ACTS else chosen}
    facts = sealed.procedure(kind, today())
    text = form.data.get("text", "")
    send = sealed_form.blank(kind, text, form.data.get("place", "")) if sealed_form.is_open() else None
    context = {"text": text, "back": back, "was_chosen": chosen == kind, "send": send, **facts}
    return _secret(render(request, "public/procedure.html", context))


def _receipt(request: HttpRequest, received: Received) -> HttpResponse:
    case = Case.objects.select_related("holder", "place").get(pk=received.case_id)
    if queued.is_asked(request):
        return queued.taken(received.receipt, case)
    address = request.build_absolute_uri(reverse("look_up"))
    numbers = emergencies(str(request.POST.get("text", "")))
    receipt = {
        "groups": received.receipt.split("-"),
        "case_code": case.code,
        "day": case.received,
        "body": case.holder,
        "due": case.due,
        "address": request.get_host() + reverse("look_up"),
        "qr": segno.make(f"{address}#{received.receipt}", micro=False).svg_data_uri(scale=4, border=2),
    }
    context = {
        "receipt": receipt,
        "code": received.receipt,
        "case": case,
        "is_repeat": received.is_repeat,
        "joined": bool(request.POST.get("joins")),
        "kind": law.kinds()[case.kind].name,
        "urgent": [{"number": number, "name": emergency_name(number)} for number in numbers],
    }
    return _secret(render(request, "public/receipt.html", context))


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
