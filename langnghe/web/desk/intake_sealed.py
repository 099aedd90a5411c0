"""A complaint or denunciation handed in at the desk: closed at once, also to who typed it; its slip is printed."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from langnghe.cases.models import Voice
from langnghe.web import sealed
from langnghe.web.access import actor, entered, may
from langnghe.web.desk.forms import dated
from langnghe.web.desk.intake_forms import in_the_past_year
from langnghe.web.fields import is_key
from langnghe.web.now import today
from langnghe.web.sealed_form import Sealed, is_open, keep, receipt

KINDS = (("complaint", _("Khiếu nại")), ("denunciation", _("Tố cáo")))
CHANNELS = ((Voice.Channel.PAPER, _("Đơn giấy")), (Voice.Channel.RECEPTION, _("Nói tại chỗ, ghi lại và ký")))


class SealedAtDesk(Sealed):
    """What the law asks for, with how and when it was handed in."""

    kind = forms.ChoiceField(label=_("Loại đơn"), choices=KINDS, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Nhận qua"), choices=CHANNELS, widget=forms.RadioSelect)
    said_on = forms.DateField(label=_("Ngày nhận đơn"), widget=dated())
    field_order = ("kind", "channel", "said_on")

    def clean_said_on(self) -> Any:
        return in_the_past_year(self.cleaned_data["said_on"], today())


def first_form(kind: str, said: dict[str, str]) -> SealedAtDesk | None:
    """Return the form with what is known, or None where nobody could open what it sends."""
    if not is_open():
        return None
    first = {"channel": Voice.Channel.PAPER, "said_on": today(), "key": str(uuid4())}
    return SealedAtDesk(initial={**first, **said, "kind": kind}, auto_id="don_%s")


@may("enter_voice")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def intake_sealed(request: HttpRequest) -> HttpResponse:
    """Show the form; keep what was handed in and answer with the slip, or with what to mend."""
    if request.method != "POST":
        kind = "denunciation" if request.GET.get("loai") == "denunciation" else "complaint"
        place = entered(request).body.place
        return page(request, kind, first_form(kind, {"place": place.name} if place.level == "commune" else {}))
    data = request.POST.copy()
    if not is_key(data.get("key", "")):
        data["key"] = str(uuid4())
    form = SealedAtDesk(data, request.FILES, auto_id="don_%s")
    kept, status = keep(form, actor(request))
    if kept is None:
        return page(request, data.get("kind", ""), form, status=status)
    slip = receipt(request, *kept) | {"desk": entered(request).body, "files": len(form.cleaned_data["evidence"])}
    return _secret(render(request, "desk/sealed_slip.html", slip))


def page(request: HttpRequest, kind: str, form: SealedAtDesk | None, status: int = 200, **more: Any) -> HttpResponse:
    """Show the form with the law of its kind beside it."""
    known = kind if kind in sealed.ACTS else "complaint"
    context = {"send": form, **sealed.procedure(known, today()), **more}
    return _secret(render(request, "desk/intake_procedure.html", context, status=status))


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
