"""A resident on a phone where scripts run: three steps, a draft, no line and then a line, joining a case."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from langnghe.cases import actions
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Voice
from tests.browser.test_journey import FLAGS, world  # noqa: F401 a fixture that every test here has
from tests.cast import Cast, assigned, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Cống đầu thôn 3 tắc cả tháng, nước tràn ra đường."
DRAFT = "localStorage.getItem('nhap')"
TWO_SENT = "document.querySelectorAll('#cho-gui .secret').length === 2"


@pytest.fixture
def phone() -> Iterator[Any]:
    """Return a browser's context 360 pixels wide; what it keeps, it keeps until the test ends."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser.new_context(viewport={"width": 360, "height": 740})
        browser.close()


def until(page: Any, expression: str, seconds: int = 30) -> None:
    """Wait until the expression is true (Playwright's own way needs an eval that our pages forbid)."""
    for _turn in range(seconds * 10):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def opened(phone: Any, url: str) -> Any:
    """Open the form as somebody would, and wait until the phone could do without a line."""
    page = phone.new_page()
    page.goto(f"{url}/gui-phan-anh")
    page.evaluate("navigator.serviceWorker.ready")
    until(page, "navigator.serviceWorker.controller !== null")
    return page


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write(page: Any) -> None:
    """Write what happened and where, up to the third step."""
    page.fill("[name=text]", TEXT)
    press(page, "Tiếp")
    page.fill("[name=place]", "xa thu vu")
    press(page, "Tiếp")


def test_three_short_steps_lead_to_a_receipt(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    assert page.is_hidden("[name=place]") and page.is_hidden("#nut-gui")
    press(page, "Tiếp")
    assert page.is_hidden("[name=place]")  # nothing said yet
    write(page)
    assert page.is_hidden("[name=text]") and page.is_visible("[name=phone]")
    press(page, "Gửi")
    assert "Đã nhận" in page.inner_text("h1")
    assert Voice.objects.get().text == TEXT
    assert page.evaluate(DRAFT) is None
    with page.expect_download() as picture:
        press(page, "Lưu thành ảnh")
    assert picture.value.suggested_filename == f"bien-nhan-{Case.objects.get().code}.png"


def test_a_mistake_opens_the_step_it_is_in(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    page.fill("[name=text]", TEXT)
    press(page, "Tiếp")
    page.fill("[name=place]", "xã Không Có Đâu")
    press(page, "Tiếp")
    press(page, "Gửi")
    page.wait_for_selector("[name=phone]", state="hidden")
    assert page.is_visible("[name=place]")
    assert page.input_value("[name=text]") == TEXT


def test_a_draft_survives_a_closed_browser_until_it_is_deleted(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    page.fill("[name=text]", TEXT)
    until(page, f"{DRAFT} !== null")
    page.close()
    page = opened(phone, live_server.url)
    assert page.input_value("[name=text]") == TEXT
    press(page, "Xóa bản nháp")
    assert page.evaluate(DRAFT) is None and page.input_value("[name=text]") == ""


@pytest.mark.parametrize("text", ["Tôi tố cáo ông trưởng thôn.", "toi lam don khieu nai quyet dinh"])
def test_words_with_their_own_procedure_leave_no_draft(phone: Any, live_server: Any, text: str) -> None:
    page = opened(phone, live_server.url)
    page.fill("[name=text]", TEXT)
    until(page, f"{DRAFT} !== null")
    page.fill("[name=text]", text)
    until(page, f"{DRAFT} === null")


def test_spoken_without_a_line_it_is_sent_once_when_there_is_one(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    for _voice in range(2):  # two voices from one page that the phone kept
        phone.set_offline(True)
        write(page)
        press(page, "Gửi")
        page.wait_for_selector("#cho-gui >> text=tự gửi khi có mạng")
        assert not page.input_value("[name=text]")
    assert not Voice.objects.exists()
    phone.set_offline(False)
    until(page, TWO_SENT)
    codes = ["-".join(code.split()) for code in page.locator("#cho-gui .secret").all_inner_texts()]
    assert {bytes(voice.receipt_hash) for voice in Voice.objects.all()} == {receipt_hash(code) for code in codes}
    page.reload()
    until(page, TWO_SENT)
    assert Voice.objects.count() == 2
    page.locator("#cho-gui button").first.click()
    until(page, "document.querySelectorAll('#cho-gui .secret').length === 1")


def test_what_cannot_be_sent_later_comes_back_to_be_mended(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    phone.set_offline(True)
    page.fill("[name=text]", TEXT)
    press(page, "Tiếp")
    page.fill("[name=place]", "xã Không Có Đâu")
    press(page, "Tiếp")
    press(page, "Gửi")
    page.wait_for_selector("#cho-gui >> text=tự gửi khi có mạng")
    phone.set_offline(False)
    page.wait_for_selector("#cho-gui >> text=cần sửa", timeout=30_000)
    press(page, "Sửa rồi gửi lại")
    assert page.input_value("[name=text]") == TEXT


def test_no_line_keeps_no_words_with_their_own_procedure(phone: Any, live_server: Any) -> None:
    page = opened(phone, live_server.url)
    phone.set_offline(True)
    page.fill("[name=text]", "Tôi tố cáo ông trưởng thôn nhận tiền.")
    press(page, "Tiếp")
    page.fill("[name=place]", "xã Thư Vũ")
    press(page, "Tiếp")
    press(page, "Gửi")
    page.wait_for_url(re.compile("thu-tuc/denunciation"))
    assert "thủ tục riêng" in page.inner_text("h1")
    phone.set_offline(False)
    page = opened(phone, live_server.url)
    page.wait_for_timeout(500)
    assert page.is_hidden("#cho-gui") and not Voice.objects.exists()


def test_a_similar_case_is_found_while_writing_and_joined(phone: Any, live_server: Any, cast: Cast) -> None:
    case, *_ = assigned()
    actions.publish(case, title="Đèn đường hỏng", summary="", actor=acting(cast.officer), at=moment(9))
    page = opened(phone, live_server.url)
    page.fill("[name=text]", "Den duong dau ngo chay da hai tuan")
    press(page, "Tiếp")
    page.fill("[name=place]", "xa thu vu")
    page.wait_for_selector("#tuong-tu >> text=Đèn đường hỏng")
    press(page, "Đúng việc này, thêm tiếng nói của tôi")
    assert case.code in page.inner_text("main") and case.voices.count() == 2


def test_a_tap_on_the_map_or_the_phones_place_names_the_commune(phone: Any, live_server: Any) -> None:
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation({"latitude": 20.44, "longitude": 106.27})
    page = opened(phone, live_server.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.fill("[name=text]", TEXT)
    press(page, "Tiếp")
    press(page, "Dùng vị trí của máy")
    page.wait_for_selector("text=Gần đây nhất")
    page.click("[role=status] button >> nth=0")
    assert "Hưng Yên" in page.input_value("[name=place]")
    assert not [one for one in asked if "20.44" in one or "106.27" in one]
    page.fill("[name=place]", "")
    press(page, "Chọn trên bản đồ")
    page.locator("[data-name]").nth(5).click(force=True)
    assert "Hưng Yên" in page.input_value("[name=place]")
