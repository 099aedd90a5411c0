"""Draws a province: its communes' outlines, and a dot for each at its centroid; no tiles, nothing fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from langnghe.core.outlines import Outline, cells
from langnghe.registry.models import Boundary, Place

WIDTH, EDGE = 600, 12


@dataclass(frozen=True)
class Dot:
    """How a commune is drawn: its radius in the drawing's units, its class in the style sheet, its words and link."""

    radius: float
    look: str
    says: str
    href: str = ""


def outlines(places: Sequence[Place]) -> dict[int, Outline]:
    """Return the outline of each place by id: as imported, else a schematic cell around its centroid."""
    known = dict(Boundary.objects.filter(place__in=places).values_list("place_id", "outline"))
    if known:
        return known
    points = [(place, place.lat, place.lon) for place in places if place.lat is not None and place.lon is not None]
    made = _cells(tuple((lat, lon) for _place, lat, lon in points))
    return {place.pk: cell for (place, _lat, _lon), cell in zip(points, made, strict=True)}


@lru_cache(maxsize=8)
def _cells(points: tuple[tuple[float, float], ...]) -> list[Outline]:
    return cells([lat for lat, _lon in points], [lon for _lat, lon in points])


def drawn(places: Sequence[Place], look: Callable[[Place], Dot]) -> dict[str, Any] | None:
    """Return what parts/_map.html wants; the flat projection suits one province. None where no place has a centroid."""
    sheet = _sheet(places)
    if sheet is None:
        return None
    dots = [_dot(*sheet.at(place.lon or 0, place.lat or 0), look(place)) for place in places if place.lat is not None]
    dots.sort(key=lambda dot: ("none", "few", "some", "hot").index(str(dot["look"])))
    land = "".join(sheet.path(outline) for outline in sheet.outlines.values())
    return {"width": WIDTH, "height": sheet.height, "land": land, "dots": dots}


def areas(places: Sequence[Place]) -> dict[str, Any] | None:
    """Return the sheet with an area for each place whose outline is known: {place, d}; None where there is none.

    `lacking` are the names of the others.
    """
    sheet = _sheet(places)
    if sheet is None:
        return None
    known = [place for place in places if place.pk in sheet.outlines]
    drawn = [{"place": place, "d": sheet.path(sheet.outlines[place.pk])} for place in known]
    lacking = [place.name for place in places if place.pk not in sheet.outlines]
    return {"width": WIDTH, "height": sheet.height, "areas": drawn, "lacking": lacking}


@dataclass(frozen=True)
class Sheet:
    """How degrees lie on a drawing WIDTH wide."""

    outlines: dict[int, Outline]
    west: float
    north: float
    narrow: float
    scale: float
    height: int

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = (lon - self.west) * self.narrow, self.north - lat
        return round(EDGE + x * self.scale, 1), round(EDGE + y * self.scale, 1)

    def path(self, outline: Outline) -> str:
        rings = [[self.at(x, y) for x, y in ring[:-1]] for polygon in outline for ring in polygon]
        return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)


def _sheet(places: Sequence[Place]) -> Sheet | None:
    lines = outlines(places)
    corners = [corner for outline in lines.values() for polygon in outline for corner in polygon[0]]
    corners += [(place.lon or 0, place.lat) for place in places if place.lat is not None]
    if not corners:
        return None
    west, north = min(x for x, _y in corners), max(y for _x, y in corners)
    east, south = max(x for x, _y in corners), min(y for _x, y in corners)
    narrow = cos(radians((north + south) / 2))
    scale = (WIDTH - 2 * EDGE) / (((east - west) * narrow) or 1)
    return Sheet(lines, west, north, narrow, scale, round((north - south) * scale + 2 * EDGE))


def _dot(x: float, y: float, dot: Dot) -> dict[str, Any]:
    return {"x": x, "y": y, "r": round(dot.radius, 1), "look": dot.look, "says": dot.says, "href": dot.href}
