"""The residents' forms: speak up, look up, rate, give a reason, filter the list."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from langnghe.cases.models import Case, Voice
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.legacy import to_unicode
from langnghe.core.text import nfc
from langnghe.registry import law
from langnghe.web.fields import LONGEST, PHONE, UNKNOWN_TOPIC, Files, ManyFiles, Words
from langnghe.web.places import Where, where


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def kinds() -> Iterator[tuple[str, Any]]:
    for kind in law.kinds().values():
        yield kind.code, format_html("<span>{}<small>{}</small></span>", kind.name, kind.help)


def topics(day: date) -> Iterator[tuple[str, Any]]:
    yield UNKNOWN_TOPIC, _("Tôi không rõ")
    yield from ((code, topic.name) for code, topic in law.topics_on(day).items() if code != UNKNOWN_TOPIC)


class Speak(forms.Form):
    """What happened, where, and how to answer; `where` and `joined` (after validation) are what was meant."""

    text = Words(
        label=_("Việc xảy ra thế nào?"),
        longest=LONGEST,
        widget=area(7),
        help_text=_("Việc gì, từ bao giờ, mong được giải quyết thế nào. Đừng ghi số giấy tờ của ai."),
        error_messages={"required": _("Hãy viết việc muốn phản ánh.")},
    )
    letters = forms.ChoiceField(
        label=_("Dùng bản nào?"),
        choices=(("converted", _("Bản đã đổi sang Unicode")), ("typed", _("Giữ nguyên như tôi dán"))),
        required=False,
        widget=forms.RadioSelect,
    )
    attached = Files(
        label=_("Ảnh, ghi âm, phim, PDF"),
        required=False,
        widget=ManyFiles,
        help_text=_("Nhiều nhất 5 tệp, mỗi tệp 8 MB, cộng lại 20 MB. Chỉ cơ quan giải quyết mở được."),
    )
    place = Words(
        label=_("Ở xã, phường nào?"),
        longest=250,
        help_text=_("Ví dụ: xã Thư Vũ, Hưng Yên. Tên cũ (xã Vũ Hội, huyện Vũ Thư) cũng được."),
        error_messages={"required": _("Hãy ghi xã, phường nơi việc xảy ra.")},
    )
    place_key = forms.CharField(label=_("Chọn đúng nơi"), required=False, widget=forms.RadioSelect)
    spot = Words(
        label=_("Chỗ cụ thể"),
        longest=120,
        required=False,
        help_text=_("Ví dụ: cống đầu thôn 3, cạnh nhà văn hóa."),
    )
    topic = forms.ChoiceField(
        label=_("Về lĩnh vực nào?"),
        initial=UNKNOWN_TOPIC,
        help_text=_("Không chắc thì cứ để “Tôi không rõ”, cán bộ sẽ phân loại."),
    )
    concerns = forms.BooleanField(
        label=_("Việc này nói về chính UBND xã, phường hoặc người đứng đầu"),
        required=False,
        help_text=_("Nếu chọn, phản ánh đi thẳng lên cơ quan cấp trên, không đến nơi bị phản ánh."),
    )
    phone = Words(
        label=_("Số điện thoại"),
        longest=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("Chỉ cơ quan giải quyết đọc được, chỉ để hỏi thêm và báo kết quả."),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        widget=forms.TextInput({"inputmode": "email", "autocomplete": "email"}),
        help_text=_("Cũng chỉ để hỏi thêm và báo kết quả."),
        error_messages={"invalid": _("Địa chỉ thư điện tử chưa đúng, ví dụ đúng: ten@vidu.vn. Có thể để trống.")},
    )
    may_call_back = forms.BooleanField(
        label=_("Mặt trận Tổ quốc được gọi lại để hỏi việc đã xong thật chưa"),
        required=False,
        help_text=_("Không bắt buộc. Chỉ khi có để lại số điện thoại hoặc thư điện tử."),
    )
    appearance = forms.ChoiceField(
        label=_("Khi vụ việc được công khai thì hiện gì?"),
        choices=(
            ("summary", _("Chỉ bản tóm tắt do cán bộ viết")),
            ("text", _("Hiện nguyên văn lời tôi viết")),
            ("none", _("Không công khai, chỉ trả lời riêng tôi")),
        ),
        initial="summary",
        widget=forms.RadioSelect,
        help_text=_("Tên, số điện thoại, thư điện tử không bao giờ hiện công khai."),
    )
    sender = forms.ChoiceField(
        label=_("Ai gửi?"),
        choices=Voice.Sender.choices,
        initial=Voice.Sender.SELF,
        required=False,
        help_text=_("Gửi hộ người không dùng điện thoại: biên nhận trao lại cho người có việc."),
    )
    kind = forms.ChoiceField(choices=kinds, required=False, widget=forms.HiddenInput)
    joins = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    ordinary = forms.BooleanField(required=False, widget=forms.HiddenInput)

    where = Where(None)
    joined: Case | None = None
    old_letters = ""  # the text as we read its old letters (TCVN3, VNI), for the resident to say whether that is right

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type only
        field.choices = list(topics(today))
        if self.data.get("topic") in law.topics().keys() - law.topics_on(today).keys():  # written before it ended
            self.data = cast(Any, self.data).copy()
            cast(Any, self.data)["topic"] = UNKNOWN_TOPIC
        wrong = _("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678. Có thể để trống.")
        self.fields["phone"].validators = [RegexValidator(PHONE, wrong)]

    def clean_joins(self) -> str:
        """Read the published case that the voice wishes to be part of."""
        words: str = self.cleaned_data["joins"]
        if words:
            self.joined = _joinable(words)
        if words and self.joined is None:
            again = _("Vụ việc này không nhận thêm tiếng nói nữa. Bấm gửi lần nữa để gửi thành việc mới.")
            raise forms.ValidationError(again)
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.has_error("text", "required") and cleaned.get("attached"):  # a recorded voice or a photo says it
            del self.errors["text"]
            cleaned["text"] = str(_("(Xem tệp gửi kèm.)"))
        self._offer_converted(cleaned)
        words = cleaned.get("place")
        if words:
            self.where = where(words, cleaned.get("place_key", ""), self.today)
            self.fields["place_key"].widget.choices = self.where.choices
        if words and self.where.place is None:
            self.add_error("place", self.where.problem)
            self.fields["place_key"].required = bool(self.where.choices)
        return cleaned

    def _offer_converted(self, cleaned: dict[str, Any]) -> None:
        """Ask once whether text in letters of an old encoding was read rightly; as it was pasted if they say so."""
        typed = str(self.data.get("text", ""))
        if not cleaned.get("text") or to_unicode(typed)[1] is None:
            return
        self.old_letters = cleaned["text"]
        if cleaned.get("letters") == "typed":
            cleaned["text"] = "\xad".join(map(nfc, typed.split("\xad"))).strip()  # a soft hyphen is ư there
        elif not cleaned.get("letters"):
            asked = _("Chữ trong phần việc xảy ra gõ bằng bảng mã cũ. Hãy xem bản đã đổi, chọn một bản rồi gửi lại.")
            self.add_error("letters", asked)


def _joinable(words: str) -> Case | None:
    try:
        number = parse_case(words)
    except BadCode:
        return None
    rows = published().filter(pk=number, state__in=Case.OPEN).select_related("merged_into", "place", "topic", "holder")
    return rows.first()


class LookUp(forms.Form):
    code = forms.CharField(
        label=_("Mã biên nhận"),
        error_messages={"required": _("Hãy nhập mã in trên biên nhận.")},
        help_text=_("24 chữ và số in trên biên nhận; gõ liền hay cách đều được."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class Move(forms.Form):
    """What every move of a resident carries: the last step they saw, so that a second click is no second move."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Rate(Move):
    stars = forms.TypedChoiceField(
        label=_("Câu trả lời có giải quyết được việc không?"),
        coerce=int,
        choices=(
            ("5", _("5 · Rất hài lòng")),
            ("4", _("4 · Hài lòng")),
            ("3", _("3 · Tạm được")),
            ("2", _("2 · Chưa hài lòng")),
            ("1", _("1 · Rất không hài lòng")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn từ 1 đến 5.")},
    )
    sentence = Words(label=_("Nói thêm một câu"), longest=2_000, required=False, widget=area(3))


class Recheck(Move):
    came_back = forms.TypedChoiceField(
        label=_("Việc này có trở lại không?"),
        coerce=lambda value: value == "yes",
        choices=(("no", _("Không, đến nay vẫn ổn")), ("yes", _("Có, lại như cũ"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn có hoặc không.")},
    )


class Reason(Move):
    reason = Words(
        label=_("Vì sao?"),
        longest=2_000,
        widget=area(4),
        help_text=_("Cơ quan giải quyết đọc được lý do này; trên trang công khai không hiện."),
        error_messages={"required": _("Hãy ghi lý do để cơ quan biết cần làm gì thêm.")},
    )


class Withdrawal(Move):
    reason = Words(label=_("Lý do rút"), longest=2_000, required=False, widget=area(3))


class Filters(forms.Form):
    """Words and choices above the list of cases; each one that is empty means all."""

    tim = forms.CharField(
        label=_("Tìm"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Có dấu hay không dấu đều được")}),
        error_messages={"max_length": _("Hãy tìm bằng ít chữ hơn.")},
    )
    noi = forms.ChoiceField(label=_("Xã, phường"), required=False)
    linh_vuc = forms.ChoiceField(label=_("Lĩnh vực"), required=False)
    tinh_trang = forms.ChoiceField(label=_("Tình trạng"), required=False)

    def __init__(self, data: Any, places: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="loc_%s")
        everywhere, every = ("", _("Tất cả")), ("", _("Tất cả"))
        states = (
            ("dang-giai-quyet", _("Đang giải quyết")),
            ("da-tra-loi", _("Đã trả lời")),
            ("qua-han", _("Quá hạn")),
        )
        offered: dict[str, list[tuple[str, Any]]] = {
            "noi": [everywhere, *places],
            "linh_vuc": [every, *((code, topic.name) for code, topic in law.topics().items())],
            "tinh_trang": [every, *states],
        }
        wrong = {"invalid_choice": _("Không có lựa chọn này; đang hiện tất cả.")}
        for name, choices in offered.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices, field.error_messages = choices, {**wrong}
