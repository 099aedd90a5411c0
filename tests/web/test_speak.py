"""The speak-up form: what is received, what comes back, and that nothing typed is lost."""

import html
import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.arrival import receipt_hash
from langnghe.cases.models import Case, RawIntake, Voice
from langnghe.cases.sealing import unseal_apart, unseal_contact
from langnghe.registry import law
from langnghe.registry.gazetteer import released
from langnghe.registry.models import Topic
from langnghe.web.places import where
from langnghe.web.public.cases import communes
from tests.cast import COMMUNE, body, moment

pytestmark = pytest.mark.django_db
TEXT = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."
GOOD = {"text": TEXT, "place": "xã Thư Vũ", "topic": "chieu_sang", "kind": "feedback", "appearance": "summary"}


@pytest.fixture(autouse=True)
def monday(settings: Any) -> None:
    settings.CLOCK = moment()


@pytest.fixture
def key(client: Client) -> str:
    return str(client.get(reverse("speak")).context["form"]["key"].value())


def send(client: Client, key: str, **changes: str) -> Any:
    return client.post(reverse("speak"), GOOD | {"key": key} | changes)


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def receipt(answer: Any) -> str:
    found: str = answer.context["code"]
    return found


def original() -> dict[str, str]:
    """Return what was sent in the one voice there is."""
    raw = RawIntake.objects.get()
    sent: dict[str, str] = json.loads(unseal_apart(bytes(raw.payload), "raw", raw.key_name))
    return sent


def test_a_voice_gets_its_receipt_case_body_and_due_date(client: Client, key: str) -> None:
    answer = send(client, key)
    voice = Voice.objects.get(receipt_hash=receipt_hash(receipt(answer)))
    assert (voice.text, voice.channel, voice.case.place.key) == (TEXT, "web", COMMUNE)
    shown = page(answer)
    assert voice.case.code in shown
    assert all(group in shown for group in receipt(answer).split("-"))
    assert voice.case.holder.name in shown and f"{voice.case.due:%d/%m/%Y}" in shown


def test_the_payload_keeps_what_was_sent_without_the_csrf_token(client: Client, key: str) -> None:
    send(client, key, csrfmiddlewaretoken="abc")
    sent = original()
    assert sent["text"] == TEXT and "csrfmiddlewaretoken" not in sent


def test_a_second_click_gives_the_same_receipt_and_no_second_case(client: Client, key: str) -> None:
    first, again = send(client, key), send(client, key)
    assert receipt(again) == receipt(first)
    assert Case.objects.count() == 1
    assert "không có vụ việc thứ hai" in page(again)


def test_the_same_key_with_other_words_keeps_both_and_the_text_on_the_page(client: Client, key: str) -> None:
    send(client, key)
    answer = send(client, key, text="Chuyện khác hẳn.")
    assert (Voice.objects.count(), RawIntake.objects.count()) == (1, 2)
    assert "Chuyện khác hẳn." in page(answer)
    fresh = answer.context["form"]["key"].value()
    assert fresh != key
    assert receipt(send(client, fresh, text="Chuyện khác hẳn."))


@pytest.mark.parametrize("wrong", ["", "abc", "x" * 500, "12345678-1234"])
def test_a_page_without_a_valid_key_asks_to_send_again(client: Client, wrong: str) -> None:
    answer = send(client, wrong)
    assert "bấm gửi một lần nữa" in page(answer) and TEXT in page(answer)
    assert receipt(send(client, answer.context["form"]["key"].value()))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("xã Minh Tân", "nhiều nơi cùng tên"),
        ("xã Tân Tiến", "nhiều nơi cùng tên"),
        ("xã Thư Vữu", "chọn một trong các nơi dưới đây"),
        ("xã Khôngcónơinày", "Chưa tìm thấy"),
        ("zzzzzzzz", "Chưa tìm thấy"),
        ("Hưng Yên", "ghi rõ đến xã, phường"),
        ("huyện Vũ Thư", "ghi rõ đến xã, phường"),
        ("phường Bến Nghé, Thành phố Hồ Chí Minh", "không thuộc Tỉnh Hưng Yên"),
        ("xã Quyết Thắng", "không thuộc Tỉnh Hưng Yên"),
        ("a" * 251, "nhiều hơn mức 250"),
        ("\u200b \u200b", "Hãy ghi xã, phường"),
    ],
)
def test_a_place_that_is_not_one_place_comes_back_with_all_text(
    client: Client, key: str, place: str, said: str
) -> None:
    answer = send(client, key, place=place)
    assert said in page(answer)
    assert TEXT in page(answer) and place in page(answer)
    assert answer.context["form"]["key"].value() == key
    assert Voice.objects.count() == 0


def test_a_name_that_several_places_had_is_settled_by_a_choice(client: Client, key: str) -> None:
    choices = send(client, key, place="xã Minh Tân").context["form"].where.choices
    assert len(choices) == 4
    assert all("trước là Xã Minh Tân" in label for _key, label in choices)
    send(client, key, place="xã Minh Tân", place_key=choices[2][0])
    assert Case.objects.get().place.key == choices[2][0]


def test_a_choice_that_was_not_offered_counts_for_nothing(client: Client, key: str) -> None:
    answer = send(client, key, place="xã Minh Tân", place_key=COMMUNE)
    assert "nhiều nơi cùng tên" in page(answer)


def test_an_old_name_leads_to_the_commune_of_today(client: Client, key: str) -> None:
    send(client, key, place="xã Vũ Hội, huyện Vũ Thư, tỉnh Thái Bình")
    assert Case.objects.get().place.key == COMMUNE
    assert Voice.objects.get().place_words == "xã Vũ Hội, huyện Vũ Thư, tỉnh Thái Bình"


@pytest.mark.parametrize(
    ("province", "day", "count"),
    [("n33", date(2026, 6, 8), 104), ("o33", date(2024, 3, 1), 161), ("o34", date(2024, 6, 30), 260)],
)
def test_every_commune_is_found_by_its_full_name(settings: Any, province: str, day: date, count: int) -> None:
    settings.INSTALLATION = replace(settings.INSTALLATION, place=province)
    named = dict(communes(province, day))
    found = {key: where(released().path(released().units[key]), "", day).place for key in named}
    assert len(named) == count
    assert [key for key, place in found.items() if place is None or place.key != key] == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "", "Hãy viết việc muốn phản ánh"),
        ("text", " \u200b\n ", "Hãy viết việc muốn phản ánh"),
        ("text", "a" * 20_001, "nhiều hơn mức 20000"),
        ("topic", "khong-co", "khong-co"),
        ("kind", "gì đó", "gì đó"),
        ("appearance", "gì đó", "gì đó"),
        ("spot", "x" * 121, "nhiều hơn mức 120"),
        ("phone", "gọi cho tôi", "Số điện thoại chưa đúng"),
        ("email", "không phải thư", "thư điện tử chưa đúng"),
    ],
)
def test_bad_input_is_named_and_what_was_typed_stays(
    client: Client, key: str, field: str, value: str, said: str
) -> None:
    answer = send(client, key, **{field: value, "spot": value if field == "spot" else "cống đầu thôn 3"})
    assert answer.status_code == 200 and said in page(answer)
    assert "cống đầu thôn 3" in page(answer) or field == "spot"
    assert (TEXT if field != "text" else value.strip("\n ")) in page(answer)
    assert Voice.objects.count() == 0


def test_nothing_at_all_is_no_error_of_the_server(client: Client) -> None:
    assert client.post(reverse("speak"), {}).status_code == 200
    assert Voice.objects.count() == 0


def test_a_million_letters_are_turned_down_in_words(client: Client, key: str) -> None:
    answer = send(client, key, text="a" * 1_000_001)
    assert answer.status_code in {200, 400}
    assert "20.000" in page(answer) or "20000" in page(answer)
    assert Voice.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        unicodedata.normalize("NFD", TEXT),
        f"{TEXT}\x00",
        f"\u202e{TEXT}\u200b",
    ],
)
def test_text_is_understood_in_one_form_and_kept_as_it_came(client: Client, key: str, sent: str) -> None:
    assert receipt(send(client, key, text=sent))
    assert Voice.objects.get().text == TEXT
    assert original()["text"] == sent


def test_contact_is_sealed_and_on_no_page(client: Client, key: str) -> None:
    answer = send(client, key, phone="0912 345 678", email="mot.nguoi@vidu.vn")
    person = Voice.objects.get().person
    assert person is not None
    assert unseal_contact(bytes(person.sealed)) == {"phone": "0912 345 678", "email": "mot.nguoi@vidu.vn"}
    assert "0912" not in page(answer) and "vidu.vn" not in page(answer)


def test_a_voice_about_the_committee_goes_to_its_superior(client: Client, key: str) -> None:
    send(client, key, concerns="on")
    case = Case.objects.select_related("holder").get()
    assert case.concerns == body("committee_commune")
    assert case.holder == body("committee_province", "n33")


@pytest.mark.parametrize(
    ("changes", "law_name"),
    [
        ({"kind": "denunciation"}, "25/2018/QH14"),
        ({"kind": "complaint"}, "02/2011/QH13"),
        ({"text": "Tôi xin tố cáo ông trưởng thôn nhận tiền."}, "25/2018/QH14"),
        ({"text": "ĐƠN TỐ CÁO\nKính gửi ..."}, "25/2018/QH14"),
        ({"text": "toi khieu nai quyet dinh thu hoi dat"}, "02/2011/QH13"),
        ({"kind": "complaint", "place": ""}, "02/2011/QH13"),
    ],
)
def test_what_the_law_sends_elsewhere_is_explained_and_stored_nowhere(
    client: Client, key: str, changes: dict[str, str], law_name: str, caplog: Any
) -> None:
    text = changes.get("text", TEXT)
    answer = send(client, key, **changes)
    assert law_name in page(answer) and "chưa xác nhận" in page(answer)
    assert text in page(answer)
    assert (Voice.objects.count(), RawIntake.objects.count(), Case.objects.count()) == (0, 0, 0)
    assert not client.session.keys() and text not in caplog.text
    assert answer["Cache-Control"] == "no-store"


def test_it_may_be_sent_as_an_ordinary_voice_after_all(client: Client, key: str) -> None:
    answer = send(client, key, text="Tôi tố cáo cái cống tắc này!", kind="denunciation")
    sent = client.post(reverse("speak"), answer.context["back"])
    assert receipt(sent)
    assert Voice.objects.get().kind == "feedback"


@pytest.mark.parametrize(
    "text",
    [
        "Đơn thư tố cáo ở xã ai trả lời?",
        "Hỏi về thủ tục khiếu nại",
        "Tòa nhà to, cao quá",
        "Bị tố cáo oan trên mạng",
    ],
)
def test_a_mere_mention_is_an_ordinary_voice(client: Client, key: str, text: str) -> None:
    assert receipt(send(client, key, text=text))


def test_no_receipt_in_any_address_session_cookie_or_log(client: Client, key: str, caplog: Any) -> None:
    answer = send(client, key)
    code = receipt(answer)
    plain = code.replace("-", "")
    links = re.findall(r'(?:href|action|src)="([^"]*)"', answer.content.decode())
    entered = client.post(reverse("look_up"), {"code": code}, follow=True)
    kept = [*links, caplog.text, str(dict(client.session)), str(client.cookies), str(entered.redirect_chain)]
    kept.append(entered.content.decode())
    assert not [each for each in kept if code in each or plain in each]


def test_a_topic_that_has_ended_is_offered_no_more_and_loses_no_voice(client: Client, key: str) -> None:
    Topic.objects.filter(code="chieu_sang").update(valid_to=date(2026, 6, 7))
    law.forget()
    try:
        offered = {code for code, _name in client.get(reverse("speak")).context["form"].fields["topic"].choices}
        send(client, key)  # from a telephone that kept it since before
        assert "chieu_sang" not in offered and "rac_thai" in offered
        assert Case.objects.get().topic.code == "chua_phan_loai"
    finally:
        Topic.objects.filter(code="chieu_sang").update(valid_to=None)
        law.forget()


def test_topics_of_the_tables_are_offered(client: Client) -> None:
    shown = page(client.get(reverse("speak")))
    assert all(f'value="{code}"' in shown for code in law.topics())


def test_the_form_asks_the_database_for_nothing_once_the_law_is_read(
    client: Client, key: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        client.get(reverse("speak"))
