"""The statistical forms for a span of days, on the page and as a workbook; all columns are still unconfirmed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from langnghe.cases.actions import held_by
from langnghe.engagements.book import heading
from langnghe.registry import rights
from langnghe.registry.models import Member
from langnghe.web.access import actor, may
from langnghe.web.desk import reach
from langnghe.web.desk.reception_book import EXCEL, Days
from langnghe.web.desk.receptions import own
from langnghe.web.now import now, today

if TYPE_CHECKING:
    from langnghe.reviews.extent import Extent
    from langnghe.reviews.sealed_counts import Lane

HALF = 7
OWN, BRANCH = "co-quan", "cap-duoi"


class Asked(Days):
    """The days; and of whom, for who looks at what the bodies below do too."""

    cua = forms.ChoiceField(
        label=_("Đếm phần của"),
        choices=[(OWN, _("riêng cơ quan mình")), (BRANCH, _("cả các cơ quan cấp dưới"))],
        required=False,
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        if rights.RIGHTS["see_overview"].scopes.get(member.role) != rights.Scope.BELOW:
            del self.fields["cua"]


def _extent(member: Member, form: Asked) -> "Extent":
    """Return all of the place for who reviews one; for others what their own body does, or those below it too."""
    from langnghe.reviews import extent

    days = form.cleaned_data["tu"], form.cleaned_data["den"], now()
    if reach.reviews(member):
        return extent.of_place(member.body.place, *days)
    of = extent.of_branch if form.cleaned_data.get("cua") == BRANCH else extent.of_body
    return of(member.body, *days)


def _lane(request: HttpRequest, form: Asked) -> "Lane":
    """Oversight sees the sealed counts of its place; the body's own people its own, in full if they hold a key."""
    from langnghe.reviews.sealed_counts import BELOW, NOBODY, Lane

    member = own(request)
    if rights.allows(member, "oversee_sealed"):
        return Lane(is_full=True)
    if not rights.allows(member, "open_sealed"):
        return Lane(barrier=NOBODY)
    if form.cleaned_data.get("cua") == BRANCH:
        return Lane(barrier=BELOW)
    return Lane(is_full=bool(held_by(actor(request), today())))


@may("list_cases")
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the forms of what the reader's right to the list of cases reaches, this half-year unless asked otherwise."""
    from langnghe.reviews import periods
    from langnghe.reviews import statistics as counting

    member, day = own(request), today()
    terms = [half for half in periods.halves("state", day.year - 1, day.year) if half.until < day][-2:]
    first = day.replace(month=HALF if day.month >= HALF else 1, day=1)
    form = Asked(request.GET if "tu" in request.GET else {"tu": first, "den": day}, member=member)
    if not form.is_valid():
        context = {"form": form, "name": member.body.name, "terms": terms}
        return render(request, "desk/statistics.html", context, status=422)
    extent = _extent(member, form)
    found = counting.statistics(extent, _lane(request, form))
    if request.GET.get("tai") == "xlsx":
        answer = HttpResponse(counting.statistics_file(found, extent), content_type=EXCEL)
        answer["Content-Disposition"] = f'attachment; filename="bieu-thong-ke-{extent.since}-{extent.until}.xlsx"'
        return answer
    shown = [{"form": each, "heading": heading([cell.column for cell in each.cells])} for each in found]
    context = {"form": form, "name": extent.name, "extent": extent, "forms": shown, "terms": terms}
    return render(request, "desk/statistics.html", context | {"of": form.cleaned_data.get("cua", "")})
