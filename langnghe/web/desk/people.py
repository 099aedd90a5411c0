"""The people of a body: who has which role, invitations, and letting somebody go with their work handed on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import STAFF, acting
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey
from langnghe.core.refusal import Refused
from langnghe.core.text import fold, nfc
from langnghe.registry import actions, rights
from langnghe.registry.models import Account, Body, Invitation, Member
from langnghe.web.access import entered, may, public
from langnghe.web.desk.forms import MOST_FOUND, Choice, Owed, bodies_named, called, choose
from langnghe.web.desk.signing import begin_session
from langnghe.web.noted import note
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

UNFIT = gettext_lazy("Chỉ gồm chữ thường không dấu, số, dấu chấm, gạch; từ 3 ký tự.")
NAME = RegexValidator(r"^[a-z0-9._-]{3,60}$", UNFIT)
LONGEST_SOUGHT = 100
NEW = {"autocomplete": "new-password"}


class Invite(forms.Form):
    username = forms.CharField(label=gettext_lazy("Tên đăng nhập"), max_length=60, validators=[NAME])
    role = Choice(label=gettext_lazy("Vai trò"))
    body = forms.CharField(
        label=gettext_lazy("Cơ quan"),
        max_length=200,
        help_text=gettext_lazy("Tên, một phần của tên, hoặc mã; không dấu cũng được."),
    )
    which = Owed(label=gettext_lazy("Chọn đúng cơ quan"), required=False)

    def __init__(self, *args: Any, by: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        all_roles = rights.allows(by, "run_site")
        roles = Member.Role.choices if all_roles else [(Member.Role.OFFICER.value, Member.Role.OFFICER.label)]
        choose(self, "role", roles)
        if not all_roles:
            del self.fields["body"]
        self.found = bodies_named(str(self.data.get("body", ""))[:200]) if all_roles else []
        if 1 < len(self.found) <= MOST_FOUND:
            choose(self, "which", [("", _("Chọn cơ quan")), *((row.code, row.name) for row in self.found)])
        else:
            del self.fields["which"]

    def clean(self) -> dict[str, Any]:
        """Put the body itself where its name was; of several the one that was chosen, or is called exactly so."""
        said = self.cleaned_data
        if wanted := fold(said.get("body", "")):
            which = said.get("which") or wanted
            exact = [row for row in self.found if which in (row.code, fold(row.code), *called(row))]
            chosen = exact if exact else self.found
            if len(chosen) == 1:
                said["body"] = chosen[0]
            elif not chosen:
                self.add_error("body", _("Không tìm thấy cơ quan nào như vậy. Hãy thử một phần của tên."))
            elif "which" not in self.fields:
                self.add_error("body", _("Quá nhiều cơ quan có tên như vậy. Hãy gõ đủ tên hơn."))
            elif "which" not in self.errors:
                self.add_error("which", _("Nhiều cơ quan có tên như vậy. Hãy chọn đúng cơ quan."))
        return said


class LetGo(forms.Form):
    """To whom the open work goes; whoever is the last to open the body's sealed records is let go knowingly."""

    to = Choice(label=gettext_lazy("Bàn giao vụ việc cho"), required=False)
    sure = forms.BooleanField(label=gettext_lazy("Tôi biết không còn ai ở cơ quan này mở được hồ sơ niêm phong"))

    def __init__(self, *args: Any, member: Member, is_last: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = member.body.members.on(today()).filter(role__in=STAFF).exclude(account=member.account)
        names = rows.order_by("account__username").values_list("account", "account__username").distinct()
        choose(self, "to", [("", _("Trả vụ việc về hàng chờ")), *((str(pk), name) for pk, name in names)])
        if not is_last:
            del self.fields["sure"]


class Join(forms.Form):
    code = forms.CharField(label=gettext_lazy("Mã mời"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
    password = forms.CharField(
        label=gettext_lazy("Mật khẩu, ít nhất 15 ký tự"), strip=False, widget=forms.PasswordInput(NEW)
    )
    again = forms.CharField(label=gettext_lazy("Gõ lại"), strip=False, widget=forms.PasswordInput(NEW))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("password") != said.get("again"):
            self.add_error("again", _("Hai lần gõ khác nhau."))
        elif said.get("password"):
            row = actions.invited(said.get("code", ""), at=now()).first()
            try:
                validate_password(said["password"], Account(username=row.username) if row else None)
            except ValidationError as weak:
                self.add_error("password", weak)
        return said


@may("manage_people")
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the own body (to the province's commission those of all), and invite somebody."""
    by, code = entered(request), ""
    form = Invite(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        body: Body = said.get("body", by.body)
        try:
            code = actions.invite(nfc(said["username"]), body, said["role"], by=by, at=now())
            form = Invite(by=by)
        except Refused as refused:
            form.add_error(None, str(refused))
    everywhere = rights.allows(by, "run_site")
    rows = Member.objects.on(today()).select_related("account", "body", "stands_in__account")
    sought = nfc(request.GET.get("tim", ""))[:LONGEST_SOUGHT].strip()
    if sought:
        bodies = [body.pk for body in bodies_named(sought)]  # folded: names are sought without diacritics too
        rows = rows.filter(Q(account__username__icontains=sought) | Q(body__in=bodies))
    found, pager = page_by_id(request, rows if everywhere else rows.filter(body=by.body))
    waiting = Invitation.objects.filter(used_at=None, until__gt=now()).select_related("body")
    context = {
        "rows": [{"member": row, "may": actions.may_manage(by, row.body, row.role)} for row in found],
        "pager": pager,
        "form": form,
        "code": code,
        "invitations": waiting.filter(Q() if everywhere else Q(body=by.body)).order_by("-pk")[:50],
        "sought": sought,
        "by": by,
    }
    page = render(request, "desk/people.html", context, status=422 if form.errors else 200)
    patch_cache_control(page, no_store=True)
    return page


@may("manage_people")
@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what goes with somebody; then end the role today, with the open cases handed on, each with its step."""
    by, member = entered(request), _managed(request, pk)
    is_last = member.stands_in_id is None and LaneKey.objects.is_last(member.account, member.body, today())
    form = LetGo(request.POST or None, member=member, is_last=is_last)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["to"]
        to = Account.objects.get(pk=chosen) if chosen else None
        try:
            with transaction.atomic():  # who cannot take the work over must not leave it with nobody
                actions.end_membership(member, by=by, today=today())
                count = cases.hand_on(member.account, member.body, to, at=now())
                cases.end_naming(member.account, member.body, actor=acting(by), at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("%(name)s đã thôi vai trò; số vụ việc bàn giao: %(count)d.")
            note("sessions ended", member.account, "let go")
            messages.success(request, words % {"name": member.account.username, "count": count})
            return redirect("people")
    context = {
        "member": member,
        "form": form,
        "cases": cases.open_work(member.account, member.body).count(),
        "is_last": is_last,
        "sealed": procedure.running(member.body).count() if is_last else 0,
    }
    page = render(request, "desk/let_go.html", context, status=422 if form.errors else 200)
    patch_cache_control(page, no_store=True)
    return page


def _managed(request: HttpRequest, pk: int) -> Member:
    """Return the member whom the person may manage; to others, and of oneself, there is no such page."""
    by = entered(request)
    member = get_object_or_404(Member.objects.on(today()).select_related("account", "body"), pk=pk)
    if not actions.may_manage(by, member.body, member.role) or member.account == by.account:
        raise Http404
    return member


@may("manage_people")
@require_POST
def sign_somebody_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of one of the people, who keeps the role: a telephone was lost, a desk left open."""
    member = _managed(request, pk)
    count = actions.end_sessions(member.account)
    note("sessions ended", member.account, "by a leader")
    words = _("Số phiên của %(name)s đã kết thúc: %(count)d.")
    messages.success(request, words % {"name": member.account.username, "count": count})
    return redirect("people")


@may("manage_people")
@require_POST
def lost_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the second factors of somebody who lost them all: the next password leads to setting up a new one."""
    member = _managed(request, pk)
    try:
        actions.lose_second_factor(member, by=entered(request), today=today())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        note("second factor changed", member.account, "lost, by a leader")
        words = _("Lớp thứ hai của %(name)s đã bỏ; lần đăng nhập tới, sau mật khẩu, người ấy tự đặt lớp mới.")
        messages.success(request, words % {"name": member.account.username})
    return redirect("people")


@may("manage_people")
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.withdraw_invitation(pk, by=entered(request))
        messages.success(request, _("Đã rút lời mời."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("people")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Take an invitation by its code: the account gets a password of its own, then the second factor is asked for."""
    form = Join(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.accept_invitation(form.cleaned_data["code"], form.cleaned_data["password"], at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            login(request, account, backend="django.contrib.auth.backends.ModelBackend")
            begin_session(request, account)
            note("account opened", account, "invitation")
            return redirect("second_factor")
    page = render(request, "desk/join.html", {"form": form}, status=422 if form.errors else 200)
    patch_cache_control(page, no_store=True)
    return page
