"""What is kept about somebody who spoke, as they may see it, and how their requests about it stand."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Step, Voice
from langnghe.cases.sealed.models import SealedRequest
from langnghe.cases.subject_request import SubjectRequest, term
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.web import shown, words

Row = tuple[str, str]
OPENINGS = ("open_contact", "ask_back")
CONTACT = {
    "name": gettext_lazy("Họ tên"),
    "address": gettext_lazy("Địa chỉ"),
    "phone": gettext_lazy("Số điện thoại"),
    "email": gettext_lazy("Thư điện tử"),
    "sender": gettext_lazy("Thư gửi từ"),
}


class Section(NamedTuple):
    """A heading, rows of name and value, and what to say where there are none."""

    title: str
    rows: list[Row]
    none: str = ""


def sections(voice: Voice, contact: Mapping[str, str]) -> list[Section]:
    """Return all that is kept about who spoke; load the voice with its case, raw original and attachments."""
    steps = sorted(voice.case.steps.select_related("body", "to_body"), key=lambda step: step.pk)
    return [
        Section(_("Lời đã gửi"), _said(voice)),
        Section(_("Liên hệ"), contact_rows(contact), _("Không giữ.")),
        Section(_("Ý muốn"), _wishes(voice)),
        Section(_("Ai đã mở liên hệ trong vụ việc này"), _openings(steps), _("Chưa ai mở.")),
        Section(_("Đã gọi báo, đã đánh giá"), _told(voice), _("Chưa có.")),
        Section(_("Yêu cầu về dữ liệu"), [(f"{row.received:%d/%m/%Y}", _asked(row)) for row in requests_of(voice)]),
        Section(_("Các bước của vụ việc"), _steps(voice)),
        Section(_("Cũng đang giữ"), _beside(voice)),
    ]


def contact_rows(contact: Mapping[str, str]) -> list[Row]:
    """Return how to reach somebody, each value with its name in words."""
    return [(str(CONTACT.get(name, name)), value) for name, value in contact.items()]


def requests_of(voice: Voice) -> list[SubjectRequest]:
    return sorted(voice.requests.all(), key=lambda row: row.pk)


def _said(voice: Voice) -> list[Row]:
    case = voice.case
    rows = [
        (_("Ngày gửi"), f"{voice.day:%d/%m/%Y}"),
        (_("Qua"), voice.get_channel_display()),
        (_("Loại"), law.kinds()[voice.kind].name),
        (_("Nguyên văn"), voice.text or _("(đã xóa theo luật)")),
        (_("Nơi"), ", ".join(filter(None, (str(case.place), case.spot)))),
        (_("Nơi, theo lời đã ghi"), voice.place_words),
        (_("Lĩnh vực"), str(case.topic)),
        (_("Ai gửi"), voice.get_sender_display()),
        (_("Số người"), str(voice.people)),
        (_("Mã vụ việc"), case.code),
    ]
    files = [(_("Tệp gửi kèm"), file.name) for file in voice.attachments.all() if file.name]
    corrections = [(_("Đính chính"), row.correction) for row in requests_of(voice) if row.correction]
    return [row for row in rows if row[1]] + files + corrections


def _wishes(voice: Voice) -> list[Row]:
    if voice.is_private:
        appearance = _("Không công khai")
    else:
        appearance = _("Hiện nguyên văn") if voice.shows_text else _("Chỉ hiện bản tóm tắt")
    may_call = _("Đồng ý") if voice.may_call_back else _("Không đồng ý")
    return [
        (_("Khi công khai"), appearance),
        (_("Mặt trận gọi lại"), may_call),
        (_("Tin báo"), voice.get_notices_display()),
    ]


def _openings(steps: list[Step]) -> list[Row]:
    """Return when the contact was opened and by whom: the body and the role, as bodies answer for their people."""
    roles = dict(Member.Role.choices)
    return [
        (
            f"{localtime(step.at):%d/%m/%Y %H:%M}",
            f"{step.body}, {roles.get(step.role, step.role)}: {MOVES[step.verb].name}",
        )
        for step in steps
        if step.verb in OPENINGS
    ]


def _told(voice: Voice) -> list[Row]:
    calls = [
        (f"{call.day:%d/%m/%Y}", _("Gọi báo: đã gặp") if call.was_reached else _("Gọi báo: chưa gặp"))
        for call in voice.calls.order_by("pk")
    ]
    ratings = [
        (f"{row.day:%d/%m/%Y}", " ".join(filter(None, (_("%(stars)s trên 5") % {"stars": row.stars}, row.sentence))))
        for row in voice.ratings.order_by("pk")
    ]
    rechecks = [
        (f"{row.day:%d/%m/%Y}", _("Việc đã trở lại") if row.came_back else _("Việc không trở lại"))
        for row in voice.rechecks.order_by("pk")
    ]
    return [*calls, *ratings, *rechecks]


def _asked(row: SubjectRequest) -> str:
    return " · ".join(filter(None, (row.name, row.content.words, row.get_state_display(), row.reason)))


def _steps(voice: Voice) -> list[Row]:
    """Return the timeline; without residents' reasons where several spoke, as they may be another's words."""
    is_alone, rows = voice.case.voices.count() == 1, []
    for step in shown.steps(voice.case):
        is_hidden = step["body"] == _("Người dân") and not is_alone
        said = (str(step["verb"]), str(step["body"]), "" if is_hidden else step["reason"])
        rows.append((f"{step['day']:%d/%m/%Y}", ", ".join(filter(None, said))))
    return rows


def _beside(voice: Voice) -> list[Row]:
    rows = [
        (_("Mã biên nhận"), _("chỉ giữ dấu băm, không giữ mã")),
        (_("Để tìm kiếm"), _("các từ trong lời, ở dạng không dấu và dạng băm")),
        (_("Nhật ký công khai"), _("ngày, cơ quan, loại việc và dấu niêm; không có lời, không có tên")),
        (_("Bản sao lưu"), _("nhiều nhất 35 ngày")),
    ]
    if voice.raw.payload:
        rows.insert(0, (_("Bản gốc"), _("đúng như lúc gửi, niêm phong; khóa bị hủy sau một thời gian")))
    return rows


def clock(row: SubjectRequest | SealedRequest, today: date) -> shown.Clock:
    """Return the clock of a request: running, overdue, met, missed, or none where there is no row of law."""
    working = law.counts_working_days(row.term_code)
    if row.due is None:
        return shown.Clock("none")
    if row.decided is not None:
        late = shown.days(row.due, row.decided, working)
        return shown.Clock("missed" if late > 0 else "met", late, working, row.due)
    left = shown.days(today, row.due, working)
    if today > row.due:
        return shown.Clock("overdue", max(1, -left), working, row.due)
    return shown.Clock("running", left, working, row.due)


def standing(row: SubjectRequest, today: date) -> dict[str, Any]:
    """Return a request as the pages show it."""
    return {"row": row, "name": row.name, "clock": clock(row, today), "words": row.content.words}


def cited(on: date) -> dict[str, Any] | None:
    """Return how long the law gives, and the mark where that is not confirmed; None before there was a row."""
    row = term(on)
    return words.cited(row.citation, row.confidence) | {"term": row} if row else None


def as_text(title: str, found: list[Section]) -> str:
    """Return the sections as plain text, to be saved and opened on any device."""
    lines = [title, ""]
    for section in found:
        lines += [section.title.upper(), *(f"- {name}: {value}" for name, value in section.rows)]
        lines += ([] if section.rows else [section.none]) + [""]
    return "\r\n".join(lines)
