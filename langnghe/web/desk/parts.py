"""Joint work on the desk: the parts of a case with their clocks, and the list of what a body owes to others."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.cases import parts as kept
from langnghe.cases.desk_models import Part
from langnghe.cases.models import Case, Reply
from langnghe.core.codes import case_code
from langnghe.registry import rights
from langnghe.registry.models import Member
from langnghe.web import paging
from langnghe.web.access import entered, may
from langnghe.web.desk.rows import titles
from langnghe.web.now import today
from langnghe.web.shown import Clock, number

SIZE = 50
State = Part.State
OWED, OWED_LATE, AWAITED, AWAITED_LATE, DONE = "dang-cho", "qua-han", "da-moi", "da-moi-qua-han", "da-xong"
LISTS = {
    OWED: gettext_lazy("Chờ ý kiến"),
    OWED_LATE: gettext_lazy("Quá hạn"),
    AWAITED: gettext_lazy("Chờ cơ quan khác"),
    AWAITED_LATE: gettext_lazy("Cơ quan khác quá hạn"),
    DONE: gettext_lazy("Đã xong"),
}


@may("join_case")
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """List what the member's body owes, or waits for, by due day; or the newest of what it did."""
    member, chosen = entered(request), request.GET.get("loc", "")
    chosen = chosen if chosen in LISTS else OWED
    is_done, is_awaited = chosen == DONE, chosen in (AWAITED, AWAITED_LATE)
    rows = kept.done(member.body) if is_done else (kept.awaited if is_awaited else kept.owed)(member.body)
    if chosen in (OWED_LATE, AWAITED_LATE):
        rows = rows.filter(due__lt=today())
    page = paging.page_by_id if is_done else paging.page_by_due
    found, pager = page(request, rows.select_related("body", "case__place", "case__topic", "case__holder"), SIZE)
    names = titles([part.case for part in found])
    context = {
        "body": member.body,
        "lists": [{"href": f"?loc={key}", "name": name, "is_chosen": key == chosen} for key, name in LISTS.items()],
        "is_done": is_done,
        "is_awaited": is_awaited,
        "rows": [_row(part) | {"title": names[part.case_id]} for part in found],
        "pager": pager,
    }
    return render(request, "desk/parts.html", context)


def list_href(chosen: str) -> str:
    return f"{reverse('parts')}?loc={chosen}"


def waiting(member: Member) -> list[int]:
    """Return the ids of the parts the member's body owes; none for who is never invited."""
    return list(kept.owed(member.body).values_list("pk", flat=True)) if rights.allows(member, "join_case") else []


def tabs(member: Member) -> list[dict[str, Any]]:
    """Return the queue's tab that leads to the list, with what the body owes; none for who is never invited."""
    if not rights.allows(member, "join_case"):
        return []
    late = Count("pk", filter=Q(due__lt=today()))
    found = kept.owed(member.body).order_by().aggregate(count=Count("pk"), late=late)
    name = _("Phối hợp, quá hạn %(n)s") % {"n": number(found["late"])} if found["late"] else _("Phối hợp")
    return [{"name": name, "href": reverse("parts"), "is_chosen": False, "count": number(found["count"])}]


def shown(case: Case, body_id: int) -> list[dict[str, Any]]:
    """Return the case's parts as desk/_parts.html wants them; `body_id` is the reader's own body."""
    goes_on = case.is_open or case.state == Case.State.MERGED
    return [
        _row(part)
        | {
            "is_own": part.body_id == body_id,
            "elsewhere": part.case_id != case.pk,
            "waits": goes_on and part.state == State.ASKED,
        }
        for part in case.joint
    ]


def _row(part: Part) -> dict[str, Any]:
    return {
        "part": part,
        "code": (code := case_code(part.case_id)),
        "href": reverse("desk_case", args=[code]),
        "clock": clock(part, today()),
        "state": part.get_state_display(),
        "has_ended": part.state == State.ASKED and part.body.valid_to is not None and part.body.valid_to < today(),
        "day": localdate(part.done_at) if part.done_at else None,
    }


def clock(part: Part, day: date) -> Clock:
    """Return the part's own clock, in calendar days: a day that a body named, not a term of law."""
    if part.state != State.ASKED:
        return Clock("none")
    left, whole = (part.due - day).days, (part.due - localdate(part.asked_at)).days or 1
    if left < 0:
        return Clock("overdue", -left, False, part.due)
    return Clock("running", left, False, part.due, None, max(0, min(100, round(100 - 100 * left / whole))))


def woven(case: Case) -> str:
    """Return the answer as it stands and what was given, to be rewritten into one; "" when nothing was given."""
    given = [f"{part.body.short_name}: {part.text}" for part in case.joint if part.state == State.GIVEN and part.text]
    last = case.answers[-1] if case.answers else None
    begun = [last.text] if given and last is not None and last.state != Reply.State.PUBLISHED else []
    return "\n\n".join([*begun, *given])
