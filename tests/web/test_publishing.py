"""Before anything is public what may name a person is pointed at; a person decides, and nothing typed is lost."""

from typing import Any

import pytest

from langnghe.cases.models import Case
from tests.cast import Cast, moment, received
from tests.web.test_desk import post

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


def test_words_that_stay_hidden_ask_nothing(cast: Cast) -> None:
    case, _answer = received(text="Anh Lê Văn Nở nhận tiền.", shows_text=False)
    assert post(cast.officer, case, "publish", title="Phản ánh về vệ sinh").status_code == 302
