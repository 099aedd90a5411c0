"""Places, bodies and topics that a process reads once."""

from datetime import date
from typing import Any

import pytest

from langnghe.ledger.models import LogEntry
from langnghe.registry import actions, known, law
from langnghe.registry.models import Body, Place, RegisterChange
from langnghe.registry.register_list import REGISTERS
from langnghe.registry.registers import texts
from tests.cast import COMMUNE, PROVINCE, Cast, body, member, moment


def test_rows_come_with_what_they_lie_in_and_stand_under_and_only_once(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    committee = body("committee_commune")
    found = known.by_id(Body, [committee.pk])[committee.pk]
    with django_assert_num_queries(0):
        again = known.by_id(Body, [committee.pk, None])[committee.pk]
        places = [place.key for place in again.place.lineage()]
        above = [each.type for each in again.superiors()]
    assert again is found
    assert (places, above) == ([COMMUNE, PROVINCE], ["committee_province"])


def test_rows_of_a_list_are_joined_by_one_question_for_each_register(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    rows = list(Body.objects.filter(type="committee_commune").order_by("pk"))
    with django_assert_max_num_queries(3):  # communes, former districts, provinces
        known.join(rows, "place")
    assert len(rows) > 100
    with django_assert_max_num_queries(0):
        assert all(row.place.province.level == Place.Level.PROVINCE for row in rows)


def test_a_field_that_names_nothing_stays_empty(cast: Cast) -> None:
    province = Place.objects.get(key=PROVINCE)
    known.join([province], "parent")
    assert province.parent is None


def test_bodies_under_one_another_in_a_circle_end(cast: Cast) -> None:
    upper, lower = body("committee_province", PROVINCE), body("committee_commune")
    Body.objects.filter(pk=upper.pk).update(superior=lower)
    assert known.by_id(Body, [lower.pk])[lower.pk].superior.superior == lower
    assert {upper.pk, lower.pk} <= known.below(upper.pk).keys() == known.below(lower.pk).keys()


def test_below_a_body_stands_what_stands_below_those_below_it(cast: Cast) -> None:
    upper, middle = body("committee_province", PROVINCE), body("committee_commune")
    Body.objects.filter(pk=body("police_commune").pk).update(superior=middle)
    last = body("police_commune")
    below = known.below(upper.pk)
    assert {upper.pk: upper.short_name, middle.pk: middle.short_name, last.pk: last.short_name}.items() <= below.items()
    assert upper.pk not in known.below(middle.pk)


def test_after_a_change_of_a_register_a_row_is_read_again(cast: Cast) -> None:
    committee, register = body("committee_commune"), REGISTERS["co-quan"]
    operator = member("operator", body("committee_province", PROVINCE), "operator")
    assert known.by_id(Body, [committee.pk])[committee.pk].name != "Ủy ban mới"
    actions.change_register(
        register, texts(register, committee) | {"name": "Ủy ban mới"}, committee.pk, by=operator, at=moment()
    )
    assert known.by_id(Body, [committee.pk])[committee.pk].name == "Ủy ban mới"


def test_below_a_body_is_read_again_after_a_change_of_a_register(cast: Cast) -> None:
    police, register = body("police_commune"), REGISTERS["co-quan"]
    operator = member("operator", body("committee_province", PROVINCE), "operator")
    middle = body("committee_commune")
    assert police.pk not in known.below(middle.pk)
    said = texts(register, police) | {"superior": middle.code}
    actions.change_register(register, said, police.pk, by=operator, at=moment())
    assert police.pk in known.below(middle.pk)


def test_what_another_process_changed_is_known_a_little_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def name_and_end() -> tuple[str, date | None]:
        found = known.by_id(Body, [cast.leader.body_id])[cast.leader.body_id]
        return found.name, found.place.valid_to

    clock, bodies, places = 1e6, Body.objects.filter(pk=cast.leader.body_id), Place.objects.filter(key=COMMUNE)
    monkeypatch.setattr(law, "_read", {"last": None, "asked": 0.0})
    law.refresh(clock)
    before = name_and_end()
    bodies.update(name="Tên mới")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(law, "forget", lambda: None)
        actions.choose_approval(False, by=cast.leader, at=moment())
    assert name_and_end() == before
    law.refresh(clock + law.FRESH)
    assert name_and_end() == ("Tên mới", None)
    places.update(valid_to=date(2026, 6, 30))  # as a reorganisation of units does, whose successions a release knew
    law.refresh(clock + 2 * law.FRESH)
    assert name_and_end() == ("Tên mới", date(2026, 6, 30))


def test_whether_a_leader_approves_is_a_change_in_the_log(cast: Cast) -> None:
    for approves in (False, False, True):
        actions.choose_approval(approves, by=cast.leader, at=moment())
    changes = [
        (row.row, row.before["approves"], row.after["approves"]) for row in RegisterChange.objects.order_by("pk")
    ]
    code = cast.leader.body.code
    assert changes == [(code, "True", "False"), (code, "False", "True")]
    assert LogEntry.objects.filter(event="change_register").count() == 2


def test_what_is_read_between_a_change_and_its_commit_is_not_kept(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    pk = cast.leader.body_id
    with django_capture_on_commit_callbacks(execute=True):
        law.forget()
        early = known.by_id(Body, [pk])[pk]
    assert known.by_id(Body, [pk])[pk] is not early
