"""Draws a province as a dot for each commune at its centroid; no tiles, no script, nothing fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from langnghe.registry.models import Place

WIDTH, EDGE = 600, 30


@dataclass(frozen=True)
class Dot:
    """How a commune is drawn: its radius in the drawing's units, its class in the style sheet, its words and link."""

    radius: float
    look: str
    says: str
    href: str = ""


def drawn(places: Sequence[Place], look: Callable[[Place], Dot]) -> dict[str, Any] | None:
    """Return what parts/_map.html wants; the flat projection suits one province. None where no place has a centroid."""
    points = [(place, place.lat, place.lon) for place in places if place.lat is not None and place.lon is not None]
    if not points:
        return None
    north, south = max(lat for _p, lat, _l in points), min(lat for _p, lat, _l in points)
    west, east = min(lon for _p, _l, lon in points), max(lon for _p, _l, lon in points)
    narrow = cos(radians((north + south) / 2))
    scale = (WIDTH - 2 * EDGE) / (((east - west) * narrow) or 1)
    dots = [
        {
            "x": round(EDGE + (lon - west) * narrow * scale, 1),
            "y": round(EDGE + (north - lat) * scale, 1),
            "r": round(dot.radius, 1),
            "look": dot.look,
            "says": dot.says,
            "href": dot.href,
        }
        for place, lat, lon in points
        for dot in (look(place),)
    ]
    dots.sort(key=lambda dot: ("none", "few", "some", "hot").index(str(dot["look"])))
    return {"width": WIDTH, "height": round((north - south) * scale + 2 * EDGE), "dots": dots}
