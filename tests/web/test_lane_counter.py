"""Requests about a sealed record of somebody who comes in person: taken and answered by who can open it."""

import html
import re
from functools import partial
from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import SealedEvent, SealedRecord, SealedRequest
from langnghe.core.refusal import Refused
from langnghe.web.desk import lane
from langnghe.web.paging import page_by_day
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import denunciation, done, keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import everywhere, opened, page_of
from tests.web.test_lane_requests import answer, with_receipt

pytestmark = pytest.mark.django_db
CHECKED = "Đã đối chiếu căn cước với họ tên trong đơn; xin đính chính tên đệm"


@pytest.fixture(autouse=True)
def arrival(cast: Cast, settings: Any) -> SealedArrival:
    settings.CLOCK = moment(10)
    recipient()
    recovery()
    return denunciation()


def told(member: Any, record: SealedRecord, **said: str) -> Any:
    facts = {"verb": "ask", "channel": "reception", "wish": "correct", "code": "", "words": CHECKED} | said
    return signed_in(member).post(page_of(record), facts)


def test_who_holds_the_key_records_it_with_the_clock_of_two_working_days(cast: Cast) -> None:
    record = keep()
    assert told(cast.leader, record)["Location"] == page_of(record) + "#yeu-cau"
    row = SealedRequest.objects.get()
    assert (row.channel, f"{row.received:%d/%m/%Y}", f"{row.due:%d/%m/%Y}") == ("reception", "10/06/2026", "12/06/2026")
    assert CHECKED not in everywhere()
    assert CHECKED in opened(cast.leader, record).content.decode()
    noted = SealedEvent.objects.get(verb="ask")
    assert (noted.account, noted.at) == (cast.leader.account, None)  # when exactly somebody came is nobody's business


def test_the_same_decisions_are_taken_and_the_writer_sees_that_it_was_asked_in_person(cast: Cast) -> None:
    record = keep()
    told(cast.leader, record)
    assert "10/06/2026 tại cơ quan" in signed_in(cast.leader).get(page_of(record)).content.decode()
    row = SealedRequest.objects.get()
    assert answer(cast.leader, row, "refused").status_code == 422  # without the ground
    assert answer(cast.leader, row).status_code == 302
    mine = with_receipt(record).get(reverse("mine_sealed")).content.decode()
    assert "10/06/2026 tại cơ quan" in mine and "Đã làm theo yêu cầu" in mine
    assert done(record) == ["keep", "ask", "decide"]


def test_with_the_receipt_nothing_has_to_be_said_of_how_they_were_checked(cast: Cast, arrival: SealedArrival) -> None:
    record = keep(arrival)
    assert told(cast.leader, record, code=arrival.receipt.lower(), wish="see", words="").status_code == 302
    assert SealedRequest.objects.get().kind == "see" and arrival.receipt not in everywhere()


def test_without_it_how_they_were_checked_must_be_said(cast: Cast) -> None:
    page = told(cast.leader, keep(), wish="see", words="").content.decode()
    assert "đã đối chiếu người yêu cầu thế nào" in page and not SealedRequest.objects.exists()


def test_the_receipt_of_another_record_or_none_is_told_and_nothing_typed_is_lost(
    cast: Cast, arrival: SealedArrival
) -> None:
    keep(arrival)
    other = keep()
    for code, said in ((arrival.receipt, "không thuộc hồ sơ này"), ("ABCD", "24")):
        page = told(cast.leader, other, code=code)
        assert page.status_code == 422 and not SealedRequest.objects.exists()
        assert said in page.content.decode() and CHECKED in page.content.decode()


def test_the_same_request_is_recorded_once(cast: Cast) -> None:
    record = keep()
    told(cast.leader, record)
    again = told(cast.leader, record)
    assert again.status_code == 422 and "đang chờ trả lời" in again.content.decode()
    assert SealedRequest.objects.count() == 1


def test_who_cannot_open_the_record_records_nothing(cast: Cast) -> None:
    record = keep()
    assert told(cast.officer, record).status_code == 404
    with pytest.raises(Refused, match="không có khóa"):
        actions.request_sealed(
            record, "see", CHECKED, channel="reception", actor=acting(cast.officer), at=moment(10)
        )  # fmt: skip


def test_an_old_record_is_opened_once_before_words_are_recorded(cast: Cast) -> None:
    record = keep()
    SealedRecord.objects.update(public=b"")
    page = told(cast.leader, record)
    assert page.status_code == 422 and "phải mở đọc một lần" in page.content.decode()
    assert "mở đọc một lần, rồi mới ghi được" in page.content.decode() and CHECKED in page.content.decode()
    opened(cast.leader, record)
    assert told(cast.leader, record).status_code == 302


def test_the_list_is_walked_and_searched_also_where_a_form_about_keys_came_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "page_by_day", partial(page_by_day, size=1))
    keep()
    keep()
    page = signed_in(cast.leader).post(reverse("lane_key"), {"verb": "give_up"})
    ways = re.findall('(?:href|action)="([^"#]*)"', page.content.decode().partition("<main")[2].partition("</main>")[0])
    assert page.status_code == 422 and any("sau=" in way for way in ways)
    for way in set(ways) - {reverse("lane_key")}:
        there = urljoin(reverse("lane_key"), html.unescape(way))
        assert signed_in(cast.leader).get(there).status_code == 200, way
    assert f'method="get" action="{reverse("lane")}"' in page.content.decode()


@pytest.mark.parametrize("number", ["8 first", "khác", "\0", "%", "deadbeef"])
def test_a_record_is_found_by_the_number_on_the_receipt(cast: Cast, number: str) -> None:
    record, other = keep(), keep()
    typed = record.pk[:8].upper() if number == "8 first" else number
    page = signed_in(cast.leader).get(reverse("lane"), {"so": typed}).content.decode()
    assert (page_of(record) in page) == (number == "8 first") and page_of(other) not in page
    assert ("Không có hồ sơ nào mang số này" in page) == (number != "8 first")
