"""Before anything is public what may name a person is pointed at; a person decides, and nothing typed is lost."""

from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases.models import Case, RawIntake
from tests.cast import Cast, moment, received
from tests.web.test_desk import post, signed_in
from tests.web.test_residents import enter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("Nhà ông Trần Văn Tư đổ rác ra mương.", "tên người: “ông Trần Văn Tư”"),
        ("Gọi 0912 345 678.", "0912 345 678"),
        ("Bà Đỗ Thị Ớt ăn bớt vật tư.", "lời cáo buộc kèm tên: “ăn bớt”"),
    ],
)
def test_what_names_a_person_is_pointed_at_and_a_person_decides(cast: Cast, summary: str, told: str) -> None:
    case, _answer = received()
    answer = post(cast.officer, case, "publish", title="Rác ở mương", summary=summary)
    assert answer.status_code == 422
    assert told in answer.content.decode() and summary in answer.content.decode()
    assert not Case.objects.get().is_public
    assert post(cast.officer, case, "publish", title="Rác ở mương", summary=summary, seen="on").status_code == 302
    assert Case.objects.get().is_public


def test_the_words_a_resident_wishes_to_show_are_looked_through_too(cast: Cast) -> None:
    case, _answer = received(text="Anh Lê Văn Nở nhận tiền.", shows_text=True)
    assert "anh Lê Văn Nở" in post(cast.officer, case, "publish", title="Phản ánh").content.decode().replace(
        "Anh", "anh"
    )


def test_the_spot_is_public_and_looked_through_and_can_be_mended(cast: Cast, client: Any) -> None:
    case, _answer = received(spot="trước nhà bà Trần Thị Lộ, 0987 111 222")
    said = {"title": "Đèn tắt", "spot": case.spot}
    answer = post(cast.officer, case, "publish", **said)
    assert answer.status_code == 422 and "tên người: “bà Trần Thị Lộ”" in answer.content.decode()
    assert post(cast.officer, case, "publish", **said | {"spot": "đầu ngõ 5"}).status_code == 302
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert "đầu ngõ 5" in page and "Trần Thị Lộ" not in page
    assert case.code not in client.get(reverse("cases"), {"tim": "0987111222"}).content.decode()


def test_words_that_stay_hidden_ask_nothing(cast: Cast) -> None:
    case, _answer = received(text="Anh Lê Văn Nở nhận tiền.", shows_text=False)
    assert post(cast.officer, case, "publish", title="Phản ánh về vệ sinh").status_code == 302


WHY = "Nguyên văn nêu tên và cáo buộc một người"


def test_a_summary_stands_for_words_with_a_reason_that_everyone_reads(cast: Cast, client: Any) -> None:
    case, answer = received(text="Anh Lê Văn Nở nhận tiền.", shows_text=True)
    said = {"title": "Thu tiền sai", "summary": "Phản ánh việc thu tiền."}
    assert post(cast.officer, case, "publish", reason=WHY, **said).status_code == 302
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert WHY in page and "Phản ánh việc thu tiền." in page and "Lê Văn Nở" not in page
    own = enter(client, answer.receipt).content.decode()
    assert WHY in own and "Anh Lê Văn Nở nhận tiền." in own
    assert RawIntake.objects.get().payload and case.voices.get().text == "Anh Lê Văn Nở nhận tiền."


def test_without_a_summary_there_is_nothing_to_stand_for_the_words(cast: Cast) -> None:
    case, _answer = received(text="Anh Lê Văn Nở nhận tiền.", shows_text=True)
    answer = post(cast.officer, case, "publish", title="Thu tiền", reason=WHY)
    assert answer.status_code == 409 and "hãy viết tóm tắt" in answer.content.decode()


def test_what_was_published_can_be_changed_to_a_summary(cast: Cast, client: Any) -> None:
    case, _answer = received(text="Đèn tắt ở ngõ 3.", shows_text=True)
    post(cast.officer, case, "publish", title="Đèn tắt")
    assert "Đèn tắt ở ngõ 3." in client.get(reverse("case", args=[case.code])).content.decode()
    post(cast.officer, case, "publish", title="Đèn tắt", summary="Đèn đường tắt.", reason="Lộ nhà người gửi")
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert "Đèn tắt ở ngõ 3." not in page and "Lộ nhà người gửi" in page


def test_where_nobody_wished_their_words_shown_no_reason_is_asked_or_kept(cast: Cast, client: Any) -> None:
    case, _answer = received()
    assert "publish_reason" not in signed_in(cast.officer).get(reverse("desk_case", args=[case.code])).content.decode()
    post(cast.officer, case, "publish", title="Đèn tắt", summary="Đèn.", reason=WHY)
    page = client.get(reverse("case", args=[case.code])).content.decode()
    assert WHY not in page and "chọn không hiện nguyên văn" in page


def test_a_reason_that_everyone_reads_is_looked_through_too(cast: Cast) -> None:
    case, _answer = received()
    fields = {"days": "3", "document_no": "1/TB", "ground": "Điều 5 QĐ 1", "reason": "Chờ ông Trần Văn Tư về."}
    answer = post(cast.officer, case, "extend", **fields)
    assert answer.status_code == 422 and "tên người: “ông Trần Văn Tư”" in answer.content.decode()
    assert post(cast.officer, case, "extend", seen="on", **fields).status_code == 302
    assert case.steps.get(verb="extend").reason == "Chờ ông Trần Văn Tư về. (căn cứ: Điều 5 QĐ 1)"
