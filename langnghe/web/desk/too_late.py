"""What was typed about a case that left the reader's desk meanwhile is given back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from langnghe.cases.models import Step
from langnghe.core.codes import BadCode, parse_case
from langnghe.web.access import entered

TYPED = ("text", "proof", "promise_text", "reason", "title", "summary", "asked")
LEAVES = ("refer", "refer_up", "classify", "give_back")  # with a step of who held it until then


def too_late(request: HttpRequest, code: str) -> HttpResponse | None:
    """Give back what was typed about a case that left the reader's body meanwhile; nothing of the case is shown."""
    words = "\n\n".join(filter(None, map(request.POST.get, TYPED)))
    try:
        steps = Step.objects.filter(case=parse_case(code))
    except BadCode:
        return None
    own = entered(request).body
    if not words:
        return None
    if steps.filter(verb="withdraw_part", to_body=own).exists():
        title, told = (
            _("Lời mời đã được rút"),
            _("Cơ quan giữ vụ việc đã rút lời mời phối hợp trong lúc bạn đang viết."),
        )
    elif steps.filter(verb__in=LEAVES, body=own).exclude(to_body=None).exists():
        title = _("Vụ việc đã được chuyển đi")
        told = _("Vụ việc được chuyển cho cơ quan khác trong lúc bạn đang viết.")
    else:
        return None
    context = {"title": title, "told": told, "words": words, "code": code}
    return render(request, "desk/too_late.html", context, status=409)
