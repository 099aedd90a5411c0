"""Requests about personal data: the desk's list with its clocks, one request, and for the commission counts alone."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases import actions
from langnghe.cases.lifecycle import DECIDERS, STAFF
from langnghe.cases.subject_request import Kind, SubjectRequest
from langnghe.core.refusal import Refused
from langnghe.registry.models import Body
from langnghe.web import own_data, shown
from langnghe.web.access import actor, entered, may
from langnghe.web.desk.request_forms import Decide
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_due, page_by_id

State = SubjectRequest.State


@may("list_requests")
@require_safe
def subject_requests(request: HttpRequest) -> HttpResponse:
    """List the body's requests, the nearest deadline first; to the commission how many each body has, and no more."""
    member = entered(request)
    if member.role not in STAFF:
        return _counts(request)
    is_done = request.GET.get("loc") == "da-tra-loi"
    rows = SubjectRequest.objects.filter(voice__case__holder=member.body).select_related(
        "voice__case__place", "voice__case__topic"
    )
    rows = rows.exclude(state=State.ASKED) if is_done else rows.filter(state=State.ASKED)
    found, pager = (page_by_id if is_done else page_by_due)(request, rows)
    context = {
        "rows": [{**own_data.standing(row, today()), "title": shown.title(row.voice.case)} for row in found],
        "is_done": is_done,
        "body": member.body,
        "pager": pager,
        "law": own_data.cited(today()),
    }
    return render(request, "desk/subject_requests.html", context)


def _counts(request: HttpRequest) -> HttpResponse:
    """Count from the requests, which are few, to their bodies; from the bodies it would lead through every case."""
    counted = {
        "asked": Count("pk"),
        "waiting": Count("pk", filter=Q(state=State.ASKED)),
        "late": Count("pk", filter=Q(state=State.ASKED, due__lt=today())),
        "refused": Count("pk", filter=Q(state=State.REFUSED)),
        "answered_late": Count("pk", filter=Q(decided__gt=F("due"))),
    }
    rows = SubjectRequest.objects.all()
    found, pager = page_by_id(request, Body.objects.filter(pk__in=rows.values("voice__case__holder")))
    by_body = rows.filter(voice__case__holder__in=found).values_list("voice__case__holder").annotate(**counted)
    counts = {row[0]: dict(zip(counted, row[1:], strict=True)) for row in by_body}
    context = {
        "bodies": [{"name": body.name, **counts[body.pk]} for body in found],
        "whole": rows.aggregate(**counted),
        "pager": pager,
        "law": own_data.cited(today()),
    }
    return render(request, "desk/request_counts.html", context)


@may("handle_case")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request and decide on it; what is kept about who asks to see it is opened on purpose, and logged."""
    member = entered(request)
    related = ("voice__case__place", "voice__case__topic", "voice__case__holder", "voice__raw", "voice__person")
    rows = SubjectRequest.objects.filter(voice__case__holder=member.body).exclude(voice__case__state="sealed")
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    form = Decide(request.POST if _decides(request) else None, row=row, is_leader=member.role in DECIDERS)
    found: list[own_data.Section] | None = None
    try:
        if request.POST.get("verb") == "open" and row.kind == Kind.SEE:
            contact = actions.open_contact(row.voice, actor=actor(request), at=now())
            found = own_data.sections(row.voice, contact)
        elif _decides(request) and form.is_valid():
            actions.decide_request(row, form.decision, actor=actor(request), at=now())
            messages.success(request, _("Đã ghi quyết định; người yêu cầu đọc được."))
            return redirect("subject_requests")
    except Refused as refused:
        form.add_error(None, str(refused)) if form.is_bound else messages.error(request, str(refused))
    return _page(request, row, form, found)


def _decides(request: HttpRequest) -> bool:
    return request.POST.get("verb") == "decide"


def _page(
    request: HttpRequest, row: SubjectRequest, form: Decide, found: list[own_data.Section] | None
) -> HttpResponse:
    context: dict[str, Any] = {
        **own_data.standing(row, today()),
        "case": row.voice.case,
        "title": shown.title(row.voice.case),
        "voice": row.voice,
        "has_contact": bool(row.content.contact),
        "form": form,
        "sections": found,
        "law": own_data.cited(row.received),
        "is_leader": entered(request).role in DECIDERS,
    }
    answer = render(request, "desk/subject_request.html", context, status=422 if form.errors else 200)
    patch_cache_control(answer, no_store=True)
    return answer
