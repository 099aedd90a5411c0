"""Residents book a reception day without an account, and look up or cancel what they booked by its code."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from langnghe import installation
from langnghe.core.codes import BadCode, ticket_lookup
from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import said_to
from langnghe.registry import law
from langnghe.web.access import public
from langnghe.web.fields import PHONE, Words, is_key, said_of
from langnghe.web.now import now, today
from langnghe.web.public import patience

PHONE_WRONG = gettext_lazy("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678.")


class Booking(forms.Form):
    """Who comes, how to reach them if the day changes, and what about."""

    name = Words(
        label=gettext_lazy("Họ tên"),
        longest=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Hãy ghi họ tên.")},
    )
    phone = Words(
        label=gettext_lazy("Số điện thoại"),
        longest=20,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Chỉ để báo khi lịch thay đổi."),
        error_messages={"required": gettext_lazy("Hãy ghi số điện thoại.")},
    )
    about = Words(
        label=gettext_lazy("Về việc gì, viết ngắn"),
        longest=300,
        required=False,
        help_text=gettext_lazy("Đừng ghi số giấy tờ của ai."),
    )
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phone"].validators = [RegexValidator(PHONE, PHONE_WRONG)]

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if not is_key(key):
            raise forms.ValidationError(_("Trang này đã cũ. Hãy mở lại trang lịch tiếp công dân."))
        return key


class Code(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Mã lịch hẹn"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Hãy ghi mã lịch hẹn.")},
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def book_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for a coming day; answer with the number and the code, the same ones for a reload."""
    rows = Engagement.objects.select_related("body__place").filter(kind=Engagement.Kind.RECEPTION)
    day = get_object_or_404(rows, pk=pk)
    form = Booking(request.POST) if request.method == "POST" else Booking(initial={"key": str(uuid4())})
    if request.method == "POST" and form.is_valid():
        who = {name: form.cleaned_data[name] for name in ("name", "phone", "about")}
        try:
            ticket, code = _book(day, who, form.cleaned_data["key"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _own(
                render(request, "public/booking.html", {"ticket": ticket, "day": ticket.engagement, "code": code})
            )
    context = {
        "form": form,
        "day": day,
        "days": law.rule("ticket_days"),
        "is_open": day.held is None and day.cancelled is None and day.day > today(),
    }
    return _own(render(request, "public/book.html", context, status=422 if form.errors else 200))


def _book(day: Engagement, who: dict[str, str], key: str) -> tuple[Ticket, str]:
    """Book; of two requests at one moment the later finds what the earlier wrote."""
    try:
        return actions.book(day, who, key=key, at=now())
    except IntegrityError:
        return actions.book(day, who, key=key, at=now())


@public
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest) -> HttpResponse:
    """Show a booking by its code, with where and how; cancel it. A code nobody holds gets one answer."""
    form = Code(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _own(render(request, "public/booking_code.html", {"form": form}))
    code = form.cleaned_data["code"]
    told = request.POST.get("ticket", ""), request.POST.get("proof", "")
    if patience.is_needed() and not patience.is_paid(code, *told):
        waits = {"ticket": patience.ticket(code), "bits": patience.BITS, "wait": patience.WAIT}
        return _own(render(request, "public/booking_code.html", {"form": form, "waits": waits}))
    try:
        found = _found(code)
        if found and request.POST.get("verb") == "cancel":
            found = actions.cancel_booking(found, at=now())
    except (BadCode, Refused) as problem:
        form.add_error("code", said_of(problem) if isinstance(problem, BadCode) else str(problem))
        return _own(render(request, "public/booking_code.html", {"form": form}))
    if found is None:
        patience.failed()
        form.add_error("code", _("Không có lịch hẹn nào với mã này. Mời xem lại mã."))
        return _own(render(request, "public/booking_code.html", {"form": form}))
    said = said_to(found.engagement, found) if found.state == Ticket.State.DONE else None
    context = {"ticket": found, "day": found.engagement, "code": code, "said": said}
    return _own(render(request, "public/booking.html", context))


def _found(code: str) -> Ticket | None:
    lookup = ticket_lookup(installation.key("receipt"), code)
    return Ticket.objects.select_related("engagement__body__place").filter(lookup=lookup).first()


def _own(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, no_store=True)
    return answer
