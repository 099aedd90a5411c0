"""Letters become voices once, replies find their case, automata get no answer, and no letter breaks the door."""

import re
from email.message import EmailMessage
from typing import Any

import pytest

from langnghe.cases import actions, conservation
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.models import Case, RawIntake, Voice
from langnghe.cases.sealing import unseal_apart, unseal_contact
from langnghe.ledger.models import OutboxJob
from langnghe.web import mail
from langnghe.web.mail import Outcome, TooLarge, receive
from tests.cast import COMMUNE, Cast, acting, moment, run_next_job
from tests.situation.test_digest import Box, box  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
NOW = moment(10)
TEXT = "Đèn đường đầu ngõ ở xã Thư Vũ cháy hai tuần, mong sửa giúp."
LAN = "ba.lan@vidu.vn"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 60


@pytest.fixture(autouse=True)
def fresh(cast: Cast) -> None:
    from django.core.cache import cache

    cache.clear()


def letter(text: str = TEXT, **headers: str) -> EmailMessage:
    made = EmailMessage()
    usual = {"From": f"Bà Lan <{LAN}>", "To": "phananh@vidu.vn", "Subject": "Đèn hỏng", "Message-ID": "<m1@vidu.vn>"}
    for name, value in (usual | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def deliver(box: Box) -> list[str]:  # noqa: F811
    while run_next_job(moment(28)):
        pass
    return [str(one.get_content()) for one in box.letters]


def test_a_letter_becomes_a_voice_once_with_its_words_and_sender_sealed() -> None:
    raw = letter().as_bytes()
    assert [receive(raw, NOW), receive(raw, NOW)] == [Outcome.TAKEN, Outcome.TAKEN]
    voice = Voice.objects.get()
    assert voice.text == f"Đèn hỏng\n{TEXT}" and voice.channel == "email"
    assert voice.case.place.key == COMMUNE and voice.kind == "feedback"
    assert voice.person and unseal_contact(bytes(voice.person.sealed)) == {"email": LAN}
    assert unseal_apart(bytes(voice.raw.payload), "raw", voice.raw.key_name) == raw
    assert list(conservation.differences(conservation.count(moment(20).date()))) == []


def test_the_answer_brings_the_receipt_into_the_senders_thread(box: Box) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    (text,) = deliver(box)
    code = re.search(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){5})", text)
    assert code and bytes(Voice.objects.get().receipt_hash) == receipt_hash(code[1])
    (answer,) = box.letters
    assert answer["To"] == LAN and answer["In-Reply-To"] == "<m1@vidu.vn>" and answer["Auto-Submitted"] != "no"
    assert "hạn" in text.lower() and "cháy hai tuần" not in text
    assert code[1] not in str(list(OutboxJob.objects.values()))


def test_without_a_commune_it_is_received_and_asked_for(box: Box) -> None:  # noqa: F811
    receive(letter("Đèn đường nhà tôi hỏng.").as_bytes(), NOW)
    case = Case.objects.get()
    assert case.place.level == "province" and case.holder.level == "province"
    assert "cho biết việc xảy ra ở xã, phường nào" in deliver(box)[0]
    answer = letter("Ở xã Thư Vũ.", Message_ID="<m2@vidu.vn>", In_Reply_To=str(box.letters[0]["Message-ID"]))
    receive(answer.as_bytes(), NOW)
    assert [voice.text for voice in case.voices.order_by("pk")][1].endswith("Ở xã Thư Vũ.")


@pytest.mark.parametrize("names", ["In_Reply_To", "References", "Subject"])
def test_a_reply_goes_to_the_senders_own_case(box: Box, names: str) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    case = Case.objects.get()
    deliver(box)
    ours = str(box.letters[0]["Message-ID"])
    told = {"Subject": f"Re: Vụ việc {case.code}"} if names == "Subject" else {names: ours, "Subject": "Re: có tin mới"}
    quoted = "Vẫn chưa ai đến.\n\nVào 10/06/2026, Lắng Nghe đã viết:\n> Đã nhận phản ánh"
    receive(letter(quoted, Message_ID="<m2@vidu.vn>", **told).as_bytes(), NOW)
    last = Voice.objects.latest("pk")
    assert (last.case_id, last.people, last.text) == (case.pk, 0, "Vẫn chưa ai đến.")
    case.refresh_from_db()
    assert case.people == 1
    assert len(deliver(box)) == 1  # a reply is not acknowledged, lest two machines write to each other


def test_the_reply_of_somebody_else_is_a_voice_of_its_own(box: Box) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    deliver(box)
    other = letter(From="ong.tu@vidu.vn", Message_ID="<m2@vidu.vn>", In_Reply_To=str(box.letters[0]["Message-ID"]))
    receive(other.as_bytes(), NOW)
    assert Case.objects.count() == 2


def test_a_forged_thread_leads_nowhere(box: Box) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    forged = letter(Message_ID="<m2@vidu.vn>", In_Reply_To="<abc.1.forged@127.0.0.1>", References="<x> <y@> <@> ế")
    assert receive(forged.as_bytes(), NOW) is Outcome.TAKEN
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<ds.vidu.vn>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@vidu.vn"},
        {"From": "no-reply@vidu.vn"},
        {"From": ""},
        {"From": "không phải địa chỉ"},
    ],
)
def test_what_an_automaton_sent_is_kept_and_not_answered(box: Box, headers: dict[str, str]) -> None:  # noqa: F811
    assert receive(letter(**headers).as_bytes(), NOW) is Outcome.KEPT
    assert not Voice.objects.exists() and deliver(box) == []
    assert RawIntake.objects.get().outcome == "quarantined"
    assert list(conservation.differences(conservation.count(moment(20).date()))) == []


def test_our_own_letter_that_comes_back_is_kept(box: Box) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    deliver(box)
    bounced = letter(Message_ID=str(box.letters[0]["Message-ID"]))
    assert receive(bounced.as_bytes(), NOW) is Outcome.KEPT


def test_one_address_is_answered_so_many_times_a_day(box: Box) -> None:  # noqa: F811
    for number in range(mail.MOST_ANSWERED + 3):
        receive(letter(f"Việc {number} ở xã Thư Vũ", Message_ID=f"<n{number}@vidu.vn>").as_bytes(), NOW)
    assert Voice.objects.count() == mail.MOST_ANSWERED + 3
    assert len(deliver(box)) == mail.MOST_ANSWERED


@pytest.mark.parametrize("text", ["Tôi tố cáo ông trưởng thôn ở xã Thư Vũ nhận tiền.", "Don khieu nai quyet dinh 12"])
def test_a_denunciation_or_complaint_is_told_its_procedure_and_kept_nowhere(box: Box, text: str) -> None:  # noqa: F811
    assert receive(letter(text, Subject="Gửi cơ quan").as_bytes(), NOW) is Outcome.PROCEDURE
    assert not RawIntake.objects.exists() and not OutboxJob.objects.exists()
    (answer,) = box.letters
    told = str(answer.get_content())
    assert "/gui-phan-anh/thu-tuc/" in told and "thôn" not in told and "thôn" not in str(answer["Subject"])


def test_files_of_a_known_kind_come_along_and_others_are_named() -> None:
    made = letter()
    made.add_attachment(PNG, maintype="image", subtype="png", filename="đèn.png")
    made.add_attachment(b"MZ" + b"x" * 50, maintype="image", subtype="png", filename="anh.exe")
    receive(made.as_bytes(), NOW)
    voice = Voice.objects.get()
    assert [(file.name, file.media) for file in voice.attachments.all()] == [("đèn.png", "image/png")]
    assert "Tệp không nhận được: anh.exe" in voice.text


def test_a_page_of_html_is_read_as_words() -> None:
    made = letter()
    made.set_content(
        "<html><head><style>p{}</style><script>alert(1)</script></head><p>Cống tắc ở <b>xã Thư Vũ</b><br>hôi lắm",
        "html",
    )
    receive(made.as_bytes(), NOW)
    text = Voice.objects.get().text
    assert "Cống tắc ở xã Thư Vũ" in text and "hôi lắm" in text and "alert" not in text and "<" not in text


def test_old_charsets_are_read() -> None:
    made = letter()
    made.set_payload("Đe\u0300n ho\u0309ng \u01a1\u0309 xa\u0303 Th\u01b0 Vu\u0303".encode("windows-1258"))
    del made["Content-Type"], made["Content-Transfer-Encoding"]
    made["Content-Type"] = "text/plain; charset=windows-1258"
    receive(made.as_bytes(), NOW)
    assert Voice.objects.get().text.endswith("Đèn hỏng ở xã Thư Vũ")


HOSTILE = [
    b"",
    b"\x00" * 50,
    b"\xff\xfe\xfd" * 40,
    b"From: a@b.vn\n\n",
    b"From: a@b.vn\r\nSubject: =?utf-8?b?//8=?=\r\nMessage-ID: \r\n\r\n\xff\xff",
    b"From: a@b.vn\nContent-Type: text/plain; charset=nothing-like-it\n\nx\x00a Th\xc6\xb0 V\xc5\xa9",
    b"From: a@b.vn\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
    + b"Content-Type: text/plain\n\nhi\n--x\n" * 10_000,
    b"From: a@b.vn\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    + b"x",
    b"From: a@b.vn\nSubject: hi\r\n Bcc: c@d.vn\n\nno",
    b"From: a@b.vn\nMessage-ID: <" + b"a" * 5_000 + b"@b.vn>\nReferences: " + b"<x@y> " * 5_000 + b"\n\nnoi dung",
    b"From: " + b"(" * 3_000 + b"a@b.vn\n\nnoi dung",
    b"From: a@b.vn\nContent-Transfer-Encoding: base64\n\n!!!!",
    b"From: a@b.vn\nContent-Type: application/ms-tnef; name=winmail.dat\n\n\x78\x9f",
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_no_letter_breaks_the_door_and_none_is_lost(box: Box, raw: bytes) -> None:  # noqa: F811
    assert receive(raw, NOW) in {Outcome.TAKEN, Outcome.KEPT}
    assert RawIntake.objects.count() == 1
    deliver(box)
    assert not [one for one in box.letters if one["Bcc"]]


def test_a_letter_that_no_door_takes_is_refused_whole() -> None:
    with pytest.raises(TooLarge, match="25 MB"):
        receive(letter("x" * (mail.MOST_BYTES + 1)).as_bytes(), NOW)


def test_an_answer_goes_back_to_who_wrote(box: Box, cast: Cast, settings: Any) -> None:  # noqa: F811
    receive(letter().as_bytes(), NOW)
    officer, leader = acting(cast.officer), acting(cast.leader)
    case = Case.objects.get()
    actions.accept(case, actor=officer, at=NOW)
    actions.assign(case, officer=cast.officer.account, actor=officer, at=NOW)
    actions.draft(case, actions.Draft("Đã thay bóng.", "done", "Ảnh ngày 09/06"), actor=officer, at=moment(11))
    actions.approve(case, actor=leader, at=moment(11))
    actions.reply(case, actor=officer, at=moment(11))
    told = deliver(box)
    assert "Đã thay bóng." in told[-1] and box.letters[-1]["In-Reply-To"] == "<m1@vidu.vn>"
