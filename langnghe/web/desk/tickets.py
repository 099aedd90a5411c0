"""One ticket of a reception day: the slip to print, and called, received, not there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.models import Ticket
from langnghe.web.access import actor, may
from langnghe.web.desk.receptions import own
from langnghe.web.now import now, today

MOVES = {"call": actions.call_ticket, "finish": actions.finish_ticket, "miss": actions.miss_ticket}


def ticket_of(request: HttpRequest, pk: int) -> Ticket:
    """Return the ticket if it is for a day of the member's body; else 404."""
    rows = Ticket.objects.select_related("engagement__body__place", "case")
    return get_object_or_404(rows, pk=pk, engagement__body=own(request).body)


@may("receive_citizens")
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the slip; make a move, and go back to the day's list."""
    found = ticket_of(request, pk)
    if request.method == "POST":
        move = MOVES.get(request.POST.get("verb", ""))
        if move is None:
            raise Http404
        try:
            move(found, actor=actor(request), at=now())
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("reception", found.engagement_id)
    before = found.engagement.tickets.filter(number__lt=found.number, state=Ticket.State.WAITING).count()
    context = {"ticket": found, "day": found.engagement, "before": before, "is_today": found.day == today()}
    answer = render(request, "desk/ticket.html", context)
    patch_cache_control(answer, no_store=True)
    return answer
