"""The conservation check for everyone: all that came in, month by month, and where it is now."""

import re
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.cases.conservation import SEALED, problems
from langnghe.cases.lifecycle import state_name
from langnghe.cases.models import DayCount, Voice
from langnghe.core.disclosure import suppress
from langnghe.registry import law
from langnghe.web import shown
from langnghe.web.access import public

COLUMNS = ("voices", "quarantined", "repeat")
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FIRST_YEAR = 1000


@public
@require_safe
def conservation(request: HttpRequest) -> HttpResponse:
    span = DayCount.objects.aggregate(first=Min("day"), last=Max("day"))
    month = _month(request.GET.get("thang", ""), span["last"])
    rows = list(DayCount.objects.filter(day__gte=month, day__lt=_next(month)).order_by("-day", "channel"))
    days = [_row(row) for row in rows if row.channel]
    context = {
        "month": month,
        "until": span["last"],
        "rows": days,
        "totals": _totals([row.counts for row in rows if row.channel], days),
        "states": _states([row.counts for row in rows if row.channel]),
        "of_log": [row for row in rows if not row.channel and problems(row.counts, of_channel=False, of_log=True)],
        "differ": sum(not row["adds_up"] for row in days),
        "previous_href": f"?thang={_next(month):%Y-%m}" if span["last"] and span["last"] >= _next(month) else "",
        "next_href": f"?thang={month - timedelta(days=1):%Y-%m}" if span["first"] and span["first"] < month else "",
    }
    return render(request, "public/conservation.html", context)


def _month(text: str, last: date | None) -> date:
    """Return the first day of the month asked for, else of the last that was counted."""
    found = MONTH.fullmatch(text)
    if found and int(found[1]) >= FIRST_YEAR:
        return date(int(found[1]), int(found[2]), 1)
    return (last or date(FIRST_YEAR, 1, 1)).replace(day=1)


def _next(month: date) -> date:
    return date.max if (month.year, month.month) == (date.max.year, 12) else (month + timedelta(days=31)).replace(day=1)


def _row(row: DayCount) -> dict[str, Any]:
    """Return the day's cells; None in all of them when one is so small that it could point at a person."""
    counts = {name: row.counts.get(name, 0) for name in COLUMNS}
    is_small = None in suppress(counts, law.rule("disclosure_threshold")).values()
    cells = [row.counts.get("raw", 0), *counts.values()]
    return {
        "day": row.day,
        "channel": Voice.Channel(row.channel).label if row.channel in Voice.Channel.values else row.channel,
        "cells": [None] * len(cells) if is_small else [shown.number(cell) for cell in cells],
        "adds_up": not problems(row.counts),
    }


def _totals(counts: list[dict[str, Any]], days: list[dict[str, Any]]) -> list[str | None]:
    """Return the month's sums; none when they would give the one hidden day away, or are small themselves."""
    sums = {name: sum(each.get(name, 0) for each in counts) for name in ("raw", *COLUMNS)}
    hidden = sum(day["cells"][0] is None for day in days)
    is_small = None in suppress({name: sums[name] for name in COLUMNS}, law.rule("disclosure_threshold")).values()
    return [None] * len(sums) if hidden == 1 or is_small else [shown.number(cell) for cell in sums.values()]


def _states(counts: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Return where the month's voices are now, by the state of their case; the sealed lane apart."""
    states: dict[str, int] = defaultdict(int)
    for each in counts:
        for state, number in each.get("states", {}).items():
            states[state] += number
    named = suppress(states, law.rule("disclosure_threshold"))
    return [
        (_("Kênh bảo mật") if state == SEALED else state_name(state), None if number is None else shown.number(number))
        for state, number in named.items()
    ]
