"""A case is classified on its page: the kind, topic, place and term follow, and so may the body that holds it."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Topic
from tests.cast import OTHER_COMMUNE, Cast, body, moment, received
from tests.web.test_desk import signed_in
from tests.web.test_desk_moves import page, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


CLASSIFIED = {"kind": "petition", "topic": "giao_thong", "scope": "", "condition": "complex", "spot": "cầu Đen"}


def test_a_classification_sets_kind_topic_spot_and_term(cast: Cast) -> None:
    case, _answer = received()
    before = case.due
    assert post(cast.officer, case, "classify", place=case.place.name, **CLASSIFIED).status_code == 302
    case.refresh_from_db()
    assert (case.kind, case.topic.code, case.spot, case.condition) == ("petition", "giao_thong", "cầu Đen", "complex")
    assert case.due > before  # type: ignore[operator]


def test_a_place_of_several_names_is_chosen_from_the_list(cast: Cast) -> None:
    case, _answer = received()
    other = law.place(OTHER_COMMUNE)
    fields = CLASSIFIED | {"place": other.name, "place_key": other.key}
    answer = post(cast.officer, case, "classify", **fields)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.place, case.holder.place) == (other, other)


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "denunciation"), ("topic", "x"), ("condition", "remote"), ("scope", "x"), ("place", ""), ("place", "\0")],
)
def test_a_classification_that_cannot_be_is_refused_with_what_was_typed(cast: Cast, field: str, value: str) -> None:
    case, _answer = received()
    fields = CLASSIFIED | {"place": case.place.name, field: value}
    answer = post(cast.officer, case, "classify", **fields)
    assert answer.status_code == 422
    assert "cầu Đen" in answer.content.decode()


def test_a_voice_about_the_committee_itself_goes_to_its_superior_and_the_page_says_why(cast: Cast) -> None:
    case, _answer = received()
    post(cast.officer, case, "classify", place=case.place.name, concerns="on", **CLASSIFIED)
    assert page(cast.officer, case).status_code == 404
    shown = page(cast.province_officer, case).content.decode()
    assert "nên cơ quan cấp trên giải quyết" in shown


def test_a_classification_that_hands_over_asks_why_and_says_to_whom_it_went(cast: Cast) -> None:
    case, _answer = received()
    post(cast.officer, case, "accept")
    there = law.place(OTHER_COMMUNE)
    fields = {"kind": "feedback", "topic": "chieu_sang", "condition": "normal", "place": there.name, "spot": "Ngõ Ổ Ẫm"}
    fields |= {"place_key": there.key}
    asked = post(cast.officer, case, "classify", **fields)
    assert asked.status_code == 409 and "hãy ghi lý do chuyển" in asked.content.decode()
    assert "Ngõ Ổ Ẫm" in asked.content.decode() and 'name="reason"' in asked.content.decode()
    client = Client()
    client.force_login(cast.officer.account)
    went = client.post(reverse("move", args=[case.code, "classify"]), fields | {"reason": "Đèn ở xã bên"}, follow=True)
    assert f"Vụ việc nay do {body('committee_commune', OTHER_COMMUNE).name} giữ." in went.content.decode()
    case.refresh_from_db()
    assert (case.handovers, case.spot) == (1, "Ngõ Ổ Ẫm")


@pytest.fixture
def ended() -> Iterator[None]:
    """Let the topic of roads have ended the day before."""
    topics = Topic.objects.filter(code="giao_thong")
    topics.update(valid_to=date(2026, 6, 9))
    law.forget()
    yield
    topics.update(valid_to=None)
    law.forget()


@pytest.mark.usefixtures("ended")
def test_a_topic_that_has_ended_is_offered_for_nothing_new_at_the_desk_or_the_door(cast: Cast) -> None:
    case, _answer = received()
    for shown in (page(cast.officer, case, "?lam=classify"), signed_in(cast.officer).get(reverse("intake"))):
        text = shown.content.decode()
        assert 'value="giao_thong"' not in text and 'value="rac_thai"' in text
    key = registry.admit_client("Cổng thử")
    said = json.dumps({"text": "Cầu sập", "place": "n13264", "kind": "feedback", "topic": "giao_thong"})
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "khoa-chong-trung-0001"}
    answer = Client().post("/api/v1/voices", said, content_type="application/json", headers=headers)
    assert answer.status_code == 422 and "giao_thong" in answer.json()["detail"]


@pytest.mark.usefixtures("ended")
def test_a_case_keeps_its_topic_that_has_ended(cast: Cast) -> None:
    case, _answer = received(topic=law.topics()["giao_thong"])
    assert 'value="giao_thong"' in page(cast.officer, case, "?lam=classify").content.decode()
