"""Cases, clocks and steps as the templates want them (see the comments in templates/parts)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from langnghe.cases.actions.inspecting import VERDICTS
from langnghe.cases.lifecycle import MOVES, state_name
from langnghe.cases.models import Case, Step
from langnghe.cases.subject_request import SubjectRequest
from langnghe.registry import known, law

SHOWN_WITH = ("place", "topic", "holder")  # of a case; to be joined by `known.join`

DAYS: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "running": (
        lambda n: ngettext("Còn %(days)s ngày làm việc", "Còn %(days)s ngày làm việc", n),
        lambda n: ngettext("Còn %(days)s ngày", "Còn %(days)s ngày", n),
    ),
    "overdue": (
        lambda n: ngettext("Quá hạn %(days)s ngày làm việc", "Quá hạn %(days)s ngày làm việc", n),
        lambda n: ngettext("Quá hạn %(days)s ngày", "Quá hạn %(days)s ngày", n),
    ),
    "missed": (
        lambda n: ngettext("Trả lời muộn %(days)s ngày làm việc", "Trả lời muộn %(days)s ngày làm việc", n),
        lambda n: ngettext("Trả lời muộn %(days)s ngày", "Trả lời muộn %(days)s ngày", n),
    ),
}
STANDS = {
    "paused": gettext_lazy("Tạm dừng tính hạn"),
    "met": gettext_lazy("Trả lời đúng hạn"),
    "none": gettext_lazy("Chưa tính hạn"),
}


@dataclass(frozen=True)
class Clock:
    """The case clock in words' terms: state, days left or late, when."""

    state: str
    days: int = 0
    working: bool = True
    due: date | None = None
    since: date | None = None
    spent: int = 0
    is_tomorrow: bool = False

    @property
    def words(self) -> str:
        if self.state == "running" and self.days == 0:
            return _("Hết hạn hôm nay")
        if self.state in DAYS:
            of_work, of_all = DAYS[self.state]
            return (of_work(self.days) if self.working else of_all(self.days)) % {"days": self.days}
        return str(STANDS[self.state])

    @property
    def dated(self) -> str:
        """Return the due day, or the day of the pause, in words."""
        if self.state == "paused" and self.since:
            return _("từ %(since)s") % {"since": f"{self.since:%d/%m/%Y}"}
        return _("hạn %(due)s") % {"due": f"{self.due:%d/%m/%Y}"} if self.due else ""


def clock(case: Case, today: date) -> Clock:
    working = law.counts_working_days(case.term_code)
    if case.due is None or case.state in {Case.State.WITHDRAWN, Case.State.MERGED}:
        return Clock("none")
    if case.settled is not None:
        late = days(case.due, case.settled, working)
        return Clock("missed" if late > 0 else "met", late, working, case.due)
    spent = _spent(case, today)
    if case.paused is not None:
        return Clock("paused", 0, working, case.due, case.paused, spent)
    left = days(today, case.due, working)
    if today > case.due:
        return Clock("overdue", max(1, -left), working, case.due)
    return Clock("running", left, working, case.due, None, spent, case.due == today + timedelta(days=1))


def days(since: date, until: date, working: bool) -> int:
    return law.calendar().working_days_between(since, until) if working else (until - since).days


def _spent(case: Case, today: date) -> int:
    began = case.accepted or case.received
    whole = ((case.due or today) - began).days
    return max(0, min(100, round(100 * (today - began).days / whole))) if whole > 0 else 100


def title(case: Case) -> str:
    return case.title or _("%(topic)s tại %(place)s") % {"topic": case.topic, "place": case.place}


def card(case: Case, today: date, href: str = "") -> dict[str, Any]:
    """Return a case as parts/_case_card.html wants it."""
    return {
        "href": href or reverse("case", args=[case.code]),
        "code": case.code,
        "title": title(case),
        "place": case.place,
        "topic": case.topic.name,
        "state": case.state,
        "state_name": state_name(case.state),
        "clock": clock(case, today),
        "outcome": law.outcomes()[case.outcome].name if case.outcome else "",
        "holder": case.holder,
    }


def cards(cases: Iterable[Case], today: date) -> list[dict[str, Any]]:
    """Return the cases of a list as parts/_case_card.html wants them."""
    found = list(cases)
    known.join(found, *SHOWN_WITH)
    return [card(case, today) for case in found]


def steps(case: Case) -> list[dict[str, Any]]:
    """Return the timeline as parts/_timeline.html wants it: bodies and roles, never a person's name."""
    rows = sorted(case.steps.all(), key=lambda step: step.pk)
    known.join(rows, "body", "to_body")
    first = next((row for row in rows if row.verb == "receive"), None)
    return [_step(row, joins=row.verb == "receive" and row is not first) for row in rows]


OWN = ("request_data", "decide_request")  # steps that concern who spoke and their body alone, not everyone
CAUSES = {
    **{("request_data", kind): name for kind, name in SubjectRequest.Kind.choices},
    **{("decide_request", state): name for state, name in SubjectRequest.State.choices},
    ("call_back", "reached"): gettext_lazy("Đã gặp"),
    ("call_back", "missed"): gettext_lazy("Chưa gặp"),
    ("recheck", "came_back"): gettext_lazy("Việc đã trở lại"),
    ("recheck", "lasts"): gettext_lazy("Việc không trở lại"),
    **{("inspect", code): name for code, name in VERDICTS.items()},
}


def _step(step: Step, joins: bool) -> dict[str, Any]:
    by_resident = step.role == "resident" and step.verb != "receive"
    return {
        "pk": step.pk,
        "day": step.day,
        "code": step.verb,
        "verb": _("Thêm tiếng nói về việc này") if joins else MOVES[step.verb].name,
        "body": _("Người dân") if by_resident else step.body,
        "to": step.to_body,
        "text": _said(step),
        "reason": "" if step.verb == "ask_part" else step.reason,
        "document_no": step.document_no,
    }


def _said(step: Step) -> str:
    if (step.verb, step.cause) in CAUSES:
        return str(CAUSES[step.verb, step.cause])
    if step.outcome and step.verb == "reply":
        return law.outcomes()[step.outcome].plain
    if step.stars:
        return _("%(stars)s trên 5") % {"stars": step.stars}
    if step.verb == "ask_part" and step.reason:
        return _("Hạn cho ý kiến: %(day)s") % {"day": step.reason}
    if step.days:
        return _("Thêm %(days)s ngày") % {"days": step.days}
    return ""


# What a row, or a chart, may have: a template takes far longer over a name that is not there than over an empty one.
PLAIN_ROW: dict[str, Any] = {"href": "", "extra": "", "mark": False, "last": "", "last_percent": None}
PLAIN_FIGURE = {"href": "", "unit": "", "last": "", "change": "", "note": "", "late": ""}
PLAIN_BARS = {"last_head": "", "note": ""}


def bars(rows: Iterable[tuple[str, int]], **words: str) -> dict[str, Any]:
    """Return a chart as parts/_bars.html wants it from (name, count) rows, longest first."""
    chosen = sorted(rows, key=lambda row: -row[1])
    most = max((count for _name, count in chosen), default=0) or 1
    shown = [
        PLAIN_ROW | {"name": name, "count": count, "value": number(count), "percent": round(100 * count / most, 1)}
        for name, count in chosen
    ]
    return PLAIN_BARS | {"rows": shown, **words}


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def decimal(value: float, digits: int = 1) -> str:
    """Return a number as it is written here: 1.234,5."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
