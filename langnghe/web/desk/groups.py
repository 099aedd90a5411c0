"""Groups of open cases on the desk that may be one matter, each merged or told apart with a button."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case
from langnghe.situation.grouping import groups
from langnghe.web.access import entered, may
from langnghe.web.desk.rows import titles

SIZE = 10
DIGITS = 19  # one more than fit 64 bits


@may("handle_case")
@require_safe
def case_groups(request: HttpRequest) -> HttpResponse:
    """List the desk's groups as last night's comparison saw them, the newest first, a page at a time."""
    member = entered(request)
    behind = request.GET.get("sau", "")
    before = int(behind) if behind.isascii() and behind.isdigit() and len(behind) < DIGITS else 0
    found = [group for group in groups(member.body) if not before or group[0].pk < before]
    shown = found[:SIZE]
    names = titles(case for group in shown for case in group)
    context = {
        "groups": [[_row(case, names[case.pk], group[0]) for case in group] for group in shown],
        "previous_href": request.path if before else "",
        "next_href": f"?sau={shown[-1][0].pk}" if len(found) > SIZE else "",
    }
    return render(request, "desk/groups.html", context)


def _row(case: Case, name: str, oldest: Case) -> dict[str, Any]:
    return {
        "code": case.code,
        "href": reverse("desk_case", args=[case.code]),
        "title": name,
        "day": case.received,
        "place": case.place,
        "spot": case.spot,
        "into": "" if case == oldest else oldest.code,
    }
