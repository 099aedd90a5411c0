"""The statistical forms for a span of days, on the page and as a workbook; all columns are still unconfirmed."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from langnghe.cases.actions import held_by
from langnghe.engagements.book import heading
from langnghe.registry import rights
from langnghe.web.access import actor, may
from langnghe.web.desk.reception_book import EXCEL, Days
from langnghe.web.desk.receptions import own
from langnghe.web.now import now, today

if TYPE_CHECKING:
    from langnghe.reviews.sealed_counts import Lane

HALF = 7


def _lane(request: HttpRequest) -> "Lane | None":
    """Oversight counts the place's records; the body's own people its own, in full if they hold a key there."""
    from langnghe.reviews.sealed_counts import Lane

    member = own(request)
    if rights.allows(member, "oversee_sealed"):
        return Lane(None, is_full=True)
    if rights.allows(member, "open_sealed"):
        return Lane(member.body, is_full=bool(held_by(actor(request), today())))
    return None


@may("list_cases")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the forms for the body's place, this half-year unless other days are asked for."""
    from langnghe.reviews import periods
    from langnghe.reviews import statistics as counting

    body, day = own(request).body, today()
    terms = [half for half in periods.halves("state", day.year - 1, day.year) if half.until < day][-2:]
    first = day.replace(month=HALF if day.month >= HALF else 1, day=1)
    form = Days(request.GET if "tu" in request.GET else {"tu": first, "den": day})
    if not form.is_valid():
        return render(request, "desk/statistics.html", {"form": form, "body": body, "terms": terms}, status=422)
    since, until = form.cleaned_data["tu"], form.cleaned_data["den"]
    found = counting.statistics(body, since, until, now(), _lane(request))
    if request.GET.get("tai") == "xlsx":
        answer = HttpResponse(counting.statistics_file(found, since, until), content_type=EXCEL)
        answer["Content-Disposition"] = f'attachment; filename="bieu-thong-ke-{since}-{until}.xlsx"'
        return answer
    forms = [{"form": each, "heading": heading([cell.column for cell in each.cells])} for each in found]
    context = {"form": form, "body": body, "since": since, "until": until, "forms": forms, "terms": terms}
    return render(request, "desk/statistics.html", context)
