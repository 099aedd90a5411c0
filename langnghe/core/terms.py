"""Terms set by law as rows of data, and the clock that runs, pauses and is extended under one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple, cast

from .calendar import WorkingCalendar

Unit = Literal["working", "calendar"]
State = Literal["running", "paused", "due_soon", "overdue"]
_DAY = timedelta(days=1)


class NoTerm(LookupError):
    """No row of the table of terms was in force on the day the clock started."""


class AmbiguousTerm(LookupError):
    """Several rows were in force on the day the clock started; the table must be corrected."""


class ExtensionRefused(ValueError):
    """The term's row does not allow this extension: `why`, and the number or day that bounds it."""

    def __init__(self, why: Literal["document", "times", "days", "early"], bound: "int | date" = 0) -> None:
        super().__init__(why, bound)
        self.why, self.bound = why, bound


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Term:
    """One row of law: `days` in `unit` from the day the case was `starts`, and how far it may be extended."""

    code: str
    stage: str
    kind: str
    days: int
    unit: Unit
    starts: Literal["received", "accepted"]
    extension_days: int = 0
    extensions_max: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    citation: str = ""
    confidence: str = ""
    condition: str = ""

    def __post_init__(self) -> None:
        if self.unit not in {"working", "calendar"} or self.starts not in {"received", "accepted"}:
            raise ValueError(f"term {self.code}: unknown unit {self.unit!r} or start {self.starts!r}")
        if min(self.days, self.extension_days, self.extensions_max) < 0:
            raise ValueError(f"term {self.code}: days and extensions must not be negative")

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Term":
        """The term in a row with columns named like the fields; empty numbers are 0, empty dates open."""
        return cls(
            code=row["code"],
            stage=row["stage"],
            kind=row["kind"],
            days=int(row["days"]),
            unit=cast(Unit, row["unit"]),
            starts=cast(Literal["received", "accepted"], row["starts"]),
            extension_days=int(row.get("extension_days") or 0),
            extensions_max=int(row.get("extensions_max") or 0),
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            citation=row["citation"],
            confidence=row["confidence"],
            condition=row.get("condition") or "",
        )

    def in_force(self, on: date) -> bool:
        """Whether the row holds on that day; both ends count, None is open."""
        return (self.valid_from or on) <= on <= (self.valid_to or on)


def find(terms: Iterable[Term], *, stage: str, kind: str, on: date, condition: str = "") -> Term:
    """The one term of that stage, kind and condition in force on the day `on` which the clock STARTED.

    A later change of the law does not move a running clock. NoTerm or AmbiguousTerm when there is not exactly
    one.
    """
    wanted = (stage, kind, condition)
    found = [term for term in terms if (term.stage, term.kind, term.condition) == wanted and term.in_force(on)]
    named = f"“{stage}”, loại “{kind}”" + (f", điều kiện “{condition}”" if condition else "")
    if not found:
        raise NoTerm(f"Bảng thời hạn không có dòng nào cho bước {named} có hiệu lực ngày {on:%d/%m/%Y}.")
    if len(found) > 1:
        codes = ", ".join(term.code for term in found)
        raise AmbiguousTerm(f"Bảng thời hạn có nhiều dòng cho bước {named} ngày {on:%d/%m/%Y}: {codes}.")
    return found[0]


class Pause(NamedTuple):
    """The clock stands from the day `since` and runs again on the day `until` (None: still standing)."""

    since: date
    until: date | None
    document_no: str


class Extension(NamedTuple):
    """`days` more, in the term's unit, by the decision `document_no` of `day`."""

    days: int
    document_no: str
    day: date


def _check(term: Term, start: date, place: int, extension: Extension) -> None:
    if not extension.document_no.strip():
        raise ExtensionRefused("document")
    if place > term.extensions_max:
        raise ExtensionRefused("times", term.extensions_max)
    if not 0 < extension.days <= term.extension_days:
        raise ExtensionRefused("days", term.extension_days)
    if extension.day < start:
        raise ExtensionRefused("early", start)


@dataclass(frozen=True, slots=True)
class Clock:
    """A term that started on the day `start` (itself not counted), with its pauses and extensions.

    ExtensionRefused if an extension lacks its document or exceeds the term's row.
    """

    start: date
    term: Term
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def __post_init__(self) -> None:
        for place, extension in enumerate(self.extensions, start=1):
            _check(self.term, self.start, place, extension)
        for pause in self.pauses:
            if pause.until is not None and pause.until < pause.since:
                raise ValueError(f"Ngày tiếp tục {pause.until:%d/%m/%Y} trước ngày tạm dừng {pause.since:%d/%m/%Y}.")

    def extend(self, days: int, document_no: str, day: date) -> "Clock":
        """This clock with one more extension, or ExtensionRefused."""
        return replace(self, extensions=(*self.extensions, Extension(days, document_no, day)))

    def _standing(self, today: date | None) -> list[tuple[date, date]]:
        """Stretches [since, until) after the start, without overlaps; an open one lasts through `today`."""
        spans: list[tuple[date, date]] = []
        for pause in sorted(self.pauses, key=lambda pause: pause.since):
            since = max(pause.since, spans[-1][1] if spans else self.start + _DAY)
            until = pause.until or (today + _DAY if today else since)
            if until > since:
                spans.append((since, until))
        return spans

    def _count(self, calendar: WorkingCalendar, a: date, b: date) -> int:
        return calendar.working_days_between(a, b) if self.term.unit == "working" else (b - a).days

    def _add(self, calendar: WorkingCalendar, day: date, n: int) -> date:
        return calendar.add_working_days(day, n) if self.term.unit == "working" else day + n * _DAY

    def due(self, calendar: WorkingCalendar, today: date | None = None) -> date:
        """The last day in time: the n-th day (in the term's unit) after the start on which the clock runs.

        n is the term plus its extensions. A pause that begins after the last day comes too late to move it.
        An open pause counts through `today`, as if the clock ran again tomorrow; without `today` it counts as
        nothing yet. A term in calendar days that would end on a day off ends on the next working day (Civil
        Code 2015, Article 148(5)). CalendarGap when the holidays of a year are unknown.
        """
        left = self.term.days + sum(extension.days for extension in self.extensions)
        day = self.start
        for since, until in self._standing(today):
            if self._add(calendar, day, left) < since:
                break
            left -= self._count(calendar, day, since - _DAY)
            day = until - _DAY
        last = self._add(calendar, day, left)
        return calendar.on_or_after(last) if self.term.unit == "calendar" else last

    def days_left(self, calendar: WorkingCalendar, today: date) -> int:
        """Days (in the term's unit) after `today` to the due day: 0 on that day, negative once it is past."""
        due = self.due(calendar, today)
        left = self._count(calendar, today, due)
        if today > due:
            return min(left, -1)
        for since, until in self._standing(today):
            first, last = max(since, today + _DAY), min(until - _DAY, due)
            if first <= last:
                left -= self._count(calendar, first - _DAY, last)
        return left

    def state(self, calendar: WorkingCalendar, today: date, soon: int = 2) -> State:
        """The first that holds: overdue, paused, due_soon (at most `soon` units left), running."""
        left = self.days_left(calendar, today)
        if left < 0:
            return "overdue"
        if any(pause.since <= today and (pause.until is None or today < pause.until) for pause in self.pauses):
            return "paused"
        return "due_soon" if left <= soon else "running"
