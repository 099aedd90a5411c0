"""Reviews as everyone reads them: the list, one review set like its printed document, and its Word file."""

import os
from collections.abc import Iterable
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe import installation
from langnghe.registry.models import Member, Place
from langnghe.reviews import reading
from langnghe.reviews.figures import DEFINITIONS, definition
from langnghe.reviews.models import Figure, Finding, Review
from langnghe.reviews.narrative import basis, day
from langnghe.web.access import membership, public
from langnghe.web.paging import page_by_id
from langnghe.web.public.communes import table

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_BARS = 10
FORMS = {
    Review.Form.STATE: gettext_lazy("Theo thể thức văn bản hành chính"),
    Review.Form.PARTY: gettext_lazy("Theo thể thức văn bản của Đảng"),
}
GROUPS = (
    (gettext_lazy("Tiếp nhận và giải quyết"), ("received", "settled", "on_time", "local", "satisfied", "overdue")),
    (gettext_lazy("Trách nhiệm"), ("handovers", "reopened", "recurrences", "escalated")),
    (
        gettext_lazy("Đối thoại và cam kết"),
        ("receptions_due", "receptions_held", "commitments_made", "commitments_kept", "commitments_late"),
    ),
)
CHARTS = {
    "received.kind": gettext_lazy("Tiếp nhận theo loại"),
    "received.channel": gettext_lazy("Tiếp nhận theo kênh"),
    "received.topic": gettext_lazy("Tiếp nhận theo lĩnh vực"),
    "received.level": gettext_lazy("Tiếp nhận theo cấp có thẩm quyền"),
    "outcome": gettext_lazy("Câu trả lời theo kết quả giải quyết"),
    "escalated.cause": gettext_lazy("Đề nghị cấp trên xem xét theo nguyên nhân"),
}
HEADINGS = {
    Finding.Kind.RESULT: gettext_lazy("Kết quả đạt được"),
    Finding.Kind.SHORTCOMING: gettext_lazy("Tồn tại, hạn chế"),
    Finding.Kind.NEXT_TASK: gettext_lazy("Nhiệm vụ trọng tâm"),
}
LATE = {"overdue", "commitments_late"}


@public
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    rows = Review.objects.filter(is_public=True).select_related("place", "issuer")
    found, pager = page_by_id(request, rows)
    return render(request, "public/reviews.html", {"reviews": [_entry(row) for row in found], **pager})


def _entry(row: Review) -> dict[str, Any]:
    return {"pk": row.pk, "title": title(row), "issuer": row.issuer, "form": FORMS[Review.Form(row.form)]}


def title(review: Review) -> str:
    name = review.place.name
    words = {"place": name[:1].lower() + name[1:], "since": day(review.since), "until": day(review.until)}
    return _("Sơ kết công tác dân vận tại %(place)s, từ %(since)s đến %(until)s") % words


def open_review(request: HttpRequest, pk: int) -> Review:
    """Return the review that the reader may see; Http404 for an unknown and for an unpublished one alike."""
    review = Review.objects.select_related("place", "issuer").filter(pk=pk).first()
    if review is None or not (review.is_public or _may_preview(request)):
        raise Http404
    return review


def _may_preview(request: HttpRequest) -> bool:
    """Return whether the reader leads, or is of the commission, at the province."""
    member = membership(request)
    if member is None or member.body.place.level != Place.Level.PROVINCE:
        return False
    return member.role in {Member.Role.COMMISSION, Member.Role.LEADER}


@public
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the review; a reference number typed into its form (`so`) leads to the records of that figure."""
    found = open_review(request, pk)
    figures = list(found.figures.select_related("place").order_by("number"))
    asked = request.GET.get("so", "").strip()[:20]
    if asked.strip("[]") in {str(figure.number) for figure in figures}:
        return redirect("records", pk, int(asked.strip("[]")))
    whole = {figure.key: figure for figure in figures if figure.place_id is None}
    context = {
        **_entry(found),
        "review": found,
        "basis": basis(found),
        "groups": [(name, [_figure(whole[key]) for key in keys if key in whole]) for name, keys in GROUPS],
        "charts": [_chart(family, str(caption), whole.values()) for family, caption in CHARTS.items()],
        "findings": _findings(found),
        "communes": table(
            [figure for figure in figures if figure.place_id is not None],
            order=request.GET.get("sap-xep", ""),
            exact=membership(request) is not None,
        ),
        "asked": asked,
        "last_number": figures[-1].number if figures else 0,
    }
    return render(request, "public/review.html", context)


def _figure(figure: Figure) -> dict[str, Any]:
    """Return a figure as parts/_figure.html wants it."""
    now = reading.amount(figure)
    share = reading.is_share(figure)
    return {
        "label": definition(figure.key).name,
        "value": "–" if now is None else f"{reading.number(now, 1)}%" if share else reading.number(now),
        "href": _href(figure),
        "last": reading.previous_words(figure),
        "change": "" if reading.change(figure) is None else reading.change_words(figure),
        "note": f"{reading.number(figure.value)}/{reading.number(figure.base or 0)} · [{figure.number}]"
        if share
        else f"[{figure.number}]",
        "late": figure.key in LATE and figure.value > 0,
    }


def _href(figure: Figure) -> str:
    return reverse("records", args=[figure.review_id, figure.number])


def _chart(family: str, caption: str, figures: Iterable[Figure]) -> dict[str, Any]:
    """Return a family as parts/_bars.html wants it, its longest bars first, last year as a tick."""
    members = [row for row in figures if row.key.rpartition(".")[0] == family and (row.value or row.previous)]
    members = sorted(members, key=lambda row: (-row.value, row.number))[:MOST_BARS]
    most = max((max(row.value, row.previous or 0) for row in members), default=0) or 1
    return {
        "caption": caption,
        "name_head": str(DEFINITIONS[family].name),
        "value_head": _("Kỳ này"),
        "last_head": _("cùng kỳ năm trước"),
        "rows": [_bar(row, most) for row in members],
    }


def _bar(figure: Figure, most: int) -> dict[str, Any]:
    return {
        "name": definition(figure.key).name,
        "value": reading.number(figure.value),
        "percent": round(100 * figure.value / most, 1),
        "href": _href(figure),
        "last": reading.previous_words(figure),
        "last_percent": round(100 * (figure.previous or 0) / most, 1),
    }


def _findings(review: Review) -> list[tuple[Any, list[Finding]]]:
    rows = list(review.findings.order_by("position").prefetch_related("figures"))
    return [(heading, [row for row in rows if row.kind == kind]) for kind, heading in HEADINGS.items()]


@public
@require_safe
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the Word file; that of a published review is made once."""
    found = open_review(request, pk)
    answer = HttpResponse(_stored(found) if found.is_public else _made(found), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="so-ket-{found.since}-{found.until}-{found.form}.docx"'
    return answer


def _stored(review: Review) -> bytes:
    path = installation.home() / "out" / f"review-{review.pk}.docx"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as half:  # each reader writes a file of their own
            half.write(_made(review))
        os.replace(half.name, path)
    return path.read_bytes()


def _made(review: Review) -> bytes:
    from langnghe.reviews.word import word_file

    with translation.override("vi"):
        return word_file(review)
