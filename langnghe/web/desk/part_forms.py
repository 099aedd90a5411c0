"""The forms of joint work: whom to ask for what by when, what is given, why not, and taking an invitation back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.cases import actions
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
    field_order = ("to", "find", "asked", "due")

    def _usual(self) -> dict[str, str]:
        here = (body for place in self.case.place.lineage() for body in law.bodies_at(place))
        return {body.code: body.name for body in self._in_line(here) if body.code not in self.found}

    def _in_line(self, bodies: Iterable[Body]) -> list[Body]:
        never = {self.case.holder_id, self.case.concerns_id, *self.case.invited}
        return [body for body in bodies if body.pk not in never and (body.valid_to is None or body.valid_to >= today())]


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
    to = Body.objects.get(code=said["to"])
    actions.ask_part(form.case, body=to, asked=said["asked"], due=said["due"], actor=form.actor, at=at)


def withdraw(form: Move, at: datetime) -> None:
    body = Body.objects.get(code=form.cleaned_data["body"])
    actions.withdraw_part(form.case, body=body, actor=form.actor, at=at)
