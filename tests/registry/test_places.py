"""The tables of administrative units and the reading of places written by residents and clerks."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langnghe.core import tables
from langnghe.core.text import fold, nfc
from langnghe.registry.gazetteer import MOST_CANDIDATES, Gazetteer, Resolution, Unit, released

FIRST_HALF_2021, LAST_OLD_DAY, LATELY = date(2021, 6, 30), date(2025, 6, 30), date(2026, 11, 1)


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return released()


def levels(places: Gazetteer, day: date) -> Counter[str]:
    return Counter(unit.level for unit in places.units.values() if unit.on(day))


def keys(resolution: Resolution) -> list[str]:
    return [unit.key for unit in resolution.candidates]


def province(places: Gazetteer, unit: Unit) -> str:
    return (unit, *places.ancestors(unit))[-1].lineage


# --- the tables --------------------------------------------------------------------------------


def test_today_there_are_34_provinces_and_3321_communes(places: Gazetteer) -> None:
    assert levels(places, LATELY) == {"province": 34, "commune": 3321}
    types = Counter(unit.type for unit in places.units.values() if unit.on(LATELY) and unit.level == "commune")
    assert types == {"xa": 2621, "phuong": 687, "dac_khu": 13}


def test_in_2021_there_were_63_provinces_705_districts_and_10599_communes(places: Gazetteer) -> None:
    assert levels(places, FIRST_HALF_2021) == {"province": 63, "district": 705, "commune": 10599}


def test_before_the_merger_there_were_696_districts_and_10035_communes(places: Gazetteer) -> None:
    assert levels(places, LAST_OLD_DAY) == {"province": 63, "district": 696, "commune": 10035}


@pytest.mark.parametrize(("day", "communes"), [(FIRST_HALF_2021, 260), (LAST_OLD_DAY, 242)])
def test_old_thai_binh_has_eight_districts(places: Gazetteer, day: date, communes: int) -> None:
    own = [unit for unit in places.units.values() if unit.on(day) and province(places, unit) == "o34"]
    assert Counter(unit.level for unit in own) == {"province": 1, "district": 8, "commune": communes}


def test_new_hung_yen_has_93_xa_and_11_phuong(places: Gazetteer) -> None:
    assert Counter(u.type for u in places.units.values() if u.parent == "n33") == {"xa": 93, "phuong": 11}


def test_every_row_has_a_source_a_confidence_and_a_name_in_nfc() -> None:
    for row in tables.rows("places"):
        assert row["source"] and row["confidence"] in {"S", "I", "M", "?"}, row
        assert row["name"] == nfc(row["name"]) == " ".join(row["name"].split()), row


def test_a_unit_whose_change_has_no_known_day_is_marked_doubtful() -> None:
    rows = [row for row in tables.rows("places") if "2024-12-31" in row.values()]
    assert len(rows) > 1000
    assert {row["confidence"] for row in rows} == {"?"}
    assert all("ngày đổi chưa rõ" in row["source"] for row in rows)


def test_only_provinces_have_no_parent_and_each_parent_is_one_tier_up(places: Gazetteer) -> None:
    for unit in places.units.values():
        above = places.units[unit.parent].level if unit.parent else None
        district = "district" if unit.key[0] == "o" else "province"
        assert above == {"province": None, "district": "province", "commune": district}[unit.level], unit


def test_every_old_unit_is_followed_whole_divided_by_district_or_listed_as_unknown(places: Gazetteer) -> None:
    old = [unit for unit in places.units.values() if unit.valid_to and unit.key[0] == "o"]
    kinds = Counter((unit.level, places.succession(unit)) for unit in old)
    assert {kind for level, kind in kinds if level == "commune"} == {"whole", "divided", "unknown"}
    assert kinds["commune", "unknown"] == 4
    assert kinds["province", "whole"] == 64  # Huế was a tỉnh, then a city
    assert all(places.current(unit) for unit in old)


def test_every_new_unit_has_a_source(places: Gazetteer) -> None:
    heirs = {row["new"] for row in tables.rows("successors")}
    assert {key for key in places.units if key[0] == "n"} == heirs


def test_a_divided_commune_has_several_successors_and_any_other_one(places: Gazetteer) -> None:
    numbers = Counter(row["old"] for row in tables.rows("successors"))
    for row in tables.rows("successors"):
        assert (numbers[row["old"]] > 1) == (row["kind"] == "divided"), row


def test_the_districts_that_became_towns_have_a_row_for_each_name(places: Gazetteer) -> None:
    assert places.units["o262-2021"].name == "Huyện Thuận Thành"
    assert places.units["o262"].name == "Thị xã Thuận Thành"
    assert not places.units["o262"].on(FIRST_HALF_2021)


# --- reading --------------------------------------------------------------------------------

READINGS = [
    ("xã Vũ Hội, Vũ Thư, Thái Bình", "o13255"),
    ("vũ hội vũ thư thái bình", "o13255"),
    ("thon 3, xa Thuy Hai, huyen Thai Thuy", "o12880"),
    ("xã Thuỵ Hải", "o12880"),
    ("x. Thụy Hải, h. Thái Thụy, t. Thái Bình", "o12880"),
    ("P. Bồ Xuyên TP Thái Bình", "o12436"),
    ("PHƯỜNG BỒ XUYÊN-TP.THÁI BÌNH", "o12436"),
    ("Số 12, ngõ 5, đường Lê Lợi, P.Bồ Xuyên", "o12436"),
    ("tt Diêm Điền", "o12826"),
    ("Thị trấn Diêm Điền, Thái Thụy, Hưng Yên", "o12826"),
    ("xã Thư Vũ", "n13264"),
    ("xã Thư Vũ, tỉnh Thái Bình", "n13264"),
    ("xã Thư Vũ, huyện Vũ Thư, Hưng Yên", "n13264"),
    ("số 9 đường Trần Hưng Đạo, phường Trần Lãm, Hưng Yên", "n12454"),
    ("Phường Trần Lãm, thành phố Thái Bình", "o12454"),
    ("đk Côn Đảo", "n26732"),
    ("P5, Q3, TPHCM", "o27151"),
    ("phường 05, quận 3, TP. Hồ Chí Minh", "o27151"),
    ("xã An Quí, Quỳnh Phụ", "o12538"),
    ("phường Nguyễn Trung Trực, Ba Đình, Hà Nội", "o00010"),
    ("huyện Vũ Thư", "o344"),
    ("TP. Thái Bình", "o336"),
    ("Tx. Thuận Thành", "o262"),
    ("Thái Bình", "o34"),
    ("tỉnh Thái Bình", "o34"),
    ("Hưng Yên", "n33"),
    ("BRVT", "o77"),
    ("Bà Rịa - Vũng Tàu", "o77"),
    ("thành phố Đồng Nai", "n75"),
]


@pytest.mark.parametrize(("text", "key"), READINGS)
def test_a_place_is_read_as_the_unit_it_names(places: Gazetteer, text: str, key: str) -> None:
    resolution = places.resolve(text)
    assert (resolution.reason, keys(resolution)) == ("found", [key])


def test_a_name_that_many_communes_bear_gives_the_choice(places: Gazetteer) -> None:
    resolution = places.resolve("Xã Tân Tiến")
    assert resolution.unit is None
    assert resolution.reason == "several"
    assert {"n12583", "n01051"} < set(keys(resolution))
    assert len(resolution.candidates) <= MOST_CANDIDATES


def test_the_province_of_the_office_decides_between_communes_of_one_name(places: Gazetteer) -> None:
    assert keys(places.resolve("Xã Tân Tiến", within="n08", on=LATELY)) == ["n01051"]
    assert keys(places.resolve("Xã Tân Tiến", within="n33", on=LATELY)) == ["n12583"]


@pytest.mark.parametrize(("day", "key"), [(FIRST_HALF_2021, "o12454"), (LATELY, "n12454")])
def test_the_day_decides_between_old_and_new_of_one_name(places: Gazetteer, day: date, key: str) -> None:
    assert keys(places.resolve("Phường Trần Lãm", on=day)) == [key]


def test_the_day_decides_between_the_old_and_the_new_province(places: Gazetteer) -> None:
    assert keys(places.resolve("Hưng Yên", on=FIRST_HALF_2021)) == ["o33"]
    assert keys(places.resolve("Hưng Yên", on=LATELY)) == ["n33"]


def test_a_district_and_its_town_of_one_name_are_both_offered(places: Gazetteer) -> None:
    resolution = places.resolve("Vũ Thư, Thái Bình")
    assert resolution.unit is None
    assert set(keys(resolution)) == {"o344", "o13192"}


def test_marks_that_fit_go_before_marks_that_do_not(places: Gazetteer) -> None:
    assert places.resolve("Xã Tân Hoà, Hưng Hà, Thái Bình").candidates[0].name == "Xã Tân Hòa"
    written = places.resolve("xã Đông Hải, Thái Bình", on=FIRST_HALF_2021)
    assert {unit.name for unit in written.candidates} == {"Xã Đông Hải"}


@pytest.mark.parametrize("text", ["xã Vũ Hộii, huyện Vũ Thư, Thái Bình", "xã Vũ Hộij"])
def test_a_misspelt_commune_gives_the_nearest_and_decides_nothing(places: Gazetteer, text: str) -> None:
    resolution = places.resolve(text)
    assert (resolution.unit, resolution.reason) == (None, "unknown")
    assert keys(resolution)[0] == "o13255"


def test_an_unknown_commune_of_a_known_district_offers_the_district(places: Gazetteer) -> None:
    assert keys(places.resolve("xã Abcxyzk, huyện Vũ Thư")) == ["o344"]
    assert places.resolve("xã Abcxyzk, huyện Vũ Thư").unit is None


def test_a_commune_under_a_district_it_does_not_belong_to_is_only_offered(places: Gazetteer) -> None:
    resolution = places.resolve("xã Vũ Hội huyện Tiền Hải tỉnh Thái Bình")
    assert (resolution.unit, resolution.reason, keys(resolution)) == (None, "contradiction", ["o13255"])


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n", "empty"), ("ở nhà tôi mất điện", "unknown")])
def test_a_text_without_a_place_names_none(places: Gazetteer, text: str, reason: str) -> None:
    assert places.resolve(text) == Resolution(None, (), reason)


# --- following --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [("o13255", "n13264"), ("o12436", "n13225"), ("o34", "n33"), ("o344", "n33"), ("n13264", "n13264")],
)
def test_an_old_unit_leads_to_the_one_that_took_it_over(places: Gazetteer, old: str, new: str) -> None:
    assert [unit.key for unit in places.current(places.units[old])] == [new]


def test_a_divided_commune_is_never_mapped_silently(places: Gazetteer) -> None:
    resolution = places.resolve("xã Tân Thạnh, huyện Thanh Bình, tỉnh Đồng Tháp")
    assert resolution.unit is not None
    assert places.succession(resolution.unit) == "divided"
    assert [unit.name for unit in places.current(resolution.unit)] == ["Xã Tân Thạnh", "Xã Thanh Bình"]


def test_a_commune_gone_before_the_merger_is_followed_through_the_one_that_took_it(places: Gazetteer) -> None:
    gone = places.units["o00010"]  # phường Nguyễn Trung Trực, joined to Trúc Bạch
    assert places.current(gone) == places.current(places.units["o00004"])


def test_what_nobody_is_known_to_have_taken_over_leads_to_its_province_only(places: Gazetteer) -> None:
    unknown = [unit for unit in places.units.values() if places.succession(unit) == "unknown"]
    assert {unit.level for old in unknown for unit in places.current(old)} == {"province"}


# --- for all texts --------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.data())
def test_the_full_name_of_a_unit_always_offers_that_unit(data: st.DataObject) -> None:
    places = released()
    unit = data.draw(st.sampled_from(sorted(places.units.values(), key=lambda each: each.key)))
    day = unit.valid_to or LATELY
    for text in (places.path(unit), fold(places.path(unit))):
        assert unit.lineage in {each.lineage for each in places.resolve(text, on=day).candidates}


@settings(deadline=None)
@given(
    st.text() | st.lists(st.sampled_from(["xã", "p", "tp", "Tân", "Tiến", "Vũ", ",", "1", "Thái Bình"])).map(" ".join)
)
def test_any_text_gives_an_answer(text: str) -> None:
    resolution = released().resolve(text)
    assert (resolution.unit is not None) == (resolution.reason == "found")
    assert len(resolution.candidates) <= MOST_CANDIDATES
