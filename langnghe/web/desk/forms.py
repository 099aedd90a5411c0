"""The officers' forms, one for each verb; what they hold is checked again by the action."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from langnghe.cases.actions import in_line, out_of_line
from langnghe.cases.clock import term_for
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case
from langnghe.cases.sealed.models import LaneKey
from langnghe.cases.templates import UNCLASSIFIED
from langnghe.core import tables
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.terms import NoTerm
from langnghe.core.text import fold, nfc
from langnghe.registry import law
from langnghe.registry.find import by_name
from langnghe.registry.models import Body, Place
from langnghe.web.desk.checks import personal
from langnghe.web.fields import Whole, said_of
from langnghe.web.now import today
from langnghe.web.places import Where, where

MOST_FOUND = 30
ABOVE = ("superior__superior__superior",)
Choices = Iterable[tuple[str, Any]]


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def dated() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class Menu(forms.Select):
    """A list to choose from, written in one go; Django's own takes two templates for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen, own = self.format_value(value), self.build_attrs(self.attrs, {"name": name} | (attrs or {}))
        options = [
            (escape(str(code)), " selected" * (str(code) in chosen), escape(str(text))) for code, text in self.choices
        ]
        written = "".join(f'<option value="{code}"{mark}>{text}</option>' for code, mark, text in options)
        return SafeString(f"<select{flatatt(own)}>{written}</select>")


class Choice(forms.ChoiceField):
    widget = Menu


class Owed(Choice):
    """Has to be chosen in the end, though what is typed elsewhere may first have to find what there is to choose."""

    is_owed = True


class Move(forms.Form):
    """A verb without words; `case` and `actor` decide the choices of those with."""

    def __init__(self, *args: Any, case: Case, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case, self.actor = case, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values."""


class Checkbox(forms.CheckboxInput):
    """A box that the browser does not insist on: whoever mends the words instead need not tick it."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class Public(forms.Form):
    """Words that everyone reads: what in them may name a person is pointed at, and a person decides.

    `public` names the fields; `seen` is asked for only where something was noticed, which `remarks` say, or where
    `previews` show what stays of words in which passages are covered.
    """

    public: tuple[str, ...] = ("reason",)
    previews: Sequence[list[str]] = ()
    seen = forms.BooleanField(
        label=_("Đã xem, không có gì lộ hay cáo buộc một người"),
        widget=Checkbox,
        error_messages={"required": _("Hãy xem các điều cần chú ý ở trên; sửa, hoặc đánh dấu rồi gửi lại.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.remarks = personal(*self.shown()) if self.is_bound else []
        if not (self.remarks or self.previews):
            del self.fields["seen"]

    def shown(self) -> list[str]:
        """Return the words that would be public."""
        return [str(self.data.get(name, "")) for name in self.public]


class Seen(Public, Move):
    """A verb with words that everyone reads."""


class Reason(Seen):
    reason = forms.CharField(
        label=_("Lý do"), widget=area(3), max_length=4_000, help_text=_("Người dân sẽ đọc được lý do này.")
    )
    field_order: tuple[str, ...] = ("reason", "seen")


class Classify(Seen):
    """Kind, topic, place, spot, refinement; `where` (after validation) is what the place words were read as.

    The reason is for a classification that moves the case to another body once it was taken or moved before.
    """

    where: Where | None = None
    kind = Choice(label=_("Loại"))
    topic = Choice(label=_("Lĩnh vực"))
    scope = Choice(label=_("Chi tiết thêm"), required=False)
    condition = Choice(label=_("Mức phức tạp"))
    place = forms.CharField(label=_("Xã, phường"), max_length=250, help_text=_("Tên cũ hay mới đều được."))
    place_key = forms.ChoiceField(label=_("Chọn đúng nơi"), required=False, widget=forms.RadioSelect)
    spot = forms.CharField(label=_("Chỗ cụ thể"), max_length=120, required=False)
    concerns = forms.BooleanField(label=_("Nói về chính UBND xã, phường hoặc người đứng đầu"), required=False)
    reason = forms.CharField(
        label=_("Lý do chuyển"),
        widget=area(2),
        max_length=4_000,
        required=False,
        help_text=_("Chỉ cần khi phân loại mới đưa vụ việc sang cơ quan khác. Người dân sẽ đọc được."),
    )
    field_order: tuple[str, ...] = (
        *("kind", "topic", "scope", "condition", "place", "place_key", "spot", "concerns", "reason", "seen"),
    )

    def prepare(self) -> None:
        case = self.case
        if case.state == Case.State.RECEIVED and case.topic.code == UNCLASSIFIED and not self.is_bound:
            del self.fields["reason"]
        kinds = [(code, kind.name) for code, kind in law.kinds().items() if not kind.is_sealed]
        choose(self, "kind", kinds)
        topics = law.topics_on(today()) | {case.topic.code: case.topic}
        choose(self, "topic", ((code, topic.name) for code, topic in topics.items()))
        choose(self, "scope", [("", _("Không")), *_named("scopes")])
        conditions = {*law.open_conditions(), case.condition}
        choose(self, "condition", (pair for pair in _named("conditions") if pair[0] in conditions))
        self.home = _home(case)
        self.initial = {
            "kind": case.kind,
            "topic": case.topic.code,
            "scope": case.scope,
            "condition": case.condition,
            "place": self.home.name,
            "spot": case.spot,
            "concerns": case.concerns_id is not None,
        } | dict(self.initial)
        if self.is_bound:
            self.where = self._read_place()
            choose(self, "place_key", self.where.choices)

    def _read_place(self) -> Where:
        """Return what the words name; those filled in mean the place itself, or what it became."""
        words, chosen = str(self.data.get("place", ""))[:250], str(self.data.get("place_key", ""))
        if nfc(words) != nfc(self.home.name):
            return where(words, chosen, today())
        if law.is_in_force(self.home, today()):
            return where(words, chosen, today()) if chosen else Where(self.home)
        found = where(", ".join(each.name for each in self.home.lineage()), chosen, today())
        return found if found.choices else Where(self.home)

    def clean(self) -> dict[str, Any]:
        if self.where is None or self.where.place is None:
            self.add_error("place", self.where.problem if self.where else _("Hãy ghi xã, phường."))
        return self.cleaned_data


def _home(case: Case) -> Place:
    """Return the case's place; of one that has ended, the heir at whose desk the case is, if it is at one."""
    heirs = law.heirs(case.place, today())
    return next((heir for heir in heirs if heir.pk == case.holder.place_id), case.place)


class Assign(Move):
    officer = Choice(label=_("Giao cho"))

    def prepare(self) -> None:
        rows = self.case.holder.members.on(today()).filter(role__in=("officer", "leader"))
        names = rows.order_by("account__username").values_list("account", "account__username").distinct()
        choose(self, "officer", ((str(pk), name) for pk, name in names))


class Refer(Reason):
    """Hand over to the competent body, another of the place or its province, or one found by name or code."""

    to = Owed(label=_("Chuyển đến"), required=False, help_text=_("Chọn ở đây, hoặc tìm cơ quan bằng ô dưới."))
    find = forms.CharField(
        label=_("Cơ quan khác"),
        required=False,
        max_length=120,
        help_text=_("Tên hoặc mã, khi danh sách trên chưa có. Các cơ quan tìm thấy sẽ hiện trong danh sách."),
    )
    field_order: tuple[str, ...] = ("to", "find", "reason", "seen")

    def prepare(self) -> None:
        named = bodies_named(str(self.data.get("find", ""))[:120]) if self.is_bound else []
        self.found = {body.code: body.name for body in self._in_line(named)[:MOST_FOUND]}
        self.elsewhere = next((body for body in named if body != self.case.holder), None)
        choose(self, "to", [("", _("Chọn cơ quan")), *self.found.items(), *self._usual().items()])

    def _usual(self) -> dict[str, str]:
        case, rows = self.case, {}
        with suppress(LookupError):
            competent = law.competent_body(case.topic, case.place, today(), case.scope, case.concerns)
            rows[competent.code] = _("%(body)s (theo bảng thẩm quyền)") % {"body": competent.name}
        places = {each.pk for start in (case.place, case.holder.place) for each in start.lineage()}
        bodies = Body.objects.filter(place__in=places).on(today()).select_related(*ABOVE)
        for body in sorted(self._in_line(by_name(bodies)), key=lambda body: body.level, reverse=True):
            rows.setdefault(body.code, body.name)
        rows.pop(case.holder.code, None)
        return {code: name for code, name in rows.items() if code not in self.found}

    def _in_line(self, bodies: Iterable[Body]) -> list[Body]:
        return [body for body in in_line(self.case, bodies, today()) if body != self.case.holder]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("to") and "to" not in self.errors:
            if not said.get("find"):
                self.add_error("to", _("Hãy chọn cơ quan nhận."))
            elif not self.found:
                nobody = _("Không tìm thấy cơ quan nào như vậy. Hãy thử một phần của tên.")
                self.add_error("find", out_of_line(self.case, self.elsewhere) if self.elsewhere else nobody)
            else:
                self.add_error("to", _("Các cơ quan tìm thấy đứng đầu danh sách này. Hãy chọn đúng cơ quan."))
        return said


def bodies_named(words: str) -> list[Body]:
    """Return the bodies in force whose name, long or short, holds the words or whose code they are; none for none."""
    wanted = fold(words)
    rows = Body.objects.on(today()).select_related(*ABOVE) if wanted else []
    return by_name(body for body in rows if any(wanted in name for name in called(body)) or wanted == fold(body.code))


def called(body: Body) -> tuple[str, str]:
    """Return the names of a body, as they are compared."""
    return fold(body.name), fold(body.short_name)


class Decided(Reason):
    """What a document decides about the term; its legal ground is told with the reason."""

    document_no = forms.CharField(label=_("Số văn bản"), max_length=80)
    ground = forms.CharField(
        label=_("Căn cứ pháp lý"), max_length=300, help_text=_("Điều, khoản, văn bản cho phép; hiện công khai.")
    )
    public = ("reason", "ground")

    def clean(self) -> dict[str, Any]:
        said, ground = self.cleaned_data, self.cleaned_data.pop("ground", "")
        if ground and said.get("reason"):
            said["reason"] = _("%(reason)s (căn cứ: %(ground)s)") % {"reason": said["reason"], "ground": ground}
        return said


class Extend(Decided):
    days = Whole(1, 365, label=_("Thêm số ngày"))
    field_order = ("days", "document_no", "ground", "reason", "seen")

    def prepare(self) -> None:
        with suppress(NoTerm):  # the row whose limit the action keeps to; what nobody has confirmed grounds nothing
            row = term_for(self.case, self.case.received)
            self.initial = {"ground": row.citation if row.confidence == "S" else ""} | dict(self.initial)


class Pause(Decided):
    field_order = ("document_no", "ground", "reason", "seen")


class Merge(Move):
    """The case that stays, named by its code; the page offers those most alike with a button each."""

    into = forms.CharField(label=_("Mã vụ việc giữ lại"), max_length=20)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        try:
            said |= {"into": parse_case(said["into"])} if "into" in said else {}
        except BadCode as bad:
            self.add_error("into", said_of(bad))
        return said


class Seal(Move):
    """What shows itself to be a complaint or denunciation goes to who holds a key: here, or above."""

    kind = Choice(label=_("Là đơn gì?"))
    to = Choice(
        label=_("Chuyển cho người giữ khóa tại"),
        help_text=_(
            "Lời, liên hệ, tệp rời kênh thường, không đọc lại được ở đây. Biên nhận của người gửi vẫn dùng được."
        ),
    )

    def prepare(self) -> None:
        choose(self, "kind", ((code, kind.name) for code, kind in law.kinds().items() if kind.is_sealed))
        bodies = [self.case.holder, *self.case.holder.superiors()]
        able = set(LaneKey.objects.in_force(today()).filter(body__in=bodies).values_list("body", flat=True))
        choose(self, "to", ((body.code, body.name) for body in bodies if body.pk in able))


class Redact(Reason):
    reason = forms.CharField(
        label=_("Căn cứ pháp lý"),
        widget=area(3),
        max_length=4_000,
        help_text=_(
            "Mọi lời của người dân và của cơ quan trong vụ việc bị xóa vĩnh viễn, không lấy lại được; ngày, cơ quan, "
            "kết quả và dấu niêm trong nhật ký còn lại. "
            "Bản sao lưu hết nội dung này khi hết hạn giữ, nhiều nhất 35 ngày."
        ),
    )


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 for the type only
    field.choices = list(choices)


def _named(table: str) -> Iterator[tuple[str, str]]:
    for row in tables.rows(table):
        yield row["code"], row["name_vi"]
