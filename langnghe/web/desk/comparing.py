"""Communes side by side for leaders: counts, rates and shares with their uncertainty; as a workbook and a PDF too."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.core.intervals import byar, wilson
from langnghe.core.text import sort_key
from langnghe.registry import known, law, rights
from langnghe.registry.models import Member, Place, Population
from langnghe.situation.counts import Range
from langnghe.situation.tallies import Happened, happened
from langnghe.web import shown, tables
from langnghe.web.access import entered, may
from langnghe.web.desk import reach
from langnghe.web.desk.overview import FEW, half_year
from langnghe.web.now import today
from langnghe.web.paging import page_of
from langnghe.web.tables import Cell, Sheaf, Table

PEOPLE = 10_000  # of whom rates are told
UNSURE = {"M", "?"}
SIZE = 20  # communes of a page
MEASURES = {  # of the picture: its verb, and its name
    "tiep-nhan": ("receive", gettext_lazy("Tiếp nhận trên 10.000 dân")),
    "dung-han": ("reply", gettext_lazy("Trả lời đúng hạn, phần trăm")),
    "hai-long": ("rate", gettext_lazy("Hài lòng với câu trả lời, phần trăm")),
}
Bounds = tuple[float, float, float]  # a value between its lower and upper bound: (value, low, high)


@dataclass(frozen=True)
class Row:
    """One commune: what happened there, and who lives there, if the register says it."""

    name: str
    found: Happened
    population: Population | None

    @property
    def plain(self) -> list[int]:
        verbs = (("receive",), ("overdue",), ("reply",), ("reopen",), ("refer", "refer_up"))
        return [self.found.count(*each) for each in verbs]

    def is_few(self, verb: str) -> bool:
        return self.found.count(verb) < FEW

    def share(self, verb: str) -> Bounds | None:
        """Return what was good of all, in percent, and its 95 % interval; None of nothing."""
        good, whole = self.found.good(verb), self.found.count(verb)
        if not whole:
            return None
        low, high = wilson(good, whole)
        return 100 * good / whole, 100 * low, 100 * high

    def rate(self, verb: str) -> Bounds | None:
        """Return events for 10,000 people and their 95 % interval; None without a population, or of nothing."""
        events = self.found.count(verb)
        if self.population is None or not events:
            return None
        low, high = (PEOPLE * bound / self.population.people for bound in byar(events))
        return PEOPLE * events / self.population.people, low, high

    @property
    def people(self) -> str:
        if self.population is None:
            return _("chưa có")
        count = shown.number(self.population.people)
        return _("%(n)s (chưa xác nhận)") % {"n": count} if self.population.confidence in UNSURE else count


def _heads() -> list[str]:
    return [
        _("Xã, phường"),
        _("Số dân"),
        _("Tiếp nhận"),
        _("Để quá hạn"),
        _("Đã trả lời"),
        _("Người dân mở lại"),
        _("Chuyển đi"),
        _("Tiếp nhận trên 10.000 dân"),
        _("Trả lời đúng hạn"),
        _("Hài lòng với câu trả lời"),
    ]


def _rows(member: Member, window: Range) -> list[Row]:
    """Return the communes with what happened there; for a leader, what their body and those below it hold."""
    whole = happened(window)[0]
    if not reach.reviews(member):
        whole = whole.of_bodies(set(known.below(member.body_id)))
    found = whole.of_places()
    names = dict(Place.objects.filter(pk__in=found).values_list("pk", "name"))
    peopled = law.populations(window.until)
    rows = (Row(names[pk], each, peopled.get(pk)) for pk, each in found.items())
    return sorted(rows, key=lambda row: sort_key(row.name))


def _share(row: Row, verb: str) -> str:
    """Return the share and its 95 % interval; of few, only that they are few."""
    if (share := row.share(verb)) is None:
        return "–"
    if row.is_few(verb):
        said = {"part": row.found.good(verb), "whole": row.found.count(verb)}
        return _("%(part)s/%(whole)s, quá ít để so sánh") % said
    bounds = {"share": shown.decimal(share[0]), "low": round(share[1]), "high": round(share[2])}
    return _("%(share)s phần trăm (từ %(low)s đến %(high)s)") % bounds


def _rate(row: Row) -> str:
    if row.population is None:
        return _("chưa có số dân")
    if (rate := row.rate("receive")) is None or row.is_few("receive"):
        return _("quá ít để so sánh")
    return _("%(rate)s (từ %(low)s đến %(high)s)") % dict(
        zip(("rate", "low", "high"), map(shown.decimal, rate), strict=True)
    )


def _compared(row: Row) -> list[str]:
    return [_rate(row), *(_share(row, verb) for verb in ("reply", "rate"))]


def _cells(row: Row) -> list[str]:
    return [row.people, *map(shown.number, row.plain), *_compared(row)]


def _pictured(rows: list[Row], page: list[Row], measure: str) -> dict[str, Any]:
    """Return a value with its interval for each commune of the page, in percent of the longest of all communes."""
    verb = MEASURES[measure][0]

    def found(row: Row) -> Bounds | None:
        return row.rate(verb) if verb == "receive" else row.share(verb)

    def drawn(row: Row) -> dict[str, Any]:
        said = _rate(row) if verb == "receive" else _share(row, verb)
        at = [round(100 * bound / longest, 1) for bound in found(row) or ()]
        return {"name": row.name, "said": said, "at": at, "is_few": row.is_few(verb)}

    longest = max((bounds[2] for row in rows if (bounds := found(row))), default=0) or 1
    return {"name": MEASURES[measure][1], "rows": [drawn(row) for row in page]}


@may("see_overview")
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    member = entered(request)
    window = half_year(today(), member.body.place)
    found, heads = _rows(member, window), _heads()
    page, pager = page_of(request, found, SIZE)
    rows = [{"name": row.name, "cells": list(zip(heads[1:], _cells(row), strict=True))} for row in page]
    measure = request.GET.get("do", "")
    measure = measure if measure in MEASURES else "tiep-nhan"
    context = {
        "rows": rows,
        "heads": heads,
        "pager": pager,
        "measures": [(code, name) for code, (_verb, name) in MEASURES.items()],
        "measure": measure,
        "picture": _pictured(found, page, measure),
        "since": window.since,
        "until": window.until,
        "place": window.place,
        "without": sum(row.population is None for row in found),
        "unsure": any(row.population and row.population.confidence in UNSURE for row in found),
        "may_enter": rights.allows(member, "run_site"),
    }
    return render(request, "desk/comparison.html", context)


@may("see_overview")
@require_safe
def comparison_file(request: HttpRequest) -> HttpResponse:
    """Answer with the same as a workbook, shares as their parts, so that anyone can count on; no formula in it."""
    heads = _heads()
    heads = [*heads[:8], _("từ"), _("đến"), *heads[8:], _("Lượt đánh giá")]

    def cells(row: Row) -> list[Cell]:
        found, rate = row.found, (not row.is_few("receive") and row.rate("receive")) or (None, None, None)
        people = row.population.people if row.population else None
        rates = [None if bound is None else round(bound, 2) for bound in rate]
        return [row.name, people, *row.plain, *rates, found.good("reply"), found.good("rate"), found.count("rate")]

    return tables.workbook(_sheaf(entered(request), heads, cells), "so-sanh")


@may("see_overview")
@require_safe
def comparison_paper(request: HttpRequest) -> HttpResponse:
    """Answer with the same as a PDF."""

    def cells(row: Row) -> list[Cell]:
        return [row.name, row.people, *row.plain, *_compared(row)]

    return tables.paper(_sheaf(entered(request), _heads(), cells), "so-sanh")


def _sheaf(member: Member, heads: list[str], cells: Any) -> Sheaf:
    window = half_year(today(), member.body.place)
    note = _(
        "Xếp theo tên, không xếp hạng. Tỷ lệ kèm khoảng tin cậy 95 phần trăm: hai khoảng chồng lên nhau thì chưa nói "
        "được nơi nào hơn."
    )
    widths = (2.3, 1.4, 1, 1, 1, 1, 1, 3.1, 2.8, 2.8)
    table = Table(_("So sánh"), heads, [cells(row) for row in _rows(member, window)], note, widths)
    place = str(window.place)
    return Sheaf(_("So sánh các xã, phường"), place, window.since, window.until, [table], is_wide=True)
