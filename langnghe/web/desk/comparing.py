"""Communes side by side for leaders: counts, and shares with their uncertainty; and as a workbook."""

from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.core.intervals import wilson
from langnghe.core.text import sort_key
from langnghe.registry.models import Member
from langnghe.situation import counts
from langnghe.situation.counts import Range
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.now import today

FEW = 30  # of fewer than these no share is shown
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = ("received", "replies", "reopened", "handed")


def _heads() -> list[str]:
    return [
        _("Xã, phường"),
        _("Tiếp nhận"),
        _("Đã trả lời"),
        _("Người dân mở lại"),
        _("Chuyển đi"),
        _("Trả lời đúng hạn"),
        _("Hài lòng với câu trả lời"),
    ]


def _window(member: Member) -> Range:
    day = today()
    return Range(date(day.year, 1 if day.month <= 6 else 7, 1), day, member.body.place)  # noqa: PLR2004 half-years


def _rows(window: Range) -> list[tuple[str, dict[str, int]]]:
    return sorted(counts.by_commune(window).items(), key=lambda row: sort_key(row[0]))


def _share(part: int, whole: int) -> str:
    """Return the share and its 95 % interval; of few, only that they are few."""
    if whole < FEW:
        return _("%(part)s/%(whole)s, quá ít để so sánh") % {"part": part, "whole": whole} if whole else "–"
    low, high = wilson(part, whole)
    said = {"share": shown.decimal(100 * part / whole), "low": round(100 * low), "high": round(100 * high)}
    return _("%(share)s phần trăm (từ %(low)s đến %(high)s)") % said


@may("see_overview")
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    window = _window(entered(request))
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "plain": [shown.number(row[key]) for key in PLAIN],
            "shares": [_share(row["on_time"], row["replies"]), _share(row["satisfied"], row["ratings"])],
        }
        for name, row in _rows(window)
    ]
    context = {"rows": rows, "heads": _heads(), "since": window.since, "until": window.until, "place": window.place}
    return render(request, "desk/comparison.html", context)


@may("see_overview")
@require_safe
def comparison_file(request: HttpRequest) -> HttpResponse:
    """Answer with the same as a workbook, shares as their parts, so that anyone can count on; no formula in it."""
    from openpyxl import Workbook  # which takes its time to load
    from openpyxl.styles import Font

    from langnghe.cases.intake.errors_file import safe_cell

    window = _window(entered(request))
    book = Workbook(write_only=True)
    page = book.create_sheet(_("So sánh"))
    keys = (*PLAIN, "on_time", "satisfied", "ratings")
    heads = [*_heads()[: len(PLAIN) + 1], _("Trả lời đúng hạn"), _("Hài lòng với câu trả lời"), _("Lượt đánh giá")]
    bold = [safe_cell(page, head) for head in heads]
    for cell in bold:
        cell.font = Font(bold=True)
    page.append(bold)
    for name, row in _rows(window):
        page.append([safe_cell(page, name), *(row[key] for key in keys)])
    out = BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="so-sanh-{window.until:%Y%m%d}.xlsx"'
    return answer
