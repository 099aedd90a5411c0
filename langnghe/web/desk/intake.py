"""The clerk's entry of a voice told by telephone, on paper or at the counter, and the slip it ends in."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.db import DatabaseError, IntegrityError, InterfaceError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.cases import actions, filing
from langnghe.cases.arrival import Arrival, Received
from langnghe.cases.filing import Stored
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Voice
from langnghe.core.aloud import aloud
from langnghe.core.codes import case_code
from langnghe.core.refusal import Refused
from langnghe.engagements import actions as engagements
from langnghe.engagements.models import Ticket
from langnghe.engagements.receptions import who
from langnghe.ledger.durability import is_down
from langnghe.registry import law
from langnghe.registry.models import Member, Place
from langnghe.web.access import View, actor, entered, may
from langnghe.web.desk import intake_sealed
from langnghe.web.desk.intake_forms import SENT, Intake, first_values, payload, sealed_kind
from langnghe.web.desk.reach import may_read
from langnghe.web.fields import UNKNOWN_TOPIC, is_key
from langnghe.web.now import now, today

RETRY_AFTER = "60"
LAST = "last_intake"  # of a session: the key, a mark of the words, the number of the case
DIGITS = 19  # one more than fit 64 bits


def typed_comes_back(view: View) -> View:
    """Give back what was typed (503) while the database takes nothing; the page asks the database for nothing."""

    @wraps(cast(Callable[..., HttpResponse], view))
    def kept(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except (DatabaseError, InterfaceError, OSError) as error:
            if request.method != "POST" or not is_down(error):
                raise
            return _typed_back(request)

    return cast(View, kept)


@typed_comes_back
@may("enter_voice")
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Show the form; take it; answer with the slip (the same one for a reload), or with what to mend."""
    member = entered(request)
    if request.method != "POST":
        first = first_values(member, request.GET.get("kenh", ""), today()) | {"key": str(uuid4())}
        first |= _from_ticket(member, request.GET.get("phieu", ""))
        return _page(request, Intake(initial=first, member=member, today=today()))
    data = request.POST.copy()
    has_key = is_key(data.get("key", ""))
    if not has_key:
        data["key"] = str(uuid4())
    if kind := sealed_kind(data):
        return _procedure(request, data, kind)
    form = Intake(data, request.FILES, member=member, today=today())
    if form.is_valid() and has_key:
        return _take(request, form, data)
    if form.is_valid():
        form.add_error(None, _("Trang này đã cũ. Nội dung vẫn còn nguyên, hãy bấm gửi một lần nữa."))
    return _page(request, form, 422)


def _take(request: HttpRequest, form: Intake, data: QueryDict) -> HttpResponse:
    files = [filing.keep(file, today()) for file in form.cleaned_data["attached"]]
    sent = _arrival(form, data, files)
    if code := _just_entered(request, sent):
        words = _("Bạn vừa ghi đúng lời này, vụ việc %(code)s. Nếu là lời của một người khác, hãy gửi lần nữa.")
        form.add_error(None, words % {"code": code})
        return _page(request, form, 409)
    try:
        received = _receive(sent, form.member)
    except actions.KeyConflict:
        data["key"] = str(uuid4())
        words = _("Lần ghi trước với mã này có nội dung khác; cả hai đều được giữ. Nếu là việc khác, hãy gửi lần nữa.")
        form.add_error(None, words)
        return _page(request, form, 409)
    if ticket := _ticket(form.member, form.cleaned_data["ticket"]):
        _link(request, ticket, received.case_id)
    request.session[LAST] = [sent.key, _mark(sent), case_code(received.case_id)]
    return _slip(request, form, received, ticket)


def _mark(sent: Arrival) -> str:
    return salted_hmac("last intake", sent.payload).hexdigest()


def _just_entered(request: HttpRequest, sent: Arrival) -> str:
    """Return the case of the same words entered last under another key, as the way back in a browser does; once."""
    key, digest, code = request.session.get(LAST, ("", "", ""))
    if digest != _mark(sent) or key == sent.key:
        return ""
    del request.session[LAST]
    return str(code)


def _ticket(member: Member, number: int | None) -> Ticket | None:
    """Return the ticket of a reception day of the member's body."""
    rows = Ticket.objects.select_related("engagement__body").filter(engagement__body=member.body)
    return rows.filter(pk=number).first() if number else None


def _from_ticket(member: Member, text: str) -> dict[str, Any]:
    """Return what the form holds first when somebody was called in: the voice is theirs, their number is known."""
    ticket = _ticket(member, int(text)) if text.isascii() and text.isdigit() and len(text) < DIGITS else None
    if ticket is None:
        return {}
    said = who(ticket)
    known = {name: said[name] for name in ("name", "phone") if said.get(name)}
    return known | {"ticket": ticket.pk, "channel": Voice.Channel.RECEPTION, "text": said.get("about", "")}


def _link(request: HttpRequest, ticket: Ticket, case: int) -> None:
    try:
        engagements.link_case(ticket, Case.objects.get(pk=case), actor=actor(request), at=now())
    except Refused as refused:
        messages.error(request, str(refused))


def _receive(sent: Arrival, member: Member) -> Received:
    """Receive the voice; of two requests at one moment the later finds what the earlier wrote."""
    try:
        return actions.receive(sent, actor=acting(member), at=now())
    except IntegrityError:
        return actions.receive(sent, actor=acting(member), at=now())


def _arrival(form: Intake, data: QueryDict, files: Sequence[Stored]) -> Arrival:
    said, place = form.cleaned_data, cast(Place, form.where.place)
    return Arrival(
        channel=said["channel"],
        key=said["key"],
        payload=payload(data, form.member, files),
        files=tuple(files),
        text=said["text"],
        kind=said["kind"],
        day=said["said_on"],
        place=place,
        topic=law.topics()[said["topic"] or UNKNOWN_TOPIC],
        spot=said["spot"],
        people=said["people"],
        place_words=said["place"],
        contact={name: said[name] for name in ("name", "address", "phone") if said[name]},
        may_call_back=said["may_call_back"],
        concerns=law.body_at("committee_commune", place) if said["concerns"] else None,
        entered_at=form.member.body,
    )


def _page(request: HttpRequest, form: Intake, status: int = 200) -> HttpResponse:
    return _secret(render(request, "desk/intake.html", {"form": form}, status=status))


def _slip(request: HttpRequest, form: Intake, received: Received, ticket: Ticket | None) -> HttpResponse:
    case = Case.objects.select_related("holder", "place").get(pk=received.case_id)
    groups = received.receipt.split("-")
    context: dict[str, Any] = {
        "receipt": {
            "groups": groups,
            "case_code": case.code,
            "day": case.received,
            "body": case.holder,
            "due": case.due,
            "address": request.get_host() + reverse("look_up"),
            "people": form.cleaned_data["people"],
            "representative": form.cleaned_data["name"],
            "files": len(form.cleaned_data["attached"]),
        },
        "ticket": ticket,
        "desk": form.member.body,
        "spoken": [(group, aloud(group)) for group in groups],
        "case": case,
        "kind": law.kinds()[case.kind],
        "reads": may_read(form.member, case),
        "channel": case.channel,
        "is_repeat": received.is_repeat,
    }
    return _secret(render(request, "desk/intake_slip.html", context))


def _procedure(request: HttpRequest, data: QueryDict, kind: str) -> HttpResponse:
    """Say what the law asks for, to be told to the resident; the words stay in this page and nowhere else."""
    back = {name: data.get(name, "") for name in (*SENT, "key")} | {"ordinary": "on"}
    known = {name: data.get(name, "") for name in ("text", "name", "address", "phone", "place", "said_on")}
    channel = Voice.Channel.RECEPTION if data.get("channel") == Voice.Channel.RECEPTION else Voice.Channel.PAPER
    form = intake_sealed.first_form(kind, known | {"channel": channel})
    return intake_sealed.page(request, kind, form, text=data.get("text", ""), back=back)


def _typed_back(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in (*SENT, "key")}
    context = {"text": typed.pop("text"), "kept": typed, "csrf_token": get_token(request)}
    response = HttpResponse(render_to_string("desk/intake_again.html", context), status=503)
    response["Retry-After"] = RETRY_AFTER
    return _secret(response)


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
