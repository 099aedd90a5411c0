"""Hot spots on the desk: who sees them, what the page tells, and how they are decided."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.commitments.models import Commitment
from langnghe.engagements.models import Engagement
from langnghe.registry import law
from langnghe.registry.models import Member, Place
from langnghe.situation.models import HotSpot
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, moment, received

pytestmark = pytest.mark.django_db
LAST = date(2026, 6, 19)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(20)


@pytest.fixture
def spot() -> HotSpot:
    """A rise of light voices in the commune as the night's scan would note it, with the five voices it counted."""
    for day in (17, 18, 18, 19, 19):
        received(moment(day))
    received(moment(10))
    made = HotSpot.objects.create(
        topic=law.topics()["chieu_sang"],
        centre=law.place(COMMUNE),
        first_seen=LAST + timedelta(days=1),
        since=date(2026, 6, 17),
        last=LAST,
        observed=5,
        expected=0.4,
        p=0.0002,
        salt=b"0" * 16,
    )
    made.places.set([law.place(COMMUNE)])
    return made


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.account)
    return client


def page(member: Member, spot: HotSpot) -> Any:
    return client_of(member).get(reverse("hotspot", args=[spot.pk]))


def decide(member: Member, spot: HotSpot, verb: str, **said: str) -> Any:
    return client_of(member).post(reverse("decide_hotspot", args=[spot.pk, verb]), said)


def test_the_province_sees_all_and_a_commune_what_touches_it(cast: Cast, spot: HotSpot) -> None:
    for member, seen in ((cast.commission, True), (cast.officer, True), (cast.other_officer, False)):
        listed = client_of(member).get(reverse("hotspots")).content.decode()
        assert (spot.code in listed) is seen
        assert page(member, spot).status_code == (200 if seen else 404)


def test_the_page_says_where_since_when_how_unusual_and_which_voices(cast: Cast, spot: HotSpot) -> None:
    found = page(cast.commission, spot)
    words = found.content.decode()
    assert "5 phản ánh từ 17/06/2026 đến 19/06/2026" in words and "khoảng 0,4" in words
    assert "5.000 đêm" in words and "p = 0,0002" in words
    assert len(found.context["cases"]) == 5
    days = {day["day"]: day for day in found.context["timeline"]["days"]}
    assert (days[LAST]["count"], days[LAST]["is_hot"]) == (2, True)
    assert (days[date(2026, 6, 10)]["count"], days[date(2026, 6, 10)]["is_hot"]) == (1, False)


def test_confirming_names_an_owner_a_day_and_a_dialogue(cast: Cast, spot: HotSpot) -> None:
    said = {"owner": cast.committee.code, "task": "Thay đèn cả tuyến", "due": "2026-06-26", "reason": "Đã đi xem"}
    assert decide(cast.commission, spot, "xac-nhan", **said, dialogue="2026-06-24").status_code == 302
    promise = Commitment.objects.get(origin=spot.code)
    assert (promise.body, promise.due) == (cast.committee, date(2026, 6, 26))
    session = Engagement.objects.get(kind="dialogue")
    assert (session.body, session.day, session.origin) == (cast.committee, date(2026, 6, 24), spot.code)
    assert promise.code in page(cast.officer, spot).content.decode()
    assert decide(cast.commission, spot, "bo-qua", reason="Thôi").status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"due": "2026-06-01"}, {"owner": "khong-co"}, {"task": ""}, {"dialogue": "2026-06-01"}]
)
def test_what_was_typed_comes_back_when_something_is_wrong(cast: Cast, spot: HotSpot, wrong: dict[str, str]) -> None:
    said = {"owner": cast.committee.code, "task": "Thay đèn", "due": "2026-06-26", "reason": "Đã đi xem tận nơi"}
    answer = decide(cast.commission, spot, "xac-nhan", **(said | wrong))
    assert answer.status_code in {409, 422} and "Đã đi xem tận nơi" in answer.content.decode()
    assert not Commitment.objects.exists() and not Engagement.objects.exists()
    assert HotSpot.objects.get().state == "open"


def test_supervisors_read_and_do_not_decide(cast: Cast, spot: HotSpot) -> None:
    assert page(cast.supervisor, spot).context["may_decide"] is False
    assert decide(cast.supervisor, spot, "bo-qua", reason="Thôi").status_code == 404


def test_a_dismissed_one_keeps_its_reason(cast: Cast, spot: HotSpot) -> None:
    assert decide(cast.commission, spot, "bo-qua", reason=" ").status_code == 422
    assert decide(cast.commission, spot, "bo-qua", reason="Do một đợt vận động").status_code == 302
    assert "Do một đợt vận động" in page(cast.commission, spot).content.decode()


def test_the_pages_take_few_queries(cast: Cast, spot: HotSpot, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.commission)
    for place in Place.objects.filter(key__in=[COMMUNE, OTHER_COMMUNE]):
        for number in range(3):
            copy = HotSpot.objects.get(pk=spot.pk)
            copy.pk, copy.first_seen = None, LAST - timedelta(days=number)
            copy.save()
            copy.places.set([place])
    client.get(reverse("hotspots"))
    with django_assert_max_num_queries(9):
        client.get(reverse("hotspots"))
    with django_assert_max_num_queries(19):
        client.get(reverse("hotspot", args=[spot.pk]))
