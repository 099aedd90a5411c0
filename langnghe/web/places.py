"""Reads where a resident says it happened, and offers the short list when that is not one place."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from langnghe.core.text import fold
from langnghe.registry import law
from langnghe.registry.gazetteer import Gazetteer, Resolution, Unit
from langnghe.registry.models import Place

MOST_NAMED = 10  # communes that are looked up in one text
_TYPE = r"(?:xã|phường|thị trấn|đặc khu|xa|phuong|thi tran|dac khu)"
COMMUNE = re.compile(rf"(?<!\w){_TYPE}\s+(?:[^\W\d_]+[\s,]*){{1,5}}", re.IGNORECASE)


@dataclass(frozen=True)
class Where:
    """The commune in force that the words name; or what is unclear, and (key, label) choices."""

    place: Place | None
    choices: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def where(words: str, chosen: str, today: date) -> Where:
    """Return the commune of this installation's province that `words` name, old names followed to today.

    `chosen` is the key of one of the choices that the same words gave before.
    """
    book = law.gazetteer()
    found = book.resolve(words, within=settings.INSTALLATION.place)
    named = _communes(book, found, today)
    if not named:  # a demo of an earlier year: the unit of that day instead of the latest of that name
        found = book.resolve(words, within=settings.INSTALLATION.place, on=today)
        named = _communes(book, found, today)
    choices = tuple((key, label) for key, (_unit, label) in named.items())
    exact = [key for key in named if fold(book.path(book.units[key])) == fold(words)]
    clear = found.reason in {"found", "several"} and len(named) == 1
    picked = chosen if chosen in named else exact[0] if exact else next(iter(named)) if clear else ""
    if picked:
        return Where(law.place(picked), choices)
    return Where(None, choices, _problem(book, found, named))


def commune_in(text: str, today: date) -> Where:
    """Return the commune that free text names with its type ("xã Thư Vũ"), or what it could be."""
    book, unclear = law.gazetteer(), Where(None)
    for found in islice(COMMUNE.finditer(text), MOST_NAMED):
        candidates = book.resolve(found[0], within=settings.INSTALLATION.place, suggest=False).candidates
        if any(fold(found[0]).startswith(fold(unit.name)) for unit in candidates):
            named = where(found[0], "", today)
            if named.place is not None:
                return named
            unclear = named if named.choices else unclear
    return unclear


def _communes(book: Gazetteer, found: Resolution, today: date) -> dict[str, tuple[Unit, str]]:
    """Return the communes in force, of our province, that the candidates are or became."""
    named: dict[str, tuple[Unit, str]] = {}
    for unit in found.candidates:
        for heir in book.current(unit, today):
            ours = book.lies_in(heir, settings.INSTALLATION.place)
            if heir.level == "commune" and unit.level == "commune" and heir.on(today) and ours:
                named.setdefault(heir.key, (unit, _label(book, heir, unit)))
    return named


def _label(book: Gazetteer, heir: Unit, unit: Unit) -> str:
    if heir == unit:
        return book.path(heir)
    return _("%(now)s (trước là %(before)s)") % {"now": book.path(heir), "before": book.path(unit)}


def _problem(book: Gazetteer, found: Resolution, named: dict[str, tuple[Unit, str]]) -> str:
    if named:
        return _which(found)
    province = law.place(settings.INSTALLATION.place).name
    if found.unit is not None and book.lies_in(found.unit, settings.INSTALLATION.place):
        return _("Hãy ghi rõ đến xã, phường (ví dụ: xã Thư Vũ). Ghi tên cũ hay tên mới đều được.")
    if found.candidates:
        return _("Nơi này không thuộc %(province)s. Trang này chỉ nhận việc xảy ra tại %(province)s.") % {
            "province": province
        }
    return _("Chưa tìm thấy xã, phường nào tên như vậy tại %(province)s. Ghi tên cũ hay tên mới đều được.") % {
        "province": province
    }


def _which(found: Resolution) -> str:
    """Return why one of the choices must be taken."""
    if found.reason == "contradiction":
        return _("Tên xã và tên huyện, tỉnh không khớp nhau. Hãy chọn đúng nơi ở dưới, hoặc sửa lại tên.")
    if found.reason == "unknown":
        return _("Không có nơi nào tên đúng như vậy. Hãy chọn một trong các nơi dưới đây, hoặc sửa lại tên.")
    if found.unit is not None:
        return _("%(name)s cũ nay thuộc nhiều nơi. Hãy chọn nơi hiện nay.") % {"name": found.unit.name}
    return _("Có nhiều nơi cùng tên này. Hãy chọn đúng nơi ở dưới.")
