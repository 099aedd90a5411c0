"""Changing one's second factors: the app, the passkeys, the recovery codes; each only shortly after a proof."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.registry.models import Account
from langnghe.web import second_factor
from langnghe.web.access import PROVED, View, signed_in
from langnghe.web.desk.signing import MOST_SAID, ask_second
from langnghe.web.noted import note

SECRET = "second-factor-secret"  # noqa: S105 the name of a place in the session, not a secret
LONGEST_NAME = 60
DIGITS = 19  # one more than fit 64 bits


def proved_lately(view: View) -> View:
    """Ask for the second factor again, when that was long ago, before the factors themselves are changed."""

    @wraps(cast(Callable[..., HttpResponse], view))
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = signed(request)
        if second_factor.is_fresh(request, own):
            return view(request, *args, **kwargs)
        return ask_second(request, own, "second_factor")

    return cast(View, guarded)


def signed(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)  # noqa: S101 the decorator has let an account in
    return request.user


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@proved_lately
def second(request: HttpRequest) -> HttpResponse:
    """Show the factors one has; set up codes by an app, instead of the app before."""
    own, problem = signed(request), ""
    secret = str(request.session.setdefault(SECRET, generate_totp_secret()))
    if request.method == "POST":
        if codes := second_factor.begin(own, secret, request.POST.get("code", "")):
            note("second factor changed", own, "app")
            del request.session[SECRET]
            return _shown(request, codes)
        problem = _("Mã chưa đúng. Hãy nhập mã đang hiện trên ứng dụng.")
    factors = second_factor.factors(own)
    context = {
        "secret": secret,
        "groups": [secret[start : start + 4] for start in range(0, len(secret), 4)],
        "picture": second_factor.picture(own, secret),
        "factors": factors,
        "has_app": any(each.type == second_factor.Type.TOTP for each in factors),
        "left": second_factor.codes_left(own),
        "problem": problem,
    }
    return _closed(render(request, "desk/second_factor.html", context, status=422 if problem else 200))


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@proved_lately
def new_passkey(request: HttpRequest) -> HttpResponse:
    """Tell the browser what to make a passkey of; keep the one it made, with recovery codes if it is the first."""
    own = signed(request)
    if request.method != "POST":
        return _closed(JsonResponse(second_factor.new_passkey_options(own)))
    is_first = not second_factor.has_one(own)
    name = request.POST.get("name", "").strip()[:LONGEST_NAME] or _("Khóa đăng nhập")
    if not second_factor.add_passkey(own, name, request.POST.get("credential", "")[:MOST_SAID]):
        messages.error(request, _("Chưa tạo được khóa đăng nhập. Hãy thử lại, hoặc dùng ứng dụng xác thực."))
        return redirect("second_factor")
    note("second factor changed", own, "passkey")
    if is_first:
        return _shown(request, second_factor.recovery_codes(own))
    messages.success(request, _("Đã thêm khóa đăng nhập “%(name)s”.") % {"name": name})
    return redirect("second_factor")


@signed_in
@sensitive_post_parameters()
@require_POST
@proved_lately
def change_factors(request: HttpRequest, verb: str) -> HttpResponse:
    """Remove an app or a passkey, unless it is the last that is demanded; make new recovery codes."""
    own, pk = signed(request), request.POST.get("factor", "")
    if verb == "ma-khoi-phuc" and second_factor.has_one(own):
        note("second factor changed", own, "recovery codes")
        return _shown(request, second_factor.recovery_codes(own))
    if verb == "bo" and pk.isascii() and pk.isdecimal() and len(pk) < DIGITS:
        if settings.SECOND_FACTOR and len(second_factor.factors(own)) == 1:
            messages.error(request, _("Đây là lớp thứ hai duy nhất. Hãy thêm khóa hoặc ứng dụng khác trước khi bỏ."))
        else:
            second_factor.remove(own, int(pk))
            note("second factor changed", own, "removed")
            messages.success(request, _("Đã bỏ."))
    return redirect("second_factor")


def _shown(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show the recovery codes, this once; who has just set up a factor has proved it."""
    request.session[PROVED] = int(time.time())
    return _closed(render(request, "desk/recovery_codes.html", {"codes": codes}))


def _closed(page: HttpResponse) -> HttpResponse:
    patch_cache_control(page, no_store=True)
    return page
