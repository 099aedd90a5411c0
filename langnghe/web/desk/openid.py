"""Signing in with the province's OpenID Connect provider; who it is must have been linked by the person before.

The modules that talk with the provider are loaded when somebody uses it.
"""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.core.refusal import Refused
from langnghe.registry import actions
from langnghe.registry.models import Account
from langnghe.web import second_factor
from langnghe.web.access import public
from langnghe.web.desk.signing import ask_second, known_by_one, onward
from langnghe.web.noted import note


@public
@require_POST
def openid(request: HttpRequest) -> HttpResponse:
    """Go to the provider, to sign in or, from one's own account, to link who one is there."""
    if not settings.OPENID:
        raise Http404
    from langnghe.web.openid import FAILED, begin

    own = request.user if isinstance(request.user, Account) else None
    if own is not None and not second_factor.is_fresh(request, own):
        return ask_second(request, own, "account")
    try:
        return begin(request, own.pk if own else 0, onward(request))
    except FAILED:
        name = settings.OPENID["name"]
        messages.error(request, _("Chưa nối được với %(name)s. Hãy đăng nhập bằng mật khẩu.") % {"name": name})
        return redirect("account" if own else "login")


@public
@require_safe
def openid_return(request: HttpRequest) -> HttpResponse:
    """Come back from the provider; only what was asked for in this very session counts, once."""
    if not settings.OPENID:
        raise Http404
    from langnghe.web.openid import FAILED, answered

    own, name = request.user if isinstance(request.user, Account) else None, settings.OPENID["name"]
    try:
        subject, kept = answered(request)
    except FAILED:
        note("sign-in refused", own, "openid")
        messages.error(request, _("Đăng nhập qua %(name)s không thành. Hãy thử lại từ đầu.") % {"name": name})
        return redirect("account" if own else "login")
    if kept["data"]["account"]:
        return _link(request, own, kept["data"]["account"], subject)
    row = SocialAccount.objects.filter(provider=settings.OPENID["issuer"], uid=subject).select_related("user").first()
    if row is None or not row.user.is_active:
        words = _(
            "%(name)s xác nhận bạn là ai, nhưng chưa tài khoản nào ở đây liên kết với bạn. Hãy đăng nhập bằng mật khẩu "
            "rồi bấm “Liên kết” ở trang tài khoản; chưa có tài khoản thì xin lãnh đạo cơ quan mời."
        )
        note("sign-in refused", row and row.user, "openid")
        messages.error(request, words % {"name": name})
        return redirect("login")
    return known_by_one(request, row.user, kept.get("next", "queue"), "openid")


def _link(request: HttpRequest, own: Account | None, asked: int, subject: str) -> HttpResponse:
    if own is None or own.pk != asked:
        return redirect("login")
    try:
        actions.link_identity(own, settings.OPENID["issuer"], subject)
        note("identity linked", own)
        messages.success(request, _("Đã liên kết. Lần sau có thể đăng nhập qua %(name)s.") % settings.OPENID)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("account")
