"""A reader says that something on a case's page should not be public."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from langnghe.cases import actions
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.web.access import public
from langnghe.web.now import now

SLOW, MINUTE = 10, 60  # flags in a minute from everybody together, before each waits for the next


@public
@require_POST
def flag(request: HttpRequest, code: str) -> HttpResponse:
    """Take one flag; a flood is slowed for all alike, and nothing is kept of who sends."""
    try:
        case = published().filter(pk=parse_case(code[:40])).first()
    except BadCode:
        case = None
    if case is None:
        raise Http404
    count = cache.get("flags", 0) + 1
    cache.set("flags", count, MINUTE)
    if count > SLOW:
        messages.warning(request, _("Đang có nhiều người báo. Hãy thử lại sau một phút."))
        return redirect("case", case.code)
    try:
        actions.flag(case, request.POST.get("reason", ""), nfc(request.POST.get("words", "")[:600]), at=now())
        messages.success(request, _("Đã báo cho cơ quan giữ vụ việc; cán bộ sẽ xem lại. Cảm ơn ông/bà."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("case", case.code)
