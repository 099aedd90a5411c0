"""Outlines of communes from a GeoJSON file (RFC 7946): read, and tied to the communes in force."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from langnghe.core import outlines
from langnghe.core.refusal import Refused
from langnghe.core.text import fold
from langnghe.registry.models import Place

MOST_BYTES = 500 * 2**20
FAR = 0.1  # degrees, about 11 km: a commune's centroid so far from its outline means another commune was meant


@dataclass(frozen=True)
class Boundaries:
    """The communes of a file with their outlines and whom they border (ids); and what was left out, by name.

    `field` is the property that named the communes; `far` are those that lie where nobody expects them.
    """

    field: str
    places: list[Place]
    outlines: list[outlines.Outline]
    borders: list[list[int]]
    unknown: list[str]
    missing: list[str]
    far: list[str]


def read(path: Path, province: Place, day: date, field: str = "") -> Boundaries:
    """Return the outline of each commune of the province that the file names.

    Refused when the file is no GeoJSON in degrees, names too few communes, or lays them elsewhere.
    """
    features = _features(path)
    communes = list(Place.objects.on(day).filter(parent=province, level=Place.Level.COMMUNE).order_by("pk"))
    field, named = _named(features, communes, field)
    places = [named[at] for at in sorted(named)]
    shapes = [_polygon(features[at], at) for at in sorted(named)]
    far = [place.name for place, made in zip(places, shapes, strict=True) if _is_far(place, made)]
    if len(far) > len(places) / 10:
        said = {"far": len(far), "all": len(places), "example": far[0]}
        words = _("%(far)d trên %(all)d ranh giới nằm xa nơi đã biết của xã (ví dụ %(example)s). Xem lại hệ toạ độ.")
        raise Refused(words % said)
    return Boundaries(
        field=field,
        places=places,
        outlines=outlines.drawable(shapes),
        borders=[[places[at].pk for at in others] for others in outlines.touching(shapes)],
        unknown=[_title(one) for at, one in enumerate(features) if at not in named],
        missing=[place.name for place in communes if place not in places],
        far=far,
    )


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused(_("Tệp ranh giới lớn hơn 500 MB. Hãy giản lược hoặc chia theo tỉnh."))
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(_("Không đọc được tệp %(path)s: %(why)s.") % {"path": path, "why": error.strerror}) from None
    except (ValueError, RecursionError):
        raise Refused(_("Tệp này không phải GeoJSON. Hãy xuất lại dạng GeoJSON, toạ độ WGS 84 (độ).")) from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(_is_feature(one) for one in features) or not features:
        raise Refused(_("Tệp này không có danh sách “features” của GeoJSON. Mỗi xã là một feature có ranh giới."))
    return features


def _is_feature(one: Any) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(name), dict) for name in ("properties", "geometry"))


def _polygon(feature: dict[str, Any], at: int) -> Any:
    try:
        return outlines.polygon(feature["geometry"])
    except ValueError as error:
        said = {"number": at + 1, "name": _title(feature)}
        if str(error) == "no degrees":
            raise Refused(
                _("Feature %(number)d (%(name)s) không ghi toạ độ bằng độ. Hãy xuất lại theo WGS 84.") % said
            ) from None
        raise Refused(_("Feature %(number)d (%(name)s) không phải một vùng (Polygon).") % said) from None


def _named(features: list[dict[str, Any]], communes: list[Place], field: str) -> tuple[str, dict[int, Place]]:
    """Return the property that tells most features' communes apart, by code or by name, and whom it names."""
    readers = (_by_code(communes), _by_name(communes))
    names = [field] if field else sorted({name for one in features for name in one["properties"]})
    best: tuple[str, dict[int, Place]] = (field, {})
    for name in names:
        for read in readers:
            found = {at: read(one["properties"].get(name)) for at, one in enumerate(features)}
            known = {at: place for at, place in found.items() if place is not None}
            if len(set(known.values())) == len(known) > len(best[1]):
                best = (name, known)
    if len(best[1]) * 2 < len(communes):
        said = {"found": len(best[1]), "all": len(communes), "fields": ", ".join(names)}
        raise Refused(
            _(
                "Chỉ nhận ra %(found)d trên %(all)d xã, phường theo các thuộc tính: %(fields)s. "
                "Cần một thuộc tính ghi mã xã của Cục Thống kê, hoặc tên xã."
            )
            % said
        )
    return best


def _by_code(communes: Iterable[Place]) -> Callable[[Any], Place | None]:
    known = {place.code.lstrip("0"): place for place in communes}
    return lambda said: known.get(str(said).strip().lstrip("0"))


def _by_name(communes: Iterable[Place]) -> Callable[[Any], Place | None]:
    """Return a reader of names, with or without “xã”, “phường”; a name that two communes share names none."""
    known: dict[str, set[Place]] = {}
    for place in communes:
        for name in {fold(place.name), _bare(fold(place.name))}:
            known.setdefault(name, set()).add(place)
    sure = {name: places.pop() for name, places in known.items() if len(places) == 1}
    return lambda said: sure.get(fold(str(said)).strip())


def _bare(name: str) -> str:
    return next((name.removeprefix(word) for word in ("xa ", "phuong ", "dac khu ") if name.startswith(word)), name)


def _is_far(place: Place, made: Any) -> bool:
    if place.lat is None or place.lon is None:
        return False
    west, south, east, north = made.bounds
    return not (west - FAR <= place.lon <= east + FAR and south - FAR <= place.lat <= north + FAR)


def _title(feature: dict[str, Any]) -> str:
    return ", ".join(str(value) for value in list(feature["properties"].values())[:3])[:80] or "?"
