"""How a body works on its cases: whether a leader approves its answers before they are published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from langnghe.registry import actions
from langnghe.registry.models import Body
from langnghe.web.access import entered, may
from langnghe.web.now import now


@may("decide_case")
@require_http_methods(["GET", "HEAD", "POST"])
def own_body(request: HttpRequest) -> HttpResponse:
    member = entered(request)
    if request.method == "POST":
        actions.choose_approval(request.POST.get("approves") == "on", by=member, at=now())
        messages.success(request, _("Đã ghi. Áp dụng từ bản thảo tiếp theo."))
        return redirect("own_body")
    return render(request, "desk/own_body.html", {"body": Body.objects.get(pk=member.body_id)})
