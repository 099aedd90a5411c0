"""The door to the sealed lane: a complaint or denunciation goes closed to its recipients, and its stage comes back."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.cases import actions
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import Voice
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import WISHES, SealedRecord
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.web import own_data, sealed
from langnghe.web.access import public
from langnghe.web.fields import Words, is_key
from langnghe.web.now import now, today
from langnghe.web.public.forms import area
from langnghe.web.sealed_form import Sealed, keep, receipt


@public
@sensitive_post_parameters()
@require_POST
def send_sealed(request: HttpRequest) -> HttpResponse:
    """Keep the words closed and give the receipt; what is wrong comes back on the page, kept nowhere."""
    data = request.POST.copy()
    if not is_key(data.get("key", "")):
        data["key"] = str(uuid4())
    form = Sealed(data, request.FILES, auto_id="don_%s")
    kept, status = keep(form, Actor(RESIDENT))
    if kept:
        return _receipt(request, *kept)
    kind = next((kind for kind in sealed.ACTS if kind == data.get("kind")), "complaint")
    context = {"send": form, "text": "", **sealed.procedure(kind, today())}
    return _secret(render(request, "public/procedure.html", context, status=status))


def _receipt(request: HttpRequest, arrival: SealedArrival, record: SealedRecord) -> HttpResponse:
    return _secret(render(request, "public/sealed_receipt.html", receipt(request, arrival, record)))


class AskSealed(forms.Form):
    """What who holds the receipt asks about their data in a sealed record."""

    wish = forms.ChoiceField(
        label=gettext_lazy("Ông/bà muốn gì?"),
        choices=list(WISHES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn ông/bà muốn gì.")},
    )
    words = Words(
        label=gettext_lazy("Nói rõ hơn, hoặc lời đính chính"),
        longest=2_000,
        required=False,
        widget=area(4),
        help_text=gettext_lazy("Được niêm phong như đơn: chỉ người giữ khóa đọc được."),
    )


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def mine_sealed(request: HttpRequest) -> HttpResponse:
    """Show who holds the receipt where their complaint or denunciation stands, and take a request about their data.

    No word of the record is shown: it stays closed.
    """
    record = SealedRecord.objects.select_related("body").filter(pk=request.session.get("sealed", "")).first()
    if record is None:
        return redirect("look_up")
    form = AskSealed(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            kind, asked, who = said["wish"], said["words"], Actor(RESIDENT)
            actions.request_sealed(record, kind, asked, channel=Voice.Channel.WEB, actor=who, at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã ghi yêu cầu; câu trả lời hiện ở trang này."))
            return redirect("mine_sealed")
    steps = list(record.steps.select_related("to").order_by("pk"))
    context = {
        "record": record,
        "number": record.pk[:8].upper(),
        "kind": law.kinds()[record.kind],
        **sealed.standing_row(record, procedure.standing(record, steps), today()),
        "steps": [sealed.step_row(step, record.kind) for step in steps],
        "terms": sealed.procedure(record.kind, today())["terms"],
        "form": form,
        "requests": [sealed.request_row(row, today()) for row in record.requests.defer(None).order_by("-pk")],
        "law": own_data.cited(today()),
        "retained": sealed.retained_row(record),
    }
    return _secret(render(request, "public/mine_sealed.html", context, status=422 if form.errors else 200))


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
