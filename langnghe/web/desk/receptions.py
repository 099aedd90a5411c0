"""The body's reception days: the month's calendar, one day with who waits, and what came of it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import due_days, duty_of, who
from langnghe.registry.models import Body, Member
from langnghe.web.access import actor, may, membership
from langnghe.web.desk.reception_forms import (
    CLOSES,
    FARTHEST,
    OPENS,
    Arranged,
    Concluded,
    ExtraDay,
    Held,
    Who,
    chair_of,
    home,
)
from langnghe.web.duties import duties
from langnghe.web.now import now, today

MOST = 200  # tickets shown of one day


def own(request: HttpRequest) -> Member:
    member = membership(request)
    if member is None:
        raise PermissionDenied
    return member


@may("receive_citizens")
@require_http_methods(["GET", "HEAD", "POST"])
def receptions(request: HttpRequest) -> HttpResponse:
    """Show a month: the days the law asks for, those planned, those held; plan them, or a day beyond them."""
    body, first = own(request).body, _month(request.GET.get("thang", ""))
    form = ExtraDay(initial={"chair": chair_of(body), "place": home(body)})
    verb = request.POST.get("verb", "")
    try:
        if verb == "plan":
            count = _plan(body, first)
            messages.success(request, _("Đã thêm %(count)d ngày theo luật vào lịch.") % {"count": count})
            return redirect(f"{request.path}?thang={first:%Y-%m}")
        if verb == "extra":
            form = ExtraDay(request.POST)
            if form.is_valid():
                said = form.cleaned_data
                day = actions.plan_extra(
                    body, chair=said["chair"], day=said["day"], setting=form.setting(), actor=actor(request), at=now()
                )
                return redirect("reception", day.pk)
    except Refused as refused:
        form.add_error(None, str(refused)) if form.is_bound else messages.error(request, str(refused))
    context = _calendar(body, first) | {"form": form, "body": body}
    return render(request, "desk/receptions.html", context, status=422 if form.errors else 200)


def _plan(body: Body, first: date) -> int:
    since, until = max(first, today()), _last(first)
    setting = Setting(home(body), OPENS, CLOSES)
    return actions.plan_receptions(
        body, chair=chair_of(body), duty=duty_of(body), since=since, until=until, setting=setting, at=now()
    )


def _month(text: str) -> date:
    """Return the first day of the month asked for (2026-07), else of this one; the calendar ends on both sides."""
    this = today().replace(day=1)
    with suppress(ValueError):
        first = date.fromisoformat(f"{text}-01")
        return first if abs(first.year - this.year) <= FARTHEST else this
    return this


def _last(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _calendar(body: Body, first: date) -> dict[str, Any]:
    """Return the month's rows, due and planned, with their state, and how many of those due were held."""
    last = _last(first)
    rows = Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day__range=(first, last))
    came = Count("tickets", filter=~Q(tickets__state=Ticket.State.CANCELLED))
    known = {row.day: row for row in rows.prefetch_related("arrangements").annotate(tickets_count=came).order_by("day")}
    try:
        asked, gap = due_days(duty_of(body), first, last), ""
    except CalendarGap as missing:
        asked, gap = [], str(missing)
    days = [
        {"day": day, "row": known.get(day), "is_due": day in asked, "state": _state(known.get(day), day)}
        for day in sorted({*known, *asked})
    ]
    day = today()
    return {
        "first": first,
        "previous": first - timedelta(days=1),
        "following": last + timedelta(days=1),
        "days": days,
        "gap": gap,
        "due": len(asked),
        "held": sum(row.held is not None and not row.is_extra for row in known.values()),
        "extra": sum(row.held is not None and row.is_extra for row in known.values()),
        "unplanned": [each for each in asked if each not in known and each >= day],
        "duties": [row for row in duties(first, body.level) if row["who"] == duty_of(body)],
    }


def _state(row: Engagement | None, day: date) -> str:
    if row is None:
        return _("luật yêu cầu, chưa lập lịch")
    if row.held is not None:
        return _("đã tổ chức")
    if day > today():
        return _("theo lịch")
    return _("hôm nay") if day == today() else _("chưa ghi nhận tổ chức")


def day_of(request: HttpRequest, pk: int) -> Engagement:
    """Return the reception day if it is the member's body's own; else 404."""
    rows = Engagement.objects.select_related("body__place").filter(kind=Engagement.Kind.RECEPTION)
    return get_object_or_404(rows, pk=pk, body=own(request).body)


@may("receive_citizens")
@require_http_methods(["GET", "HEAD", "POST"])
def reception(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a day with its tickets in order; arrange it, hand out a ticket, note that it was held and concluded."""
    day = day_of(request, pk)
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb == "names":
        return _secret(_show(request, day, {}, names=True))
    if request.method == "POST" and verb not in VERBS:
        raise Http404
    failed: dict[str, forms.Form] = {}
    if verb:
        form_of, do = VERBS[verb]
        form = form_of(request.POST, auto_id=f"{verb}_%s")
        try:
            if form.is_valid():
                return do(request, day, form)
        except Refused as refused:
            form.add_error(None, str(refused))
        failed[verb] = form
    return _secret(_show(request, day, failed))


def _arrange(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.arrange(day, form.setting(), actor=actor(request), at=now())
    messages.success(request, _("Đã ghi nơi và giờ tiếp."))
    return redirect("reception", day.pk)


def _take(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    ticket = actions.take_ticket(day, form.cleaned_data, actor=actor(request), at=now())
    return redirect("ticket", ticket.pk)


def _hold(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.hold_day(
        day, people=form.cleaned_data["people"], text=form.cleaned_data["text"], actor=actor(request), at=now()
    )
    messages.success(request, _("Đã ghi nhận buổi tiếp công dân."))
    return redirect("reception", day.pk)


def _conclude(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.conclude(day, form.cleaned_data["text"], actor=actor(request), at=now())
    messages.success(request, _("Đã ghi kết luận."))
    return redirect("reception", day.pk)


VERBS: dict[str, tuple[type[forms.Form], Callable[[HttpRequest, Engagement, Any], HttpResponse]]] = {
    "arrange": (Arranged, _arrange),
    "take": (Who, _take),
    "hold": (Held, _hold),
    "conclude": (Concluded, _conclude),
}


def _show(request: HttpRequest, day: Engagement, failed: dict[str, forms.Form], names: bool = False) -> HttpResponse:
    tickets = list(day.tickets.select_related("case", "engagement").order_by("number")[:MOST])
    if names:
        actions.open_book(
            day.body, since=day.day, until=day.day, form="list", with_names=True, actor=actor(request), at=now()
        )
    done = sum(ticket.state == Ticket.State.DONE for ticket in tickets)
    said = day.conclusion.text if day.conclusion else ""
    context = {
        "day": day,
        "state": _state(day, day.day),
        "is_today": day.day == today(),
        "is_coming": day.day > today(),
        "may_arrange": day.held is None and day.day >= today(),
        "may_hold": day.held is None and day.day <= today(),
        "tickets": [{"row": ticket, "who": who(ticket) if names else {}} for ticket in tickets],
        "next": next((ticket for ticket in tickets if ticket.state == Ticket.State.WAITING), None),
        "has_names": any(ticket.sealed for ticket in tickets),
        "are_named": names,
        "arrange": failed.get("arrange") or Arranged(initial=Arranged.of(day), auto_id="arrange_%s"),
        "take": failed.get("take") or Who(auto_id="take_%s"),
        "hold": failed.get("hold") or Held(initial={"people": done}, auto_id="hold_%s"),
        "conclude": failed.get("conclude") or Concluded(initial={"text": said}, auto_id="conclude_%s"),
        "failed": next(iter(failed), ""),
    }
    return render(request, "desk/reception.html", context, status=422 if failed else 200)


def _secret(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, no_store=True)
    return answer
