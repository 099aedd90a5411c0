"""The front page: what was heard, what was answered, what is late, and the door to speak."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case, Step
from langnghe.cases.published import published
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.public.cases import late
from langnghe.web.public.forms import LookUp
from langnghe.web.public.kept import kept

LATEST = 6
MONTH = timedelta(days=30)
SECOND_HALF = 7


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    day = today()
    latest = published().order_by("-pk")[:LATEST]
    context = {
        "figures": _figures(day),
        "half": _half_name(day),
        "cases": shown.cards(latest, day),
        "form": LookUp(),
    }
    return render(request, "public/home.html", context)


def counts(day: date) -> dict[str, int]:
    """Return the province's totals, each one count over an index (step_fact, case_unsettled), kept for a while."""
    return kept(f"home:{day:%Y%m%d}", lambda: _count(day))


def _count(day: date) -> dict[str, int]:
    received = Step.objects.filter(verb="receive", day__lte=day)
    return {
        "received": received.filter(day__gte=half_year(day)).count(),
        "month": received.filter(day__gt=day - MONTH).count(),
        "replies": Step.objects.filter(verb="reply", day__gte=half_year(day), day__lte=day).count(),
        "late": late(Case.objects.all(), day).count(),
    }


def half_year(day: date) -> date:
    return date(day.year, SECOND_HALF if day.month >= SECOND_HALF else 1, 1)


def _half_name(day: date) -> str:
    words = _("Sáu tháng cuối năm %(year)s") if day.month >= SECOND_HALF else _("Sáu tháng đầu năm %(year)s")
    return words % {"year": day.year}


def _figures(day: date) -> list[dict[str, Any]]:
    found = {name: shown.number(count) for name, count in counts(day).items()}
    return [
        {
            "label": _("Đã nghe"),
            "value": found["received"],
            "unit": _("phản ánh, kiến nghị"),
            "note": _("30 ngày qua: %(count)s") % {"count": found["month"]},
        },
        {"label": _("Đã trả lời"), "value": found["replies"], "unit": _("câu trả lời")},
        {
            "label": _("Đang trễ hẹn"),
            "value": found["late"],
            "unit": _("vụ việc"),
            "late": True,
            "href": f"{reverse('cases')}?tinh_trang=qua-han",
            "note": _("tính đến hôm nay, cả việc từ kỳ trước"),
        },
    ]
