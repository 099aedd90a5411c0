"""Finds which unit in force follows each old one, and mends positions that contradict each other."""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from statistics import median

from place_units import (
    EARLIER_SUFFIX,
    LAST_EARLIER_DAY,
    LAST_OLD_DAY,
    LATER,
    Place,
    Result,
    Successor,
    at,
    label,
    province,
    read_json,
    table,
)

from langnghe.core.text import fold

FAR_KM, VERY_FAR_KM, COMPACT_KM, EARTH_KM = 20.0, 40.0, 12.0, 6371.0
SAME_NAME, FORMER_NAME = "cùng tên trong cùng huyện", "tên cũ ghi trong bảng 06/2025"
SAME_CODE, NOT_KNOWN = "cùng mã", "chưa rõ xã kế tục, chỉ biết tỉnh"
Heirs = dict[str, list[str]]


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    along, across = math.sin((lat2 - lat1) / 2), math.sin((lon2 - lon1) / 2)
    return 2 * EARTH_KM * math.asin(math.hypot(along, math.sqrt(math.cos(lat1) * math.cos(lat2)) * across))


def _distance(result: Result, old: str, new: str) -> float:
    one, other = result.places[old].point, result.places[new].point
    return _km(one, other) if one and other else math.inf


def read_successors(result: Result, old: dict[str, str], new: dict[tuple[str, str], str]) -> Heirs:
    """Return old key -> the new keys that the package names; several for a divided commune."""
    data = read_json(LATER, "converter_2025")
    heirs: Heirs = {}
    for area, communes in data["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, paths in communes.items():
            heirs |= {old[path]: [new[area, commune]] for path in paths}
    result.notes["whole in the package"] = len(heirs)
    for area, paths in data["DICT_PROVINCE_WARD_DIVIDED"].items():
        for path, parts in paths.items():
            heirs[old[path]] = [new[area, part["newWardKey"]] for part in parts]
    result.notes["divided in the package"] = len(heirs) - result.notes["whole in the package"]
    return heirs


def provinces(result: Result, old: dict[str, str], new: dict[tuple[str, str], str]) -> dict[str, str]:
    """Return old province -> new province."""
    of_new = {word: result.places[key].parent for (word, _), key in new.items()}
    of_old = {path.partition("_")[0]: province(result, key) for path, key in old.items()}
    data = read_json(LATER, "converter_2025")["DICT_PROVINCE"]
    return {of_old[word]: of_new[heir] for heir, words in data.items() for word in words}


def _aliases() -> dict[tuple[str, str], set[str]]:
    """Return (province code, word of a former name) -> the communes of June 2025 that carry it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in table("admin_units_legacy"):
        for word in json.loads(row["wardAlias"] or "[]"):
            found[row["provinceCode"], word].add("o" + row["wardCode"])
    return found


class Chain:
    """Finds the communes of June 2025 that took over a commune of 2021."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.aliases = _aliases()
        self.named: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.moves: dict[str, set[str]] = defaultdict(set)
        for place in result.places.values():
            if place.key[0] == "o" and place.level == "commune" and place.valid_to == LAST_OLD_DAY:
                self.named[place.parent, fold(place.name)].add(place.key)
                before = result.places.get(place.key + EARLIER_SUFFIX, place)
                self.moves[before.parent.removesuffix(EARLIER_SUFFIX)].add(place.parent)

    def find(self, place: Place) -> tuple[set[str], str]:
        """Return the keys and the ground on which they were found."""
        district = place.parent.removesuffix(EARLIER_SUFFIX)
        districts = self.moves[district] | {district}
        same = {key for near in districts for key in self.named[near, fold(place.name)]}
        word = re.sub("[^a-z0-9]", "", fold(place.name))
        former = self.aliases[province(self.result, place.key)[1:], word]
        former = {key for key in former if self.result.places[key].parent in districts}
        kept = {place.key.removesuffix(EARLIER_SUFFIX)} & self.result.places.keys() - {place.key}
        found = ((same, SAME_NAME), (former, FORMER_NAME), (kept, SAME_CODE))
        return next(((keys, ground) for keys, ground in found if keys), (set(), ""))


def follow_earlier(result: Result, heirs: Heirs, provinces: dict[str, str]) -> Iterator[Successor]:
    links = Chain(result)
    for place in list(result.places.values()):
        if place.level != "commune" or place.valid_to != LAST_EARLIER_DAY:
            continue
        middle, ground = links.find(place)
        new = list(dict.fromkeys(heir for key in sorted(middle) for heir in heirs[key]))
        kind = "unknown" if not new else "whole" if len(new) == 1 else "divided"
        result.notes[f"communes of the table of 2021 only: {kind}" + (f" ({ground})" if ground else "")] += 1
        source = f"suy qua {', '.join(sorted(middle))}: {ground}" if new else NOT_KNOWN
        for key in new or [provinces[province(result, place.key)]]:
            yield Successor(place.key, key, kind, source)


def follow_later(result: Result, heirs: Heirs) -> Iterator[Successor]:
    for old, new in heirs.items():
        kind = "whole" if len(new) == 1 else "divided"
        nearest = min(_distance(result, old, key) for key in new)
        for key in sorted(new, key=lambda key: (_distance(result, old, key), key)):
            km = _distance(result, old, key)
            doubtful = kind == "divided" and math.inf > km > max(FAR_KM, 3 * nearest)
            result.notes["doubtful rows of divided communes"] += doubtful
            note = f"; đáng ngờ: cách {km:.0f} km, có thể gói nguồn lẫn hai xã trùng tên" if doubtful else ""
            yield Successor(old, key, kind, label(LATER) + note)


def follow_upper(result: Result, heirs: Heirs, provinces: dict[str, str]) -> Iterator[Successor]:
    for place in result.places.values():
        if place.key[0] == "o" and place.level != "commune" and place.key not in heirs:
            kind = "whole" if place.level == "province" else "district"
            yield Successor(place.key, provinces[province(result, place.key)], kind, label(LATER))


# --- positions that contradict each other ------------------------------------------------------------


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    lats, lons = zip(*points, strict=True)
    return median(lats), median(lons)


def mend_points(result: Result, heirs: Heirs) -> None:
    """Set a new commune far from all its sources on their middle; empty an old one far from the rest."""
    sources: dict[str, list[tuple[float, float]]] = defaultdict(list)
    siblings: dict[str, list[tuple[float, float]]] = defaultdict(list)
    times = Counter(place.point for place in result.places.values() if place.key[0] == "o")
    for old, new in heirs.items():
        place = result.places[old]
        if place.point and times[place.point] == 1:
            siblings[place.parent].append(place.point)
            if len(new) == 1:
                sources[new[0]].append(place.point)
    for key, points in sources.items():
        _mend_new(result, key, points)
    for old, new in heirs.items():
        _mend_old(result, old, new, siblings[result.places[old].parent])


def _mend_new(result: Result, key: str, points: list[tuple[float, float]]) -> None:
    place, middle = result.places[key], _middle(points)
    compact = max(_km(point, middle) for point in points) < COMPACT_KM
    if place.type != "dac_khu" and place.point and compact and _km(place.point, middle) > VERY_FAR_KM:
        source = f"{place.source}; tọa độ lấy giữa các xã cũ, gói nguồn ghi {place.lat} {place.lon}"
        result.places[key] = replace(at(place, *middle), source=source, confidence="?")
        result.notes["new communes set on the middle of their sources"] += 1


def _mend_old(result: Result, key: str, new: list[str], siblings: list[tuple[float, float]]) -> None:
    place = result.places[key]
    if place.level != "commune" or not place.point or not siblings:
        return
    middle = _middle(siblings)
    usual = median(_km(point, middle) for point in siblings)
    lonely = _km(place.point, middle) > max(1.5 * FAR_KM, 5 * usual)
    if lonely and all(_distance(result, key, heir) > FAR_KM for heir in new):
        source = f"{place.source}; bỏ tọa độ đáng ngờ {place.lat} {place.lon}"
        result.places[key] = replace(place, lat="", lon="", source=source, confidence="?")
        result.notes["old communes without their doubtful position"] += 1
