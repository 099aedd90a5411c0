"""Which communes lie around a commune."""

from datetime import date
from functools import lru_cache

from langnghe.core.distance import nearest_places
from langnghe.registry.models import Place

AROUND = 6


@lru_cache(maxsize=10_000)
def around(place: int, day: date) -> tuple[int, ...]:
    """Return the ids of the place and of the six communes nearest to it in its province on the day.

    A place that is no commune in force there, or has no centroid, has no neighbours.
    """
    return _around(Place.objects.get(pk=place).province.pk, day).get(place, (place,))


@lru_cache(maxsize=8)
def _around(province: int, day: date) -> dict[int, tuple[int, ...]]:
    rows = Place.objects.on(day).filter(parent=province, level=Place.Level.COMMUNE).exclude(lat=None)
    places = list(rows.order_by("pk").values_list("pk", "lat", "lon"))
    if not places:
        return {}
    keys, lat, lon = zip(*places, strict=True)
    near = nearest_places(lat, lon, AROUND + 1)
    return {keys[row[0]]: tuple(keys[other] for other in row) for row in near.tolist()}
