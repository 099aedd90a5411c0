"""The registers on screen: lists, and a row's form with a preview of what it changes; for the province's commission."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases import actions
from langnghe.cases.foreseeing import MOST, foresee
from langnghe.core.text import fold
from langnghe.registry import law, rights
from langnghe.registry.models import Holiday, Member, RegisterChange
from langnghe.registry.register_list import NAMED_BY, REGISTERS, Register
from langnghe.registry.registers import Faulty, choices, day_of, texts
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.desk.register_forms import LABELS, RowForm, said
from langnghe.web.desk.register_sheets import closed_by, lines_of
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

UNSURE = {"M", "?"}


def _register(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404
    return REGISTERS[slug]


@may("run_site")
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """List the registers with how many rows are in force today, and what was changed last."""
    entered(request)
    rows = [
        {"slug": each.slug, "name": each.name, "count": shown.number(_in_force(each, today()).count())}
        for each in REGISTERS.values()
    ]
    changes = RegisterChange.objects.select_related("account").order_by("-pk")[:10]
    last = [{"change": each, "name": REGISTERS[each.register].name} for each in changes]
    return render(request, "desk/registers.html", {"registers": rows, "changes": last})


def _in_force(register: Register, day: Any) -> models.QuerySet[Any]:
    """Return the rows in force on the day; a holiday is in force on itself, so those of the day's year."""
    rows: Any = register.rows()
    found = rows.filter(date__year=day.year) if register.model is Holiday else rows.on(day)
    return found  # type: ignore[no-any-return]


@may("run_site")
@require_safe
def register_roles(request: HttpRequest) -> HttpResponse:
    """Show what each role may do, and with whose cases; who has a role is a row of the members."""
    entered(request)
    labels = Member.Role.labels
    rows = [(right.name, zip(labels, scopes.values(), strict=True)) for right, scopes in rights.rows()]
    return render(request, "desk/register_roles.html", {"rows": rows, "roles": labels})


@may("run_site")
@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """List one register's rows: those in force on a day (today unless said), or all, by what they contain."""
    entered(request)
    found = _register(slug)
    words, typed = (
        request.GET.get("tim", "").strip().replace("\0", "")[:80],
        request.GET.get("ngay", today().isoformat()),
    )
    problem = ""
    rows = found.rows()
    try:
        rows = _in_force(found, day_of(typed)) if typed else rows
    except ValueError as wrong:
        problem = str(wrong)
    if words:
        rows = rows.filter(_containing(found, words))
    page, pager = page_by_id(request, rows)
    context = {
        "register": found,
        "is_by_year": found.model is Holiday,
        "heads": [LABELS[column] for column in found.shown],
        "rows": [_listed(found, row) for row in page],
        "words": words,
        "day": typed,
        "problem": problem,
        "pager": pager,
    }
    return render(request, "desk/register.html", context)


def _containing(register: Register, words: str) -> Q:
    found = Q(body__name__icontains=words) if "body" in register.columns else Q()
    for column in register.columns:
        field = register.model._meta.get_field(column)
        if column in NAMED_BY:
            found |= Q(**{f"{column}__{NAMED_BY[column]}__icontains": words})
            if column == "place":
                found |= Q(place__name__icontains=words)
            elif column == "topic":
                found |= Q(topic__code__in=_meant(register, column, words))
        elif isinstance(field, models.CharField | models.TextField):
            found |= Q(**{f"{column}__icontains": words}) | Q(**{f"{column}__in": _meant(register, column, words)})
    return found


def _meant(register: Register, column: str, words: str) -> list[str]:
    """Return the values of a column whose words on screen contain what was typed, with or without its marks."""
    values, wanted = law.topics() if column == "topic" else choices(register, column), fold(words)
    return [value for value in values if value and wanted in fold(said(register, column, value))]


def _listed(register: Register, row: Any) -> dict[str, Any]:
    values = texts(register, row)
    if "body" in register.columns:
        values["body"] = str(row.body)
    shown_values = [
        f"{row.place} · {values[column]}" if column == "place" else _shown(register, column, values[column])
        for column in register.shown
    ]
    cells = list(zip([LABELS[column] for column in register.shown], shown_values, strict=True))
    return {
        "pk": row.pk,
        "first": cells[0][1],
        "cells": cells[1:],
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "is_own": getattr(row, "origin", "") == "operator",
        "unsure": row.confidence in UNSURE,
    }


def _shown(register: Register, column: str, value: str) -> str:
    if column in {"date", "valid_from", "valid_to"} and value:
        return day_of(value).strftime("%d/%m/%Y")
    if column == "people" and value:
        return shown.number(int(value))
    return said(register, column, value) or "–"


@may("run_site")
@require_http_methods(["GET", "HEAD", "POST"])
def register_row(request: HttpRequest, slug: str, pk: int = 0) -> HttpResponse:
    """Show a row's form; answer it with the preview; save what was previewed, or show the preview of what it is now."""
    member = entered(request)
    found = _register(slug)
    if found.is_closed and not pk:
        raise Http404
    row = found.rows().filter(pk=pk).first() if pk else None
    if pk and row is None:
        raise Http404
    if request.method != "POST":
        begun = {column: request.GET[column][:200] for column in found.columns if not pk and column in request.GET}
        form = RowForm(initial=texts(found, row) | begun, register=found, old=pk or None)
        return _page(request, found, row, form)
    form = RowForm(request.POST, register=found, old=pk or None)
    if not form.is_valid():
        return _page(request, found, row, form, status=422)
    if request.POST.get("seen") == _seen(form) and request.POST.get("verb") == "save":
        try:
            sure = request.POST.get("sure") == "on"
            actions.edit_registers([(found, form.cleaned_data, pk or None)], by=member, at=now(), sure=sure)
        except Faulty as faulty:
            form.add_error(None, str(faulty))
            return _page(request, found, row, form, status=422)
        messages.success(request, _("Đã ghi. Thay đổi này có trong nhật ký công khai."))
        return redirect("register", slug)
    left = closed_by([(found, form.cleaned_data, pk or None)], member)
    told: dict[str, Any] = {"foreseen": _foreseen(form), "seen": _seen(form), "changed": _changed(form), "left": left}
    return _page(request, found, row, form, **told)


def _page(
    request: HttpRequest, register: Register, row: Any, form: RowForm, status: int = 200, **more: Any
) -> HttpResponse:
    is_released = row is not None and register.is_law and row.origin == "release"
    context = {"register": register, "row": row, "form": form, "is_released": is_released, "today": today(), **more}
    return render(request, "desk/register_row.html", context, status=status)


def _seen(form: RowForm) -> str:
    """Return the digest of what the preview was made of."""
    return hashlib.sha256(json.dumps([form.plan.before, form.plan.after], sort_keys=True).encode()).hexdigest()


def _changed(form: RowForm) -> list[dict[str, str]]:
    plan = form.plan
    return [
        {
            "name": str(LABELS[column]),
            "before": _shown(plan.register, column, plan.before.get(column, "")),
            "after": _shown(plan.register, column, plan.after[column]),
        }
        for column in plan.register.columns
        if plan.before.get(column, "") != plan.after[column]
    ]


def _foreseen(form: RowForm) -> dict[str, Any] | None:
    found = next(iter(foresee([form.plan], today())), None)
    if found is None:
        return None
    lines = {"lines": lines_of(found), "most": shown.number(MOST), "more": found.more}
    return lines | {"examples": found.examples, "sample": found.sample, "sample_of": found.sample_of}
