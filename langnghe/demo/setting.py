"""Where a demo lives and what it plays: place, period, the days and the clock that stands still."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from langnghe.core.refusal import Refused
from langnghe.core.text import fold

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Setting:
    """The demo's place in words, its period, and the half-years to play, the earlier first."""

    place: str
    since: date
    until: date

    @property
    def period(self) -> str:
        return f"{self.since.year}-H{1 if self.since.month == 1 else 2}"

    @property
    def clock(self) -> datetime:
        return datetime.combine(self.until, time(17, 0), ZONE)

    @property
    def spans(self) -> list[tuple[date, date]]:
        before = (self.since.replace(year=self.since.year - 1), self.until.replace(year=self.until.year - 1))
        return [before, (self.since, self.until)]


def setting(place: str, period: str) -> Setting:
    """Return the setting for "Hưng Yên", "2026-H1"; Refused for a period that is not a half-year since 2020."""
    year, _, half = period.partition("-H")
    if not year.isdigit() or half not in {"1", "2"} or not 2021 <= int(year) <= 2026:  # noqa: PLR2004 years of the tables
        raise Refused(f"Không hiểu kỳ “{period}”. Viết như 2026-H1; bản minh hoạ có từ 2021-H1 đến 2026-H2.")
    since, until = (
        (date(int(year), 1, 1), date(int(year), 6, 30))
        if half == "1"
        else (date(int(year), 7, 1), date(int(year), 12, 31))
    )
    return Setting(place, since, until)


def home(folder: Path, place: str, period: str) -> Path:
    """Return the folder of this demo, apart from every real installation."""
    name = "-".join(["demo", *fold(place).split(), *fold(period).split("-")])
    return folder / "var" / name
