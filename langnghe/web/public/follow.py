"""Where somebody asks for letters about a place, a topic or a case, says yes to them, and ends them."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from langnghe.situation import actions
from langnghe.situation.following import Subject, follow_of, subject
from langnghe.situation.models import Follow
from langnghe.web.access import public
from langnghe.web.now import now

KINDS = ("noi", "linh_vuc", "vu_viec")


class Address(forms.Form):
    email = forms.EmailField(
        label=_("Thư điện tử"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Hãy ghi địa chỉ thư."),
            "invalid": _("Địa chỉ thư chưa đúng, ví dụ: ten@vidu.vn."),
            "max_length": _("Địa chỉ thư dài quá."),
        },
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Take an address; the answer is the same whether it follows already, was asked too often, or is new."""
    about, what = _asked(request)
    form, is_sent = Address(request.POST or None), False
    if form.is_valid() and settings.EMAIL_HOST:
        actions.follow(form.cleaned_data["email"], about, now())
        is_sent = True
    context = {"form": form, "what": what, "is_sent": is_sent, "can_send": bool(settings.EMAIL_HOST)}
    return render(request, "public/follow.html", context)


def _asked(request: HttpRequest) -> tuple[str, Subject]:
    for kind in KINDS:
        if kind in request.GET:
            about = f"{kind}:{request.GET[kind]}"[:60]
            what = subject(about)
            if what is not None:
                return about, what
    raise Http404


@public
@csrf_exempt  # a mailbox that stops letters with one click (RFC 8058) knows no token but the signed one
@require_http_methods(["GET", "HEAD", "POST"])
def follow_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show, confirm or end the wish that the signed link names; an ended one looks the same as none."""
    wish = follow_of(token)
    if wish is None:
        return _answer(render(request, "public/follow_link.html", {"wish": None}))
    if request.method == "POST":
        return _change(request, wish)
    return _answer(render(request, "public/follow_link.html", {"wish": wish, "what": subject(wish.about)}))


def _change(request: HttpRequest, wish: Follow) -> HttpResponse:
    if request.POST.get("wish") == "yes":
        actions.confirm_follow(wish)
    elif request.POST.get("wish") == "no" or request.POST.get("List-Unsubscribe") == "One-Click":
        actions.unfollow(wish)
    return redirect(request.path)


def _answer(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, no_store=True)
    return response
