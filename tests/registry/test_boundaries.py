"""Outlines of communes are read from GeoJSON, tied to the right communes, and say who borders whom."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from langnghe.core.outlines import cells, holds
from langnghe.core.refusal import Refused
from langnghe.registry import actions
from langnghe.registry.boundaries import read
from langnghe.registry.models import Boundary, Place
from langnghe.situation.neighbours import sites
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def communes() -> tuple[Place, list[Place]]:
    home = Place.objects.get(key="n33")
    return home, list(Place.objects.on(DAY).filter(parent=home, level="commune").order_by("pk"))


def square(place: Place, half: float = 0.002, **changes: Any) -> dict[str, Any]:
    x, y = place.lon or 0, place.lat or 0
    ring = [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]
    made = {"type": "Feature", "properties": {"maXa": place.code, "ten": place.name}}
    return made | {"geometry": {"type": "Polygon", "coordinates": [ring]}} | changes


def written(folder: Path, features: list[dict[str, Any]]) -> Path:
    path = folder / "xa.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_communes_are_known_by_code_or_by_name(cast: Cast, tmp_path: Path) -> None:
    home, places = communes()
    by_code = read(written(tmp_path, [square(place) for place in places]), home, DAY)
    assert (by_code.field, by_code.places, by_code.missing) == ("maXa", places, [])
    named = [square(place, properties={"name": place.name.removeprefix("Xã ").upper()}) for place in places]
    by_name = read(written(tmp_path, named), home, DAY)
    assert by_name.field == "name" and by_name.places == places


def test_those_that_touch_are_neighbours(cast: Cast, tmp_path: Path) -> None:
    home, places = communes()
    moved = [square(place) for place in places]
    one, two, apart = places[:3]
    x, y = one.lon or 0, one.lat or 0
    beside = [[x + 0.002, y - 0.002], [x + 0.006, y - 0.002], [x + 0.006, y + 0.002], [x + 0.002, y - 0.002]]
    moved[1]["geometry"]["coordinates"] = [beside]
    found = read(written(tmp_path, moved), home, DAY)
    assert actions.keep_boundaries(found, "bản đồ") == len(places)
    assert two.pk in Boundary.objects.get(place=one).borders and one.pk in Boundary.objects.get(place=two).borders
    assert one.pk not in Boundary.objects.get(place=apart).borders
    assert next(site for site in sites(places) if site.pk == one.pk).borders[-1] == two.pk


def test_a_second_import_takes_the_place_of_the_first(cast: Cast, tmp_path: Path) -> None:
    home, places = communes()
    for few in (places, places[: len(places) - 1]):
        actions.keep_boundaries(read(written(tmp_path, [square(place) for place in few]), home, DAY), "x")
    assert Boundary.objects.count() == len(places) - 1


def test_what_the_file_lacks_or_has_too_much_is_named(cast: Cast, tmp_path: Path) -> None:
    home, places = communes()
    strange = square(places[0], properties={"maXa": "99999", "ten": "Xã Không Có"})
    found = read(written(tmp_path, [*[square(place) for place in places[1:]], strange]), home, DAY)
    assert found.missing == [places[0].name]
    assert found.unknown == ["99999, Xã Không Có"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("không phải json", "không phải GeoJSON"),
        ("[1, 2]", "features"),
        ('{"features": []}', "features"),
        ('{"features": [{"properties": {}, "geometry": null}]}', "features"),
        ("[" * 100_000, "không phải GeoJSON"),
    ],
)
def test_a_file_of_another_kind_is_refused(cast: Cast, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=says):
        read(path, communes()[0], DAY)


def test_metres_lines_and_other_places_are_refused(cast: Cast, tmp_path: Path) -> None:
    home, places = communes()
    features = [square(place) for place in places]
    metres = [
        square(
            places[0], geometry={"type": "Polygon", "coordinates": [[[5e5, 2e6], [6e5, 2e6], [6e5, 3e6], [5e5, 2e6]]]}
        )
    ]
    with pytest.raises(Refused, match="không ghi toạ độ bằng độ"):
        read(written(tmp_path, metres + features[1:]), home, DAY)
    line = [square(places[0], geometry={"type": "LineString", "coordinates": [[105, 20], [106, 21]]})]
    with pytest.raises(Refused, match="không phải một vùng"):
        read(written(tmp_path, line + features[1:]), home, DAY)
    swapped = [square(place, geometry=square(places[-1 - at])["geometry"]) for at, place in enumerate(places)]
    with pytest.raises(Refused, match="nằm xa"):
        read(written(tmp_path, swapped), home, DAY)
    with pytest.raises(Refused, match="Chỉ nhận ra 1 trên"):
        read(written(tmp_path, features[:1]), home, DAY)


def test_schematic_cells_hold_their_own_centroid_and_no_other() -> None:
    lat, lon = [20.5, 20.6, 20.55, 20.9], [106.0, 106.1, 106.3, 106.2]
    made = cells(lat, lon)
    for at, cell in enumerate(made):
        assert [holds(cell, y, x) for y, x in zip(lat, lon, strict=True)] == [other == at for other in range(4)]
    assert cells([20.5], [106.0])[0]
    assert cells([], []) == []
