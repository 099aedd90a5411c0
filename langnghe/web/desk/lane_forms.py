"""The forms of the sealed lane: a key of one's own, opening with a passphrase, the next stage."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.cases.actions import Decision
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import WISHES, SealedEvent, SealedRecord, SealedRequest, SealedStep
from langnghe.cases.subject_request import SubjectRequest
from langnghe.core.codes import BadCode
from langnghe.core.terms import Clock
from langnghe.core.text import fold
from langnghe.registry.models import Body
from langnghe.web import sealed
from langnghe.web.desk.forms import MOST_FOUND, Choice, area, bodies_named, called, choose, dated
from langnghe.web.desk.intake_sealed import CHANNELS
from langnghe.web.fields import Whole, Words, said_of

Kind, State = SubjectRequest.Kind, SubjectRequest.State

FIELDS = (
    ("name", _("Họ tên")),
    ("address", _("Địa chỉ")),
    ("against", _("Người, cơ quan bị nêu")),
    ("place", _("Nơi")),
    ("place_words", _("Nơi, như đã viết")),
    ("spot", _("Chỗ cụ thể")),
    ("case", _("Từ vụ việc")),
)
PAPERS = {  # by the stage that each tells
    "accept": _("Thông báo thụ lý"),
    "refuse": _("Thông báo không thụ lý"),
    "transfer": _("Phiếu chuyển đơn"),
    "extend": _("Quyết định gia hạn"),
    "withdraw_part": _("Xác nhận rút một phần"),
}


def secret() -> forms.PasswordInput:
    return forms.PasswordInput({"autocomplete": "off"})


class Enrol(forms.Form):
    passphrase = forms.CharField(
        label=_("Cụm mật khẩu riêng cho kênh bảo mật"),
        widget=secret(),
        max_length=200,
        help_text=_("Ít nhất 15 ký tự, khác mật khẩu đăng nhập. Không ai lấy lại được khi quên."),
    )
    again = forms.CharField(label=_("Gõ lại"), widget=secret(), max_length=200)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("passphrase") != said.get("again"):
            self.add_error("again", _("Hai lần gõ khác nhau."))
        return said


class Rewrap(Enrol):
    """A new passphrase for the key that one has."""

    old = forms.CharField(label=_("Cụm mật khẩu đang dùng"), widget=secret(), max_length=200)
    field_order = ("old", "passphrase", "again")


class NameRecipient(forms.Form):
    member = Choice(label=_("Cán bộ được chỉ định"))

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "member", colleagues)


class TakeBack(forms.Form):
    naming = Choice(label=_("Thôi chỉ định"))

    def __init__(self, *args: Any, named: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "naming", named)


class GiveUp(forms.Form):
    """The end of one's own key, which nothing brings back."""

    sure = forms.BooleanField(label=_("Tôi hiểu: khóa mất hẳn, những đơn chỉ mình tôi mở được sẽ không mở được nữa"))


class Open(forms.Form):
    """What opens a record; each opening is noted before the words are seen.

    `done` are the stages that were recorded: a paper tells one of them, and none that has not been.
    """

    passphrase = forms.CharField(label=_("Cụm mật khẩu kênh bảo mật"), widget=secret(), max_length=200)
    reason = Choice(label=_("Mở để làm gì?"), choices=SealedEvent.Reason)
    paper = Choice(label=_("Lập văn bản"), required=False)
    remark = forms.CharField(
        label=_("Viết vào văn bản"),
        widget=area(2),
        max_length=2000,
        required=False,
        help_text=_("Nơi nhận đơn chuyển, hoặc lý do cụ thể. Chỉ in ra, không lưu ở đâu."),
    )
    share = Choice(label=_("Trao quyền mở cho"), required=False)

    def __init__(self, *args: Any, others: list[tuple[str, str]], done: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        papers = [(verb, name) for verb, name in PAPERS.items() if verb in done]
        choose(self, "paper", [("", _("Không, chỉ đọc")), *papers])
        choose(self, "share", [("", _("Không ai thêm")), *others])
        drop = ([] if papers else ["paper", "remark"]) + ([] if others else ["share"])
        for name in drop:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = {"paper": "", "remark": "", "share": ""} | self.cleaned_data
        if said["paper"] and said["share"]:
            self.add_error("share", _("Mỗi lần mở chỉ làm một việc: lập văn bản, hoặc trao quyền mở."))
        return said


class Hand(forms.Form):
    """The passphrase with which a transferred record is given to the body that is competent."""

    passphrase = forms.CharField(label=_("Cụm mật khẩu kênh bảo mật"), widget=secret(), max_length=200)


class Answer(forms.Form):
    """The decision on a request about data, as far as who decides and the law that keeps the record let it go."""

    state = forms.ChoiceField(label=_("Làm gì với yêu cầu này?"), widget=forms.RadioSelect)
    reason = Words(
        label=_("Trả lời"),
        longest=2_000,
        widget=area(3),
        help_text=_(
            "Ai có biên nhận đọc được: nói đã làm gì, nhận bản sao ở đâu, khi nào. Không nhắc lời, tên trong đơn."
        ),
    )
    ground = Words(
        label=_("Căn cứ pháp lý"),
        longest=250,
        required=False,
        help_text=_("Điều, khoản, văn bản. Bắt buộc khi xóa hoặc từ chối."),
    )

    def __init__(self, *args: Any, row: SealedRequest, is_leader: bool, may_erase: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.auto_id = f"request{row.pk}_%s"
        is_erasing = row.kind == Kind.ERASE
        choices = [] if is_erasing and not (is_leader and may_erase) else [(State.GRANTED, _("Làm theo yêu cầu"))]
        choose(self, "state", [*choices, *([(State.REFUSED, _("Từ chối"))] if is_leader else [])])

    @property
    def decision(self) -> Decision:
        return Decision(**self.cleaned_data)


class AskAtDesk(forms.Form):
    """What somebody who came in person asks about the data in a record; without the receipt, how they were checked."""

    channel = forms.ChoiceField(label=_("Nhận qua"), choices=CHANNELS, widget=forms.RadioSelect)
    code = forms.CharField(
        label=_("Mã biên nhận"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Không còn biên nhận thì để trống, và ghi dưới đây đã đối chiếu người yêu cầu thế nào."),
    )
    wish = forms.ChoiceField(label=_("Yêu cầu gì?"), choices=list(WISHES.items()), widget=forms.RadioSelect)
    words = Words(
        label=_("Lời yêu cầu, hoặc lời đính chính"),
        longest=2_000,
        required=False,
        widget=area(3),
        help_text=_("Được niêm phong như đơn: chỉ người giữ khóa đọc được."),
    )

    def __init__(self, *args: Any, record: SealedRecord, **options: Any) -> None:
        super().__init__(*args, **options)
        self.receipt_hash = bytes(record.receipt_hash)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("code"):
            try:
                if receipt_hash(said["code"]) != self.receipt_hash:
                    self.add_error("code", _("Mã này không thuộc hồ sơ này."))
            except BadCode as bad:
                self.add_error("code", said_of(bad))
        elif "code" in said and "words" in said and not said["words"]:
            self.add_error("words", _("Không có mã biên nhận: hãy ghi đã đối chiếu người yêu cầu thế nào."))
        return said


class Advance(forms.Form):
    """The next stage, with only the fields that it has."""

    day = forms.DateField(label=_("Ngày"), widget=dated())
    document_no = forms.CharField(
        label=_("Số văn bản"), max_length=80, help_text=_("Chỉ số và ký hiệu: mục này không niêm phong.")
    )
    condition = Choice(label=_("Mức phức tạp"), choices=list(procedure.CONDITIONS.items()), required=False)
    is_second = forms.BooleanField(label=_("Khiếu nại lần hai"), required=False)
    days = Whole(1, 365, label=_("Thêm số ngày"))
    ground = Choice(label=_("Lý do theo luật"))
    finding = Choice(label=_("Kết luận"), choices=SealedStep.Finding)
    part = Words(
        label=_("Rút phần nào"),
        longest=4_000,
        widget=area(3),
        help_text=_("Niêm phong như đơn: chỉ người mở được hồ sơ đọc được, và in trên giấy xác nhận."),
    )
    to = forms.CharField(
        label=_("Cơ quan nhận"),
        required=False,
        max_length=120,
        help_text=_("Tên hoặc mã, khi cơ quan ấy có trong hệ thống. Nơi khác thì để trống, viết vào phiếu chuyển."),
    )

    def __init__(
        self, *args: Any, verb: str, kind: str, today: date, clock: Clock | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.verb = verb
        grounds = procedure.grounds(kind, today)
        choose(self, "ground", ((code, sealed.ground_words(row)) for code, row in grounds.items()))
        own = [pair for pair in procedure.CONDITIONS.items() if procedure.OF_ONE.get(pair[0], kind) == kind]
        choose(self, "condition", procedure.extendable(clock).items() if verb == "extend" else own)
        drop = {"days"} if verb != "extend" else set()
        drop |= {"ground"} if verb != "refuse" else set()
        drop |= {"part"} if verb != "withdraw_part" else set()
        drop |= {"to"} if verb != "transfer" else set()
        drop |= {"finding"} if verb != "conclude" else set()
        drop |= {"condition"} if verb not in ("accept", "extend") else set()
        drop |= {"is_second"} if verb != "accept" else set()
        drop |= {"is_second"} if kind != "complaint" else set()
        drop |= set() if procedure.STAGES[verb].needs_document else {"document_no"}
        for name in drop:
            del self.fields[name]

    def clean_to(self) -> Body | None:
        """Return the one body of this name or code; several are named for the person to choose."""
        typed = self.cleaned_data["to"].strip()
        found = bodies_named(typed)
        exact = [body for body in found if fold(typed) in (*called(body), fold(body.code))]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            names = "; ".join(f"{body.name} ({body.code})" for body in found[:MOST_FOUND])
            raise forms.ValidationError(_("Có nhiều cơ quan như vậy, hãy ghi mã: %(names)s"), params={"names": names})
        if typed:
            raise forms.ValidationError(
                _("Không có cơ quan nào như vậy trong hệ thống. Sửa lại, hoặc để trống khi chuyển ra ngoài.")
            )
        return None

    def clean(self) -> dict[str, Any]:
        if "condition" in self.fields:
            self.cleaned_data["condition"] = self.cleaned_data.get("condition") or "normal"
        return self.cleaned_data
