"""Feeds as a reader of feeds meets them: valid, stable, and without what is not public."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from django.core.cache import cache
from django.test import Client

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, moment, resident
from tests.web.test_public_cases import public_case, publish

pytestmark = pytest.mark.django_db
ATOM, GEO = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"


@pytest.fixture(autouse=True)
def day_after(settings: Any) -> None:
    settings.CLOCK = moment(11)
    cache.clear()


def entries(client: Client, address: str) -> list[Element]:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def titles(client: Client, address: str) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in entries(client, address)]


def test_news_of_a_place_a_topic_and_all(client: Client) -> None:
    case = answered()[0]
    publish(case, "Đèn <b>tổ 5</b> & ngõ 7")
    for address in (f"/noi/{COMMUNE}.atom", f"/linh-vuc/{case.topic.code}.atom", "/vu-viec.atom"):
        assert titles(client, address) == ["Mới: Đèn <b>tổ 5</b> & ngõ 7", "Đã trả lời: Đèn <b>tổ 5</b> & ngõ 7"]
    assert titles(client, f"/noi/{OTHER_COMMUNE}.atom") == []


def test_an_entry_has_what_a_reader_wants(client: Client) -> None:
    case = publish(answered()[0])
    entry = entries(client, "/vu-viec.atom")[1]
    assert entry.findtext(f"{ATOM}id", "").startswith("tag:")
    assert entry.find(f"{ATOM}link").get("href").endswith(f"/vu-viec/{case.code}")  # type: ignore[union-attr]
    assert entry.findtext(f"{ATOM}updated") == "2026-06-10T09:00:00+07:00"
    assert entry.findtext(f"{ATOM}summary") == "<p>Đã thay bóng ngày 10/06.</p>"
    lat, lon = map(float, entry.findtext(f"{GEO}point", "").split())
    assert (lat, lon) == (case.place.lat, case.place.lon)


def test_markup_in_words_stays_words(client: Client) -> None:
    case = public_case()
    actions.publish(case, title="A", summary="<script>x</script>", actor=acting(Cast().officer), at=moment(9))
    assert entries(client, "/vu-viec.atom")[0].findtext(f"{ATOM}summary") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"


@pytest.mark.parametrize("how", ["unpublish", "sealed", "redact"])
def test_what_is_not_public_any_more_leaves(client: Client, how: str) -> None:
    case = publish(answered()[0])
    if how == "sealed":
        Case.objects.update(kind="denunciation")
    else:
        who = acting(Cast().leader) if how == "redact" else acting(Cast().officer)
        getattr(actions, how)(case, reason="Luật", actor=who, at=moment(11))
    assert titles(client, "/vu-viec.atom") == []
    assert client.get(f"/vu-viec/{case.code}.atom").status_code == 404


def test_a_case_tells_its_steps_but_no_reasons_and_no_reading_of_contacts(client: Client) -> None:
    case, answer, officer, _leader = answered()
    publish(case)
    actions.reopen(case, reason="Ông Hoàng ở số 7 nói vẫn tối", actor=resident(answer), at=moment(11))
    text = client.get(f"/vu-viec/{case.code}.atom").content.decode()
    assert "Mở lại" in text and "Hoàng" not in text
    assert len(entries(client, f"/vu-viec/{case.code}.atom")) == case.steps.count()


def test_a_reader_that_has_it_already_gets_nothing_again(client: Client) -> None:
    public_case()
    first = client.get("/vu-viec.atom")
    assert client.get("/vu-viec.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_feed_has_few_questions(client: Client, django_assert_max_num_queries: Any) -> None:
    for case in (publish(answered()[0]), public_case(key="k-2", text="Khác.")):
        assert case
    client.get("/vu-viec.atom")  # which reads the bodies and places once
    with django_assert_max_num_queries(6):
        client.get("/vu-viec.atom")
