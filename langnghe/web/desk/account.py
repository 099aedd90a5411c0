"""One's own account: the hat one wears, the second factor, the password, the sessions, who stands in."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from langnghe.core.refusal import Refused
from langnghe.registry import actions
from langnghe.registry.models import Account, Member, StaffSession
from langnghe.web import second_factor
from langnghe.web.access import HAT, memberships, signed_in
from langnghe.web.desk.factors import signed
from langnghe.web.desk.forms import Choice, choose, dated
from langnghe.web.desk.signing import ask_second
from langnghe.web.noted import note
from langnghe.web.now import now, today

PROVED_FIRST = {"phien", "bo-lien-ket"}  # who finds a desk left open must not shut its owner out


class StandIn(forms.Form):
    colleague = Choice(label=gettext_lazy("Người thay"))
    since = forms.DateField(label=gettext_lazy("Từ ngày"), widget=dated())
    until = forms.DateField(label=gettext_lazy("đến hết ngày"), widget=dated())

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = member.body.members.on(today()).exclude(account=member.account).order_by("account__username")
        names = rows.values_list("account", "account__username").distinct()
        choose(self, "colleague", ((str(pk), name) for pk, name in names))


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _given(own: Account) -> QuerySet[Member]:
    """Return who stands in for the account, now or later."""
    return Member.objects.filter(stands_in__account=own, valid_to__gte=today())


def _page(request: HttpRequest, **forms_: Any) -> HttpResponse:
    own = signed(request)
    hats = memberships(request)
    context = {
        "hats": hats,
        "hat": hats[0] if hats else None,
        "factors": second_factor.factors(own),
        "openid": settings.OPENID.get("name"),
        "is_linked": bool(settings.OPENID) and SocialAccount.objects.filter(user=own).exists(),
        "sessions": StaffSession.objects.filter(account=own).order_by("-since")[:20],
        "here": request.session.session_key,
        "password": PasswordChangeForm(own),
        "stand_in": StandIn(member=hats[0], initial={"since": today()}) if hats and not hats[0].stands_in_id else None,
        "given": _given(own).select_related("account", "body").order_by("valid_from", "pk"),
        **forms_,
    }
    return _closed(render(request, "desk/account.html", context, status=422 if forms_ else 200))


@signed_in
@sensitive_post_parameters()
@require_POST
def account_change(request: HttpRequest, verb: str) -> HttpResponse:
    """Choose a hat, change the password, end other sessions, undo a link, let a colleague stand in or no longer."""
    own, hats = signed(request), memberships(request)
    if verb in PROVED_FIRST and not second_factor.is_fresh(request, own):
        messages.warning(request, _("Việc này cần xác nhận lớp thứ hai. Xác nhận xong, hãy bấm lại."))
        return ask_second(request, own, "account")
    if verb == "vai":
        chosen = request.POST.get("hat", "")
        hat = next((hat for hat in hats if str(hat.pk) == chosen), None)
        if hat is not None:
            request.session[HAT] = hat.pk
            words = _("Từ đây ông/bà làm việc với vai: %(role)s, %(body)s.")
            messages.success(request, words % {"role": hat.get_role_display(), "body": hat.body})
    elif verb == "phien":
        only = request.POST.get("session", "")
        count = actions.end_sessions(own, but=request.session.session_key or "", only=only)
        note("sessions ended", own)
        messages.success(request, _("Đã kết thúc các phiên khác: %(count)d.") % {"count": count})
    elif verb == "bo-lien-ket":
        actions.unlink_identity(own)
        note("identity unlinked", own)
        messages.success(request, _("Đã bỏ liên kết."))
    elif verb == "mat-khau":
        form = PasswordChangeForm(own, request.POST)
        if not form.is_valid():
            return _page(request, password=form)
        actions.choose_password(own, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, own)
        actions.end_sessions(own, but=request.session.session_key or "")
        note("password changed", own)
        actions.note_session(own, request.session.session_key or "", at=now())
        messages.success(request, _("Đã đổi mật khẩu; các phiên khác đã kết thúc."))
    elif verb == "thay" and hats:
        return _stand_in(request, hats[0])
    elif verb == "thoi-thay":
        _end_stand_in(request, own)
    return redirect("account")


def _end_stand_in(request: HttpRequest, own: Account) -> None:
    chosen = request.POST.get("member", "")
    row = next((row for row in _given(own).select_related("account") if str(row.pk) == chosen), None)
    if row is not None:
        actions.end_stand_in(row, by=own, at=now())
        messages.success(request, _("%(name)s đã thôi làm thay từ hôm nay.") % {"name": row.account.username})


def _stand_in(request: HttpRequest, member: Member) -> HttpResponse:
    form = StandIn(request.POST, member=member)
    if form.is_valid():
        said = form.cleaned_data
        colleague = Account.objects.get(pk=said["colleague"])
        try:
            actions.stand_in(member, colleague, since=said["since"], until=said["until"], at=now())
            messages.success(request, _("Đã cử người thay; vai này tự hết vào cuối ngày đã chọn."))
            return redirect("account")
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, stand_in=form)


def _closed(page: HttpResponse) -> HttpResponse:
    patch_cache_control(page, no_store=True)
    return page
