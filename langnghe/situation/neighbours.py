"""Which communes lie around a commune."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from langnghe.core.distance import Site, beside
from langnghe.registry import law
from langnghe.registry.models import Boundary, Place

AROUND = 6


@law.until_changed
@lru_cache(maxsize=10_000)
def around(place: int, day: date) -> tuple[int, ...]:
    """Return the ids of the place and of the communes it borders in its province, or of the six nearest.

    A place that is no commune in force there, or has no centroid, has no neighbours.
    """
    return _around(Place.objects.get(pk=place).province.pk, day).get(place, (place,))


@law.until_changed
@lru_cache(maxsize=8)
def _around(province: int, day: date) -> dict[int, tuple[int, ...]]:
    rows = Place.objects.on(day).filter(parent=province, level=Place.Level.COMMUNE).exclude(lat=None)
    return beside(sites(list(rows.order_by("pk"))), AROUND)


def sites(places: Sequence[Place]) -> list[Site]:
    """Return the places with their centroids and, where boundaries were imported, what each borders."""
    rows = Boundary.objects.filter(place__parent__in={place.parent_id for place in places})
    borders = {place: tuple(others) for place, others in rows.values_list("place_id", "borders")}
    return [Site(place.pk, place.lat or 0, place.lon or 0, borders.get(place.pk, ())) for place in places]
