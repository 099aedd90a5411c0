"""Cells become dates, numbers and names; what cannot be read is turned down with the reason and the cure."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from langnghe.cases.intake.sheet import Cell, cell_text
from langnghe.core.text import fold

EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)  # 1954 to 2119
FIRST_YEAR = 1976
LONGEST_DATE = 80
LONGEST_KIND = 300
WEEKDAY = re.compile(r"^(?:thứ\s+\w+|chủ\s+nhật|t[2-7]|cn)\s*,?\s+", re.IGNORECASE)
DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) ?(?:thang|,) ?(\d{1,2}) ?,? ?nam (\d{4})")
TIME = re.compile(
    r"[T,\s]{1,9}(\d{1,2})[:hg](\d{2})?(?::(\d{2})(?:\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?\s?$", re.IGNORECASE
)
NO_YEAR = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}")
PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
DOCUMENT = re.compile(
    r"(?:số\s*)?(?:cmnd|cmt|cccd|căn\s*cước(?:\s*công\s*dân)?|chứng\s*minh(?:\s*nhân\s*dân|\s*thư)?|hộ\s*chiếu|định\s*danh)"
    r"[^\d\n]{0,15}[a-z]?\d[\d .]{5,14}\d|(?<!\d)0\d{11}(?!\d)",
    re.IGNORECASE,
)
LONG_NUMBER = re.compile(r"\d[\d .]{5,}\d")
DIVIDERS = (  # blanks are counted: without an end they cost the square of their number
    re.compile(r"\s?\n\s?"),
    re.compile(r"\s{0,2}[,;–-]?\s{0,2}(?:địa chỉ|đ/c|đc)\s{0,2}:?\s{1,2}", re.IGNORECASE),
    re.compile(r"\s{1,2}[–—-]\s{0,2}|\s{0,2}[–—]\s{1,2}|\s{0,2};\s{0,2}"),
    re.compile(r"\s{0,2},\s{0,2}"),
)
PLACE_START = re.compile(
    r"(?:^|[\s,;–-])((?:xã|phường|thị trấn|đặc khu|x\.|p\.|tt\.)\s*\S.*)$", re.IGNORECASE | re.DOTALL
)
WRITE_AS = "Hãy ghi ngày trước, tháng sau, đủ năm, ví dụ 31/12/2025."


class BadValue(ValueError):
    """A cell that cannot be read; the message says why and how to correct it."""


def read_date(cell: Cell, zone: ZoneInfo) -> date:
    """The day, day-first, two-digit years as 20xx; raises BadValue."""
    return read_moment(cell, zone)[0]


def read_moment(cell: Cell, zone: ZoneInfo) -> tuple[date, datetime | None]:
    """The day in `zone` and, where a time of day was given, the exact moment; raises BadValue."""
    if isinstance(cell, datetime):
        moment = cell if cell.tzinfo else cell.replace(tzinfo=zone)
        return moment.date(), moment if cell.time() != datetime.min.time() else None
    if isinstance(cell, date):
        return cell, None
    text = cell_text(cell).strip()
    if len(text) > LONGEST_DATE:
        raise BadValue(f"«{text[:40]}…» quá dài, không phải là ngày. {WRITE_AS}")
    return _from_text(text, zone)


@lru_cache(maxsize=20_000)
def _from_text(text: str, zone: ZoneInfo) -> tuple[date, datetime | None]:
    if re.fullmatch(r"\d+(?:\.\d+)?", text) and not re.fullmatch(r"\d{1,2}\.\d{1,2}", text):
        return _from_number(text, zone)
    text = WEEKDAY.sub("", text)
    clock = TIME.search(text)
    day = _day(text[: clock.start()] if clock else text, text)
    if clock is None:
        return day, None
    moment = _with_time(day, clock, zone, text)
    return moment.astimezone(zone).date(), moment


def _from_number(text: str, zone: ZoneInfo) -> tuple[date, datetime | None]:
    """An Excel serial, Unix seconds or milliseconds, or yyyymmdd; told apart by size."""
    digits = text.partition(".")[0]
    if re.fullmatch(r"(?:19|20)\d{6}", digits):
        return _calendar_day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), text), None
    value = float(text)
    if int(value) in SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(value)), None
    seconds = value / 1000 if len(digits) == 13 else value  # noqa: PLR2004
    if not 2e8 < seconds < 5e9:  # noqa: PLR2004
        raise BadValue(f"«{text}» không phải là ngày. {WRITE_AS}")
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.astimezone(zone).date(), moment


def _day(text: str, whole: str) -> date:
    text = text.strip(" ,.;")
    if found := DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        return _calendar_day(year + 2000 if len(found[3]) == 2 else year, month, day, whole)  # noqa: PLR2004
    if found := YEAR_FIRST.fullmatch(text):
        return _calendar_day(int(found[1]), int(found[2]), int(found[3]), whole)
    if found := IN_WORDS.fullmatch(fold(text)):
        return _calendar_day(int(found[3]), int(found[2]), int(found[1]), whole)
    if NO_YEAR.fullmatch(text):
        raise BadValue(f"«{whole}» thiếu năm. {WRITE_AS}")
    if len(DAY_FIRST.findall(text)) > 1:
        raise BadValue(f"«{whole}» có nhiều hơn một ngày. Hãy giữ một ngày, ghi ngày khác vào cột ghi chú.")
    raise BadValue(f"Không hiểu ngày «{whole}». {WRITE_AS}")


def _calendar_day(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:  # noqa: PLR2004
        raise BadValue(f"«{text}»: không có tháng {month}. {WRITE_AS}")
    if year < FIRST_YEAR:
        raise BadValue(f"«{text}»: năm {year} quá xa. {WRITE_AS}")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise BadValue(f"«{text}»: tháng {month:02}/{year} chỉ có {last} ngày. Hãy sửa lại ngày.")
    return date(year, month, day)


def _with_time(day: date, clock: re.Match[str], zone: ZoneInfo, text: str) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3])
    offset = clock[4]
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
        if offset is None:
            return moment
        return datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}{offset.upper()}")
    except ValueError as error:
        raise BadValue(f"«{text}»: giờ không có thật. Hãy ghi giờ từ 00:00 đến 23:59.") from error


def read_degrees(cell: Cell, most: int) -> float:
    """A latitude (most = 90) or longitude (most = 180); a decimal comma is accepted."""
    text = cell_text(cell).strip()
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise BadValue(
            f"«{text[:40]}» không phải toạ độ. Hãy ghi số từ -{most} đến {most}, ví dụ 20.4463, hoặc để trống."
        )
    return value


def read_people(text: str) -> tuple[int, str]:
    """How many people signed (1 when nothing is said) and the words left over."""
    if len(text) > LONGEST_KIND:
        raise BadValue(f"Ô dài hơn {LONGEST_KIND} ký tự. Chỉ ghi loại đơn và số người: Kiến nghị/3.")
    found = re.search(r"(\d{1,6})\s*(?:người|nguoi|ng\b|hộ|lượt)|(\d{1,6})\s*\)?\s*$", text, re.IGNORECASE)
    if found is None:
        return 1, text.strip()
    count = int(found[1] or found[2])
    if count == 0:
        raise BadValue(f"«{text}»: số người là 0. Hãy ghi từ 1 người trở lên.")
    rest = (text[: found.start()] + " " + text[found.end() :]).strip(" /(),;:-–\n")
    return count, rest


def read_phone(cell: Cell) -> str:
    """As typed; the leading 0 that Excel drops from a number is put back."""
    text = cell_text(cell).strip()
    return f"0{text}" if isinstance(cell, float) and re.fullmatch(r"[35789]\d{8}", text) else text


def without_document(text: str) -> tuple[str, bool]:
    """The text without identity document numbers, and whether there was one."""
    if LONG_NUMBER.search(text) is None:
        return text, False
    left, count = DOCUMENT.subn("", text)
    return (re.sub(r"(?<![ ,;–-])[ ,;–-]+(?=\n|$)", "", left).strip() if count else text), count > 0


def split_name(text: str) -> tuple[str, str, str]:
    """Name, address and telephone number of the combined third column of the reception book."""
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text))  # long runs of blanks cost the dividers much
    phone = PHONE.search(text)
    if phone:
        text = (
            re.sub(r"(?:sđt|đt|điện thoại|tel)\s*[:.]?\s*$", "", text[: phone.start()], flags=re.IGNORECASE)
            + text[phone.end() :]
        )
    text = text.strip(" \n\t,;-–")
    for divider in DIVIDERS:
        found = divider.search(text)
        if found and found.start() > 0:
            address = DIVIDERS[1].sub("", " " + text[found.end() :]).strip(" \n\t,;-–")
            return text[: found.start()].strip(), " ".join(address.split()), phone[0] if phone else ""
    return text, "", phone[0] if phone else ""


def place_in(address: str) -> str:
    """The part of an address from the commune on, so that no house or hamlet goes further than needed."""
    found = PLACE_START.search(address)
    return found[1].strip() if found else address
