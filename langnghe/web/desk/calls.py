"""The desk's list of whom to call, and the slip of one call: what to read aloud, or to print and hand over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases import actions
from langnghe.cases.calling import of_step, of_steps, to_call
from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Step, Voice
from langnghe.cases.notices import plainly
from langnghe.core.refusal import Refused
from langnghe.web import shown
from langnghe.web.access import actor, entered, may
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

MOST = 20  # calls of one step in the list; the others come when these are done


@may("handle_case")
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """List what happened to cases of the member's body about which somebody is to be called, newest first."""
    member = entered(request)
    steps, pager = page_by_id(request, to_call(member.body, today()).select_related("case__place", "case__topic"))
    voices = of_steps(steps)
    rows = [
        {
            "step": step,
            "title": shown.title(step.case),
            "verb": str(MOVES[step.verb].name),
            "voices": voices[step.pk][:MOST],
        }
        for step in steps
    ]
    return render(request, "desk/calls.html", {"rows": rows, **pager})


@may("handle_case")
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, step: int, voice: int) -> HttpResponse:
    """Show what to say; the number only when asked for, as reading it is a step of its own."""
    member = entered(request)
    related = Step.objects.select_related("case__holder", "case__place", "case__topic", "body", "to_body")
    about = get_object_or_404(related.filter(case__holder=member.body), pk=step)
    person = get_object_or_404(Voice.objects.select_related("case__place", "case__holder", "person", "raw"), pk=voice)
    if about.case_id not in (person.case_id, person.case.merged_into_id) or person.reach != Voice.Reach.CALL:
        raise Http404
    contact, verb = {}, request.POST.get("verb", "")
    try:
        if verb == "contact":
            contact = actions.open_contact(person, actor=actor(request), at=now())
        elif verb in ("reached", "missed"):
            actions.call_back(about, person, was_reached=verb == "reached", actor=actor(request), at=now())
            messages.success(
                request, _("Đã ghi: đã báo cho người dân.") if verb == "reached" else _("Đã ghi: chưa gặp.")
            )
            return redirect("calls")
    except Refused as refused:
        messages.error(request, str(refused))
    context = {
        "step": about,
        "voice": person,
        "title": shown.title(about.case),
        "words": plainly(about, person),
        "contact": contact,
        "is_open": of_step(about).filter(pk=person.pk).exists(),
        "today": today(),
    }
    answer = render(request, "desk/call.html", context)
    patch_cache_control(answer, no_store=True)
    return answer
