"""The clerk's form: a voice told by telephone, on paper or at the counter becomes a case with a code to read out."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, sealing
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Person, RawIntake, Step, Voice
from langnghe.cases.sealed.models import LaneKey, SealedRecord
from langnghe.core.aloud import aloud
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import read, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_lane import everywhere
from tests.web.test_residents import enter

pytestmark = pytest.mark.django_db
TEXT = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def told(**changes: str) -> dict[str, str]:
    good = {"channel": "phone", "text": TEXT, "place": "xã Thư Vũ", "people": "1", "said_on": "2026-06-09"}
    return good | {"key": str(uuid4())} | changes


def send(clerk: Client, **changes: str) -> Any:
    return clerk.post(reverse("intake"), told(**changes))


def code(answer: Any) -> str:
    return "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", answer.content.decode()))


def test_what_was_told_becomes_a_case_of_its_day_and_channel(clerk: Client, cast: Cast) -> None:
    answer = send(clerk, phone="0912 345 678", spot="đầu ngõ 3")
    voice = Voice.objects.get()
    assert receipt_hash(code(answer)) == bytes(voice.receipt_hash)
    assert (voice.channel, f"{voice.day:%d/%m/%Y}", voice.text) == ("phone", "09/06/2026", TEXT)
    step = Step.objects.get(verb="receive")
    assert (step.role, step.account) == ("officer", cast.officer.account)
    assert sealing.unseal_contact(bytes(Person.objects.get().sealed)) == {"phone": "0912 345 678"}


def test_the_slip_reads_out_each_group_of_the_code(clerk: Client) -> None:
    answer = send(clerk)
    page = answer.content.decode()
    groups = code(answer).split("-")
    assert len(groups) == 6
    assert all(aloud(group) in page for group in groups)
    assert answer["Cache-Control"] == "no-store"


def test_the_empty_form_stands_at_the_bodys_own_commune_and_the_channel_before(clerk: Client, cast: Cast) -> None:
    page = clerk.get(reverse("intake"), {"kenh": "paper"}).content.decode()
    assert f'value="{cast.commune.name}"' in page
    assert re.search(r'value="paper"[^>]*checked', page)


def test_a_second_click_gives_the_same_receipt_and_one_case(clerk: Client) -> None:
    same = told()
    first, again = (clerk.post(reverse("intake"), same) for _ in range(2))
    assert code(first) == code(again)
    assert Case.objects.count() == 1


def test_the_same_words_after_the_way_back_in_the_browser_are_asked_about_once(clerk: Client) -> None:
    send(clerk)
    again = told()  # the browser fetched the form anew, with another key, and put the words back into it
    asked = clerk.post(reverse("intake"), again)
    assert asked.status_code == 409 and Case.objects.get().code in asked.content.decode()
    assert Case.objects.count() == 1
    assert clerk.post(reverse("intake"), again).status_code == 200
    assert Case.objects.count() == 2


def test_other_words_under_the_same_key_are_kept_and_asked_about(clerk: Client) -> None:
    key = str(uuid4())
    send(clerk, key=key)
    answer = send(clerk, key=key, text="Chuyện khác hẳn")
    assert answer.status_code == 409
    assert "Chuyện khác hẳn" in answer.content.decode()
    assert (Voice.objects.count(), RawIntake.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"place": "xã Không Có Đâu"},
        {"phone": "không biết"},
        {"people": "0"},
        {"people": "5"},
        {"said_on": "2026-06-11"},
        {"said_on": "1900-01-01"},
        {"said_on": "31/31"},
        {"channel": "web"},
        {"kind": "denunciation"},
        {"topic": "gì đó"},
        {"key": "không phải khóa"},
        {"text": "a\x00b", "spot": "x" * 121},
    ],
)
def test_what_is_wrong_comes_back_in_words_with_everything_typed(clerk: Client, wrong: dict[str, str]) -> None:
    answer = send(clerk, **{"name": "", "spot": "cạnh nhà văn hóa"} | wrong)
    assert answer.status_code == 422
    assert "notice warning" in answer.content.decode()
    assert Voice.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    ["Tôi tố cáo ông trưởng thôn nhận tiền.", "Công dân khiếu nại quyết định thu hồi đất.", "toi lam don to cao"],
)
def test_a_complaint_or_denunciation_is_told_its_procedure_and_kept_nowhere(clerk: Client, text: str) -> None:
    page = send(clerk, text=text).content.decode()
    assert text in page
    assert "thủ tục riêng của luật" in page
    assert RawIntake.objects.count() == 0


def test_the_clerk_may_say_after_asking_that_it_is_an_ordinary_voice(clerk: Client) -> None:
    send(clerk, text="Tôi tố cáo việc đèn hỏng.", ordinary="on")
    assert Voice.objects.get().kind == "feedback"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TEXT, "feedback"),
        ("Bà con kiến nghị làm lại cống.", "petition"),
        ("ba con kien nghi lam lai cong", "petition"),
        ("Cho tôi hỏi bao giờ có nước?", "question"),
        ("Cảm ơn cán bộ xã.", "praise"),
        ("cam on can bo xa", "praise"),
        ("Hội làng ồn quá", "feedback"),
    ],
)
def test_the_kind_is_proposed_from_the_words(clerk: Client, text: str, kind: str) -> None:
    send(clerk, text=text)
    assert Voice.objects.get().kind == kind


@pytest.mark.parametrize("people", ["0", "nhiều", "1.5", "100001"])
def test_a_number_of_people_that_is_none_is_told_in_one_sentence(clerk: Client, people: str) -> None:
    form = send(clerk, people=people).context["form"]
    assert form.errors["people"] == ["Hãy ghi một số nguyên từ 1 đến 100.000."]


def test_a_group_has_a_number_and_a_representative_kept_as_contact(clerk: Client) -> None:
    send(clerk, people="12", name="Nguyễn Thị Mẫu", channel="paper")
    voice = Voice.objects.get()
    assert (voice.people, voice.case.people) == (12, 12)
    assert b"M\xe1\xba\xabu" not in bytes(Person.objects.get().sealed)
    assert sealing.unseal_contact(bytes(Person.objects.get().sealed)) == {"name": "Nguyễn Thị Mẫu"}


WHO = {"name": "Nguyễn Thị Mẫu", "address": "Thôn Hạ, xã Bên Cạnh", "phone": "0912 345 678"}


def test_a_lone_visitors_name_and_address_are_sealed_and_stand_in_the_book(clerk: Client) -> None:
    send(clerk, channel="reception", **WHO)
    sealed = bytes(Person.objects.get().sealed)
    assert sealing.unseal_contact(sealed) == WHO and not Voice.objects.get().may_call_back
    days = {"tu": "2026-06-01", "den": "2026-06-10", "form": "page"}
    book = clerk.post(reverse("reception_book"), days).content.decode()
    assert "<td>Nguyễn Thị Mẫu – Thôn Hạ, xã Bên Cạnh</td>" in book


def test_who_left_a_name_and_an_address_sees_them_and_has_them_erased(clerk: Client, cast: Cast) -> None:
    receipt, resident = code(send(clerk, channel="reception", **WHO)), Client()
    enter(resident, receipt)
    seen = resident.post(reverse("my_data"), {"verb": "see"}).content.decode()
    assert all(f"<dt>{name}</dt>" in seen for name in ("Họ tên", "Địa chỉ")) and WHO["address"] in seen
    actions.redact_contact(Voice.objects.get(), reason="Luật 91/2025/QH15", actor=acting(cast.leader), at=moment(10))
    assert not Person.objects.exists() and bytes(RawIntake.objects.get().payload) == b""


def test_the_desk_reads_what_was_left_under_vietnamese_names(clerk: Client) -> None:
    send(clerk, **WHO)
    page = clerk.post(reverse("move", args=[Case.objects.get().code, "contact"])).content.decode()
    assert all(f"<dt>{name}</dt>" in page for name in ("Họ tên", "Địa chỉ", "Số điện thoại"))


@pytest.mark.parametrize("channel", ["phone", "paper", "reception"])
def test_who_agreed_may_be_called_back_by_the_front(clerk: Client, cast: Cast, channel: str) -> None:
    send(clerk, channel=channel, **WHO, may_call_back="on")
    Case.objects.update(state=Case.State.ANSWERED, settled=moment(10).date())
    days = {"since": moment(10).date(), "until": moment(10).date()}
    front = acting(cast.supervisor)
    sample = actions.draw_sample(cast.supervisor.body, **days, size=1, actor=front, at=moment(10))
    asked = actions.ask_back(sample.items.get(), Voice.objects.get(), actor=front, at=moment(10))
    assert asked == {"name": WHO["name"], "phone": WHO["phone"]}  # where they live is not needed to call them


def test_to_agree_to_a_call_there_must_be_a_number(clerk: Client) -> None:
    answer = send(clerk, may_call_back="on")
    assert answer.status_code == 422 and not Voice.objects.exists()
    assert "Chưa có số điện thoại để gọi hỏi lại" in answer.content.decode()
    assert re.search(r'name="may_call_back"[^>]*checked', answer.content.decode())


def test_a_voice_handed_in_above_the_competent_body_is_noted_as_such(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.province_officer.account)
    client.post(reverse("intake"), told(topic="chieu_sang"))
    assert Step.objects.get(verb="receive").cause == "never_local"


@pytest.mark.parametrize(("who", "status"), [("leader", 200), ("commission", 404), ("supervisor", 404)])
def test_only_those_who_act_for_a_body_enter(cast: Cast, who: str, status: int) -> None:
    client = Client()
    client.force_login(getattr(cast, who).account)
    assert client.get(reverse("intake")).status_code == status
    assert Client().get(reverse("intake")).status_code == 302


def test_while_the_database_takes_nothing_what_was_typed_comes_back(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: Any, **_named: Any) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(actions, "receive", down)
    same = told(phone="0912 345 678")
    answer = clerk.post(reverse("intake"), same)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert all(value in page for value in same.values())
    monkeypatch.undo()
    assert clerk.post(reverse("intake"), same).status_code == 200


def test_the_form_and_the_slip_ask_few_questions(clerk: Client, django_assert_max_num_queries: Any) -> None:
    clerk.get(reverse("intake"))  # which reads the bodies and places once
    with django_assert_max_num_queries(6):
        clerk.get(reverse("intake"))
    with django_assert_max_num_queries(30):
        send(clerk)


def test_scans_come_with_a_paper_and_the_slip_counts_them(clerk: Client) -> None:
    scan = SimpleUploadedFile("don.pdf", b"%PDF-1.4 mot trang")
    answer = clerk.post(reverse("intake"), told(channel="paper") | {"attached": scan})
    assert Voice.objects.get().attachments.get().media == "application/pdf"
    assert "1 tệp" in answer.content.decode()


def test_a_scan_that_is_none_comes_back(clerk: Client) -> None:
    scan = SimpleUploadedFile("don.pdf", b"MZ khong phai")
    assert clerk.post(reverse("intake"), told() | {"attached": scan}).status_code == 422
    assert not Voice.objects.exists()


def test_a_paper_needs_four_fields_and_no_more(clerk: Client) -> None:
    form = clerk.get(reverse("intake"), {"kenh": "paper"}).context["form"]
    needed = [field.name for field in form.visible_fields() if field.field.required]
    filled = {name for name in needed if form[name].value()}
    assert (set(needed) - filled, len(form.visible_fields())) == ({"text"}, 15)


class TestSealedAtTheDesk:
    """A complaint on paper goes closed at once; its slip is printed and its words lie nowhere."""

    SENT = {
        **{"kind": "complaint", "channel": "paper", "said_on": "2026-06-08", "text": "Đơn của bà Canary Kín."},
        **{"name": "Bà Canary Kín", "address": "Thôn Đông", "place": "xã Thư Vũ", "key": str(uuid4())},
    }

    @pytest.fixture(autouse=True)
    def keys(self, quick: None) -> None:  # noqa: F811 the fixture
        recipient()
        recovery()

    def test_it_is_kept_closed_with_its_scan_and_answered_with_a_slip(self, clerk: Client) -> None:
        scan = SimpleUploadedFile("don.pdf", b"%PDF-1.4", "application/pdf")
        slip = clerk.post(reverse("intake_sealed"), {**self.SENT, "evidence": [scan]})
        record = SealedRecord.objects.get()
        assert (record.kind, record.channel, record.day) == ("complaint", "paper", date(2026, 6, 8))
        assert record.pk[:8].upper() in slip.content.decode() and "18/06/2026" in slip.content.decode()  # ten days
        assert "Canary" not in everywhere()
        assert read(record)["files"][0]["name"] == "don.pdf"

    def test_the_words_of_a_clerk_are_offered_the_closed_way(self, clerk: Client) -> None:
        page = send(clerk, text="Tôi tố cáo trưởng thôn", channel="reception").content.decode()
        assert reverse("intake_sealed") in page and "Tôi tố cáo trưởng thôn" in page
        assert not SealedRecord.objects.exists()

    @pytest.mark.parametrize("wrong", [{"name": ""}, {"said_on": "2027-01-01"}, {"kind": "feedback"}, {"place": "x"}])
    def test_what_is_wrong_comes_back_with_what_was_typed(self, clerk: Client, wrong: dict[str, str]) -> None:
        answer = clerk.post(reverse("intake_sealed"), self.SENT | wrong)
        assert answer.status_code == 422 and "Đơn của bà Canary Kín." in answer.content.decode()
        assert not SealedRecord.objects.exists()

    def test_without_a_key_holder_it_is_not_taken(self, clerk: Client) -> None:
        LaneKey.objects.update(retired_at=moment())
        assert "Chưa có người giữ khóa" in clerk.get(reverse("intake_sealed")).content.decode()
        assert clerk.post(reverse("intake_sealed"), self.SENT).status_code == 422
