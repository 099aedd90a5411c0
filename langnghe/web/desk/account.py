"""One's own account: the hat one wears, the second factor, the password, the sessions, who stands in."""

from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from langnghe.core.refusal import Refused
from langnghe.registry import actions
from langnghe.registry.models import Account, Member, StaffSession
from langnghe.web import second_factor
from langnghe.web.access import HAT, PROVED, memberships, signed_in
from langnghe.web.desk.forms import Choice, choose, dated
from langnghe.web.now import now, today

SECRET = "second-factor-secret"  # noqa: S105 the name of a place in the session, not a secret


class StandIn(forms.Form):
    colleague = Choice(label=gettext_lazy("Người thay"))
    since = forms.DateField(label=gettext_lazy("Từ ngày"), widget=dated())
    until = forms.DateField(label=gettext_lazy("đến hết ngày"), widget=dated())

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = member.body.members.on(today()).exclude(account=member.account).order_by("account__username")
        choose(self, "colleague", ((str(pk), name) for pk, name in rows.values_list("account", "account__username")))


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, **forms_: Any) -> HttpResponse:
    own = _account(request)
    hats = memberships(request)
    context = {
        "hats": hats,
        "hat": hats[0] if hats else None,
        "has_second": second_factor.has_one(own),
        "sessions": StaffSession.objects.filter(account=own).order_by("-since")[:20],
        "here": request.session.session_key,
        "password": PasswordChangeForm(own),
        "stand_in": StandIn(member=hats[0], initial={"since": today()}) if hats else None,
        **forms_,
    }
    return _closed(render(request, "desk/account.html", context, status=422 if forms_ else 200))


@signed_in
@sensitive_post_parameters()
@require_POST
def account_change(request: HttpRequest, verb: str) -> HttpResponse:
    """Choose a hat, change the password, end the other sessions, let a colleague stand in."""
    own, hats = _account(request), memberships(request)
    if verb == "vai":
        chosen = request.POST.get("hat", "")
        request.session[HAT] = next((hat.pk for hat in hats if str(hat.pk) == chosen), 0)
    elif verb == "phien":
        count = actions.end_sessions(own, but=request.session.session_key or "")
        messages.success(request, _("Đã kết thúc các phiên khác: %(count)d.") % {"count": count})
    elif verb == "mat-khau":
        form = PasswordChangeForm(own, request.POST)
        if not form.is_valid():
            return _page(request, password=form)
        actions.choose_password(own, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, own)
        actions.end_sessions(own, but=request.session.session_key or "")
        actions.note_session(own, request.session.session_key or "", at=now())
        messages.success(request, _("Đã đổi mật khẩu; các phiên khác đã kết thúc."))
    elif verb == "thay" and hats:
        return _stand_in(request, hats[0])
    return redirect("account")


def _stand_in(request: HttpRequest, member: Member) -> HttpResponse:
    form = StandIn(request.POST, member=member)
    if form.is_valid():
        said = form.cleaned_data
        colleague = Account.objects.get(pk=said["colleague"])
        try:
            actions.stand_in(member, colleague, since=said["since"], until=said["until"], today=today())
            messages.success(request, _("Đã cử người thay; vai này tự hết vào cuối ngày đã chọn."))
            return redirect("account")
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, stand_in=form)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Set up codes by an app, or change the app, for which the old one (or a recovery code) is asked first."""
    own = _account(request)
    if second_factor.has_one(own) and not request.session.get(PROVED):
        return redirect("login")
    problem, codes = "", []
    if request.method == "POST":
        secret = str(request.session.get(SECRET, ""))
        is_free = not second_factor.has_one(own) or second_factor.proves(own, request.POST.get("old", ""))
        codes = second_factor.begin(own, secret, request.POST.get("code", "")) if secret and is_free else []
        problem = "" if codes else _("Mã chưa đúng. Hãy nhập mã đang hiện trên ứng dụng.")
    if codes:
        request.session.pop(SECRET, None)
        request.session[PROVED] = True
        return _closed(render(request, "desk/recovery_codes.html", {"codes": codes}))
    secret = request.session.setdefault(SECRET, generate_totp_secret())
    context = {
        "secret": secret,
        "groups": [secret[start : start + 4] for start in range(0, len(secret), 4)],
        "picture": second_factor.picture(own, secret),
        "has_second": second_factor.has_one(own),
        "problem": problem,
    }
    return _closed(render(request, "desk/second_factor.html", context, status=422 if problem else 200))


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)  # noqa: S101 the decorator has let an account in
    return request.user


def _closed(page: HttpResponse) -> HttpResponse:
    patch_cache_control(page, no_store=True)
    return page
