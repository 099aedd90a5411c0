"""The law this installation counts with: terms, holidays, reception duties and competence, each with its source."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from langnghe.core import tables
from langnghe.registry import law as registry
from langnghe.registry.models import Competence, Dated, Holiday, Term, Topic
from langnghe.web import words
from langnghe.web.access import public
from langnghe.web.duties import duties
from langnghe.web.law_words import LEVELS, STAGES, SUBJECTS, named
from langnghe.web.now import today


@public
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    day = today()
    topics = registry.topics()
    chosen = topics.get(request.GET.get("linh-vuc", "")) or next(iter(topics.values()), None)
    holidays = Holiday.objects.filter(date__year=day.year).order_by("date", "origin")
    context = {
        "day": day,
        "groups": _groups(day),
        "holidays": _holidays(holidays),
        "duties": duties(day),
        "topics": topics.values(),
        "chosen": chosen,
        "competences": _competences(chosen, day) if chosen else [],
    }
    return render(request, "public/law.html", context)


def _holidays(rows: Iterable[Holiday]) -> list[dict[str, Any]]:
    """Return each day once; an operator's row goes over the release's."""
    first: dict[date, Holiday] = {}
    for row in rows:
        first.setdefault(row.date, row)
    return [
        {"date": row.date, "name": row.name, "is_worked": row.kind != "holiday"} | _source(row)
        for row in first.values()
    ]


def _source(row: Dated) -> dict[str, Any]:
    """Return where a row comes from, and whether nobody has confirmed it against its source."""
    return words.cited(row.citation, row.confidence)


def _groups(day: date) -> list[dict[str, Any]]:
    """Return the terms in force by what they are about; an operator's row goes over the release's."""
    first: dict[tuple[str, str, str], Term] = {}
    for row in Term.objects.on(day).order_by("origin", "pk"):
        first.setdefault((row.kind, row.stage, row.condition), row)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(first.values(), key=lambda row: row.pk):
        groups.setdefault(_subject(row.kind), []).append(_term(row))
    return [{"name": name, "terms": terms} for name, terms in groups.items()]


def _subject(code: str) -> str:
    kind = registry.kinds().get(code)
    return kind.name if kind else str(SUBJECTS.get(code, code))


def _term(row: Term) -> dict[str, Any]:
    is_working = row.unit == "working"
    condition = named("conditions", row.condition) if row.condition != "normal" else ""
    return {
        "stage": STAGES.get(row.stage, row.stage),
        "condition": condition,
        "days": words.days_of(row.days, working=is_working),
        "more": words.days_of(row.extension_days, working=is_working) if row.extensions_max else "",
        "times": row.extensions_max,
        "note": row.note_vi,
    } | _source(row)


def _competences(topic: Topic, day: date) -> list[dict[str, Any]]:
    order = list(LEVELS)
    rows = Competence.objects.on(day).filter(topic=topic)
    return [
        {
            "level": LEVELS.get(row.place_level, row.place_level),
            "scope": named("scopes", row.scope),
            "body": _body(row.body_type, day),
            "why": row.why_vi,
        }
        | _source(row)
        for row in sorted(rows, key=lambda row: (order.index(row.place_level), row.scope, row.origin, row.pk))
    ]


def _body(code: str, day: date) -> str:
    """Return the name of a type of body without its place, with the level it stands at."""
    rows = [row for row in tables.rows("body_types") if row["code"] == code]
    now = [row for row in rows if (row["valid_from"] or "0") <= day.isoformat() <= (row["valid_to"] or "9")]
    found = next(iter(now or rows), None)
    if found is None:
        return code
    name = found["name_template"].replace("{place}", "").replace("{bare}", "").strip()
    return f"{name} ({LEVELS[found['level']]})" if found["level"] in LEVELS else name
