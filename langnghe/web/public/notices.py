"""Where a resident chooses or stops letters about their case: by the link in a letter, or from their own page."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from langnghe.cases.actions import choose_notices
from langnghe.cases.models import Voice
from langnghe.cases.notices import voice_of
from langnghe.web.access import public


class Wish(forms.Form):
    wish = forms.ChoiceField(
        label=gettext_lazy("Thư báo về vụ việc này"), choices=Voice.Notices.choices, widget=forms.RadioSelect
    )


@public
@csrf_exempt  # a mailbox that stops letters with one click (RFC 8058) knows no token but the signed one
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change the wish of the voice that the signed link names; 404 for any other link."""
    voice = voice_of(token)
    if voice is None:
        raise Http404
    answer = _page(request, voice)
    answer["Referrer-Policy"] = "no-referrer"  # with it a browser names no origin, which a page with a token needs
    return answer


@public
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The same for the case that was opened with its receipt code."""
    voice = Voice.objects.filter(pk=request.session.get("voice", 0)).first()
    return redirect("look_up") if voice is None else _page(request, voice)


def _page(request: HttpRequest, voice: Voice) -> HttpResponse:
    form, done = Wish(initial={"wish": voice.notices}), ""
    if request.method == "POST":
        one_click = {"wish": Voice.Notices.NONE} if request.POST.get("List-Unsubscribe") == "One-Click" else None
        form = Wish(one_click or request.POST)
        if form.is_valid():
            choose_notices(voice, form.cleaned_data["wish"])
            done = _("Đã ghi: %(wish)s.") % {"wish": Voice.Notices(form.cleaned_data["wish"]).label}
    context: dict[str, Any] = {"form": form, "done": done, "code": voice.case.code, "has_address": voice.person_id}
    response = render(request, "public/notices.html", context)
    patch_cache_control(response, no_store=True)
    return response
