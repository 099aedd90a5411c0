"""The tables of topics, outcomes, bodies and competence: whole, tied together, checked by hand."""

from datetime import date, timedelta
from string import Formatter

import pytest

from langnghe.core.tables import rows
from tests.core.questions import (
    START,
    TODAY,
    assert_covers,
    assert_follow_on,
    grouped,
    in_force,
    only,
    select,
    since,
    until,
)

TWO_TIERS = date(2025, 7, 1)
ALL_THREE_TIERS = TWO_TIERS - timedelta(days=1)
LEVELS = {"province", "district", "commune", "enterprise", "central"}
BODY_KINDS = {
    *("committee", "council", "department", "police", "utility", "centre", "front", "organisation"),
    *("party", "delegation", "health", "inspectorate", "office"),
}


def test_keywords_are_folded_and_belong_to_one_topic() -> None:
    words = [word for row in rows("topics") for word in row["keywords"].split("|") if word]
    assert all(word.isascii() and word == word.lower() for word in words)
    assert len(words) == len(set(words))


def test_the_topics_that_the_code_names_exist() -> None:
    topics = {row["code"] for row in rows("topics")}
    assert topics >= {"thu_tuc_hanh_chinh", "can_bo", "thai_do_can_bo", "chua_phan_loai", "giao_thong"}


def test_promises_need_a_commitment_and_deeds_need_proof() -> None:
    outcomes = {row["code"]: row for row in rows("outcomes")}
    assert set(outcomes) == {
        *("done", "scheduled", "no_money", "passed_down", "not_ours", "not_as_reported", "no_basis"),
        *("sent_up", "reminded", "advised"),
    }
    promised = {code for code, row in outcomes.items() if row["needs_commitment"] == "yes"}
    assert promised == {"no_money", "passed_down"}
    assert {code for code, row in outcomes.items() if row["needs_proof"] == "yes"} == {"done", "reminded"}
    assert not [code for code in promised if outcomes[code]["resolves"] == "yes"]


def test_a_body_type_is_well_formed() -> None:
    for row in rows("body_types"):
        assert row["kind"] in BODY_KINDS and row["level"] in LEVELS
        assert row["place_level"] in {"province", "district", "commune"}
        for template in (row["name_template"], row["short_template"]):
            assert {name for _, name, _, _ in Formatter().parse(template) if name} <= {"place", "bare"}


def test_two_rows_of_a_body_type_never_meet_at_one_place() -> None:
    for group in grouped("body_types", "code", "place_types"):
        assert len({row["place_level"] for row in group}) == 1
        assert group[0]["place_types"] == "*" or not select("body_types", code=group[0]["code"], place_types="*")
        assert_follow_on(group)
        assert all(since(row) == TWO_TIERS for row in group[1:])


def test_superiors_and_successors_of_a_body_are_known_types() -> None:
    above = {"commune": {"district", "province"}, "district": {"province"}, "province": set[str]()}
    levels = {row["code"]: row["place_level"] for row in rows("body_types")}
    for row in rows("body_types"):
        assert not row["successor"] or row["successor"] in levels
        assert bool(row["superior_code"]) == bool(row["superior_place"])
        if row["superior_place"] == "same":
            assert levels[row["superior_code"]] == row["place_level"]
        elif row["superior_place"] == "parent":
            assert levels[row["superior_code"]] in above[row["place_level"]]


def test_after_three_tiers_no_district_stands_and_a_commune_answers_to_the_province() -> None:
    assert "district" in {row["place_level"] for row in in_force(rows("body_types"), ALL_THREE_TIERS)}
    assert "district" not in {row["place_level"] for row in in_force(rows("body_types"), TWO_TIERS)}
    assert only("body_types", ALL_THREE_TIERS, code="committee_commune")["superior_code"] == "committee_district"
    assert only("body_types", TWO_TIERS, code="committee_commune")["superior_code"] == "committee_province"


def test_a_body_type_that_ended_names_who_took_it_over() -> None:
    ended = [group[-1] for group in grouped("body_types", "code", "place_types") if group[-1]["valid_to"]]
    assert len(ended) > 10
    assert all(row["successor"] for row in ended)


def test_the_commission_of_the_province_changed_its_name_with_the_merger() -> None:
    before = only("body_types", date(2021, 6, 30), code="engagement_commission", place_types="tinh")
    after = only("body_types", TODAY, code="engagement_commission", place_types="tinh")
    assert before["short_template"] == "Ban Dân vận Tỉnh ủy"
    assert after["short_template"] == "Ban Tuyên giáo và Dân vận Tỉnh ủy"


def test_every_topic_has_one_default_body_for_every_kind_of_place_and_day() -> None:
    found = grouped("competence", "topic", "place_level", "scope")
    groups = {(group[0]["topic"], group[0]["place_level"]): group for group in found if not group[0]["scope"]}
    for topic in rows("topics"):
        for level in ("village", "commune", "province"):
            assert_covers(groups[topic["code"], level], START, date.max)
        assert_covers(groups[topic["code"], "district"], START, ALL_THREE_TIERS)
        assert until(groups[topic["code"], "district"][-1]) == ALL_THREE_TIERS


def test_competence_names_known_topics_scopes_and_levels() -> None:
    topics, scopes = ({row["code"] for row in rows(name)} for name in ("topics", "scopes"))
    for row in rows("competence"):
        assert row["topic"] in topics and row["scope"] in scopes | {""}
        assert row["place_level"] in {"province", "district", "commune", "village"} and row["place_type"] == "*"
        assert row["why_vi"].endswith(".") and row["why_vi"][0].isupper()
    assert scopes <= {row["scope"] for row in rows("competence")}


def test_competence_neither_overlaps_nor_leaves_holes() -> None:
    for group in grouped("competence", "topic", "place_level", "place_type", "scope"):
        assert_follow_on(group)


def test_a_competent_body_type_stands_at_or_above_the_place_as_long_as_the_row_is_valid() -> None:
    reach = {"province": {"province"}, "district": {"province", "district"}}
    reach["commune"] = reach["village"] = {"province", "district", "commune"}
    for row in rows("competence"):
        types = select("body_types", code=row["body_type"])
        assert types and {found["place_level"] for found in types} <= reach[row["place_level"]], row
        assert min(map(since, types)) <= since(row) and until(row) <= max(map(until, types)), row


def competent(topic: str, day: date, level: str = "commune", scope: str = "") -> str:
    return only("competence", day, topic=topic, place_level=level, scope=scope)["body_type"]


@pytest.mark.parametrize(
    ("topic", "scope", "in_2021", "today"),
    [
        ("giao_thong", "", "committee_commune", "committee_commune"),
        ("giao_thong", "province_road", "department_transport", "department_construction"),
        ("dat_dai", "", "committee_district", "committee_commune"),
        ("o_nhiem", "large", "department_natural_resources", "department_agriculture_environment"),
        ("lao_dong", "", "department_labour", "department_home_affairs"),
        ("vien_thong_so", "", "department_communications", "department_science"),
        ("an_ninh", "", "police_commune", "police_commune"),
        ("dien", "", "power_company", "power_company"),
    ],
)
def test_the_lowest_competent_body_answers(topic: str, scope: str, in_2021: str, today: str) -> None:
    assert competent(topic, date(2021, 6, 30), scope=scope) == in_2021
    assert competent(topic, TODAY, scope=scope) == today
