"""Which places a review of a place covers, through the successors of old units, and to which unit each counts."""

from datetime import date

from langnghe.registry.models import Place, Succession

WHOLE = ("whole", "province", "district")


def covered(place: Place, on: date) -> dict[int, int | None]:
    """Return place id -> id of the commune in the review it counts to (None: to the place as a whole only).

    A commune that has ended by the last day `on` counts to its one successor, at any remove; one that was divided
    counts to the province alone, never guessed.
    """
    below = _below(place)
    units: dict[int, int | None] = {unit.pk: unit.pk if unit.level == "commune" else None for unit in below}
    if place.level == Place.Level.COMMUNE:
        return units | {old: place.pk for old in _whole_origins(place)}
    for old in Place.objects.filter(heirs__new=place, level=Place.Level.PROVINCE):
        units |= {unit.pk: None for unit in _below(old)}
    rows = Succession.objects.filter(old_id__in=units.keys(), new_id__in=units.keys(), old__valid_to__lt=on)
    kinds = rows.filter(kind__in=("whole", "divided")).values_list("old_id", "new_id", "kind")
    heirs = {old: new if kind == "whole" else None for old, new, kind in kinds}
    return units | {old: _last(old, heirs) for old in heirs}


def _last(unit: int, heirs: dict[int, int | None]) -> int | None:
    passed: set[int] = set()
    last: int | None = unit
    while last in heirs and last not in passed:
        passed.add(last)
        last = heirs[last]
    return last


def _below(place: Place) -> list[Place]:
    children = Place.objects.filter(parent=place)
    return [place, *children, *Place.objects.filter(parent__in=children)]


def _whole_origins(place: Place) -> set[int]:
    found: set[int] = set()
    last = {place.pk}
    while last:
        rows = Succession.objects.filter(new__in=last, kind="whole")
        last = set(rows.values_list("old_id", flat=True)) - found
        found |= last
    return found
