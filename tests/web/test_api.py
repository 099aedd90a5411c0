"""The JSON door: who may call it, exactly once, and what a caller is told when something is wrong."""

import json
from typing import Any

import pytest
from django.test import Client

from langnghe.cases.models import RawIntake, Voice
from langnghe.registry import actions as registry
from tests.cast import COMMUNE, Cast

pytestmark = pytest.mark.django_db
GOOD = {"text": "Cống tắc, nước tràn ra đường.", "place": COMMUNE, "topic": "thoat_nuoc"}


@pytest.fixture
def door(cast: Cast) -> Any:
    key = registry.admit_client("Cổng thử")

    def post(body: Any, name: str = "khoa-chong-trung-0001", token: str = key) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": name}
        return Client().post("/api/v1/voices", text, content_type="application/json", headers=headers)

    return post


def test_a_client_hands_in_a_voice_and_gets_its_receipt(door: Any) -> None:
    answer = door(GOOD)
    assert answer.status_code == 201
    assert answer.json()["receipt"].count("-") == 5
    assert answer.json()["body"].startswith("Ủy ban nhân dân xã")
    assert Voice.objects.get().text == GOOD["text"]


def test_the_same_key_gives_the_same_receipt(door: Any) -> None:
    first, again = door(GOOD), door(GOOD)
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    assert Voice.objects.count() == 1


def test_the_same_key_with_other_words_is_a_conflict_and_both_are_kept(door: Any) -> None:
    door(GOOD)
    answer = door(GOOD | {"text": "Chuyện khác"})
    assert answer.status_code == 409
    assert (Voice.objects.count(), RawIntake.objects.count()) == (1, 2)


def test_two_clients_may_use_the_same_key(door: Any) -> None:
    other = registry.admit_client("Cổng khác")
    assert [door(GOOD).status_code, door(GOOD, token=other).status_code] == [201, 201]


@pytest.mark.parametrize("token", ["", "sai", "a" * 500])
def test_without_a_valid_client_key_nothing_is_received(door: Any, token: str) -> None:
    assert door(GOOD, token=token).status_code == 401
    assert Voice.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        "không phải JSON",
        {},
        [],
        GOOD | {"text": ""},
        GOOD | {"text": "a" * 20_001},
        GOOD | {"kind": "gì đó"},
        GOOD | {"topic": "gì đó"},
        GOOD | {"people": 0},
        GOOD | {"said_on": "31/02/2026"},
        GOOD | {"said_on": "2999-01-01"},
        GOOD | {"place": "xã Không Có Thật, Thái Bình"},
        GOOD | {"place": "Phường Hoàn Kiếm, Hà Nội"},
        GOOD | {"said_on": "1900-01-01", "place": "n01"},
    ],
)
def test_bad_input_is_named_in_words_and_nothing_is_received(door: Any, wrong: Any) -> None:
    answer = door(wrong)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
    assert Voice.objects.count() == 0


def test_a_name_that_several_communes_have_comes_back_with_a_short_list(door: Any) -> None:
    answer = door(GOOD | {"place": "Xã Tân Tiến"})
    assert answer.status_code == 422
    assert len(answer.json()["candidates"]) > 1


def test_a_name_is_read_as_of_the_day_of_the_voice(door: Any) -> None:
    named = GOOD | {"place": "Xã Lương Tài, Hưng Yên"}
    door(named | {"said_on": "2025-03-01"}, "khoa-chong-trung-0002")
    assert Voice.objects.get().case.place.key == "o12010"


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_a_sealed_kind_is_turned_away_and_not_kept(door: Any, kind: str) -> None:
    answer = door(GOOD | {"kind": kind})
    assert answer.status_code == 422
    assert RawIntake.objects.count() == 0


def test_a_voice_takes_at_most_twelve_statements(door: Any, django_assert_max_num_queries: Any) -> None:
    door(GOOD, "khoa-chong-trung-0000")
    with django_assert_max_num_queries(12):
        assert door(GOOD).status_code == 201


def test_the_door_describes_itself_as_openapi_3_1(client: Client) -> None:
    answer = client.get("/api/openapi.json").json()
    assert answer["openapi"].startswith("3.1")
    assert "/api/v1/voices" in answer["paths"]
