"""A resident and what is kept about them: see it at once, save it, ask to correct, erase or stop; how it stands."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from langnghe.cases import actions, sealing
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import Voice
from langnghe.cases.subject_request import ASKABLE, About, Content, Kind
from langnghe.core.refusal import Refused
from langnghe.web import own_data
from langnghe.web.access import public
from langnghe.web.fields import Words
from langnghe.web.now import now, today
from langnghe.web.own_data_forms import NewContact
from langnghe.web.public.forms import area


class Ask(NewContact):
    """What is asked, in a choice and in words; `asked` (after validation) is its kind and what it is about."""

    wish = forms.ChoiceField(
        label=gettext_lazy("Ông/bà muốn gì?"),
        choices=[(f"{kind}-{about}", askable.name) for (kind, about), askable in ASKABLE.items() if kind != Kind.SEE],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn ông/bà muốn gì.")},
    )
    words = Words(
        label=gettext_lazy("Nói rõ hơn, hoặc lời đính chính"),
        longest=2_000,
        required=False,
        widget=area(4),
        help_text=gettext_lazy("Chỉ cơ quan giải quyết đọc được; lời đính chính hiện cạnh lời đã viết."),
    )

    field_order = ("wish", "words")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    voice = _voice(request)
    if voice is None:
        return redirect("look_up")
    if request.method != "POST":
        return _page(request, voice, Ask())
    if request.POST.get("verb") in ("see", "file"):
        return _seen(request, voice)
    form = Ask(request.POST)
    if form.is_valid():
        kind, _dash, about = form.cleaned_data["wish"].partition("-")
        try:
            made = _ask(voice, kind, about, form.content)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            done = _("Đã ghi yêu cầu; câu trả lời hiện ở trang này.") if made.is_open else _("Đã làm theo yêu cầu.")
            messages.success(request, done)
            return redirect("my_data")
    return _page(request, voice, form)


def _voice(request: HttpRequest) -> Voice | None:
    rows = Voice.objects.select_related("case__place", "case__topic", "case__holder__superior", "raw", "person")
    rows = rows.prefetch_related("requests", "attachments")
    return rows.exclude(case__state="sealed").filter(pk=request.session.get("voice", 0)).first()


def _ask(voice: Voice, kind: str, about: str, content: Content) -> Any:
    who = Actor(RESIDENT, voice=voice)
    return actions.request_data(voice, kind, about, content, channel=Voice.Channel.WEB, actor=who, at=now())


def _seen(request: HttpRequest, voice: Voice) -> HttpResponse:
    """Show all that is kept, or give it as a file; that it was asked for is recorded."""
    try:
        _ask(voice, Kind.SEE, About.ALL, Content())
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, _voice(request) or voice, Ask())
    voice = _voice(request) or voice
    contact = sealing.unseal_contact(bytes(voice.person.sealed)) if voice.person else {}
    found = own_data.sections(voice, contact)
    if request.POST.get("verb") == "see":
        return _page(request, voice, Ask(), found)
    title = _("Dữ liệu đang giữ về người gửi, vụ việc %(code)s, ngày %(day)s")
    text = own_data.as_text(title % {"code": voice.case.code, "day": f"{today():%d/%m/%Y}"}, found)
    answer = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="du-lieu-{voice.case.code}.txt"'
    patch_cache_control(answer, no_store=True)
    return answer


def _page(request: HttpRequest, voice: Voice, form: Ask, found: list[own_data.Section] | None = None) -> HttpResponse:
    rows = [own_data.standing(row, today()) for row in reversed(own_data.requests_of(voice))]
    context = {
        "voice": voice,
        "case": voice.case,
        "form": form,
        "requests": rows,
        "sections": found,
        "law": own_data.cited(today()),
    }
    response = render(request, "public/my_data.html", context, status=422 if form.errors else 200)
    patch_cache_control(response, no_store=True)
    return response
