"""The clerk's form for a voice told by telephone, on paper or at the counter: few fields, in the order of a call."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from langnghe.cases.filing import Stored
from langnghe.cases.intake.kind_words import usual_words
from langnghe.cases.kinds import proposed
from langnghe.cases.models import Voice
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.web import sealed
from langnghe.web.desk.forms import Choice, dated
from langnghe.web.fields import LONGEST, PHONE, UNKNOWN_TOPIC, Files, ManyFiles, Whole, Words
from langnghe.web.places import Where, where

OLDEST = timedelta(days=366)
CHANNELS = (
    (Voice.Channel.PHONE, _("Điện thoại")),
    (Voice.Channel.PAPER, _("Đơn, thư giấy")),
    (Voice.Channel.RECEPTION, _("Nói tại chỗ")),
)


def sealed_kind(data: Mapping[str, str]) -> str:
    """Return complaint or denunciation when the clerk's words tell of one, in the first person or the third."""
    if data.get("ordinary"):
        return ""
    text = str(Intake.base_fields["text"].to_python(data.get("text", "")))
    return sealed.kind_of(text, "") or usual_words().opening(text) or ""


def in_the_past_year(said: date, today: date) -> date:
    """Return the day; ValidationError for one to come or too long ago."""
    if said > today:
        raise forms.ValidationError(_("Ngày này chưa tới."))
    if said < today - OLDEST:
        raise forms.ValidationError(_("Đã hơn một năm. Sổ cũ thì nhập bằng tệp (langnghe import)."))
    return said


class Intake(forms.Form):
    """What was said, where, by how many; `where` (after validation) is what the place words were read as."""

    channel = forms.ChoiceField(label=_("Nhận qua"), choices=CHANNELS, widget=forms.RadioSelect)
    text = Words(
        label=_("Người dân nói gì?"),
        longest=LONGEST,
        widget=forms.Textarea({"rows": 5, "autofocus": True}),
        help_text=_("Ghi đúng lời người dân. Đừng ghi số giấy tờ của ai."),
        error_messages={"required": _("Hãy ghi lời người dân.")},
    )
    place = Words(
        label=_("Ở xã, phường nào?"),
        longest=250,
        help_text=_("Tên cũ hay mới đều được."),
        error_messages={"required": _("Hãy ghi xã, phường nơi việc xảy ra.")},
    )
    place_key = forms.CharField(label=_("Chọn đúng nơi"), required=False, widget=forms.RadioSelect)
    spot = Words(label=_("Chỗ cụ thể"), longest=120, required=False)
    phone = Words(
        label=_("Số điện thoại"),
        longest=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Chỉ cơ quan giải quyết đọc được, chỉ để hỏi thêm và báo kết quả."),
    )
    people = Whole(1, 100_000, label=_("Số người"), initial=1)
    name = Words(
        label=_("Họ tên"),
        longest=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Nhiều người thì ghi người đại diện; không muốn nêu tên thì để trống. Giữ kín như số điện thoại."),
    )
    address = Words(
        label=_("Địa chỉ"),
        longest=250,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Nơi người ấy ở, không phải nơi có việc. Cũng giữ kín."),
    )
    may_call_back = forms.BooleanField(
        label=_("Người dân đồng ý cho Mặt trận gọi hỏi lại"),
        required=False,
        help_text=_("Hỏi người dân rồi mới đánh dấu; cần có số điện thoại."),
    )
    said_on = forms.DateField(label=_("Ngày người dân nói"), widget=dated())
    kind = Choice(label=_("Loại"), required=False)
    topic = Choice(label=_("Lĩnh vực"), required=False)
    concerns = forms.BooleanField(label=_("Nói về chính UBND xã, phường hoặc người đứng đầu"), required=False)
    attached = Files(
        label=_("Bản chụp đơn, ảnh, PDF"),
        required=False,
        widget=ManyFiles,
        help_text=_("Nhiều nhất 5 tệp, mỗi tệp 8 MB. Được niêm phong."),
    )
    ticket = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    ordinary = forms.BooleanField(required=False, widget=forms.HiddenInput)

    where = Where(None)

    def __init__(self, *args: Any, member: Member, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.member, self.today = member, today
        kinds = [(code, kind.name) for code, kind in law.kinds().items() if not kind.is_sealed]
        topics = [(code, topic.name) for code, topic in law.topics_on(today).items() if code != UNKNOWN_TOPIC]
        for name, choices in (("kind", [("", _("Theo lời đã ghi")), *kinds]), ("topic", [("", _("Chưa rõ")), *topics])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type only
            field.choices = choices
        wrong = _("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678. Có thể để trống.")
        self.fields["phone"].validators = [RegexValidator(PHONE, wrong)]

    def clean_said_on(self) -> date:
        return in_the_past_year(self.cleaned_data["said_on"], self.today)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        words = said.get("place")
        if words:
            self.where = where(words, said.get("place_key", ""), self.today)
            self.fields["place_key"].widget.choices = self.where.choices
        if words and self.where.place is None:
            self.add_error("place", self.where.problem)
        if said.get("people", 1) > 1 and not said.get("name"):
            self.add_error("name", _("Nhiều người cùng kiến nghị thì ghi tên một người đại diện."))
        if said.get("may_call_back") and not (said.get("phone") or "phone" in self.errors):
            self.add_error("may_call_back", _("Chưa có số điện thoại để gọi hỏi lại: hãy ghi số, hoặc bỏ dấu này."))
        said["kind"] = said.get("kind") or proposed(said.get("text", ""))
        return said


SENT = tuple(name for name in Intake.base_fields if name not in ("key", "attached"))


def first_values(member: Member, channel: str, today: date) -> dict[str, Any]:
    """Return what the empty form holds: the channel of the entry before, the body's own commune, today."""
    known = channel if channel in dict(CHANNELS) else Voice.Channel.PHONE
    place = member.body.place
    home = place.name if place.level == place.Level.COMMUNE else ""
    return {"channel": known, "place": home, "said_on": today, "people": 1}


def payload(data: Mapping[str, str], member: Member, files: Sequence[Stored] = ()) -> bytes:
    """Return what was sent, field by field as typed, and at which desk: the same again gives the same bytes."""
    sent: dict[str, Any] = {name: data.get(name, "") for name in SENT}
    if files:
        sent["files"] = [{"name": file.name, "sha256": file.digest.hex()} for file in files]
    sent |= {"desk": member.body.code, "account": str(member.account_id)}
    return json.dumps(sent, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
