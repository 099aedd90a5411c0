"""Places, bodies and topics that a process reads once."""

from typing import Any

from langnghe.ledger.models import LogEntry
from langnghe.registry import actions, known
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


def test_whether_a_leader_approves_is_a_logged_change_that_every_process_learns_of(cast: Cast) -> None:
    for approves in (False, False, True):
        actions.choose_approval(approves, by=cast.leader, at=moment())
    changes = [
        (row.row, row.before["approves"], row.after["approves"]) for row in RegisterChange.objects.order_by("pk")
    ]
    code = cast.leader.body.code
    assert changes == [(code, "True", "False"), (code, "False", "True")]
    assert LogEntry.objects.filter(event="change_register").count() == 2
