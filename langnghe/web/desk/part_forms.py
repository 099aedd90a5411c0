"""The forms of joint work: whom to ask for what by when, what is given, why not, and taking an invitation back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.cases import actions
from langnghe.cases.desk_models import Part
from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.registry.models import Body
from langnghe.web.desk.forms import Choice, Move, Owed, Reason, Refer, area, choose, dated
from langnghe.web.now import today


class AskPart(Refer):
    """Invite a body of the place, or above it, or one found by name or code."""

    reason = None  # type: ignore[assignment]  # an invitation needs none, and what is asked stays on the desk
    to = Owed(label=_("Mời cơ quan"), required=False, help_text=_("Chọn ở đây, hoặc tìm cơ quan bằng ô dưới."))
    asked = forms.CharField(
        label=_("Cần cho ý kiến hay làm việc gì"),
        widget=area(3),
        max_length=4_000,
        help_text=_("Chỉ các cơ quan trong vụ việc đọc được. Cơ quan được mời đọc được vụ việc và lời người gửi."),
    )
    due = forms.DateField(
        label=_("Hạn cho ý kiến"), widget=dated(), help_text=_("Người dân thấy cơ quan nào được mời và hạn này.")
    )
    instead = Choice(
        label=_("Hỏi thay cho cơ quan đã kết thúc"),
        required=False,
        help_text=_("Lời mời cũ được rút cùng lúc. Các cơ quan kế thừa đứng đầu danh sách trên."),
    )
    field_order = ("to", "find", "instead", "asked", "due")

    def prepare(self) -> None:
        self.ended = [part.body for part in waiting_in_vain(self.case)]
        super().prepare()
        self.elsewhere = None  # any body may be asked for its part
        if self.ended:
            choose(self, "instead", [("", _("Không thay ai")), *((body.code, body.name) for body in self.ended)])
        else:
            del self.fields["instead"]

    def _usual(self) -> dict[str, str]:
        heirs = self._in_line(heir for body in self.ended for heir in law.heirs_of(body, today()))
        here = self._in_line(body for place in self.case.place.lineage() for body in law.bodies_at(place))
        return {body.code: body.name for body in (*heirs, *here) if body.code not in self.found}

    def _in_line(self, bodies: Iterable[Body]) -> list[Body]:
        never = {self.case.holder_id, self.case.concerns_id, *self.case.invited}
        return [body for body in bodies if body.pk not in never and (body.valid_to is None or body.valid_to >= today())]


def waiting_in_vain(case: Case) -> list[Part]:
    """Return the parts that bodies owe to the case which have ended and have no one heir to inherit them."""
    asked = (part for part in case.joint if part.case_id == case.pk and part.state == Part.State.ASKED)
    return [part for part in asked if part.body.valid_to is not None and part.body.valid_to < today()]


class GivePart(Move):
    text = forms.CharField(
        label=_("Ý kiến của cơ quan bạn"),
        widget=area(6),
        max_length=20_000,
        help_text=_("Chỉ các cơ quan trong vụ việc đọc được; người dân nhận một câu trả lời chung."),
    )


class DeclinePart(Reason):
    """Saying no is public, with its reason."""


class WithdrawPart(Move):
    body = Choice(label=_("Cơ quan"), help_text=_("Cơ quan này thôi đọc được vụ việc."))

    def prepare(self) -> None:
        owing = self.case.invited
        bodies = (part.body for part in self.case.joint if part.body_id in owing and part.case_id == self.case.pk)
        choose(self, "body", ((code, name) for code, name in {body.code: body.name for body in bodies}.items()))


def ask(form: Move, at: datetime) -> None:
    said: dict[str, Any] = form.cleaned_data
    what = {"body": Body.objects.get(code=said["to"]), "asked": said["asked"], "due": said["due"]}
    if said.get("instead"):
        of = Body.objects.get(code=said["instead"])
        actions.ask_instead(form.case, of, **what, actor=form.actor, at=at)
    else:
        actions.ask_part(form.case, **what, actor=form.actor, at=at)


def asked_again(case: Case, code: str) -> dict[str, Any]:
    """Return what the form begins with when an heir is to be asked for what the ended body of this code owes."""
    part = next((part for part in waiting_in_vain(case) if part.body.code == code), None) if code else None
    if part is None:
        return {}
    heirs = law.heirs_of(part.body, today())
    due = part.due if part.due > today() else None
    return {"instead": code, "asked": part.asked, "due": due, "to": heirs[0].code if len(heirs) == 1 else ""}


def withdraw(form: Move, at: datetime) -> None:
    body = Body.objects.get(code=form.cleaned_data["body"])
    actions.withdraw_part(form.case, body=body, actor=form.actor, at=at)
