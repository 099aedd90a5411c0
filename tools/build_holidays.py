"""Builds the table holidays.csv from the calendar of the package `holidays`, corrected by hand."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import cast

from holidays import country_holidays
from holidays.countries.vietnam import VietnamStaticHolidays

FIRST, LAST_ANNOUNCED, LAST = 2020, 2026, 2027
TABLE = Path(__file__).parent.parent / "langnghe" / "core" / "tables" / "holidays.csv"
COLUMNS = ("date", "kind", "name_vi", "name_en", "valid_from", "valid_to", "citation", "confidence")
CODE = "Bộ luật Lao động (nghỉ lễ, tết)"
DERIVED = f"{CODE}; lịch dựng từ gói mã nguồn mở holidays {version('holidays')}, chưa đối chiếu thông báo gốc"
TET_2026 = "Thông báo nghỉ Tết Bính Ngọ 2026: từ 14/02 đến 22/02/2026 (congan.com.vn)"
CULTURE = f"Nghị quyết 80-NQ/TW chọn 24/11 là ngày nghỉ; chưa thấy văn bản sửa {CODE}"
UNANNOUNCED = f"{CODE}; năm 2027 chưa có thông báo, chưa ghi ngày nghỉ bù và ngày hoán đổi"
SWAP_2026 = "Chính phủ đồng ý ngày 25/12/2025, Bộ Nội vụ thông báo cùng ngày (24h.com.vn, 26/12/2025)"
PLAIN_NAMES = {"29 of Lunar New Year": "Two days before Lunar New Year"}
UNDECIDED = {(9, 1), (9, 3)}  # National Day is two days: 2 September and one of these, named each year.


@dataclass(frozen=True)
class Day:
    """One row of the table, valid on its own day."""

    date: date
    kind: str
    name_vi: str
    name_en: str
    citation: str
    confidence: str

    def row(self) -> list[str]:
        day = self.date.isoformat()
        return [day, self.kind, self.name_vi, self.name_en, day, day, self.citation, self.confidence]


def _swapped(off: date, worked: date, citation: str, confidence: str) -> tuple[Day, Day]:
    """Return the row of a weekday off and the row of the Saturday worked instead."""
    source = (citation, confidence)
    names_off = f"Nghỉ hoán đổi, làm bù {worked:%d/%m/%Y}", f"Day off, worked on {worked:%d/%m/%Y}"
    names_worked = f"Làm bù cho {off:%d/%m/%Y}", f"Worked instead of {off:%d/%m/%Y}"
    return Day(off, "holiday", *names_off, *source), Day(worked, "working", *names_worked, *source)


BY_HAND = _swapped(date(2026, 1, 2), date(2026, 1, 10), SWAP_2026, "S")


def _source(day: date) -> tuple[str, str]:
    """Return the citation and the confidence of a day that the package knows."""
    if (day.month, day.day) == (11, 24):
        return CULTURE, "M"
    if day.year > LAST_ANNOUNCED:
        return UNANNOUNCED, "M"
    if date(2026, 2, 14) <= day <= date(2026, 2, 22):
        return TET_2026, "S"
    return DERIVED, "I"


def _swaps() -> dict[date, date]:
    """Return each day off of the package that is worked on another day, and that other day."""
    known = cast(dict[int, tuple[int, int, int, int]], VietnamStaticHolidays.special_public_holidays)
    years = [year for year in known if FIRST <= year <= LAST_ANNOUNCED]
    return {date(year, *known[year][:2]): date(year, *known[year][2:]) for year in years}


def _fixed(day: date) -> bool:
    """Tell whether the law itself names the day, so that it needs no yearly decision."""
    named = country_holidays("VN", years=day.year, observed=False)
    return day in named and (day.month, day.day) not in UNDECIDED


def _festivals() -> Iterator[Day]:
    years = range(FIRST, LAST + 1)
    english = country_holidays("VN", years=years, language="en_US")
    for day, name in sorted(country_holidays("VN", years=years, language="vi").items()):
        if day.year <= LAST_ANNOUNCED or _fixed(day):
            name_en = PLAIN_NAMES.get(english[day], english[day]).replace("observed", "in lieu")
            yield Day(day, "holiday", name, name_en, *_source(day))


def build() -> list[Day]:
    """Return every day of the table in order; a day set by hand goes before the package's."""
    days = {day.date: day for day in _festivals()}
    for off, worked in _swaps().items():
        days |= {day.date: day for day in _swapped(off, worked, *_source(off))}
    days |= {day.date: day for day in BY_HAND}
    return [days[key] for key in sorted(days)]


def main() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(day.row() for day in build())
    sys.stdout.write(f"{TABLE.name}: {len(build())} days\n")


if __name__ == "__main__":
    main()
