"""Many cases at once: take, give to somebody, merge into the first once that was looked at, print."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases import actions
from langnghe.cases.models import Case, Voice
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.refusal import Refused
from langnghe.registry import known
from langnghe.registry.models import Account
from langnghe.web import shown
from langnghe.web.access import actor, entered, may
from langnghe.web.desk import reach
from langnghe.web.desk.queue import back_to_queue
from langnghe.web.desk.rows import cards
from langnghe.web.now import now, today

MOST = 50  # cases at once, as many as a page lists
MOST_VOICES = 200


@may("handle_case")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one move with each of the chosen cases; those it cannot be done with are named with the reason."""
    cases = _chosen(request.POST.getlist("viec"), request)
    if cases and "print" in request.POST:
        return redirect(f"{reverse('printed')}?{urlencode([('viec', case.code) for case in cases])}")
    if request.POST.get("verb") == "merge" and len(cases) > 1 and "sure" not in request.POST:
        return _asks(request, cases)
    move = _move(request, cases)
    done, problems = 0, []
    for case in cases if move else []:
        try:
            done += bool(move and move(case))
        except Refused as refused:
            problems.append(f"{case.code}: {refused}")
    if not cases or move is None:
        messages.warning(request, _owed(request.POST.get("verb", ""), cases))
        return redirect(back_to_queue(request, marked=[case.code for case in cases]))
    if done:
        messages.success(request, _("Đã làm xong, số vụ việc: %(n)d.") % {"n": done})
    for problem in problems:
        messages.warning(request, problem)
    return redirect(back_to_queue(request))


def _asks(request: HttpRequest, cases: list[Case]) -> HttpResponse:
    """Show what would be merged into which case, before it is."""
    into, *rest = cards(cases, today())
    back = back_to_queue(request, marked=[case.code for case in cases])
    query = request.POST.get("query", "")[:1000]
    context = {"into": into, "rows": rest, "query": query, "back": back, "stands_at": back}
    return render(request, "desk/merge.html", context)


def _owed(verb: str, cases: list[Case]) -> str:
    """Return what has still to be chosen."""
    if not cases:
        return _("Hãy đánh dấu các vụ việc rồi chọn việc cần làm.")
    if verb == "merge":
        return _("Hãy đánh dấu từ hai vụ việc trở lên để gộp.")
    if verb == "assign":
        return _("Hãy chọn giao cho ai, rồi bấm Làm. Các việc đã đánh dấu còn nguyên.")
    return _("Hãy chọn việc cần làm, rồi bấm Làm. Các việc đã đánh dấu còn nguyên.")


def _move(request: HttpRequest, cases: list[Case]) -> Callable[[Case], object] | None:
    who, verb = actor(request), request.POST.get("verb", "")
    if verb == "accept":
        return lambda case: actions.accept(case, actor=who, at=now())
    if verb == "merge" and len(cases) > 1:
        return lambda case: case != cases[0] and actions.merge(case, into=cases[0], actor=who, at=now())
    account = request.POST.get("officer", "")
    officer = Account.objects.filter(pk=account).first() if account.isdecimal() and len(account) < 19 else None  # noqa: PLR2004
    if verb == "assign" and officer is not None:
        return lambda case: actions.take_and_assign(case, officer=officer, actor=who, at=now())
    return None


@may("list_cases")
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Show the chosen cases with what was said, to be printed on paper; no contact and no receipt."""
    cases = _chosen(request.GET.getlist("viec"), request)
    voices: dict[int, list[Voice]] = {}
    for voice in Voice.objects.filter(case__in=cases).order_by("pk")[:MOST_VOICES]:
        voices.setdefault(voice.case_id, []).append(voice)
    rows: list[dict[str, Any]] = [
        card | {"voices": voices.get(case.pk, [])} for case, card in zip(cases, cards(cases, today()), strict=True)
    ]
    return render(request, "desk/printed.html", {"rows": rows, "body": entered(request).body, "day": today()})


def _chosen(codes: list[str], request: HttpRequest) -> list[Case]:
    """Return the cases of the codes that the member lists, in the order of the codes."""
    numbers = []
    for code in codes[:MOST]:
        try:
            numbers.append(parse_case(code))
        except BadCode:
            continue
    rows = reach.on_desk(entered(request)).filter(pk__in=numbers)
    known.join(rows, *shown.SHOWN_WITH)
    found = {case.pk: case for case in rows}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]
