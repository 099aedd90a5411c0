"""All registers as a workbook: taken out, brought back with a preview of each row that differs, applied as one."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases import actions
from langnghe.cases.foreseeing import Foreseen, foresee
from langnghe.cases.intake.register_book import LIMITS, Difference, differences, write_book
from langnghe.cases.intake.sheet import UnreadableFile
from langnghe.cases.sealed import procedure
from langnghe.registry.models import Body, Competence, Holiday, Member, RegisterChange, Term
from langnghe.registry.register_list import REGISTERS
from langnghe.registry.registers import Faulty, day_of, planned
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.desk.register_forms import LABELS, said
from langnghe.web.now import now, today

SALT, HOURS, MOST, SHOWN = "registers", 4, 2_000, 200
DAYS = {"date", "valid_from", "valid_to"}
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@may("run_site")
@require_safe
def register_export(request: HttpRequest) -> HttpResponse:
    """Answer with the workbook."""
    entered(request)
    book = BytesIO()
    write_book(book)
    answer = HttpResponse(book.getvalue(), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="cac-bang-{today():%Y%m%d}.xlsx"'
    return answer


@may("run_site")
@require_http_methods(["GET", "HEAD", "POST"])
def register_import(request: HttpRequest) -> HttpResponse:
    """Show what a workbook would change; then write all of it, or nothing."""
    member = entered(request)
    if request.method != "POST":
        return render(request, "desk/register_import.html")
    if "rows" not in request.POST:
        return _preview(request)
    try:
        kept = signing.loads(request.POST["rows"], salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return _problem(request, _("Bản xem trước đã cũ. Hãy tải tệp lên lại."))
    if kept["last"] != _last_change():
        return _problem(request, _("Các bảng vừa được sửa sau bản xem trước này. Hãy tải tệp lên lại."))
    edits, sure = _edits(kept), request.POST.get("sure") == "on"
    try:
        made = actions.edit_registers(edits, by=member, at=now(), sure=sure)
    except Faulty as faulty:
        left = [] if sure else closed_by(edits, member)
        again = {"left": left, "rows": request.POST["rows"]} if left else {}
        return _problem(request, _("Chưa ghi dòng nào: %(why)s") % {"why": faulty}, **again)
    messages.success(request, _("Đã ghi %(n)s dòng. Thay đổi này có trong nhật ký công khai.") % {"n": len(made)})
    return redirect("registers")


def _edits(kept: dict[str, Any]) -> list[actions.Edit]:
    return [(REGISTERS[slug], texts, old) for slug, texts, old in kept["edits"]]


def closed_by(edits: list[actions.Edit], by: Member) -> list[tuple[Body, int]]:
    """Return the bodies where nobody could open sealed records after the edits, with how many run there."""
    try:
        bodies = actions.left_closed(edits, by=by, at=now())
    except Faulty:  # said when they are to be written
        return []
    return [(body, procedure.running(body).count()) for body in bodies]


def _last_change() -> int:
    """Return the number of the last change of what a workbook holds: not of who approves answers."""
    rows = RegisterChange.objects.exclude(after__has_key="approves")
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _problem(request: HttpRequest, words: str, **more: Any) -> HttpResponse:
    return render(request, "desk/register_import.html", {"problem": words, **more}, status=422)


def _preview(request: HttpRequest) -> HttpResponse:
    sent: Any = request.FILES.get("book")
    if sent is None or sent.size > LIMITS.file_bytes:
        return _problem(request, _("Hãy chọn một tệp Excel (.xlsx) không quá 10 MB."))
    last = _last_change()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "so.xlsx")
        path.write_bytes(sent.read())
        try:
            found, same, registers = differences(path)
        except UnreadableFile as unreadable:
            return _problem(request, str(unreadable))
    refused = [each for each in found if each.faults]
    fit = [each for each in found if not each.faults]
    if len(fit) > MOST:
        return _problem(request, _("Tệp đổi quá %(most)s dòng; hãy chia nhỏ.") % {"most": MOST})
    bodies = dict(Body.objects.filter(code__in=[each.said.get("body", "") for each in fit]).values_list("code", "name"))
    rows: dict[str, Any] = {"last": last, "edits": [(each.register.slug, each.said, each.old) for each in fit]}
    context = {
        "is_preview": True,
        "same": same,
        "sheets": [register.name for register in registers],
        "fresh": sum(each.old is None for each in fit),
        "changed": sum(each.old is not None for each in fit),
        "refused": [_shown(each, {}) for each in refused[:SHOWN]],
        "refused_count": len(refused),
        "differences": [_shown(each, bodies) for each in fit[:SHOWN]],
        "foreseen": _foreseen(fit) if not refused else [],
        "left": closed_by(_edits(rows), entered(request)) if fit and not refused else [],
        "rows": signing.dumps(rows, salt=SALT, compress=True) if fit and not refused else "",
    }
    return render(request, "desk/register_import.html", context)


def _foreseen(fit: list[Difference]) -> list[str]:
    """Return what all rows together would change for the open cases: their due days, and who is competent."""
    of_cases = [each for each in fit if each.register.model in (Term, Holiday, Competence)]
    try:
        plans = [planned(each.register, each.said, each.old) for each in of_cases]
    except Faulty:  # said when they are to be written
        return []
    return [line for found in foresee(plans, today()) for line in lines_of(found)]


def lines_of(found: Foreseen) -> list[str]:
    words = {
        "earlier": _("%(n)s vụ việc đang mở sẽ đến hạn sớm hơn"),
        "later": _("%(n)s vụ việc đang mở sẽ đến hạn muộn hơn"),
        "first": _("%(n)s vụ việc đang mở sẽ có hạn lần đầu"),
        "unknown": _("%(n)s vụ việc đang mở sẽ không còn tính được hạn"),
        "same": _("%(n)s vụ việc đang mở không đổi"),
        "other": _("%(n)s vụ việc đang mở sẽ có cơ quan thẩm quyền khác (vẫn ở chỗ cũ cho đến khi có người chuyển)"),
        "cases": _("%(n)s vụ việc đang mở ở cơ quan này"),
        "commitments": _("%(n)s cam kết đang mở của cơ quan này"),
        "offered": _("%(n)s vụ việc đang mở sẽ có mẫu này khi soạn trả lời"),
        "drafts": _("%(n)s bản thảo chưa công bố có kết quả này; lời đã soạn không đổi"),
    }
    lines = [words[what] % {"n": shown.number(found.counts[what])} for what in words if what in found.counts]
    return lines or [_("Không có vụ việc đang mở nào.")]


def _cells(each: Difference, bodies: dict[str, str]) -> list[tuple[Any, str]]:
    """Return what a new row says, as far as it is needed to know what it is."""
    wanted = [column for column in each.register.columns if column in {*each.register.shown, *DAYS}]
    cells = []
    for column in wanted:
        text = each.said[column]
        if column in DAYS:
            text = _written(column, text)
        elif text:
            text = bodies.get(text, text) if column == "body" else said(each.register, column, text)
        cells.append((LABELS[column], text))
    return cells


def _written(column: str, text: str) -> str:
    return f"{day_of(text):%d/%m/%Y}" if column in DAYS and text else text


def _shown(each: Difference, bodies: dict[str, str]) -> dict[str, Any]:
    return {
        "sheet": each.register.name,
        "number": each.number,
        "is_new": each.old is None,
        "name": each.said.get("code") or each.said.get("date") or each.said[each.register.key[0]],
        "changes": [
            (LABELS[name], _written(name, was), _written(name, is_)) for name, was, is_ in each.changed if each.old
        ],
        "cells": _cells(each, bodies) if each.old is None and not each.faults else [],
        "faults": each.faults,
    }
