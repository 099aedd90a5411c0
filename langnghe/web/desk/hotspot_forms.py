"""What an officer says when a hot spot is confirmed or dismissed."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.registry.models import Body
from langnghe.web.desk.forms import area

EMPTY = {"required": _("Ô này còn trống.")}


class Dismiss(forms.Form):
    reason = forms.CharField(
        label=_("Vì sao không phải điểm nóng?"), max_length=2_000, widget=area(3), error_messages=EMPTY
    )


class Confirm(forms.Form):
    """Who sees to it, what they do, by when, and whether to sit down with residents."""

    owner = forms.ChoiceField(label=_("Cơ quan chủ trì"), error_messages=EMPTY)
    task = forms.CharField(label=_("Phải làm gì"), max_length=2_000, widget=area(3), error_messages=EMPTY)
    due = forms.DateField(label=_("Hạn"), error_messages=EMPTY)
    dialogue = forms.DateField(
        label=_("Ngày đối thoại với dân"),
        required=False,
        help_text=_("Đề xuất một buổi đối thoại; để trống nếu không cần."),
    )
    reason = forms.CharField(label=_("Căn cứ xác nhận"), max_length=2_000, widget=area(2), error_messages=EMPTY)

    def __init__(self, *args: Any, owners: Sequence[Body], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        cast(forms.ChoiceField, self.fields["owner"]).choices = [(body.code, str(body)) for body in owners]
        for name in ("due", "dialogue"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def clean_dialogue(self) -> date | None:
        day = cast("date | None", self.cleaned_data["dialogue"])
        if day is not None and day < self.today:
            raise forms.ValidationError(_("Ngày đối thoại phải từ hôm nay trở đi."))
        return day
