"""The played telephone talks to a real server over HTTP, and hears the answers of the outbox."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from langnghe.cases import jobs as jobs  # registers its jobs
from langnghe.cases.models import Attachment, Voice
from langnghe.demo.phone import Phone, _typed
from tests.cast import Cast, ensure_world, moment, run_next_job

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def phone(cast: Cast, settings: Any, live_server: Any, heard: list[str]) -> Iterator[Phone]:
    settings.CLOCK = moment(10)
    settings.INSTALLATION = replace(settings.INSTALLATION, demo=True)
    setting = f"mot-bi-mat-dung-chung-dai-hon-32-ky-tu@http://127.0.0.1:{free_port()}/"
    settings.MESSAGES = {"sms": setting}
    ensure_world()
    cache.clear()
    found = Phone(live_server.url, setting, "+84900000001", heard.append)
    yield found
    found.hang_up()


def test_a_talk_by_telephone_ends_in_a_receipt_and_the_state_of_the_case(
    phone: Phone, heard: list[str], tmp_path: Path
) -> None:
    assert phone.is_demo()
    picture = tmp_path / "den.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    for line in (f"/anh {picture} Đèn đường đầu ngõ cháy đã hai tuần.", "xã Thư Vũ"):
        assert _typed(phone, line) == ""
        assert run_next_job(moment(10))
    assert "Việc này ở xã, phường nào?" in heard[0]
    code = heard[1].partition("Mã biên nhận: ")[2].partition(".")[0]
    assert _typed(phone, f"tra cứu {code}") == ""
    run_next_job(moment(10))
    assert "Mới tiếp nhận" in heard[2]
    assert (Voice.objects.count(), Attachment.objects.count()) == (1, 1)


def test_what_the_door_refuses_is_told(phone: Phone, heard: list[str], tmp_path: Path) -> None:
    page = tmp_path / "trang.html"
    page.write_text("<script>")
    assert _typed(phone, f"/anh {page} xem này").startswith("422: ")
    assert _typed(phone, "/anh khong-co.png xem này") == "Không có tệp khong-co.png."


def test_an_answer_is_shown_once_and_a_forged_one_never(phone: Phone, heard: list[str]) -> None:
    assert phone.take({"X-Langnghe-Timestamp": "1", "X-Langnghe-Signature": "sha256=00"}, b"{}") == 401
    phone.gateway.send("a", "một lần", "b", "khoa")
    phone.gateway.send("a", "một lần", "b", "khoa")
    assert heard == ["một lần"]
