"""The reception desk's forms: an extra day, where and when, what came of it, a ticket."""

from contextlib import suppress
from datetime import time
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from langnghe.core.calendar import CalendarGap
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement
from langnghe.engagements.receptions import RECEPTION_WEEKDAY
from langnghe.registry import law
from langnghe.registry.models import Body
from langnghe.web.desk.forms import Public, area, dated
from langnghe.web.fields import PHONE, Whole, Words

OPENS, CLOSES = time(8), time(11, 30)
LONGEST_ABOUT = 300
FARTHEST = 100  # years from this one


def clock() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


class Posted(Public):
    """What the public calendar shows; words that it shows already are not asked about again."""

    def shown(self) -> list[str]:
        return [words for words in super().shown() if words not in self.initial.values()]


class Arranged(Posted):
    """Where and from when to when; the action checks it again."""

    public: tuple[str, ...] = ("place",)
    place = Words(label=_("Nơi tiếp"), longest=200)
    starts = forms.TimeField(label=_("Từ giờ"), widget=clock(), initial=OPENS)
    ends = forms.TimeField(label=_("Đến giờ"), widget=clock(), initial=CLOSES)
    is_online = forms.BooleanField(label=_("Tiếp trực tuyến"), required=False)
    room = Words(
        label=_("Đường dẫn hoặc phòng"),
        longest=250,
        required=False,
        help_text=_("Chỉ người đã đặt lịch đọc được."),
    )
    field_order: tuple[str, ...] = ("place", "starts", "ends", "is_online", "room", "seen")

    def setting(self) -> Setting:
        said = self.cleaned_data
        return Setting(said["place"], said["starts"], said["ends"], said["is_online"], said["room"])

    @staticmethod
    def of(day: Engagement) -> dict[str, Any]:
        """Return what the form of a day holds first: what was arranged, else the committee's own house."""
        known = day.arrangement
        if known is None:
            return {"place": home(day.body)}
        return {name: getattr(known, name) for name in ("place", "starts", "ends", "is_online", "room")}


class OnDay(forms.Form):
    """The day of a reception; one that nobody works on is asked about once, unless the calendar has it already."""

    day = forms.DateField(label=_("Ngày tiếp"), widget=dated())
    is_day_off = forms.BooleanField(
        label=_("Vẫn tiếp vào ngày nghỉ này"),
        error_messages={
            "required": _("Ngày đã ghi là ngày nghỉ. Nếu đúng là tiếp vào ngày nghỉ, hãy đánh dấu rồi gửi lại.")
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not (self.is_bound and self._is_off()):
            del self.fields["is_day_off"]

    def _is_off(self) -> bool:
        with suppress(forms.ValidationError, CalendarGap):
            day = self.fields["day"].clean(self.data.get("day"))
            return day != self.initial.get("day") and not law.calendar().is_working_day(day)
        return False


class Weekday(forms.Form):
    """On which weekday the days that the law asks for are planned."""

    weekday = forms.TypedChoiceField(
        label=_("Thứ trong tuần"),
        coerce=int,
        choices=[(number, WEEKDAYS[number]) for number in range(5)],
        initial=RECEPTION_WEEKDAY,
        help_text=_("Gặp ngày nghỉ thì lấy ngày làm việc gần nhất trong thời gian luật yêu cầu."),
    )


class Reason(Posted):
    """Why a day is cancelled."""

    reason = Words(
        label=_("Lý do (mọi người đọc được)"),
        longest=300,
        help_text=_("Đừng ghi tên hay việc riêng của ai."),
        error_messages={"required": _("Hãy ghi lý do; mọi người đọc được.")},
    )
    field_order: tuple[str, ...] = ("reason", "seen")


class Changed(OnDay, Reason):
    """Another day, another who receives, or both."""

    chair = Words(label=_("Người tiếp (chức danh)"), longest=120)
    public = ("chair", "reason")
    field_order = ("day", "is_day_off", "chair", "reason", "seen")


class ExtraDay(OnDay, Arranged):
    public = ("chair", "place")
    chair = Words(label=_("Người tiếp (chức danh)"), longest=120)
    field_order = ("day", "is_day_off", "chair", "place", "starts", "ends", "is_online", "room", "seen")


class Held(forms.Form):
    people = Whole(
        0,
        100_000,
        label=_("Số người đã đến"),
        help_text=_("Điền sẵn theo số phiếu đã tiếp; ghi nhiều hơn nếu có đoàn đông người."),
    )
    text = Words(label=_("Biên bản, kết luận"), longest=5000, required=False, widget=area(4))


class Concluded(forms.Form):
    text = Words(label=_("Kết luận"), longest=5000, widget=area(4))


class Who(forms.Form):
    """Who waits, and what about: nothing of it needed at the desk, all of it sealed."""

    name = Words(
        label=_("Họ tên"),
        longest=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    phone = Words(
        label=_("Số điện thoại"),
        longest=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    about = Words(label=_("Về việc gì"), longest=LONGEST_ABOUT, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wrong = _("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678.")
        self.fields["phone"].validators = [RegexValidator(PHONE, wrong)]


def home(body: Body) -> str:
    name = body.place.name
    return f"Trụ sở tiếp công dân {name[:1].lower()}{name[1:]}"
