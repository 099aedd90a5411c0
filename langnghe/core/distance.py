"""How far apart places lie, and which are neighbours: by their boundaries, else those that lie nearest."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

EARTH = 6371.0088  # mean radius in kilometres (IUGG)


def kilometres(lat: npt.ArrayLike, lon: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Great-circle distances between all n points given in degrees, n x n, by the haversine formula."""
    lats, lons = np.radians(np.asarray(lat, float)), np.radians(np.asarray(lon, float))
    half = np.sin((lats[:, None] - lats) / 2) ** 2
    half = half + np.cos(lats[:, None]) * np.cos(lats) * np.sin((lons[:, None] - lons) / 2) ** 2
    far: npt.NDArray[np.float64] = 2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return far


class Site(NamedTuple):
    """A commune: its id, its centroid in degrees, and the ids of those it borders, if boundaries are known."""

    pk: int
    lat: float
    lon: float
    borders: tuple[int, ...] = ()


def beside(sites: Sequence[Site], most: int) -> dict[int, tuple[int, ...]]:
    """Return for each site its id and those it borders; the `most` nearest ones where no boundary is known."""
    if not sites:
        return {}
    near = nearest_places([site.lat for site in sites], [site.lon for site in sites], most + 1)
    nearest = {sites[row[0]].pk: tuple(sites[other].pk for other in row) for row in near.tolist()}
    return nearest | {site.pk: (site.pk, *site.borders) for site in sites if site.borders}


def nearest_places(lat: npt.ArrayLike, lon: npt.ArrayLike, most: int) -> npt.NDArray[np.int64]:
    """For each of n points the numbers of the `most` nearest (at most n), itself first; n x most."""
    far = kilometres(lat, lon)
    np.fill_diagonal(far, -1.0)
    order: npt.NDArray[np.int64] = np.argsort(far, axis=1, kind="stable")[:, :most]
    return order
