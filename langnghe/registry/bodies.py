"""Designs the bodies of a province from the table body_types, for every era its places have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from langnghe.core import tables
from langnghe.registry.find import short_name
from langnghe.registry.models import Body, Place, Succession


@dataclass(frozen=True)
class Design:
    """A body that should exist, its relations still as codes."""

    code: str
    row: dict[str, str]
    place: Place
    superior: str
    successor: str

    def body(self) -> Body:
        place = self.place
        name = place.name[:1].lower() + place.name[1:]
        return Body(
            code=self.code,
            type=self.row["code"],
            kind=self.row["kind"],
            level=self.row["level"],
            place=place,
            name=self.row["name_template"].format(place=name, bare=short_name(place)),
            short_name=self.row["short_template"].format(place=name, bare=short_name(place)),
            valid_from=_later(_day(self.row["valid_from"]), place.valid_from),
            valid_to=_earlier(_day(self.row["valid_to"]), place.valid_to),
            citation=self.row["citation"],
            confidence=self.row["confidence"],
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _later(a: date | None, b: date | None) -> date | None:
    return max(a, b) if a and b else a or b


def _earlier(a: date | None, b: date | None) -> date | None:
    return min(a, b) if a and b else a or b


def body_code(type_: str, place: Place) -> str:
    return f"{type_}.{place.key}"


def designs(province: Place) -> list[Design]:
    """Return every body of the province and of the places below it whose validity meets its place's."""
    heirs = dict(_heirs(province))
    places = list(Place.objects.filter(parent=province).select_related("parent"))
    places += list(Place.objects.filter(parent__parent=province).select_related("parent__parent"))
    types = tables.rows("body_types")
    return [_design(row, place, heirs) for place in [province, *places] for row in types if _fits(row, place)]


def _fits(row: dict[str, str], place: Place) -> bool:
    if row["place_level"] != place.level:
        return False
    if row["place_types"] != "*" and place.type not in row["place_types"].split("|"):
        return False
    since = _later(_day(row["valid_from"]), place.valid_from)
    until = _earlier(_day(row["valid_to"]), place.valid_to)
    return since is None or until is None or since <= until


def _heirs(province: Place) -> Iterator[tuple[int, Place]]:
    """Yield the id of each old place in the province with its one successor."""
    below = Q(old=province) | Q(old__parent=province) | Q(old__parent__parent=province)
    for row in Succession.objects.filter(below, kind__in=("whole", "province")).select_related("new"):
        yield row.old_id, row.new


def _design(row: dict[str, str], place: Place, heirs: dict[int, Place]) -> Design:
    above = place.parent if row["superior_place"] == "parent" else place
    superior = body_code(row["superior_code"], above) if row["superior_code"] and above else ""
    heir = heirs.get(place.pk) or (place if row["successor"] else None)
    successor = body_code(row["successor"] or row["code"], heir) if heir else ""
    return Design(body_code(row["code"], place), row, place, superior, successor)
