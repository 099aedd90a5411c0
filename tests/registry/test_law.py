"""The tables name a competent body for every topic, place and day, and an operator's rows go before the release's."""

from collections.abc import Iterator
from datetime import date

import pytest

from langnghe.core import terms
from langnghe.registry import actions, law
from langnghe.registry.models import Body, Competence, Holiday, Origin, Place, Term, Topic
from tests.cast import COMMUNE, OTHER_COMMUNE, PROVINCE, body

pytestmark = pytest.mark.django_db
BEFORE, BETWEEN, NOW = date(2021, 6, 1), date(2025, 3, 1), date(2026, 6, 1)
DIVIDED, WHOLE, DISTRICT = "o12004", "o13264", "o344"
OURS = (PROVINCE, "o33", "o34")


@pytest.fixture(autouse=True)
def fresh_law() -> Iterator[None]:
    """Let no row that a test adds live on in the memory of the next."""
    yield
    law.forget()


def commune_types(day: date) -> list[tuple[str, str]]:
    """Return a commune of each type in Hưng Yên and Thái Bình of the day, as (type, key)."""
    ours = Place.objects.filter(level="commune", parent__key__in=OURS) | Place.objects.filter(
        level="commune", parent__parent__key__in=OURS
    )
    return sorted({place.type: (place.type, place.key) for place in ours.on(day)}.values())


@pytest.mark.parametrize("day", [BEFORE, BETWEEN, NOW])
def test_every_topic_has_a_competent_body_of_that_day_at_every_type_of_place(day: date) -> None:
    keys = [key for _type, key in commune_types(day)]
    keys += [place.key for place in Place.objects.filter(key__in=[*OURS, DISTRICT]).on(day)]
    for topic in law.topics().values():
        for key in keys:
            found = law.competent_body(topic, law.place(key), day)
            assert Body.objects.on(day).filter(pk=found.pk).exists(), (topic, key, found)


@pytest.mark.parametrize(("day", "types"), [(BEFORE, 3), (BETWEEN, 3), (NOW, 2)])
def test_the_walk_meets_every_type_of_commune(day: date, types: int) -> None:
    assert len(commune_types(day)) == types


@pytest.mark.parametrize(
    ("topic", "key", "day", "scope", "kind"),
    [
        ("chieu_sang", COMMUNE, NOW, "", "committee_commune"),
        ("giao_thong", COMMUNE, NOW, "province_road", "department_construction"),
        ("giao_thong", WHOLE, BEFORE, "province_road", "department_transport"),
        ("dan_chu", COMMUNE, NOW, "front", "front_commune"),
        ("giao_thong", COMMUNE, NOW, "a scope no row knows", "committee_commune"),
    ],
)
def test_competence_follows_topic_scope_and_day(topic: str, key: str, day: date, scope: str, kind: str) -> None:
    assert law.competent_body(law.topics()[topic], law.place(key), day, scope).type == kind


def test_a_voice_about_a_body_goes_to_its_superior() -> None:
    topic, place, concerned = law.topics()["chieu_sang"], law.place(COMMUNE), body("committee_commune")
    assert law.competent_body(topic, place, NOW, concerns=concerned) == body("committee_province", PROVINCE)


def test_a_voice_about_a_body_that_ended_goes_to_the_superior_of_its_heir() -> None:
    old = Body.objects.get(code=f"committee_commune.{WHOLE}")
    found = law.competent_body(law.topics()["chieu_sang"], law.place(WHOLE), NOW, concerns=old)
    assert found == body("committee_province", PROVINCE)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (WHOLE, f"committee_commune.{COMMUNE}"),
        (DIVIDED, f"committee_province.{PROVINCE}"),
        (DISTRICT, f"committee_province.{PROVINCE}"),
    ],
)
def test_an_ended_place_is_asked_at_its_one_successor_or_else_at_the_province(key: str, code: str) -> None:
    assert law.competent_body(law.topics()["chieu_sang"], law.place(key), NOW).code == code


def test_a_place_without_a_row_is_an_error_that_names_it() -> None:
    Competence.objects.filter(topic__code="chieu_sang").delete()
    law.forget()
    with pytest.raises(LookupError, match="Thư Vũ"):
        law.competent_body(law.topics()["chieu_sang"], law.place(COMMUNE), NOW)


def test_the_operators_term_goes_first_and_survives_a_load() -> None:
    row = {"code": "ours", "stage": "settle", "kind": "feedback", "condition": "normal", "unit": "working"}
    Term.objects.create(**row, days=3, starts="received", origin=Origin.OPERATOR, valid_from=NOW)
    actions.load_law()
    assert law.term("settle", "feedback", NOW).days == 3
    assert law.term("settle", "feedback", BETWEEN).code == "settle.feedback.normal.2020"


def test_the_operators_holiday_goes_first_and_survives_a_load() -> None:
    worked = date(2026, 9, 1)
    Holiday.objects.create(date=worked, kind="working", name_vi="Đi làm", origin=Origin.OPERATOR)
    actions.load_law()
    assert law.calendar().is_working_day(worked)


def test_the_operators_competence_goes_first_and_survives_a_load() -> None:
    topic = Topic.objects.get(code="chieu_sang")
    row = {"code": "ours", "place_level": "commune", "body_type": "police_commune", "origin": Origin.OPERATOR}
    Competence.objects.create(topic=topic, **row)
    actions.load_law()
    assert law.competent_body(topic, law.place(COMMUNE), NOW).type == "police_commune"


def test_loading_twice_changes_nothing() -> None:
    def rows() -> list[object]:
        release = [model.objects.filter(origin=Origin.RELEASE) for model in (Competence, Term, Holiday)]
        columns = [sorted(map(str, query.values_list("valid_from", "valid_to", "citation"))) for query in release]
        return [columns, list(Topic.objects.order_by("pk").values()), Place.objects.count(), Body.objects.count()]

    before = rows()
    actions.load_law()
    assert actions.load_bodies(law.place(PROVINCE)) > 0
    assert rows() == before


def test_a_term_that_no_row_has_is_never_made_up() -> None:
    with pytest.raises(terms.NoTerm):
        law.term("settle", "feedback", NOW, "remote")


@pytest.mark.parametrize(
    ("code", "superior"),
    [
        (f"committee_commune.{COMMUNE}", f"committee_province.{PROVINCE}"),
        (f"committee_commune.{WHOLE}", f"committee_district.{DISTRICT}"),
        (f"committee_district.{DISTRICT}", "committee_province.o34"),
        (f"front_commune.{OTHER_COMMUNE}", f"front_province.{PROVINCE}"),
    ],
)
def test_bodies_of_both_eras_have_their_superior(code: str, superior: str) -> None:
    above = Body.objects.get(code=code).superior
    assert above is not None
    assert above.code == superior


@pytest.mark.parametrize(
    ("code", "successor"),
    [
        (f"committee_commune.{WHOLE}", f"committee_commune.{COMMUNE}"),
        (f"one_stop_commune.{WHOLE}", f"centre_commune.{COMMUNE}"),
        ("committee_province.o34", f"committee_province.{PROVINCE}"),
        ("department_transport.o34", f"department_construction.{PROVINCE}"),
    ],
)
def test_bodies_that_ended_name_their_one_successor(code: str, successor: str) -> None:
    following = Body.objects.get(code=code).successor
    assert following is not None
    assert following.code == successor


@pytest.mark.parametrize("key", [DIVIDED, DISTRICT])
def test_a_divided_commune_and_a_district_have_no_successor(key: str) -> None:
    bodies = Body.objects.filter(place__key=key, type__startswith="committee")
    assert [body.successor for body in bodies] == [None]
