"""Write a review, edit its findings, publish it: for the body that issues it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from langnghe.core.refusal import Refused
from langnghe.ledger.actions import enqueue
from langnghe.ledger.models import OutboxJob
from langnghe.registry import law
from langnghe.registry.models import Body, Member
from langnghe.reviews import actions, narrative, periods
from langnghe.reviews.models import Finding, Review
from langnghe.web import paging
from langnghe.web.access import entered, may
from langnghe.web.now import now, today

ISSUERS = {"party": "engagement_commission", "state": "committee_province"}
KINDS = {
    Finding.Kind.RESULT: gettext_lazy("Kết quả"),
    Finding.Kind.SHORTCOMING: gettext_lazy("Tồn tại, hạn chế"),
    Finding.Kind.NEXT_TASK: gettext_lazy("Nhiệm vụ trọng tâm"),
}
WRITE = "reviews.write"
HALF_ENDS = {1: (6, 30), 2: (12, 31)}  # only to order the choices; the days come from the table of periods
PERIOD = re.compile(r"(20[0-9]{2})-[Hh]([12])")


@may("write_review")
@require_http_methods(["GET", "HEAD", "POST"])
def desk_reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews, and ask for a new one, which a background job writes."""
    member = entered(request)
    problem = ""
    if request.method == "POST":
        problem = _ask(request, member)
        if not problem:
            messages.success(request, _("Đang lập sơ kết. Tải lại trang sau ít phút."))
            return redirect("desk_reviews")
    rows = Review.objects.filter(place=member.body.place).select_related("place", "issuer")
    found, pager = paging.page_by_id(request, rows)
    jobs = OutboxJob.objects.filter(name=WRITE).order_by("-pk")[:5]
    context = {
        "reviews": found,
        "pager": pager,
        "jobs": [_asked(job) for job in jobs],
        "problem": problem,
        "typed": request.POST,
        "choices": _choices(today()),
    }
    return render(request, "desk/reviews.html", context)


def _asked(job: OutboxJob) -> dict[str, Any]:
    days = {name: narrative.day(date.fromisoformat(job.arguments[name])) for name in ("since", "until")}
    return {"form": job.arguments["form"], "state": job.state, **days}


def _choices(day: date) -> list[tuple[str, str]]:
    """Return the half-years of this year and the last that have begun, that whose end is nearest first."""
    names = {1: _("Sáu tháng đầu năm %(year)s"), 2: _("Sáu tháng cuối năm %(year)s")}
    ends = {(year, half): date(year, *HALF_ENDS[half]) for year in (day.year, day.year - 1) for half in (1, 2)}
    begun = [key for key in ends if key != (day.year, 2) or day > ends[day.year, 1]]
    begun.sort(key=lambda key: abs(ends[key] - day))
    return [(f"{year}-H{half}", names[half] % {"year": year}) for year, half in begun]


def _ask(request: HttpRequest, member: Member) -> str:
    """Enqueue the job, or return what is wrong with the request."""
    form, period = request.POST.get("form", ""), PERIOD.fullmatch(request.POST.get("period", "").strip())
    if form not in ISSUERS or period is None:
        return _("Hãy chọn loại văn bản và ghi kỳ như 2026-H1 (sáu tháng đầu) hoặc 2026-H2.")
    try:
        span = periods.span(form, int(period[1]), int(period[2]))
    except LookupError:
        return _("Chưa có dòng kỳ sơ kết cho năm này.")
    if span.since > today():
        return _("Kỳ này chưa bắt đầu, chưa có số liệu để sơ kết.")
    issuer = law.body_at(ISSUERS[form], member.body.place)
    if issuer is None or not _issues(member, issuer):
        return _("Cơ quan của bạn không ban hành loại văn bản này.")
    arguments = {"place": member.body.place.key, "period": span.code, "form": form, "issuer": issuer.code}
    arguments |= {"since": str(span.since), "until": str(span.until)}
    if OutboxJob.objects.filter(name=WRITE, state=OutboxJob.State.WAITING, arguments=arguments).exists():
        return _("Bản này đang được lập. Tải lại trang sau ít phút.")
    enqueue(WRITE, arguments, now())
    return ""


def _issues(member: Member, issuer: Body) -> bool:
    return member.role == Member.Role.COMMISSION or member.body == issuer


@may("write_review")
@require_http_methods(["GET", "HEAD", "POST"])
def desk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit, remove and add findings, and publish; a refusal brings the words back."""
    member = entered(request)
    review = get_object_or_404(Review.objects.select_related("place", "issuer"), pk=pk, place=member.body.place)
    if not review.edited_by(member):
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            _change(request, review, member)
            messages.success(request, _("Đã ghi."))
            return redirect("desk_review", pk)
        except Refused as refused:
            problem = str(refused)
    findings = review.findings.order_by("position").prefetch_related("figures")
    context = {"review": review, "findings": findings, "basis": narrative.basis(review), "kinds": KINDS.items()}
    return render(request, "desk/review.html", context | {"problem": problem, "typed": request.POST})


def _change(request: HttpRequest, review: Review, actor: Member) -> None:
    at = now()
    verb, text = request.POST.get("verb", ""), request.POST.get("text", "")[:4000]
    finding = review.findings.filter(pk=_number(request.POST.get("finding", ""))).first()
    verbs: dict[str, Callable[[], Any]] = {
        "publish": lambda: actions.publish(review, actor=actor, at=at),
        "add": lambda: actions.add(review, kind=request.POST.get("kind", ""), text=text, actor=actor, at=at),
    }
    if finding is not None:
        verbs |= {
            "edit": lambda: actions.edit(finding, text=text, actor=actor, at=at),
            "remove": lambda: actions.remove(finding, actor=actor, at=at),
        }
    if verb not in verbs:
        raise Refused(_("Nhận định này không còn. Hãy tải lại trang."))
    verbs[verb]()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 fits 64 bits
