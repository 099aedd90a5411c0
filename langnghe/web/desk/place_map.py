"""Where a case is: its commune among those around it, drawn as outlines; a case has a place and a spot in words."""

from datetime import date
from math import cos, hypot, radians
from typing import Any, cast

from django.core.cache import cache

from langnghe.registry.models import Place
from langnghe.web import maps

AROUND = 8  # communes drawn beside the own one
KEPT = 3600  # seconds: outlines change with an import or a reorganisation


def around(place: Place, day: date) -> dict[str, Any] | None:
    """Return what desk/_place.html draws, from the memory of this process; None where no centroid is known."""
    key = f"place_map:{place.pk}:{day:%Y%m%d}"
    found = cache.get(key)
    if found is None:
        found = _drawn(place, day) or {}
        cache.set(key, found, KEPT)
    return cast(dict[str, Any], found) or None


def _drawn(place: Place, day: date) -> dict[str, Any] | None:
    if place.level != Place.Level.COMMUNE or place.lat is None or place.lon is None:
        return None
    then = min(day, place.valid_to or day)  # an ended commune lies among those of its time
    rows = Place.objects.on(then).filter(level=Place.Level.COMMUNE, parent=place.parent).exclude(pk=place.pk)
    near = sorted((row for row in rows if row.lat is not None), key=lambda row: _apart(place, row))[:AROUND]
    drawn = maps.areas([place, *near])
    for area in drawn["areas"] if drawn else ():
        drawn_place = area.pop("place")
        area["name"], area["is_own"] = drawn_place.name, drawn_place == place
    return drawn and drawn | {"near": [row.name for row in near]}


def _apart(one: Place, other: Place) -> float:
    """Return how far apart two centroids are, in degrees of latitude; good enough to tell which are nearest."""
    lat, lon = one.lat or 0, one.lon or 0
    return hypot((other.lat or 0) - lat, ((other.lon or 0) - lon) * cos(radians(lat)))
