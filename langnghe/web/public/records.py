"""The records behind one figure of a review: exactly those it counted."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Case
from langnghe.core.codes import case_code
from langnghe.registry import law
from langnghe.registry.models import Body, Place
from langnghe.reviews import reading
from langnghe.reviews.engine import Window, records, window
from langnghe.reviews.figures import Definition, definition, predicate
from langnghe.reviews.models import Fact, Figure, Review
from langnghe.reviews.narrative import day
from langnghe.web.access import membership, public
from langnghe.web.paging import page_by_day
from langnghe.web.public.communes import hidden
from langnghe.web.public.reviews import open_review, title

SIZE = 50
FIELDS = {
    (False, False): "value",
    (True, False): "base",
    (False, True): "previous",
    (True, True): "previous_base",
}
WHAT = {
    "commitment_made": gettext_lazy("Cam kết mới"),
    "commitment_kept": gettext_lazy("Đã thực hiện cam kết"),
    "commitment_late": gettext_lazy("Cam kết quá hạn"),
    "reception_due": gettext_lazy("Ngày tiếp công dân phải có"),
    "reception_held": gettext_lazy("Đã tiếp công dân"),
}


@public
@require_safe
def review_records(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what the figure counts; `phan=base` what its share is of, `nam-truoc=1` the same a year before."""
    review = open_review(request, pk)
    figure = review.figures.select_related("place").filter(number=number).first()
    if figure is None:
        raise Http404
    of_base = request.GET.get("phan") == "base" and figure.base is not None
    a_year_before = request.GET.get("nam-truoc") == "1" and figure.previous is not None
    context = _heading(review, figure, of_base, a_year_before)
    closed = {} if figure.place is None or membership(request) is not None else _closed(review, figure)
    context["counts"] = {field: closed.get(field) or _number(figure, field) for field in FIELDS.values()}
    if FIELDS[of_base, a_year_before] in closed:
        return render(request, "public/records.html", context | {"is_closed": True})
    span, where = context["window"], context["sql"]
    found, pager = page_by_day(request, records(span, where), SIZE)
    recounted = records(span, where).order_by().count()
    frozen = getattr(figure, FIELDS[of_base, a_year_before]) or 0
    context |= {
        "rows": _rows(found, membership(request) is not None),
        "recounted": reading.number(recounted),
        "agrees": recounted == frozen,
        **pager,
    }
    return render(request, "public/records.html", context)


def _closed(review: Review, figure: Figure) -> dict[str, str]:
    """Return the counts of a commune's figure that the public does not see, with what stands in their place."""
    column = list(review.figures.filter(key=figure.key).exclude(place=None))
    found = {field: hidden(column, field).get(figure.number, "") for field in FIELDS.values()}
    return {field: instead for field, instead in found.items() if instead}


def _number(figure: Figure, field: str) -> str:
    count = getattr(figure, field)
    return "" if count is None else reading.number(count)


def _heading(review: Review, figure: Figure, of_base: bool, a_year_before: bool) -> dict[str, Any]:
    said = definition(figure.key)
    span = window(review, figure.place, int(a_year_before))
    return {
        "review": review,
        "title": title(review),
        "figure": figure,
        "name": _name(said, figure.key),
        "place": figure.place or review.place,
        "since": day(span.since),
        "until": day(span.until),
        "of_base": of_base,
        "a_year_before": a_year_before,
        "field": FIELDS[of_base, a_year_before],
        "window": span,
        "sql": predicate(said.of if of_base else said.where),
        "query": _query(span),
    }


def _name(said: Definition, key: str) -> str:
    """Return the figure's name, a family's member with its family before it."""
    family = key.rpartition(".")[0]
    if not family or said.by:
        return str(said.name)
    roots = {"received": _("Đã tiếp nhận"), "outcome": _("Kết quả giải quyết"), "escalated": _("Đề nghị cấp trên")}
    return f"{roots[family.partition('.')[0]]}: {said.name}"


def _query(span: Window) -> str:
    return (
        f"day BETWEEN '{span.since}' AND '{span.until}' AND written_at <= '{span.frozen_at.isoformat()}' "
        f"AND place_id IN ({', '.join(map(str, sorted(span.places)))})"
    )


def _rows(facts: list[Fact], is_staff: bool) -> list[dict[str, Any]]:
    """Return the records in words; of a sealed kind neither code nor place nor body is shown.

    The public sees no place or body of an unpublished case, lest the small counts of communes be added up from here.
    """
    places = Place.objects.in_bulk({fact.place_id for fact in facts})
    bodies = Body.objects.in_bulk({fact.body_id for fact in facts})
    cases = Case.objects.in_bulk({fact.record for fact in facts if fact.source == "case"})
    sealed = {code for code, kind in law.kinds().items() if kind.is_sealed}
    rows = []
    for fact in facts:
        row = {"day": fact.day, "what": _what(fact), "topic": _topic(fact.topic), "number": fact.fact}
        case = cases.get(fact.record) if fact.source == "case" else None
        if fact.kind in sealed or (case is not None and case.kind in sealed):
            rows.append(row | {"is_sealed": True})
            continue
        code = case_code(fact.record) if fact.source == "case" else ""
        shown = case is not None and case.is_public
        row |= {"code": code, "is_public": shown}
        if shown or is_staff or case is None:
            row |= {"place": places[fact.place_id], "body": bodies[fact.body_id]}
        rows.append(row)
    return rows


def _what(fact: Fact) -> str:
    return str(MOVES[fact.what].name if fact.what in MOVES else WHAT.get(fact.what, fact.what))


def _topic(code: str) -> str:
    topics = law.topics()
    return topics[code].name if code in topics else ""
