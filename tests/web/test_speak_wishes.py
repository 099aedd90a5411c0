"""What a resident may wish on the form: how it appears, who sends it, a call back, joining a case."""

import html
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.kinds import emergencies, proposed
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Voice
from langnghe.core.refusal import Refused
from langnghe.ledger.models import OutboxJob
from tests.cast import COMMUNE, Cast, assigned, moment

pytestmark = pytest.mark.django_db
TEXT = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."
WEBM = b"\x1a\x45\xdf\xa3" + b"x" * 40


@pytest.fixture(autouse=True)
def wednesday(settings: Any) -> None:
    settings.CLOCK = moment(10)


def send(client: Client, **changes: Any) -> Any:
    good = {"text": TEXT, "place": "xã Thư Vũ", "topic": "chieu_sang", "appearance": "summary", "key": str(uuid4())}
    headers = changes.pop("headers", {})
    return client.post(reverse("speak"), good | changes, headers=headers)


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Đèn đường cháy hai tuần.", "feedback"),
        ("De nghi xa sua den duong.", "petition"),
        ("Tôi KIẾN NGHỊ thu gom rác đúng giờ.", "petition"),
        ("Cho tôi hỏi làm giấy khai sinh ở đâu", "question"),
        ("Bao giờ thì có nước lại?", "question"),
        ("Tôi xin góp ý về giờ mở cửa của bộ phận một cửa.", "suggestion"),
        ("Nguyện vọng của gia đình là được cấp sổ.", "aspiration"),
        ("Xin cảm ơn xã đã sửa đèn rất nhanh.", "praise"),
        ("Cảm ơn xã, tuy nhiên đề nghị sửa nốt bóng thứ hai.", "petition"),
        (
            "Cống tắc, nước ngập sân, hôi thối suốt cả tuần nay, mong xã xem giúp cho bà con. Xin cảm ơn.",
            "feedback",
        ),
        ("", "feedback"),
    ],
)
def test_the_kind_is_proposed_by_the_words(text: str, kind: str) -> None:
    assert proposed(text) == kind


def test_nobody_is_asked_for_a_kind_and_the_receipt_says_what_was_understood(client: Client, cast: Cast) -> None:
    form = page(client.get(reverse("speak")))
    assert "Kiến nghị</span>" not in form and 'type="radio" name="kind"' not in form
    answer = send(client, text="Đề nghị xã sửa đèn đường đầu ngõ.")
    assert Voice.objects.get().kind == "petition"
    assert "Hệ thống hiểu đây là: Kiến nghị" in page(answer)


def test_wishes_are_kept_with_the_voice(client: Client, cast: Cast) -> None:
    send(client, appearance="none", sender="village", may_call_back="on", phone="0912 345 678")
    voice = Voice.objects.get()
    assert (voice.is_private, voice.shows_text, voice.sender, voice.may_call_back) == (True, False, "village", True)


def test_without_a_way_to_call_there_is_no_call_back(client: Client, cast: Cast) -> None:
    send(client, may_call_back="on")
    assert Voice.objects.get().may_call_back is False


def test_what_its_sender_keeps_private_is_not_published(client: Client, cast: Cast) -> None:
    send(client, appearance="none")
    case = Case.objects.get()
    with pytest.raises(Refused, match="không công khai"):
        actions.publish(case, title="Đèn hỏng", summary="", actor=acting(cast.officer), at=moment(10))


def test_the_officer_sees_who_sent_it_and_what_they_wish(client: Client, cast: Cast) -> None:
    send(client, appearance="none", sender="front", may_call_back="on", phone="0912345678")
    client.force_login(cast.officer.account)
    shown = page(client.get(reverse("desk_case", args=[Case.objects.get().code])))
    assert "Cán bộ Mặt trận, đoàn thể gửi hộ" in shown
    assert "Người gửi không muốn công khai" in shown and "Mặt trận được gọi lại" in shown


def test_a_recorded_voice_needs_no_text(client: Client, cast: Cast) -> None:
    answer = send(client, text="", attached=SimpleUploadedFile("ghi-am.webm", WEBM))
    assert "Đã nhận" in page(answer)
    assert Voice.objects.get().attachments.get().media == "video/webm"
    assert Voice.objects.get().text == "(Xem tệp gửi kèm.)"


def test_a_voice_joins_the_case_that_the_resident_chose(client: Client, cast: Cast) -> None:
    case, *_ = assigned()
    actions.publish(case, title="Đèn đường hỏng", summary="", actor=acting(cast.officer), at=moment(9))
    answer = send(client, joins=case.code)
    assert Case.objects.count() == 1 and case.voices.count() == 2
    assert f"được thêm vào vụ việc {case.code}" in page(answer)


@pytest.mark.parametrize("joins", ["VV-999999-1", "gì đó", "unpublished"])
def test_a_case_that_cannot_be_joined_is_said_and_nothing_is_lost(client: Client, cast: Cast, joins: str) -> None:
    case, *_ = assigned()
    answer = send(client, joins=case.code if joins == "unpublished" else joins, spot="cống đầu thôn 3")
    shown = page(answer)
    assert "không nhận thêm tiếng nói" in shown and TEXT in shown and "cống đầu thôn 3" in shown
    assert Voice.objects.count() == 1
    again = re.search(r'name="key" value="([^"]+)"', shown)
    assert again and "Đã nhận" in page(send(client, key=again[1]))


def test_similar_cases_offer_to_join_them(client: Client, cast: Cast) -> None:
    case, *_ = assigned()
    actions.publish(case, title="Đèn đường hỏng", summary="", actor=acting(cast.officer), at=moment(9))
    asked = {"text": "Den duong dau ngo chay da hai tuan", "place": "xa Thu Vu", "key": str(uuid4())}
    shown = page(client.post(reverse("alike"), asked))
    assert f'name="joins" value="{case.code}"' in shown
    assert "Đúng việc này" in shown


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Đang cháy nhà đầu thôn, cứu với", ["114"]),
        ("co nguoi bi danh bat tinh truoc cong cho", ["113", "115"]),
        ("Nghi có bạo hành trẻ em ở xóm trên", ["111"]),
        ("Bóng đèn cháy đã hai tuần", []),
    ],
)
def test_an_emergency_shows_the_number_first(client: Client, cast: Cast, text: str, numbers: list[str]) -> None:
    assert emergencies(text) == numbers
    shown = page(send(client, text=text))
    called = re.findall(r'class="button big" href="tel:(\d+)"', shown)
    assert called == numbers
    assert not numbers or shown.index(f"tel:{numbers[0]}") < shown.index("<h1>")


def test_a_poster_or_a_link_names_the_place(client: Client, cast: Cast) -> None:
    form = client.get(reverse("speak"), {"noi": COMMUNE, "thon": "thôn Đoài"}).context["form"]
    assert form["spot"].value() == "thôn Đoài" and "Thư Vũ" in form["place"].value()
    for unknown in ("n99999", "n33", "' OR 1=1", "n00004"):
        assert client.get(reverse("speak"), {"noi": unknown}).context["form"]["place"].value() == ""


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_the_procedure_can_be_read_before_anything_is_written(client: Client, cast: Cast, kind: str) -> None:
    assert reverse("procedure", args=[kind]) in page(client.get(reverse("speak")))
    shown = page(client.get(reverse("procedure", args=[kind])))
    assert "thủ tục riêng" in shown and "Chưa lưu gì" not in shown
    assert client.get(reverse("procedure", args=["feedback"])).status_code == 404


class TestQueued:
    """What a phone sends later, by script, answers with what the phone must show."""

    HEADERS = {"X-Queued": "1"}

    def test_taken_it_answers_the_same_receipt_each_time(self, client: Client, cast: Cast) -> None:
        key = str(uuid4())
        told = [json.loads(send(client, key=key, headers=self.HEADERS).content) for _time in range(2)]
        case = Case.objects.get()
        assert told[0] == told[1]
        assert told[0]["case"] == case.code and told[0]["body"] == case.holder.name and told[0]["due"]

    def test_what_is_wrong_is_said(self, client: Client, cast: Cast) -> None:
        answer = send(client, place="xã Không Có", headers=self.HEADERS)
        assert answer.status_code == 422
        assert any(
            "Chưa tìm thấy" in error or "Không có nơi" in error for error in json.loads(answer.content)["errors"]
        )

    def test_words_with_a_procedure_of_their_own_are_turned_away(self, client: Client, cast: Cast) -> None:
        answer = send(client, text="Tôi tố cáo ông trưởng thôn.", headers=self.HEADERS)
        assert answer.status_code == 422 and json.loads(answer.content)["href"] == reverse(
            "procedure", args=["denunciation"]
        )
        assert not Voice.objects.exists() and not OutboxJob.objects.filter(arguments__icontains="trưởng").exists()


def test_the_phone_gets_a_manifest_a_worker_and_the_communes(client: Client, cast: Cast) -> None:
    manifest = json.loads(client.get(reverse("manifest")).content)
    assert manifest["display"] == "standalone" and {icon["sizes"] for icon in manifest["icons"]} == {
        "192x192",
        "512x512",
    }
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript") and "to cao" in worker.content.decode()
    rows = client.get(reverse("places")).json()
    assert len(rows) == 104 and all(17 < lat < 24 and 102 < lon < 110 for _name, lat, lon in rows)
    assert page(client.get(reverse("place_map"))).count("data-name") == 104
