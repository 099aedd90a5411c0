"""A reader says that something on a case's page should not be public."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from langnghe.cases import actions
from langnghe.cases.desk_models import Flag
from langnghe.cases.models import Case
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.web.access import public
from langnghe.web.now import now
from langnghe.web.public import patience

FEW, MINUTE = 10, 60  # flags of one case in a minute, from everybody together, before each takes a wait


@public
@require_POST
def flag(request: HttpRequest, code: str) -> HttpResponse:
    """Take one flag; a flood makes each wait some seconds and keeps nobody from it; nothing is kept of who sends."""
    try:
        case = published().filter(pk=parse_case(code[:40])).first()
    except BadCode:
        case = None
    if case is None:
        raise Http404
    reason, words = request.POST.get("reason", "")[:20], nfc(request.POST.get("words", "")[:600])
    told = f"{case.code} {reason} {words}"
    if _is_flooded(case) and not patience.is_paid(told, request.POST.get("ticket", ""), ""):
        waits = {"ticket": patience.ticket(told), "wait": patience.WAIT}
        context = {
            "stands_at": reverse("case", args=[case.code]),
            "case": case,
            "waits": waits,
            "reason": reason,
            "words": words,
            "flag_reasons": Flag.Reason.choices,
        }
        return render(request, "public/flag.html", context, status=429)
    try:
        actions.flag(case, reason, words, at=now())
        messages.success(request, _("Đã báo cho cơ quan giữ vụ việc; cán bộ sẽ xem lại. Cảm ơn ông/bà."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("case", case.code)


def _is_flooded(case: Case) -> bool:
    """Count one more flag of the case in this minute."""
    name = f"flags:{case.pk}"
    cache.add(name, 0, MINUTE)
    try:
        return cache.incr(name) > FEW
    except ValueError:  # the minute ended in between
        return False
