"""Published cases: the list with its filters, and the page of one case."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from langnghe.cases import filing, searching
from langnghe.cases.desk_models import Flag
from langnghe.cases.lifecycle import REPLIED, state_name
from langnghe.cases.models import Case, ProofPaper, ProofPhoto, PublishedPhoto, Reply, Voice
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.personal import uncovered
from langnghe.core.text import sort_key
from langnghe.registry import known, law
from langnghe.web import shown, words
from langnghe.web.access import public
from langnghe.web.fields import said_of
from langnghe.web.now import today
from langnghe.web.paging import page_by_due, page_by_id
from langnghe.web.public.forms import Filters
from langnghe.web.scanning import withheld

MOST_PARTS = 50


def late(rows: QuerySet[Case], day: date) -> QuerySet[Case]:
    return rows.filter(settled=None, due__lt=day, paused=None, state__in=Case.OPEN)


@public
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    day = today()
    form = Filters(request.GET, _places(request.GET.get("noi", ""), day))
    form.is_valid()
    rows = _filtered(published(), form.cleaned_data, day)
    is_late = form.cleaned_data.get("tinh_trang") == "qua-han"
    found, pager = page_by_due(request, rows) if is_late else page_by_id(request, rows)
    context = {
        "form": form,
        "cases": shown.cards(found, day),
        "is_filtered": any(form.cleaned_data.values()),
        **pager,
    }
    return render(request, "public/cases.html", context)


def _places(key: str, day: date) -> list[tuple[str, str]]:
    """Return the communes of the province in force, and the place asked for if it is another."""
    found = communes(settings.INSTALLATION.place, day)
    other = law.gazetteer().units.get(key)
    return [*found, (key, other.name)] if other and key not in dict(found) else list(found)


@law.until_changed
@lru_cache(maxsize=4)
def communes(province: str, day: date) -> tuple[tuple[str, str], ...]:
    """Return (key, name) of the province's communes in force on the day, in Vietnamese order."""
    book = law.gazetteer()
    units = [unit for unit in book.units.values() if unit.level == "commune" and unit.on(day)]
    inside = [unit for unit in units if book.lies_in(unit, province)]
    return tuple((unit.key, unit.name) for unit in sorted(inside, key=lambda unit: sort_key(unit.name)))


def became(key: str, day: date) -> list[tuple[str, str]]:
    """Return (key, name) of the communes of our province that the unit is on the day, or became by then."""
    book, ours = law.gazetteer(), dict(communes(settings.INSTALLATION.place, day))
    unit = book.units.get(key)
    return [(heir.key, heir.name) for heir in book.current(unit, day) if heir.key in ours] if unit else []


def _filtered(rows: QuerySet[Case], chosen: dict[str, str], day: date) -> QuerySet[Case]:
    if chosen.get("tim"):
        rows = rows.filter(pk__in=_having(chosen))
    if chosen.get("noi"):
        rows = rows.filter(place__key=chosen["noi"])
    if chosen.get("linh_vuc"):
        rows = rows.filter(topic=law.topics()[chosen["linh_vuc"]])
    match chosen.get("tinh_trang"):
        case "dang-giai-quyet":
            return rows.filter(state__in=Case.OPEN)
        case "da-tra-loi":
            return rows.filter(state__in=REPLIED)
        case "qua-han":
            return late(rows, day)
    return rows


def _having(chosen: dict[str, str]) -> list[int]:
    filters = (("place", chosen.get("noi")), ("topic", chosen.get("linh_vuc")))
    return searching.find(chosen["tim"], *(searching.key(kind, name) for kind, name in filters if name))


@public
@require_safe
@conditional_page
def photo(request: HttpRequest, place: str) -> HttpResponse:
    """Return a photo of a case that is public now; never to be run by the browser."""
    shown = PublishedPhoto.objects.filter(place=place, case__in=published())
    proofs = ProofPhoto.objects.filter(place=place, **_standing())
    if not (shown.exists() or proofs.exists()):
        raise Http404
    return _file(_content(place), "image/jpeg", f'inline; filename="{place[:12]}.jpg"')


@public
@require_safe
@conditional_page
def paper(request: HttpRequest, place: str) -> HttpResponse:
    """Return a PDF that proves a published answer of a case that is public now; to be kept, not opened in the page."""
    proofs = ProofPaper.objects.filter(place=place, **_standing())
    if not proofs.exists():
        raise Http404
    content = _content(place)
    name = f'attachment; filename="bang-chung-{place[:12]}.pdf"'
    return withheld(request, content) or _file(content, "application/pdf", name)


def _standing() -> dict[str, Any]:
    """Return what holds of a proof that everyone may see: its answer is published, and it was not taken down."""
    return {"reply__state": Reply.State.PUBLISHED, "reply__case__in": published(), "taken_down": None}


def _content(place: str) -> bytes:
    try:
        return filing.path(place).read_bytes()
    except OSError:
        raise Http404 from None


def _file(content: bytes, media: str, disposition: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = disposition
    answer["Cache-Control"] = "max-age=60"
    return answer


@public
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """Show a published case; one that is unknown and one that is not published get the same answer."""
    try:
        number = parse_case(code[:40])
    except BadCode as bad:
        return render(request, "404.html", {"hint": said_of(bad)}, status=404)
    found = published().select_related("recurs", "merged_into").filter(pk=number).first()
    if found is None:
        return render(request, "404.html", status=404)
    known.join([found], *shown.SHOWN_WITH)
    if code != found.code:
        return redirect("case", found.code)
    return render(request, "public/case.html", _context(found, today()))


def _context(case: Case, day: date) -> dict[str, Any]:
    steps = [_without_words(step) for step in shown.steps(case) if step["code"] not in shown.OWN]
    parts = list(case.parts.order_by("pk")[:MOST_PARTS])
    voices = Voice.objects.filter(Q(case=case) | Q(case__in=parts)).aggregate(count=Count("pk"), people=Sum("people"))
    wishing = case.voices.filter(Q(shows_text=True, is_private=False) | Q(is_shown=True)).order_by("pk")
    voiced = list(wishing.prefetch_related("requests"))
    said = [voice for voice in voiced if voice.is_shown]
    covers = list(case.covers.values_list("passage", flat=True)) if said else []
    return {
        "case": case,
        "title": shown.title(case),
        "kind": law.kinds()[case.kind].name,
        "state_name": state_name(case.state),
        "clock": shown.clock(case, day),
        "steps": steps,
        "held_since": words.held_since(case, steps),
        "what_next": words.what_next(case),
        "replies": words.replies(case, day),
        "parts": [link(part) for part in parts],
        "whole": link(case.merged_into) if case.merged_into else None,
        "before": link(case.recurs) if case.recurs else None,
        "after": [link(each) for each in case.recurrences.order_by("pk")[:MOST_PARTS]],
        "voices": voices,
        "said": [_said(voice, covers) for voice in said],
        "why_hidden": words.why_hidden(steps),
        "waiting": bool(voiced) and not said,
        "flag_reasons": Flag.Reason.choices,
        "photos": list(case.photos.order_by("pk")[:MOST_PARTS]),
    }


def _said(voice: Voice, covers: list[str]) -> dict[str, Any]:
    rows = sorted((row for row in voice.requests.all() if row.correction), key=lambda row: row.pk)
    corrections = [{"decided": row.decided, "pieces": uncovered(row.correction, covers)} for row in rows]
    return {"pieces": uncovered(voice.text, covers), "corrections": corrections}


def _without_words(step: dict[str, Any]) -> dict[str, Any]:
    """Leave out a resident's own reason: their words are shown only where they wished it."""
    return step | {"reason": ""} if step["body"] == _("Người dân") else step


def link(case: Case) -> dict[str, Any]:
    """Return the code of another case; it is a link only where that case is published."""
    return {"code": case.code, "is_public": case.is_public and not law.kinds()[case.kind].is_sealed}
