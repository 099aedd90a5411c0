"""The pages of communes and topics, and the map: what they count, what they hide, whom they lead where."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case, Step
from langnghe.commitments.models import Commitment
from langnghe.registry import law
from langnghe.registry.gazetteer import released
from langnghe.registry.models import Place
from langnghe.situation.said_and_done import Scope, said_and_done
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, body, moment, received
from tests.web.test_public_cases import page, publish

pytestmark = pytest.mark.django_db
HALF = (date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture(autouse=True)
def day_after(settings: Any) -> None:
    settings.CLOCK = moment(30)
    cache.clear()


def here() -> Place:
    return Place.objects.get(key=COMMUNE)


def many(count: int, **changes: Any) -> list[Case]:
    return [received(key=f"k-{changes}-{n}", text=f"Đèn đường {n} tắt.", **changes)[0] for n in range(count)]


def figures(client: Client, address: str) -> dict[str, str]:
    return {figure["label"]: figure["value"] for figure in client.get(address).context["figures"]}


def test_said_and_done_counts_a_place_by_topic_and_a_topic_by_place(cast: Cast) -> None:
    case = answered()[0]  # received Monday 08/06, answered Wednesday 10/06: two working days
    many(2)
    told = said_and_done(Scope(place=here()), *HALF)
    assert told.voices == {case.topic_id: 3}
    assert (told.replies, told.on_time, told.days) == (1, 1, 2)
    assert said_and_done(Scope(topic=case.topic), *HALF).voices == {here().pk: 3}
    assert said_and_done(Scope(), *HALF).voices == {here().pk: 3}
    assert said_and_done(Scope(place=here()), date(2026, 6, 9), date(2026, 6, 30)).voices == {}


def test_sealed_kinds_do_not_count(cast: Cast) -> None:
    many(2)
    Step.objects.update(kind="denunciation")
    assert said_and_done(Scope(place=here()), *HALF).voices == {}


def test_half_of_the_answers_came_within_the_median(cast: Cast) -> None:
    for day in (9, 11, 12):
        case, *_ = answered(at=moment(day))
        Case.objects.filter(pk=case.pk).update(received=date(2026, 6, 8))
    assert said_and_done(Scope(place=here()), *HALF).days == 3  # Monday to Thursday 11/06


def test_small_counts_are_hidden_and_larger_ones_told(client: Client, cast: Cast) -> None:
    address = reverse("place", args=[COMMUNE])
    many(3)
    assert figures(client, address)["Đã nghe"] == "–"
    cache.clear()
    many(4, channel="phone")
    found = figures(client, address)
    assert found["Đã nghe"] == "7"
    assert found["Trả lời đúng hạn"] == "–"
    assert client.get(address).context["bars"]["rows"][0]["value"] == "7"


def test_few_late_answers_are_told_as_what_is_reached_at_least(cast: Cast) -> None:
    from langnghe.situation.said_and_done import Told
    from langnghe.web.public.around import _on_time

    assert _on_time(Told({}, 50, 50, 3), 5) == "100 %"
    assert _on_time(Told({}, 50, 49, 3), 5) == _on_time(Told({}, 50, 46, 3), 5) == "từ 92 %"
    assert _on_time(Told({}, 50, 45, 3), 5) == "90 %"


def test_the_day_that_is_not_over_is_not_counted(client: Client, cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(8)
    many(7)
    assert figures(client, reverse("place", args=[COMMUNE]))["Đã nghe"] == "0"


def test_a_place_shows_its_public_cases_promises_and_what_came_back(client: Client, cast: Cast) -> None:
    first = answered()[0]
    Case.objects.filter(pk=first.pk).update(is_public=True)
    again, _answer = received(moment(20), key="again", spot="Cổng chợ")
    Case.objects.filter(pk=again.pk).update(recurs=first)
    publish(Case.objects.get(pk=again.pk), "Đèn lại hỏng")
    Commitment.objects.create(
        body=body("committee_commune"),
        place=here(),
        text="Thay cả dãy đèn.",
        due=date(2026, 6, 1),
        made=date(2026, 5, 1),
    )
    hidden, _answer = received(key="hidden", text="Chuyện riêng.")
    text = page(client.get(reverse("place", args=[COMMUNE])))
    assert "Đèn lại hỏng" in text and "Thay cả dãy đèn." in text
    assert first.code in text and hidden.code not in text
    assert f'href="/gui-phan-anh?noi={COMMUNE}"' in text
    other = page(client.get(reverse("place", args=[OTHER_COMMUNE])))
    assert "Đèn lại hỏng" not in other and "Thay cả dãy đèn." not in other
    assert "Đèn lại hỏng" in page(client.get(reverse("topic", args=[first.topic.code])))


def test_a_unit_of_before_leads_to_what_it_became(client: Client) -> None:
    ours = {place.key for place in Place.objects.filter(parent=here().parent)}
    book = released()
    old = {unit.key: [heir.key for heir in book.current(unit)] for unit in book.units.values() if unit.valid_to}
    one = next(key for key, heirs in old.items() if len(heirs) == 1 and heirs[0] in ours)
    several = next(key for key, heirs in old.items() if len(set(heirs) & ours) > 1)
    assert client.get(f"/noi/{one}").url == f"/noi/{old[one][0]}"  # type: ignore[attr-defined]
    answer = client.get(f"/noi/{several}")
    assert answer.status_code == 200 and all(f"/noi/{key}" in page(answer) for key in old[several] if key in ours)


@pytest.mark.parametrize(
    "address", ["/noi/n00001", "/noi/khong-co", "/linh-vuc/khong_co", "/noi/o1.atom", "/vu-viec/1.atom"]
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_map_shades_hides_and_links(client: Client, cast: Cast) -> None:
    many(6)
    many(2, place=Place.objects.get(key=OTHER_COMMUNE))
    looks = {row["place"].key: (row["look"], row["count"]) for row in client.get("/ban-do").context["rows"]}
    assert looks[COMMUNE][1] == "<5"  # hidden with the other, or their sum would tell it
    cache.clear()
    many(5, place=Place.objects.get(key=OTHER_COMMUNE), channel="phone")
    looks = {row["place"].key: (row["look"], row["count"]) for row in client.get("/ban-do").context["rows"]}
    assert (looks[COMMUNE], looks[OTHER_COMMUNE]) == (("l1", "6"), ("l3", "7"))
    areas = client.get("/ban-do.json").json()["features"]
    told = {area["properties"]["href"]: area["properties"]["count"] for area in areas}
    assert (len(areas), told[f"/noi/{COMMUNE}"]) == (104, "6")


def test_the_map_of_another_topic_is_empty(client: Client, cast: Cast) -> None:
    many(6)
    rows = client.get("/ban-do?linh_vuc=tieng_on").context["rows"]
    assert {row["count"] for row in rows} == {"0"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Thư Vũ", f"/noi/{COMMUNE}"),
        ("xa thu vu", f"/noi/{COMMUNE}"),
        ("Cà Mau", "chỉ nhận"),
        ("zzzz", "Chưa tìm thấy"),
    ],
)
def test_a_commune_is_found_by_name(client: Client, typed: str, told: str) -> None:
    answer = client.get("/ban-do", {"xa": typed})
    assert told in (answer["Location"] if answer.status_code == 302 else page(answer))


@pytest.mark.parametrize("name", ["place", "topic", "map"])
def test_questions_to_the_database(client: Client, cast: Cast, name: str, django_assert_max_num_queries: Any) -> None:
    for case in many(8):
        publish(case)
    pages = {"place": [COMMUNE], "topic": [case.topic.code], "map": []}
    law.topics()
    with django_assert_max_num_queries({"place": 12, "topic": 11, "map": 5}[name]):
        assert client.get(reverse(name, args=pages[name])).status_code == 200
