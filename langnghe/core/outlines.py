"""The shapes of places: outlines made small enough to draw, which of them touch, and cells where none are known.

An outline is a GeoJSON MultiPolygon's coordinates (RFC 7946): polygons of rings of (longitude, latitude) in degrees.
"""

from collections.abc import Sequence
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

Outline = list[list[list[tuple[float, float]]]]
DETAIL = 0.0005  # degrees, about 55 m: finer bends are left out of a drawing
BESIDE = 0.0005  # degrees between outlines that still count as touching, as hand-drawn ones hardly ever meet
GLOBE = shapely.box(-180, -90, 180, 90)
BEYOND = 0.03  # degrees that cells reach beyond the outermost centroids


def polygon(geometry: dict[str, Any]) -> Any:
    """Return the shape of a GeoJSON Polygon or MultiPolygon, mended where rings cross; ValueError for anything else."""
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValueError("no polygon")
    try:
        made = shapely.make_valid(shape(geometry), method="structure")
    except (shapely.errors.ShapelyError, KeyError, TypeError, IndexError) as error:
        raise ValueError("no polygon") from error
    if made.is_empty or not GLOBE.covers(made):
        raise ValueError("no degrees")
    return made


def drawable(shapes: Sequence[Any]) -> list[Outline]:
    """Return the outlines with fewer bends; a border that two share stays shared."""
    return [_outline(made) for made in shapely.coverage_simplify(np.array(shapes, object), DETAIL)]


def touching(shapes: Sequence[Any]) -> list[list[int]]:
    """Return for each shape the numbers of those that touch it, a corner included."""
    tree = shapely.STRtree(shapes)
    found: list[list[int]] = [[] for _shape in shapes]
    for one, other in tree.query(shapes, predicate="dwithin", distance=BESIDE).T.tolist():
        if one != other:
            found[one].append(other)
    return [sorted(others) for others in found]


def holds(outline: Outline, lat: float, lon: float) -> bool:
    return bool(shapely.covers(_shape(outline), shapely.Point(lon, lat)))


def cells(lat: Sequence[float], lon: Sequence[float]) -> list[Outline]:
    """Return a schematic cell around each centroid: all points nearer to it than to any other (Voronoi)."""
    if not lat:
        return []
    narrow = cos(radians(sum(lat) / len(lat)))  # so that near means near on the ground
    points = [shapely.Point(x * narrow, y) for x, y in zip(lon, lat, strict=True)]
    land = shapely.MultiPoint(points).convex_hull.buffer(BEYOND)
    parts = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=land)
    tree = shapely.STRtree(list(parts.geoms))
    at = [int(tree.query(point, predicate="within")[0]) for point in points]
    shapes = [tree.geometries[number].intersection(land) for number in at]
    return [_outline(shapely.transform(made, lambda xy: xy / (narrow, 1))) for made in shapes]


def _shape(outline: Outline) -> Any:
    return shape({"type": "MultiPolygon", "coordinates": outline})


def _outline(made: Any) -> Outline:
    """Return the polygons of a shape with five decimals, about a metre."""
    found = mapping(made)
    polygons = [found["coordinates"]] if found["type"] == "Polygon" else found["coordinates"]
    return [[[(round(x, 5), round(y, 5)) for x, y, *_ in ring] for ring in rings] for rings in polygons]
