"""Reads a free text as an administrative unit, old or new, and follows old units to those in force."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache

from langnghe.core import tables
from langnghe.registry import place_text
from langnghe.registry.place_text import COMMUNE_TYPES, Mention
from langnghe.registry.spelling import Spelling, likeness

MOST_CANDIDATES = 8
MOST_WORDS = 60
_CACHED_TEXTS = 65_536
_NEAR = 0.75
_SHORTLIST, _WIDER = 60, 20
# What people write for a name, in words of the search key.
_NICKNAMES = {
    "hcm": "ho chi minh",
    "hn": "ha noi",
    "sai gon": "ho chi minh",
    "vung tau ba ria": "ba ria vung tau",
    "brvt": "ba ria vung tau",
    "tt hue": "thua thien hue",
}
_TIERS = {"province": 0, "district": 1, "commune": 2}
_TYPED, _OTHER_TYPE, _SAME_MARKS, _OTHER_MARKS = 2.0, -2.0, 1.0, -2.0
_ABOVE, _ABOVE_LATER, _STRANGER, _PROVINCE, _PER_WORD = 4.0, 2.0, -3.0, 3.0, 0.5


@dataclass(frozen=True, slots=True)
class Unit:
    """A province, district or commune of one era: key "n" and code since July 2025, "o" and code before."""

    key: str
    code: str
    level: str
    type: str
    name: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    lat: float | None
    lon: float | None

    @property
    def lineage(self) -> str:
        """The same for all rows of one code, so that a renamed district stays the parent of its communes."""
        return self.key.partition("-")[0]

    def on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text names.

    Reasons. found: `unit` is set. several: the text fits all `candidates`. contradiction: it names a parent
    that they do not have. unknown: they are the nearest spellings, perhaps none. empty: no words.
    """

    unit: Unit | None
    candidates: tuple[Unit, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Reading:
    unit: Unit
    score: float
    contradicted: bool


@cache
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def unit(row: Mapping[str, str]) -> Unit:
    """Return the unit of a row of the table places."""
    return Unit(
        key=row["key"],
        code=row["code"],
        level=row["level"],
        type=row["type"],
        name=row["name"],
        parent=row["parent"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
    )


class Gazetteer:
    """Units by key and by name; `successors` are rows of that table, in the order to show."""

    def __init__(self, units: Iterable[Unit], successors: Iterable[Mapping[str, str]]) -> None:
        self.units = {unit.key: unit for unit in units}
        self._heirs: dict[str, list[str]] = defaultdict(list)
        self._kinds: dict[str, str] = {}
        for row in successors:
            self._heirs[row["old"]].append(row["new"])
            self._kinds[row["old"]] = row["kind"]
        self._named: dict[str, list[Unit]] = defaultdict(list)
        self._words: dict[str, tuple[str, ...]] = {}
        for each in self.units.values():
            self._add_name(each)
        for nickname, name in _NICKNAMES.items():
            self._named[nickname] += [u for u in self._named.get(name, []) if u.level == "province"]
        self._cached = lru_cache(maxsize=_CACHED_TEXTS)(self._resolve)

    def _add_name(self, unit: Unit) -> None:
        key, words, type_words = place_text.name_key(unit.name)
        self._words[unit.key] = words
        if not key:
            return
        self._named[f"{type_words} {key}" if key.isdigit() else key].append(unit)
        if key.isdigit():
            self._named[key].append(unit)

    def current(self, unit: Unit, on: date | None = None) -> tuple[Unit, ...]:
        """Return the units in force, now or `on` the day, that took `unit` over, nearest first; itself if in force."""
        found, waiting, seen = [], [unit.key], {unit.key}
        while waiting:
            each = self.units[waiting.pop(0)]
            if each.on(on) if on else each.valid_to is None:
                found.append(each)
                continue
            after = [key for key in self._heirs.get(each.key, ()) if key and key not in seen]
            waiting += after
            seen.update(after)
        return tuple(found[:MOST_CANDIDATES])

    def follows(self, new: str, old: str) -> bool:
        return new in self._heirs.get(old, ())

    def succession(self, unit: Unit) -> str:
        """Return whole, divided, district or unknown (these two: only the province is known); or nothing."""
        return self._kinds.get(unit.key, "")

    def ancestors(self, unit: Unit) -> tuple[Unit, ...]:
        """Return the units above, nearest first."""
        above = []
        while unit.parent:
            unit = self.units[unit.parent]
            above.append(unit)
        return tuple(above)

    def path(self, unit: Unit) -> str:
        """Return the full name with those above: "Xã Vũ Hội, Huyện Vũ Thư, Tỉnh Thái Bình"."""
        return ", ".join(each.name for each in (unit, *self.ancestors(unit)))

    def lies_in(self, unit: Unit, key: str) -> bool:
        """Tell whether `unit` lies in the unit `key`; an old unit also lies in what followed its province."""
        above = (unit, *self.ancestors(unit))
        wanted = key.partition("-")[0]
        return any(each.lineage == wanted or key in self._heirs.get(each.key, ()) for each in above)

    def resolve(self, text: str, within: str | None = None, on: date | None = None, suggest: bool = True) -> Resolution:
        """Return the unit that `text` names, as named.

        `within` (key of a province) and then `on` (day of the text) decide between units that fit alike.
        Without `on`, a unit in force goes before the old one of that name that it took over whole. A place is
        expected, not a letter: only the first MOST_WORDS words are read. Without `suggest` an unknown name comes
        back without its nearest spellings, which take some milliseconds to find.
        """
        return self._cached(text.strip(), within, on and self._era(on), suggest)

    def _era(self, day: date) -> date:
        """Return the first day since which the same units have been in force as on `day`; one answer serves all."""
        return self._turns[bisect_right(self._turns, day) - 1]

    @cached_property
    def _turns(self) -> list[date]:
        starts = {unit.valid_from for unit in self.units.values() if unit.valid_from}
        ends = {unit.valid_to + timedelta(days=1) for unit in self.units.values() if unit.valid_to}
        return sorted({date.min} | starts | ends)

    def _resolve(self, text: str, within: str | None, on: date | None, suggest: bool) -> Resolution:
        words = place_text.tokens(text)[:MOST_WORDS]
        if not words:
            return Resolution(None, (), "empty")
        found = place_text.mentions(words, self._named)
        named = [mention for mention in found if mention.types & COMMUNE_TYPES] or found
        readings = [r for m in named for u in self._fitting(m) if (r := self._read(u, m, found))]
        best = self._best(readings, within, on)
        typo = place_text.unknown_commune(words, found)
        if typo and not any(mention.types & COMMUNE_TYPES for mention in found):
            if not suggest:
                return Resolution(None, (), "unknown")
            above = self._best([r for r in readings if r.unit.level != "commune"], within, on)
            return Resolution(None, self._near(typo, {r.unit.key for r in above}, within), "unknown")
        if not best and not suggest:
            return Resolution(None, (), "unknown")
        if not best:
            first = " ".join(word.key for word in words).split(place_text.BREAK)[0].strip()
            return Resolution(None, self._near(first, set(), within), "unknown")
        return self._answer(best)

    def _answer(self, best: list[_Reading]) -> Resolution:
        candidates = tuple(reading.unit for reading in best)
        if best[0].contradicted:
            return Resolution(None, candidates[:MOST_CANDIDATES], "contradiction")
        if len(candidates) == 1:
            return Resolution(candidates[0], candidates, "found")
        return Resolution(None, candidates[:MOST_CANDIDATES], "several")

    def _fitting(self, mention: Mention) -> list[Unit]:
        """Return the units of a name: those of the type written, or all if there is none of that type."""
        units = self._named[mention.name]
        typed = [each for each in units if each.type in mention.types]
        if typed or mention.name.isdigit():
            return typed
        if mention.types <= COMMUNE_TYPES and mention.types:
            return [each for each in units if each.level == "commune"]
        return [each for each in units if not mention.types or each.level != "commune"]

    def _read(self, unit: Unit, mention: Mention, found: list[Mention]) -> _Reading | None:
        fit = 0 if mention.name in _NICKNAMES else place_text.fit(mention, self._words[unit.key])
        if fit < 0 and not mention.types:
            return None
        score = _PER_WORD * len(mention.words) + (_SAME_MARKS if fit > 0 else _OTHER_MARKS if fit < 0 else 0)
        if mention.types:
            score += _TYPED if unit.type in mention.types else _OTHER_TYPE
        elif unit.level == "province":
            score += _PROVINCE
        support, contradicted = self._support(unit, mention, found)
        return _Reading(unit, score + support, contradicted)

    def _support(self, unit: Unit, mention: Mention, found: list[Mention]) -> tuple[float, bool]:
        """Return what the other names in the text say for the unit, and whether a typed one denies it."""
        above = {each.lineage: each for each in self.ancestors(unit)}
        support: dict[str, float] = {}
        against = 0
        for other in found:
            if other.overlaps(mention):
                continue
            uppers = [each for each in self._fitting(other) if _TIERS[each.level] < _TIERS[unit.level]]
            direct = [above[key] for key in {each.lineage for each in uppers} & above.keys()]
            related = any(self._related(unit, each) for each in uppers)
            if direct:
                likest = max(direct, key=lambda each: (each.lineage not in support, self._exact(other, each)))
                support[likest.lineage] = _ABOVE + 0.5 * self._exact(other, likest)
            elif related:
                support.setdefault("", _ABOVE_LATER)
            against += bool(other.types and uppers and not direct and not related)
        return sum(support.values()) + _STRANGER * against, bool(against)

    def _exact(self, mention: Mention, unit: Unit) -> float:
        return (place_text.fit(mention, self._words[unit.key]) > 0) + (unit.type in mention.types)

    def _related(self, unit: Unit, upper: Unit) -> bool:
        """Tell whether the two belong to one province of today although they are of different eras."""
        return unit.key[0] != upper.key[0] and self._province(unit) == self._province(upper)

    def _province(self, unit: Unit) -> str:
        top = (unit, *self.ancestors(unit))[-1]
        return self._heirs[top.key][0] if top.key in self._heirs else top.key

    def _best(self, readings: list[_Reading], within: str | None, on: date | None) -> list[_Reading]:
        """Return the readings that nothing tells apart, one per unit."""
        unique: dict[str, _Reading] = {}
        for reading in sorted(readings, key=lambda r: -r.score):
            unique.setdefault(reading.unit.key, reading)
        ranks = {key: self._rank(r, within, on) for key, r in unique.items()}
        top = max(ranks.values(), default=None)
        best = [unique[key] for key, rank in ranks.items() if rank == top]
        return self._without_outlived(best) if on is None else best

    def _rank(self, reading: _Reading, within: str | None, on: date | None) -> tuple[float, bool, bool]:
        return (
            reading.score,
            bool(within and self.lies_in(reading.unit, within)),
            bool(on and reading.unit.on(on)),
        )

    def _without_outlived(self, best: list[_Reading]) -> list[_Reading]:
        """Leave out what another took over whole, or what shares name and heirs with a later one."""
        keys = {reading.unit.key for reading in best}
        return [reading for reading in best if not self._outlived(reading.unit, keys)]

    def _outlived(self, unit: Unit, keys: set[str]) -> bool:
        if unit.valid_to is None:
            return False
        heirs = self._heirs[unit.key]
        whole = self._kinds.get(unit.key) == "whole" and bool(keys.intersection(heirs))
        later = (self.units[key] for key in keys - {unit.key} if self._heirs.get(key) == heirs)
        return whole or any(u.name == unit.name and u.valid_to and u.valid_to > unit.valid_to for u in later)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(name for name, units in self._named.items() if any(u.level == "commune" for u in units))

    def _near(self, written: str, above: set[str], within: str | None) -> tuple[Unit, ...]:
        """Return the communes whose names are nearest to `written`, in those `above` if there are any."""
        wanted = above or ({within} if within else set())
        units: list[tuple[float, Unit]] = []
        for name in self._spelling.shortlist(written, _SHORTLIST * (_WIDER if wanted else 1)):
            near = [u for u in self._named[name] if u.level == "commune"]
            near = [u for u in near if not wanted or any(self.lies_in(u, key) for key in wanted)]
            ratio = likeness(written, name) if near else 0.0
            units += [(ratio, each) for each in near if ratio >= _NEAR]
        units.sort(key=lambda pair: (-pair[0], pair[1].valid_to is not None, pair[1].key))
        if not units and above:
            return tuple(self.units[key] for key in sorted(above))[:MOST_CANDIDATES]
        return tuple(each for _, each in units[:MOST_CANDIDATES])


@cache
def released() -> Gazetteer:
    """Return the gazetteer of the tables of this release."""
    return Gazetteer(map(unit, tables.rows("places")), tables.rows("successors"))


@lru_cache(maxsize=1)
def changed(units: tuple[Unit, ...], successors: tuple[tuple[str, str, str], ...]) -> Gazetteer:
    """Return the released gazetteer with these units in place of its own and these (old, new, kind) beside its own."""
    book = released()
    if not successors:
        return book
    rows = [{"old": old, "new": new, "kind": kind} for old, new, kind in successors]
    return Gazetteer((book.units | {each.key: each for each in units}).values(), [*tables.rows("successors"), *rows])
