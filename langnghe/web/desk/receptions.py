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
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import Due, chair_of, dues, duty_of, heard, who
from langnghe.registry import law
from langnghe.registry.models import Body, Member
from langnghe.web.access import actor, may, membership
from langnghe.web.desk.reception_forms import (
    CLOSES,
    FARTHEST,
    OPENS,
    Arranged,
    Changed,
    Concluded,
    ExtraDay,
    Held,
    Reason,
    Weekday,
    Who,
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
    usual = {"chair": chair_of(body), "place": home(body)}
    form = ExtraDay(initial=usual)
    verb = request.POST.get("verb", "")
    chosen = Weekday(request.POST if verb == "plan" else None)
    try:
        if verb == "plan" and chosen.is_valid():
            count = _plan(body, first, chosen.cleaned_data["weekday"])
            messages.success(request, _("Đã thêm %(count)d ngày theo luật vào lịch.") % {"count": count})
            return redirect(f"{request.path}?thang={first:%Y-%m}")
        if verb == "extra":
            form = ExtraDay(request.POST, initial=usual)
            if form.is_valid():
                said = form.cleaned_data
                day = actions.plan_extra(
                    body, chair=said["chair"], day=said["day"], setting=form.setting(), actor=actor(request), at=now()
                )
                if day.is_afterwards:
                    messages.info(request, _("Ngày đã qua là ngày ngoài lịch, ghi sau. Hãy ghi nhận đã tổ chức."))
                return redirect("reception", day.pk)
    except Refused as refused:
        form.add_error(None, str(refused)) if form.is_bound else messages.error(request, str(refused))
    context = _calendar(body, first) | {"form": form, "chosen": chosen, "body": body}
    context |= {"back": law.rule("reception_entry_days")}
    return render(request, "desk/receptions.html", context, status=422 if form.errors or chosen.errors else 200)


def _plan(body: Body, first: date, weekday: int) -> int:
    return actions.plan_receptions(
        body,
        chair=chair_of(body),
        since=first,
        until=_last(first),
        setting=Setting(home(body), OPENS, CLOSES),
        weekday=weekday,
        at=now(),
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
    """Return the month's days, the weeks or months that lack some, and how many of those due were held."""
    last = _last(first)
    try:
        asked, gap = [due for due in dues(duty_of(body), first, last) if _stood(body, due)], ""
    except CalendarGap as missing:
        asked, gap = [], str(missing)
    known = _known(body, Due(first, last, 0), asked)
    announced = [row for row in known if not row.is_afterwards]
    stands = [row.day for row in known if row.was_lacking or (row in announced and row.cancelled is None)]
    missing_days = [(due, due.times - sum(map(due.holds, stands))) for due in asked]
    lacking = [(due, count) for due, count in missing_days if count > 0]
    days = [{"day": row.day, "row": row, "state": _state(row)} for row in known]
    days += [{"day": due.since, "due": due, "state": _lacks(count)} for due, count in lacking]
    took_place = [row.day for row in announced if row.held is not None]
    return {
        "first": first,
        "previous": first - timedelta(days=1),
        "following": last + timedelta(days=1),
        "days": sorted(days, key=lambda each: each["day"]),
        "gap": gap,
        "due": sum(due.times for due in asked),
        "held": sum(min(due.times, sum(map(due.holds, took_place))) for due in asked),
        "extra": sum(row.is_extra and row.held is not None and first <= row.day <= last for row in known),
        "may_plan": any(due.until >= today() for due, _count in lacking),
        "duties": [row for row in duties(first, body.level) if row["who"] == duty_of(body)],
    }


def _stood(body: Body, due: Due) -> bool:
    """Return whether there was the body when the week or month began: what came before was owed by others."""
    return body.valid_from is None or body.valid_from <= due.since


def _known(body: Body, month: Due, asked: list[Due]) -> list[Any]:
    """Return the body's days of the month, and those of its weeks that begin before or end after it."""
    times = [month, *asked]
    within = (min(each.since for each in times), max(each.until for each in times))
    rows = Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day__range=within).order_by("day")
    came = Count("tickets", filter=~Q(tickets__state=Ticket.State.CANCELLED))
    return list(rows.prefetch_related("arrangements", "changes").annotate(tickets_count=came))


def _lacks(count: int) -> str:
    return _("luật yêu cầu, còn %(count)d ngày chưa lập lịch") % {"count": count}


def _state(row: Engagement) -> str:
    if row.held is not None:
        return _("đã tổ chức")
    if row.cancelled is not None:
        return _("không có lịch") if row.was_lacking else _("đã hủy")
    if row.day > today():
        return _("theo lịch")
    return _("hôm nay") if row.day == today() else _("chưa ghi nhận tổ chức")


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
        form = form_of(request.POST, initial=_first(day).get(verb), auto_id=f"{verb}_%s")
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


def _change(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    said = {name: form.cleaned_data[name] for name in ("day", "chair", "reason")}
    actions.change_day(day, **said, actor=actor(request), at=now())
    messages.success(request, _("Đã ghi thay đổi vào lịch công khai."))
    return _to_call(request, day)


def _cancel(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.cancel_day(day, reason=form.cleaned_data["reason"], actor=actor(request), at=now())
    messages.success(request, _("Đã hủy buổi tiếp; lý do hiện trên lịch công khai."))
    return _to_call(request, day)


def _to_call(request: HttpRequest, day: Engagement) -> HttpResponse:
    """Go back to the day, and say how many booked and must be called."""
    count = day.tickets.filter(state=Ticket.State.WAITING).count()
    if count:
        words = _("%(count)d người đã đặt lịch vẫn giữ số: hãy xem số điện thoại và gọi báo.") % {"count": count}
        messages.warning(request, words)
    return redirect("reception", day.pk)


def _take(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    ticket = actions.take_ticket(day, form.cleaned_data, actor=actor(request), at=now())
    return redirect("ticket", ticket.pk)


def _hold(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.hold_day(
        day, people=form.cleaned_data["people"], text=form.cleaned_data["text"], actor=actor(request), at=now()
    )
    messages.success(request, _("Đã ghi nhận buổi tiếp công dân."))
    return redirect(reverse("reception", args=[day.pk]) + "#ket-luan")


def _conclude(request: HttpRequest, day: Engagement, form: Any) -> HttpResponse:
    actions.conclude(day, form.cleaned_data["text"], actor=actor(request), at=now())
    messages.success(request, _("Đã ghi kết luận."))
    return redirect(reverse("reception", args=[day.pk]) + "#ket-luan")


VERBS: dict[str, tuple[type[forms.Form], Callable[[HttpRequest, Engagement, Any], HttpResponse]]] = {
    "arrange": (Arranged, _arrange),
    "change": (Changed, _change),
    "cancel": (Reason, _cancel),
    "take": (Who, _take),
    "hold": (Held, _hold),
    "conclude": (Concluded, _conclude),
}


def _first(day: Engagement) -> dict[str, dict[str, Any]]:
    """Return what the forms hold first of what the public calendar shows already."""
    return {"arrange": Arranged.of(day), "change": {"day": day.day, "chair": day.chair}}


def _show(request: HttpRequest, day: Engagement, failed: dict[str, forms.Form], names: bool = False) -> HttpResponse:
    tickets = list(day.tickets.select_related("case__topic", "engagement").order_by("number")[:MOST])
    if names:
        actions.open_book(
            day.body, since=day.day, until=day.day, form="list", with_names=True, actor=actor(request), at=now()
        )
    served = sum(ticket.state in Ticket.SERVED for ticket in tickets)
    stands = day.cancelled is None
    said = day.conclusion.text if day.conclusion else ""
    context = {
        "day": day,
        "state": _state(day),
        "is_today": day.day == today() and stands and day.held is None,
        "may_end": day.day <= today() and stands,
        "is_coming": day.day > today() and stands,
        "may_arrange": stands and day.held is None and day.day >= today(),
        "may_change": day.held is None and not served and not day.was_lacking,
        "may_hold": stands and day.held is None and day.day <= today(),
        "tickets": [{"row": ticket, "who": who(ticket) if names else {}} for ticket in tickets],
        "heard": [
            {"number": ticket.number, "words": heard(ticket), "is_concluded": ticket.pk in day.concluded}
            for ticket in tickets
            if ticket.state == Ticket.State.DONE
        ],
        "next": next((ticket for ticket in tickets if ticket.state == Ticket.State.WAITING), None),
        "has_names": any(ticket.sealed for ticket in tickets),
        "are_named": names,
        "arrange": failed.get("arrange") or Arranged(initial=_first(day)["arrange"], auto_id="arrange_%s"),
        "change": failed.get("change") or Changed(initial=_first(day)["change"], auto_id="change_%s"),
        "cancel": failed.get("cancel") or Reason(auto_id="cancel_%s"),
        "take": failed.get("take") or Who(auto_id="take_%s"),
        "hold": failed.get("hold") or Held(initial={"people": served}, auto_id="hold_%s"),
        "duties": [row for row in duties(day.day, day.body.level) if row["who"] == duty_of(day.body)],
        "conclude": failed.get("conclude") or Concluded(initial={"text": said}, auto_id="conclude_%s"),
        "failed": next(iter(failed), ""),
    }
    return render(request, "desk/reception.html", context, status=422 if failed else 200)


def _secret(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, no_store=True)
    return answer
