"""Signing in and out; after some failures an account waits longer each time, but is never locked for good."""

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.web.access import public

FREE_TRIES = 5
REMEMBERED = 15 * 60  # seconds
LONGEST_WAIT = 60  # seconds


class SignIn(AuthenticationForm):
    """Name and password, with errors that do not say which of the two was wrong."""

    error_messages = {
        "invalid_login": gettext_lazy("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại."),
        "inactive": gettext_lazy("Tài khoản này đã ngừng. Hãy hỏi người quản trị."),
    }


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignIn(request, request.POST or None)
    form.fields["username"].label, form.fields["password"].label = _("Tên đăng nhập"), _("Mật khẩu")
    if request.method == "POST":
        name = f"sign-in:{request.POST.get('username', '')[:150].casefold()}"
        wait = _wait(name)
        if wait:
            form = SignIn(request, initial={"username": request.POST.get("username", "")})
            problem = _("Sai nhiều lần liên tiếp. Hãy đợi %(wait)s giây rồi thử lại.") % {"wait": wait}
            return render(request, "desk/sign_in.html", {"form": form, "problem": problem}, status=429)
        if form.is_valid():
            cache.delete(name)
            login(request, form.get_user())
            return redirect(_next(request))
        _count(name)
    return render(request, "desk/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


def _wait(name: str) -> int:
    """Return how many seconds the account waits now: nothing for the first failures, then ever longer."""
    return LONGEST_WAIT if cache.get(f"{name}:wait") else 0


def _count(name: str) -> None:
    failures = cache.get(name, 0) + 1
    cache.set(name, failures, REMEMBERED)
    if failures >= FREE_TRIES:
        cache.set(f"{name}:wait", True, min(LONGEST_WAIT, 2 ** (failures - FREE_TRIES + 2)))


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "queue"


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")
