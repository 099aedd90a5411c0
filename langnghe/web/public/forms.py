"""The residents' forms: speak up, look up, rate, give a reason, filter the list."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from langnghe.cases import filing
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.web.fields import LONGEST, PHONE, UNKNOWN_TOPIC, Words
from langnghe.web.places import Where, where


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": "image/*,audio/*,video/*,application/pdf"})


class Files(forms.FileField):
    """Several files, each checked by its first bytes; gives a list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [upload for upload in data or [] if upload]
        try:
            filing.check(uploads)
        except Refused as refused:
            again = _("Các tệp phải chọn lại; lời đã viết vẫn còn nguyên.")
            raise forms.ValidationError([str(refused), again] if len(uploads) > 1 else str(refused)) from None
        return uploads


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def kinds() -> Iterator[tuple[str, Any]]:
    for kind in law.kinds().values():
        yield kind.code, format_html("<span>{}<small>{}</small></span>", kind.name, kind.help)


def topics() -> Iterator[tuple[str, Any]]:
    yield UNKNOWN_TOPIC, _("Tôi không rõ")
    yield from ((code, topic.name) for code, topic in law.topics().items() if code != UNKNOWN_TOPIC)


class Speak(forms.Form):
    """What happened and where; `where` (after validation) is what the place words were read as."""

    text = Words(
        label=_("Việc xảy ra thế nào?"),
        longest=LONGEST,
        widget=area(8),
        help_text=_("Việc gì, từ bao giờ, ông/bà mong được giải quyết thế nào. Đừng ghi số giấy tờ của ai."),
        error_messages={"required": _("Hãy viết việc muốn phản ánh.")},
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
        choices=topics,
        initial=UNKNOWN_TOPIC,
        help_text=_("Không chắc thì cứ để “Tôi không rõ”, cán bộ sẽ phân loại."),
    )
    kind = forms.ChoiceField(
        label=_("Ông/bà muốn gửi gì?"),
        choices=kinds,
        initial="feedback",
        widget=forms.RadioSelect,
        help_text=_("Khiếu nại và tố cáo theo thủ tục riêng của luật: chọn để xem phải làm gì."),
        error_messages={"required": _("Hãy chọn một loại; chưa rõ thì chọn “Phản ánh”.")},
    )
    concerns = forms.BooleanField(
        label=_("Việc này nói về chính UBND xã, phường hoặc người đứng đầu"),
        required=False,
        help_text=_("Nếu chọn, phản ánh đi thẳng lên cơ quan cấp trên, không đến nơi bị phản ánh."),
    )
    appearance = forms.ChoiceField(
        label=_("Khi vụ việc được công khai thì hiện gì?"),
        choices=(
            ("summary", _("Chỉ bản tóm tắt do cán bộ viết")),
            ("text", _("Hiện nguyên văn lời tôi viết")),
        ),
        initial="summary",
        widget=forms.RadioSelect,
        help_text=_("Tên, số điện thoại, thư điện tử không bao giờ hiện công khai."),
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
    attached = Files(
        label=_("Ảnh, ghi âm, phim, PDF"),
        required=False,
        widget=ManyFiles,
        help_text=_("Nhiều nhất 5 tệp, mỗi tệp 8 MB, cộng lại 20 MB. Chỉ cơ quan giải quyết mở được."),
    )
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    ordinary = forms.BooleanField(required=False, widget=forms.HiddenInput)

    where = Where(None)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        wrong = _("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678. Có thể để trống.")
        self.fields["phone"].validators = [RegexValidator(PHONE, wrong)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        words = cleaned.get("place")
        if words:
            self.where = where(words, cleaned.get("place_key", ""), self.today)
            self.fields["place_key"].widget.choices = self.where.choices
        if words and self.where.place is None:
            self.add_error("place", self.where.problem)
            self.fields["place_key"].required = bool(self.where.choices)
        return cleaned


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
    """The choices above the list of cases; each empty choice means all."""

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
