"""Says in plain words where a case stands, what comes next, what a reply amounts to, and where a rule comes from."""

import re
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from langnghe.cases import filing
from langnghe.cases.lifecycle import NAMING
from langnghe.cases.models import Case, Reply
from langnghe.registry import law
from langnghe.web.shown import Clock

State = Case.State
NEXT = {
    State.RECEIVED: gettext_lazy("%(body)s thụ lý, hoặc chuyển đúng nơi có thẩm quyền và ghi rõ lý do."),
    State.ACCEPTED: gettext_lazy("%(body)s giao cán bộ giải quyết."),
    State.ASSIGNED: gettext_lazy("%(body)s đang giải quyết và soạn câu trả lời."),
    State.DRAFTED: gettext_lazy("Lãnh đạo %(body)s xem và duyệt câu trả lời."),
    State.APPROVED: gettext_lazy("%(body)s công bố câu trả lời đã duyệt."),
    State.ANSWERED: gettext_lazy(
        "Người gửi đánh giá câu trả lời; chưa đồng ý thì mở lại hoặc đề nghị cấp trên xem xét."
    ),
    State.CLOSED: gettext_lazy(
        "Vụ việc đã kết thúc. Nếu việc chưa xong, người gửi mở lại được trong %(days)s ngày sau câu trả lời; "
        "sau đó vẫn đề nghị cấp trên được."
    ),
    State.WITHDRAWN: gettext_lazy("Người gửi đã rút, vụ việc không giải quyết tiếp."),
    State.SEALED: gettext_lazy(
        "Việc này theo thủ tục khiếu nại, tố cáo và được giữ kín: chỉ người có thẩm quyền mở được."
    ),
    State.MERGED: gettext_lazy("Việc này được giải quyết chung trong một vụ việc khác cùng nội dung."),
}
UNSURE = re.compile(r"[,;]?\s*chưa xác nhận\s*$")
PROMISES = {
    "open": gettext_lazy("đang thực hiện"),
    "kept": gettext_lazy("đã thực hiện"),
    "dropped": gettext_lazy("không thực hiện"),
}


DUE = {
    "today": gettext_lazy("Hôm nay là hạn trả lời."),
    "tomorrow": gettext_lazy("Ngày mai là hạn trả lời."),
    "running": gettext_lazy("Muộn nhất ngày %(due)s phải trả lời, còn %(left)s."),
    "overdue": gettext_lazy("Đã quá hạn trả lời %(left)s. Ông/bà có quyền đề nghị cấp trên xem xét ngay."),
    "paused": gettext_lazy("Thời hạn đang tạm dừng."),
    "met": gettext_lazy("Đã trả lời, đúng hạn."),
    "missed": gettext_lazy("Đã trả lời, muộn %(left)s."),
    "none": gettext_lazy("Thời hạn bắt đầu tính khi được thụ lý."),
}


def what_next(case: Case) -> str:
    if case.paused is not None and case.is_open:
        return _("Thời hạn đang tạm dừng, lý do và số văn bản ghi ở phần việc đã làm.")
    return str(NEXT[State(case.state)] % {"body": case.holder, "days": law.rule("reopen_days")})


def days_of(days: int, *, working: bool) -> str:
    """Return a number of days with its unit."""
    if working:
        return ngettext("%(days)s ngày làm việc", "%(days)s ngày làm việc", days) % {"days": days}
    return ngettext("%(days)s ngày", "%(days)s ngày", days) % {"days": days}


def due_plainly(case: Case, clock: Clock) -> str:
    """Return in one sentence when the answer is due, as one would say it."""
    due = f"{clock.due:%d/%m/%Y}" if clock.due else ""
    state = clock.state
    if state == "running" and (clock.days == 0 or clock.is_tomorrow):
        state = "tomorrow" if clock.is_tomorrow else "today"
    if state == "none" and not case.is_open:
        return ""
    return str(DUE[state]) % {"left": days_of(clock.days, working=clock.working), "due": due}


def held_since(case: Case, steps: Iterable[dict[str, Any]]) -> date:
    """Return the day on which the case came to its holder."""
    days: list[date] = [step["day"] for step in steps if step["to"] is not None and step["code"] not in NAMING]
    return days[-1] if days else case.received


def why_hidden(steps: Iterable[dict[str, Any]]) -> str:
    """Return the reason for which the case was last published without words that somebody wished to be shown."""
    reasons = [str(step["reason"]) for step in steps if step["code"] == "publish"]
    return reasons[-1] if reasons else ""


def replies(case: Case, today: date) -> list[dict[str, Any]]:
    """Return the published answers, oldest first, each with its outcome in plain words."""
    return [_reply(row, today, case.is_public) for row in case.answers if row.state == Reply.State.PUBLISHED]


def photos(reply: Reply, is_public: bool) -> list[dict[str, Any]]:
    """Return the photos of an answer; those that not everyone may see stand in the page itself."""
    return [
        {"pk": photo.pk, "src": _source(photo.place, is_public), "width": photo.width, "height": photo.height}
        for photo in reply.proof_photos
        if photo.taken_down_id is None
    ]


def papers(reply: Reply, code: str = "") -> list[dict[str, Any]]:
    """Return the papers of an answer; with a code, as those who work on that case reach them before it is published."""
    return [
        {"name": paper.name, "size": paper.size, "href": _address(paper.place, paper.pk, code)}
        for paper in reply.proof_papers
        if paper.taken_down_id is None
    ]


def removed(reply: Reply) -> list[dict[str, Any]]:
    """Return the photos and papers of an answer that were taken down: which sort, when and why."""
    steps = {step.pk: step for step in reply.removals}
    proofs = [*((row.taken_down_id, False) for row in reply.proof_photos)]
    proofs += [(row.taken_down_id, True) for row in reply.proof_papers]
    return [{"is_paper": is_paper, "step": steps[pk]} for pk, is_paper in proofs if pk is not None]


def _address(place: str, pk: int, code: str) -> str:
    return reverse("proof_paper", args=[code, pk]) if code else reverse("public_paper", args=[place])


def _source(place: str, is_public: bool) -> str:
    if is_public:
        return reverse("public_photo", args=[place])
    with suppress(OSError):
        return "data:image/jpeg;base64," + b64encode(filing.path(place).read_bytes()).decode()
    return ""


def _reply(row: Reply, today: date, is_public: bool) -> dict[str, Any]:
    promise = row.commitment
    outcome = law.outcomes()[row.outcome]
    return {
        "pk": row.pk,
        "body": row.body,
        "day": row.published,
        "name": outcome.name,
        "plain": outcome.plain,
        "text": row.text,
        "proof": row.proof,
        "photos": photos(row, is_public),
        "papers": papers(row, "" if is_public else row.case.code),
        "removed": removed(row),
        "promise": promise,
        "promise_state": PROMISES[promise.state] if promise else "",
        "promise_late": bool(promise and promise.state == "open" and promise.due < today),
    }


def cited(citation: str, confidence: str) -> dict[str, Any]:
    """Return the mark apart from the citation, so that it is neither missed nor said twice."""
    return {"citation": UNSURE.sub("", citation), "is_unsure": confidence != "S"}
