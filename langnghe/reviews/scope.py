"""Which places a review of a place covers, through the successors of old units, and to which unit each counts."""

from langnghe.registry.models import Place, Succession

WHOLE = ("whole", "province", "district")


def covered(place: Place) -> dict[int, int | None]:
    """Return place id -> id of the commune in the review it counts to (None: to the place as a whole only).

    An old commune counts to its one successor; one that was divided counts to the province alone, never guessed.
    """
    below = _below(place)
    units: dict[int, int | None] = {unit.pk: unit.pk if unit.level == "commune" else None for unit in below}
    if place.level == Place.Level.COMMUNE:
        return units | {old: place.pk for old in _whole_origins(place)}
    for old in Place.objects.filter(heirs__new=place, level=Place.Level.PROVINCE):
        units |= {unit.pk: None for unit in _below(old)}
    rows = Succession.objects.filter(old_id__in=units.keys(), kind="whole", new_id__in=units.keys())
    return units | dict(rows.values_list("old_id", "new_id"))


def _below(place: Place) -> list[Place]:
    children = Place.objects.filter(parent=place)
    return [place, *children, *Place.objects.filter(parent__in=children)]


def _whole_origins(place: Place) -> list[int]:
    return list(Succession.objects.filter(new=place, kind="whole").values_list("old_id", flat=True))
