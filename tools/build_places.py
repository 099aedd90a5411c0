"""Builds places.csv, successors.csv and NOTICE.md: the administrative units and what follows what.

Needs the packages of the extra `build`; nothing of them is used at run time. With the project installed
(`pip install -e ".[build]"`): `python tools/build_places.py`.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from importlib.metadata import distribution
from pathlib import Path

import place_heirs
from place_units import (
    EARLIER,
    LAST_OLD_DAY,
    LATER,
    Place,
    Result,
    Successor,
    add_earlier,
    add_later,
    add_new,
    label,
    province,
)

TABLES = Path(__file__).parent.parent / "langnghe" / "core" / "tables"
KNOWN = {
    "new provinces": 34,
    "new communes": 3321,
    "new xa": 2621,
    "new phuong": 687,
    "new dac_khu": 13,
    "provinces in 2021": 63,
    "districts in 2021": 705,
    "communes in 2021": 10599,
    "provinces in June 2025": 63,
    "districts in June 2025": 696,
    "communes in June 2025": 10035,
    "communes of Thái Bình in 2021": 260,
    "communes of Thái Bình in June 2025": 242,
    "communes of Hưng Yên": 104,
    "whole in the package": 9569,
    "divided in the package": 471,
}


def _counts(result: Result) -> dict[str, int]:
    places = result.places.values()
    new = Counter(place.level for place in places if place.key[0] == "n")
    types = Counter(place.type for place in places if place.key[0] == "n")
    counts = {"new provinces": new["province"], "new communes": new["commune"]}
    counts |= {f"new {type_}": types[type_] for type_ in ("xa", "phuong", "dac_khu")}
    for when, day in (("2021", "2021-06-30"), ("June 2025", LAST_OLD_DAY)):
        old = [place for place in places if place.key[0] == "o" and place.valid_from <= day <= place.valid_to]
        levels = Counter(place.level for place in old)
        counts |= {f"{level}s in {when}": levels[level] for level in ("province", "district", "commune")}
        own = sum(place.level == "commune" and province(result, place.key) == "o34" for place in old)
        counts[f"communes of Thái Bình in {when}"] = own
    counts["communes of Hưng Yên"] = sum(place.parent == "n33" for place in places)
    return counts | {name: result.notes[name] for name in KNOWN if name in result.notes}


def _faults(result: Result) -> Iterator[str]:
    counts = _counts(result)
    for name, known in KNOWN.items():
        if counts.get(name) != known:
            yield f"{name}: {counts.get(name)} instead of {known}"
    old = {place.key for place in result.places.values() if place.key[0] == "o"}
    mapped = Counter(row.old for row in result.successors)
    yield from (f"{key} has no row among the successors" for key in sorted(old - mapped.keys()))
    heirs = {row.new for row in result.successors}
    yield from (f"{key} has no source" for key in result.places if key[0] == "n" and key not in heirs)
    divided = {row.old for row in result.successors if row.kind == "divided"}
    yield from (f"{key} is divided into one" for key in sorted(divided) if mapped[key] == 1)
    for place in result.places.values():
        if place.parent and place.parent not in result.places:
            yield f"{place.key} lies in {place.parent}, which does not exist"


def build() -> Result:
    """Return both tables; stops with a message when a total differs from the known one."""
    result = Result()
    new = add_new(result)
    old = add_later(result)
    add_earlier(result)
    heirs, provinces = place_heirs.read_successors(result, old, new), place_heirs.provinces(result, old, new)
    place_heirs.mend_points(result, heirs)
    result.successors = [
        *place_heirs.follow_upper(result, heirs, provinces),
        *place_heirs.follow_later(result, heirs),
        *place_heirs.follow_earlier(result, heirs, provinces),
    ]
    faults = list(_faults(result))
    if faults:
        sys.exit("the tables were not written:\n" + "\n".join(faults[:20]))
    return result


def _write(path: Path, kind: type[Place] | type[Successor], rows: Iterable[Place] | Iterable[Successor]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(column.name for column in fields(kind))
        writer.writerows(astuple(row) for row in rows)


def _notice() -> str:
    parts = [
        "# Sources of places.csv and successors.csv\n",
        "`tools/build_places.py` derived both tables from two packages, whose licences follow.\n",
    ]
    for package in (LATER, EARLIER):
        text = distribution(package).read_text("licenses/LICENSE")
        if not text:
            sys.exit(f"{package} has no licence text")
        parts.append(f"## {label(package)}\n\n```\n{text.strip()}\n```\n")
    return "\n".join(parts)


def _summary(result: Result) -> str:
    counts = _counts(result) | dict(sorted(result.notes.items()))
    kinds = Counter(row.kind for row in result.successors)
    olds = Counter(kind for _, kind in {(row.old, row.kind) for row in result.successors})
    lines = [f"{name}: {count}" for name, count in counts.items()]
    lines += [f"successors, {kind}: {count} rows of {olds[kind]} old units" for kind, count in kinds.items()]
    return "\n".join([f"places: {len(result.places)} rows", *lines]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TABLES, help="folder of the tables")
    out: Path = parser.parse_args().out
    result = build()
    order = {"province": 0, "district": 1, "commune": 2}
    places = sorted(result.places.values(), key=lambda place: (place.key[0], order[place.level], place.key))
    _write(out / "places.csv", Place, places)
    _write(out / "successors.csv", Successor, result.successors)
    (out / "NOTICE.md").write_text(_notice(), encoding="utf-8")
    sys.stdout.write(_summary(result))


if __name__ == "__main__":
    main()
