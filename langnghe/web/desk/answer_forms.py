"""The forms of what becomes public: the draft with its proof, the checks before, a title and summary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.cases import filing
from langnghe.cases.actions import Paper
from langnghe.cases.models import Reply
from langnghe.cases.published import showable
from langnghe.core.personal import hints, uncovered
from langnghe.core.pictures import BadPicture, shown
from langnghe.registry import law
from langnghe.registry.find import by_name
from langnghe.registry.models import Body
from langnghe.web.desk.checks import owing, remarks, uncovering
from langnghe.web.desk.forms import Choice, Move, Reason, Seen, area, choose, dated
from langnghe.web.desk.proofs import named, published
from langnghe.web.fields import Files, ManyFiles
from langnghe.web.now import today


class Photos(Files):
    """Photos drawn anew, so that nothing but what is seen is left; gives a list of pictures."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        pictures = []
        for upload in super().clean(data, initial):
            try:
                pictures.append(shown(upload.read()))
            except BadPicture:
                words = _("Ảnh “%(name)s” không đọc được. Hãy chọn ảnh JPEG, PNG hoặc WebP.")
                raise forms.ValidationError(words % {"name": upload.name}) from None
        return pictures


class Papers(Files):
    """PDFs as they are; gives a list of papers."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        for upload in data or []:
            if upload and upload.size and filing.media_of(upload) != "application/pdf":
                words = _("Tệp “%(name)s” không phải PDF.")
                raise forms.ValidationError(words % {"name": filing.plain_name(upload.name)})
        return [Paper(upload.name, upload.read()) for upload in super().clean(data, initial)]


class Answer(Move):
    """The draft of an answer, with the commitment that some outcomes need."""

    text = forms.CharField(
        label=_("Nội dung trả lời"),
        widget=area(8),
        max_length=20_000,
        help_text=_("Trả lời đúng câu hỏi: việc gì, ai làm, ngày nào, lời dễ hiểu."),
    )
    outcome = Choice(label=_("Kết quả"))
    proof = forms.CharField(
        label=_("Bằng chứng"),
        widget=area(2),
        required=False,
        max_length=2_000,
        help_text=_("Ảnh, biên bản, số văn bản. Bắt buộc khi đã làm xong hoặc đã nhắc nhở."),
    )
    photos = Photos(
        label=_("Ảnh bằng chứng"),
        required=False,
        widget=ManyFiles("image/jpeg,image/png,image/webp"),
        help_text=_(
            "Được vẽ lại, bỏ vị trí và thông tin máy ảnh; hiện công khai cùng câu trả lời. "
            "Lưu bản thảo rồi thì che bớt được từng ảnh."
        ),
    )
    papers = Papers(
        label=_("Tệp PDF bằng chứng"),
        required=False,
        widget=ManyFiles("application/pdf"),
        help_text=_("Giữ nguyên như tệp gửi, kể cả thông tin ẩn trong tệp; hiện công khai cùng câu trả lời."),
    )
    promise_text = forms.CharField(
        label=_("Cam kết làm gì"),
        widget=area(2),
        required=False,
        max_length=2_000,
        help_text=_("Bắt buộc khi đồng ý nhưng chưa có kinh phí, hoặc giao cấp dưới."),
    )
    promise_due = forms.DateField(label=_("Hạn của cam kết"), required=False, widget=dated())
    promise_body = Choice(label=_("Cơ quan cam kết"), required=False)
    dropped = forms.MultipleChoiceField(
        label=_("Bỏ khỏi bản thảo"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Bản thảo vừa được viết lại. Hãy xem lại các ảnh và tệp của nó.")},
        help_text=_("Ảnh và tệp không đánh dấu thì ở lại; chọn thêm được ở trên."),
    )
    field_order = ("text", "outcome", "proof", "photos", "papers", "dropped")

    @property
    def outcomes(self) -> list[law.Outcome]:
        """Return the outcomes, each with the sentence that the resident will read."""
        return list(law.outcomes().values())

    def prepare(self) -> None:
        holder = self.case.holder
        choose(self, "outcome", [("", _("Chọn kết quả")), *((row.code, row.name) for row in self.outcomes)])
        below = by_name(Body.objects.filter(superior=holder).on(today()))[:200]
        choose(self, "promise_body", ((body.code, body.name) for body in (holder, *below)))
        last = self.case.answers[-1] if self.case.answers else None
        if last is not None and last.state != Reply.State.PUBLISHED:
            choose(self, "dropped", ((proof.place, words) for proof, words in named(self.case, last)))
            self.initial = {"text": last.text, "outcome": last.outcome, "proof": last.proof} | dict(self.initial)
            if last.promise_body:
                said = {"promise_text": last.promise_text, "promise_due": last.promise_due}
                said["promise_body"] = last.promise_body.code
                self.initial = said | dict(self.initial)
        if last is None or last.state == Reply.State.PUBLISHED or not (last.proof_photos or last.proof_papers):
            del self.fields["dropped"]

    def clean(self) -> dict[str, Any]:
        given = [name for name in ("promise_text", "promise_due") if self.cleaned_data.get(name)]
        if len(given) == 1:
            self.add_error(None, _("Cam kết cần cả nội dung và hạn."))
        return self.cleaned_data


class Publish(Seen):
    """The public title and summary; what may name a person in them, or in words to be shown, is pointed at once.

    Words that somebody wished to be shown are left out, or passages in them covered, only with a reason that everyone
    reads. What stays of covered words is shown before it is published.
    """

    title = forms.CharField(label=_("Tiêu đề công khai"), max_length=200, help_text=_("Không nêu tên người."))
    summary = forms.CharField(label=_("Tóm tắt"), widget=area(3), required=False, max_length=4_000)
    covers = forms.MultipleChoiceField(
        label=_("Che trong lời người gửi"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Máy chỉ gợi ý; chỗ nào cần che do người quyết định."),
    )
    others = forms.CharField(
        label=_("Che chỗ khác"),
        required=False,
        widget=area(2),
        max_length=4_000,
        help_text=_("Mỗi dòng một chỗ, chép đúng như trong lời. Mọi nơi có chỗ ấy đều được che."),
    )
    reason = forms.CharField(
        label=_("Không hiện nguyên văn, vì sao?"),
        required=False,
        max_length=500,
        help_text=_(
            "Người gửi muốn hiện nguyên văn. Để trống thì nguyên văn hiện ra. Ghi lý do thì lời hiện ra với các chỗ bị "
            "che, hoặc khi không che chỗ nào thì chỉ hiện tóm tắt; lý do hiện công khai, bản gốc vẫn niêm phong."
        ),
    )
    spot = forms.CharField(
        label=_("Chỗ cụ thể"),
        required=False,
        max_length=120,
        help_text=_("Hiện công khai, theo lời người gửi: bỏ tên người, số điện thoại."),
    )
    public = ("title", "summary", "spot", "reason")
    field_order = ("title", "summary", "spot", "covers", "others", "reason", "seen")

    def prepare(self) -> None:
        self.words = showable(self.case)
        found = list(dict.fromkeys(" ".join(hint.words.split()) for hint in hints(".\n".join(self.words))))
        kept = list(self.case.covers.order_by("pk").values_list("passage", flat=True)) if self.words else []
        choose(self, "covers", ((words, words) for words in found))
        self.initial = {
            "title": self.case.title,
            "summary": self.case.summary,
            "spot": self.case.spot,
            "covers": [passage for passage in kept if passage in found],
            "others": "\n".join(passage for passage in kept if passage not in found),
        } | dict(self.initial)
        if not self.is_bound and not self.words:
            del self.fields["reason"]
        for name, is_wanted in (("covers", found), ("others", self.words)):
            if not is_wanted:
                del self.fields[name]

    def shown(self) -> list[str]:
        asked = [name for name in ("covers", "others") if name in self.fields]
        covers = [passage for name in asked for passage in _lines(self[name].data)]
        self.previews = [pieces for text in self.words if len(pieces := uncovered(text, covers)) > 1]
        hidden = not covers and str(self.data.get("reason", "")).strip()
        return super().shown() + ([] if hidden else [" … ".join(uncovered(text, covers)) for text in self.words])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        return said | {"covers": [*said.get("covers", []), *_lines(said.pop("others", ""))]}


def _lines(said: list[str] | str | None) -> list[str]:
    """Return the passages that were ticked, or written one a line."""
    lines = said.splitlines() if isinstance(said, str) else said or []
    return [line.strip() for line in lines if line.strip()]


class TakeDown(Reason):
    """A photo or paper of a published answer goes, for a reason that everyone reads."""

    proof = forms.ChoiceField(
        label=_("Gỡ ảnh hay tệp nào?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Ảnh hoặc tệp này đã được gỡ rồi.")},
        help_text=_("Bị xóa hẳn, không lấy lại được. Trang công khai ghi là đã gỡ, ngày nào, vì sao."),
    )
    field_order = ("proof", "reason", "seen")

    def prepare(self) -> None:
        self.proofs = published(self.case)
        choose(self, "proof", ((key, words) for key, (_proof, words) in self.proofs.items()))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        return said | ({"proof": self.proofs[said["proof"]][0]} if "proof" in said else {})


class Checked(Move):
    """What a person makes sure of before an answer is published; the machine only points at what it noticed."""

    answers = forms.BooleanField(
        label=_("Trả lời đúng điều được hỏi"),
        error_messages={"required": _("Chưa đúng thì soạn lại; lãnh đạo cũng trả lại được, kèm lý do.")},
    )
    plain = forms.BooleanField(
        label=_("Lời dễ hiểu, đọc một lần là hiểu"),
        error_messages={"required": _("Chưa dễ hiểu thì soạn lại; lãnh đạo cũng trả lại được, kèm lý do.")},
    )
    seen = forms.BooleanField(
        label=_("Đã xem các điều cần chú ý, vẫn công bố"),
        error_messages={"required": _("Hãy xem các điều cần chú ý ở trên.")},
    )

    def prepare(self) -> None:
        last = self.case.answers[-1] if self.case.answers else None
        self.remarks, self.result = owing(self.case), law.outcomes()[last.outcome] if last else None
        if last:
            self.remarks += [*uncovering(self.case, last.text), *remarks(last, today())]
        if not self.remarks:
            del self.fields["seen"]


class Approve(Checked):
    publish = forms.BooleanField(label=_("Công bố ngay sau khi duyệt"), required=False, initial=True)
    field_order = ("answers", "plain", "seen", "publish")
