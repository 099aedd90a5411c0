"""What bodies promised: the list with its filters, and the page of one commitment."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from langnghe.cases.published import published
from langnghe.commitments.models import Commitment, Progress
from langnghe.core.codes import BadCode, case_code, parse_case
from langnghe.registry.models import Place
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.paging import page_by_id

State = Commitment.State
DIGITS = 12
FILTERS = {
    "": gettext_lazy("Tất cả"),
    "dang-lam": gettext_lazy("Đang thực hiện"),
    "qua-han": gettext_lazy("Quá hạn"),
    "da-xong": gettext_lazy("Đã kết thúc"),
}
VERBS = {
    "made": gettext_lazy("Cam kết"),
    "progress": gettext_lazy("Tiến độ"),
    "kept": gettext_lazy("Đã thực hiện"),
    "late": gettext_lazy("Quá hạn"),
    "dropped": gettext_lazy("Không thực hiện"),
}


def promised() -> QuerySet[Commitment]:
    return Commitment.objects.select_related("body", "place")


@public
@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    day = today()
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in FILTERS else ""
    key = request.GET.get("noi", "")[:12]
    place = Place.objects.filter(key=key).first() if key.isalnum() else None
    rows = _filtered(chosen, day)
    found, pager = page_by_id(request, rows.filter(place=place) if place else rows)
    open_cases = _public_origins(found)
    context = {
        "place": place,
        "tabs": [_tab(key, str(name), key == chosen, place) for key, name in FILTERS.items()],
        "commitments": [_shown(row, open_cases, day) for row in found],
        **pager,
    }
    return render(request, "public/commitments.html", context)


def _tab(key: str, name: str, is_here: bool, place: Place | None) -> dict[str, Any]:
    chosen = ({"loc": key} if key else {}) | ({"noi": place.key} if place else {})
    query = f"?{urlencode(chosen)}" if chosen else ""
    return {"href": reverse("commitments") + query, "name": name, "is_here": is_here}


def _filtered(chosen: str, day: date) -> QuerySet[Commitment]:
    match chosen:
        case "dang-lam":
            return promised().filter(state=State.OPEN)
        case "qua-han":
            return promised().filter(state=State.OPEN, due__lt=day)
        case "da-xong":
            return promised().exclude(state=State.OPEN)
    return promised()


@public
@require_safe
def commitment(request: HttpRequest, code: str) -> HttpResponse:
    """Show a commitment; a code that is none, and one that is not public, get the same answer."""
    digits = code.upper().removeprefix("CK-")
    is_code = digits.isascii() and digits.isdigit() and len(digits) <= DIGITS
    row = promised().filter(pk=int(digits)).first() if is_code else None
    if row is None:
        return render(request, "404.html", status=404)
    found = _shown(row, _public_origins([row]), today())
    steps = [_step(step, row, found["is_open"]) for step in row.steps.order_by("pk")]
    return render(request, "public/commitment.html", {"commitment": found, "steps": steps})


def _origin(row: Commitment) -> int | None:
    """Return the case in which the commitment was made; None when it was made elsewhere."""
    try:
        return parse_case(row.origin) if row.origin.startswith("VV") else None
    except BadCode:
        return None


def _public_origins(rows: list[Commitment]) -> set[int]:
    """Return which of the cases that the commitments were made in everyone may read, in one question."""
    origins = {_origin(row) for row in rows} - {None}
    return set(published().filter(pk__in=origins).values_list("pk", flat=True))


def _shown(row: Commitment, open_cases: set[int], day: date) -> dict[str, Any]:
    """Return a commitment as the templates want it; the words of an unpublished case stay unseen."""
    origin = _origin(row)
    is_open = not row.origin.startswith("VV") or origin in open_cases
    return {
        "code": row.code,
        "href": reverse("commitment", args=[row.code]),
        "text": row.text if is_open else _("Cam kết trong một vụ việc chưa công khai"),
        "body": row.body,
        "place": row.place,
        "made": row.made,
        "due": row.due,
        "ended": row.ended,
        "state": _state(row, day),
        "is_late": row.state == State.OPEN and row.due < day,
        "is_open": is_open,
        "case": case_code(origin) if origin in open_cases and origin is not None else "",
    }


def _state(row: Commitment, day: date) -> str:
    if row.state == State.KEPT:
        late = row.ended is not None and row.ended > row.due
        return _("đã thực hiện, sau hạn") if late else _("đã thực hiện")
    if row.state == State.DROPPED:
        return _("không thực hiện")
    if row.due < day:
        days = (day - row.due).days
        return ngettext("quá hạn %(days)s ngày", "quá hạn %(days)s ngày", days) % {"days": days}
    return _("đang thực hiện")


def _step(step: Progress, row: Commitment, is_open: bool) -> dict[str, Any]:
    words = [step.text, step.evidence] if is_open and step.verb != "made" else []
    return {
        "day": step.day,
        "verb": VERBS.get(step.verb, step.verb),
        "body": "" if step.verb == "late" else row.body,
        "text": "\n".join(filter(None, words)),
    }
