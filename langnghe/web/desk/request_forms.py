"""The forms of a data subject's request at the desk: one that was told, and the decision on one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases.actions import Decision
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.models import Voice
from langnghe.cases.subject_request import ASKABLE, About, Kind, SubjectRequest
from langnghe.core.codes import BadCode
from langnghe.web.desk.forms import Move, area
from langnghe.web.desk.intake_forms import CHANNELS
from langnghe.web.fields import Words, said_of
from langnghe.web.own_data_forms import NewContact

State = SubjectRequest.State


class RequestData(Move, NewContact):
    """A request told on paper or by telephone; `voice` (after validation) is that of the one who asks."""

    channel = forms.ChoiceField(label=gettext_lazy("Nhận qua"), choices=CHANNELS, widget=forms.RadioSelect)
    code = forms.CharField(
        label=gettext_lazy("Mã biên nhận"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Không còn biên nhận thì để trống, và ghi dưới đây đã đối chiếu người yêu cầu thế nào."),
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("Yêu cầu gì?"),
        choices=[(f"{kind}-{about}", askable.name) for (kind, about), askable in ASKABLE.items()],
        widget=forms.RadioSelect,
    )
    words = Words(label=gettext_lazy("Lời yêu cầu, hoặc lời đính chính"), longest=2_000, required=False, widget=area(3))

    field_order = ("channel", "code", "wish", "words")
    voice: Voice | None = None

    def prepare(self) -> None:
        for name in NewContact.base_fields:  # else the browser offers what is the officer's own
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        voices = self.case.voices.select_related("case")
        if said.get("code"):
            try:
                self.voice = voices.filter(receipt_hash=receipt_hash(said["code"])).first()
            except BadCode as bad:
                self.add_error("code", said_of(bad))
                return said
            if self.voice is None:
                self.add_error("code", _("Mã này không thuộc vụ việc này."))
            return said
        found = list(voices[:2])
        if len(found) > 1:
            self.add_error("code", _("Vụ việc có lời của nhiều người: cần mã biên nhận để biết dữ liệu của ai."))
        elif not said.get("words"):
            self.add_error("words", _("Không có mã biên nhận: hãy ghi đã đối chiếu người yêu cầu thế nào."))
        self.voice = found[0] if len(found) == 1 else None
        return said


class Decide(forms.Form):
    """The decision on a request, as far as who decides may go."""

    state = forms.ChoiceField(
        label=gettext_lazy("Làm gì với yêu cầu này?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một quyết định.")},
    )
    correction = Words(
        label=gettext_lazy("Lời đính chính sẽ hiện cạnh lời đã viết"),
        longest=2_000,
        required=False,
        widget=area(3),
        help_text=gettext_lazy(
            "Lời đã viết giữ nguyên; trên trang công khai cả hai chỉ hiện sau khi bấm công khai lại."
        ),
    )
    reason = Words(
        label=gettext_lazy("Lý do"),
        longest=2_000,
        required=False,
        widget=area(3),
        help_text=gettext_lazy(
            "Bắt buộc khi từ chối hoặc làm một phần. Người yêu cầu đọc được; trang công khai không hiện."
        ),
    )
    ground = Words(
        label=gettext_lazy("Căn cứ pháp lý"),
        longest=250,
        required=False,
        help_text=gettext_lazy("Điều, khoản, văn bản. Bắt buộc khi xóa, từ chối hoặc làm một phần."),
    )

    def __init__(self, *args: Any, row: SubjectRequest, is_leader: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        part = ASKABLE[row.kind, row.about].part
        choices = [(State.GRANTED, _("Làm theo yêu cầu"))] if is_leader or row.kind != Kind.ERASE else []
        if is_leader and part:
            choices.append((State.PARTLY, _("Làm một phần: %(part)s") % {"part": part}))
        if is_leader:
            choices.append((State.REFUSED, _("Từ chối")))
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type only
        field.choices = choices
        if (row.kind, row.about) == (Kind.CORRECT, About.WORDS):
            self.initial = {"correction": row.content.words}
        else:
            del self.fields["correction"]
        if not is_leader:
            del self.fields["reason"], self.fields["ground"]

    @property
    def decision(self) -> Decision:
        return Decision(**self.cleaned_data)
