"""Working days on a table of holidays and worked Saturdays; a year without a table is never guessed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

WEEKEND = frozenset({5, 6})


class CalendarGap(LookupError):
    """The table of holidays says nothing about a year that the count needs."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"Chưa có lịch nghỉ lễ của năm {year} nên không tính được thời hạn. "
            f"Mời quản trị viên nhập ngày nghỉ và ngày làm bù năm {year} vào bảng holidays."
        )
        self.year = year


def written_out(day: date) -> str:
    """Return the day as the head of a document has it: days below 10 and months 1, 2 with a zero (NĐ 30/2020, PL I)."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)  # noqa: PLR2004 see above
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _in_force(row: Mapping[str, str], day: date) -> bool:
    iso = day.isoformat()
    return (row.get("valid_from") or iso) <= iso <= (row.get("valid_to") or iso)


def _marked_days(rows: Iterable[Mapping[str, str]]) -> dict[date, bool]:
    """Whether each day the rows name is worked; ValueError for an unknown kind or a contradiction."""
    marked: dict[date, bool] = {}
    for row in rows:
        day = date.fromisoformat(row["date"])
        if row["kind"] not in {"holiday", "working"}:
            raise ValueError(f"holidays, {day}: kind must be holiday or working, not {row['kind']!r}")
        if not _in_force(row, day):
            continue
        worked = row["kind"] == "working"
        if marked.setdefault(day, worked) is not worked:
            raise ValueError(f"holidays, {day}: both holiday and working")
    return marked


class WorkingCalendar:
    """The working days of every year for which `rows` name at least one holiday.

    `rows` are those of the table holidays: date (ISO), kind (holiday, or working for a Saturday worked in
    exchange), valid_from, valid_to (ISO or empty). Monday to Friday are worked unless a row says otherwise.
    Every question about another year raises CalendarGap.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        marked = _marked_days(rows)
        self.years = frozenset(day.year for day, worked in marked.items() if not worked)
        self._days: list[int] = []
        for year in sorted(self.years):
            for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
                day = date.fromordinal(ordinal)
                if marked.get(day, day.weekday() not in WEEKEND):
                    self._days.append(ordinal)

    def _require(self, first: int, last: int) -> None:
        for year in range(first, last + 1):
            if year not in self.years:
                raise CalendarGap(year)

    def is_working_day(self, day: date) -> bool:
        """Whether `day` is worked; CalendarGap for a year without a table."""
        self._require(day.year, day.year)
        place = bisect_left(self._days, day.toordinal())
        return place < len(self._days) and self._days[place] == day.toordinal()

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (not counted); `day` itself when n is 0. ValueError when n < 0."""
        if n < 0:
            raise ValueError(f"n must not be negative: {n}")
        self._require(day.year, day.year)
        if n == 0:
            return day
        place = bisect_right(self._days, day.toordinal()) + n - 1
        if place >= len(self._days):
            self._require(day.year, max(self.years) + 1)
        found = date.fromordinal(self._days[place])
        self._require(day.year, found.year)
        return found

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and with `b`; negative when b is before a."""
        self._require(min(a, b).year, max(a, b).year)
        return bisect_right(self._days, b.toordinal()) - bisect_right(self._days, a.toordinal())

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, else the next working day."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)
