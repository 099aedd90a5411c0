"""Signing in and out; after some failures an account waits longer each time, but is never locked for good."""

import time
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.registry import actions
from langnghe.registry.models import Account
from langnghe.web import second_factor
from langnghe.web.access import ACTIVE, PROVED, public
from langnghe.web.desk.tries import begin, hashed
from langnghe.web.noted import note
from langnghe.web.now import now

LONGEST_NAME = 150
MOST_SAID = 20_000  # characters of what a browser says about a passkey
KNOWN = "langnghe-known"  # the cookie of a browser that has signed in
KNOWN_FOR = 180 * 24 * 3600  # seconds
STAYS = 12 * 3600  # seconds after which everyone signs in again
HALFWAY, HALFWAY_FOR = "halfway", 600  # who gave the password and not yet the code, for so many seconds


class SignIn(AuthenticationForm):
    """Name and password, with errors that do not say which of the two was wrong."""

    error_messages = {
        "invalid_login": gettext_lazy("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại."),
        "inactive": gettext_lazy("Tài khoản này đã ngừng. Hãy hỏi người quản trị."),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label, self.fields["password"].label = _("Tên đăng nhập"), _("Mật khẩu")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        request.session.pop(HALFWAY, None)
        return render(request, "desk/sign_in.html", {"form": SignIn(request), "openid": settings.OPENID.get("name")})
    account = _account(request)
    tries = _tries(request, account)
    if problem := begin(tries):
        note("sign-in delayed", None, "password")
        form = SignIn(request, initial={"username": request.POST.get("username", "")[:LONGEST_NAME]})
        return render(request, "desk/sign_in.html", {"form": form, "problem": problem}, status=429)
    form = SignIn(request, request.POST)
    if not form.is_valid():
        tried = Account.objects.filter(username=form.cleaned_data.get("username", "")).first()
        note("sign-in refused", tried, "password")
        return render(request, "desk/sign_in.html", {"form": form, "openid": settings.OPENID.get("name")})
    actions.forget_failures(tries)
    user = form.get_user()
    assert isinstance(user, Account)  # noqa: S101 the only kind there is
    return known_by_one(request, user, onward(request), "password")


def known_by_one(request: HttpRequest, user: Account, page: str, how: str) -> HttpResponse:
    """Let in who gave the password or came from the provider; who has a second factor is asked for it first."""
    return ask_second(request, user, page) if second_factor.has_one(user) else let_in(request, user, page, how)


def ask_second(request: HttpRequest, user: Account, page: str) -> HttpResponse:
    """Ask for the second factor, of who comes in or, signed in, wants to change what matters; then go to the page."""
    if not request.user.is_authenticated:  # a session that is noted keeps its key, or nobody could end it
        request.session.cycle_key()
    request.session[HALFWAY] = {"account": user.pk, "at": int(time.time()), "next": page}
    return redirect("second_step")


def let_in(request: HttpRequest, user: Account, page: str, how: str, *, is_proved: bool = False) -> HttpResponse:
    """Begin the session and go to the page; `how`: by what at last; `is_proved`: the second factor was given."""
    note("signed in", user, how)
    request.session.pop(HALFWAY, None)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    begin_session(request, user)
    if is_proved:
        request.session[PROVED] = int(time.time())
    answer = redirect(page)
    secure, known = settings.SESSION_COOKIE_SECURE, _word(user.get_username())
    answer.set_signed_cookie(KNOWN, known, salt=KNOWN, max_age=KNOWN_FOR, httponly=True, samesite="Lax", secure=secure)
    return answer


def begin_session(request: HttpRequest, user: Account) -> None:
    """Let the session of who has just signed in end after half a day, and note it for its owner."""
    request.session.set_expiry(STAYS)
    request.session[ACTIVE] = int(time.time())
    actions.note_session(user, request.session.session_key or "", at=now())


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who gave the password for the code of their app, or a recovery code; wrong ones wait longer each time."""
    user, page = halfway(request)
    if user is None:
        return redirect("login")
    has_passkey = any(each.type == second_factor.Type.WEBAUTHN for each in second_factor.factors(user))
    if request.method != "POST":
        return render(request, "desk/second_step.html", {"has_passkey": has_passkey})
    tries = hashed(f"second-step:{user.pk}")
    if problem := begin(tries):
        note("sign-in delayed", user, "code")
        return render(request, "desk/second_step.html", {"problem": problem, "has_passkey": has_passkey}, status=429)
    had = second_factor.codes_left(user)
    if not second_factor.proves(user, request.POST.get("code", "")[:40]):
        note("sign-in refused", user, "code")
        problem = _("Mã chưa đúng hoặc đã dùng. Hãy nhập mã đang hiện trên ứng dụng, hoặc một mã khôi phục.")
        return render(request, "desk/second_step.html", {"problem": problem, "has_passkey": has_passkey}, status=422)
    actions.forget_failures(tries)
    if (left := second_factor.codes_left(user)) < had:
        words = _("Vừa dùng một mã khôi phục, còn %(left)d. Mất điện thoại: vào Tài khoản bỏ ứng dụng cũ, đặt lớp mới.")
        messages.warning(request, words % {"left": left})
    return let_in(request, user, page, "code", is_proved=True)


def halfway(request: HttpRequest) -> tuple[Account | None, str]:
    """Return who is asked for the second factor now, and where they go then."""
    kept = request.session.get(HALFWAY) or {"account": 0, "at": 0, "next": ""}
    user = Account.objects.filter(pk=kept["account"], is_active=True).first()
    return user if time.time() - kept["at"] <= HALFWAY_FOR else None, kept["next"]


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Ask for a passkey, and let its owner in: as the second factor of who is half-way, else instead of everything."""
    user, page = halfway(request)
    if request.method != "POST":
        answer = JsonResponse(second_factor.challenge(user))
        patch_cache_control(answer, no_store=True)
        return answer
    who = second_factor.owner(user, request.POST.get("credential", "")[:MOST_SAID])
    if who is not None and who.is_active:
        return let_in(request, who, page or onward(request), "passkey", is_proved=True)
    note("sign-in refused", user, "passkey")
    messages.error(request, _("Khóa đăng nhập chưa được nhận. Hãy thử lại, hoặc dùng cách khác."))
    return redirect("second_step" if user else "login")


def _account(request: HttpRequest) -> str:
    """Return one short word for all ways of typing the same account's name."""
    typed = request.POST.get("username", "").strip()[: LONGEST_NAME + 1]  # the form refuses a longer one
    return _word(UsernameField().to_python(typed) or "")


def _word(name: str) -> str:
    return sha256(name.strip().casefold().encode(errors="replace")).hexdigest()


def _tries(request: HttpRequest, account: str) -> str:
    """Return where the failures are counted: apart for a browser that has signed in to this account before.

    So a stranger who tries passwords makes strangers wait, not the officer at the usual desk.
    """
    known = request.get_signed_cookie(KNOWN, default="", salt=KNOWN, max_age=KNOWN_FOR) == account
    return hashed(f"sign-in:{'known' if known else 'new'}:{account}")


def onward(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "queue"


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Account):
        note("signed out", request.user)
    logout(request)
    answer = redirect("home")
    answer["Clear-Site-Data"] = '"cache"'  # not "storage": it holds what a resident wrote and has not sent yet
    return answer
