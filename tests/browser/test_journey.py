"""A resident on a cheap phone, without JavaScript, and an officer, in Debian's chromium."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from langnghe.cases.models import Case
from tests.cast import PASSWORD, Cast, ensure_world, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(autouse=True)
def world(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load places and bodies again where an earlier test has emptied the tables; stand at 10/06/2026."""
    settings.CLOCK = moment(10)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    ensure_world()


@pytest.fixture
def phone() -> Iterator[Any]:
    """Return a page 360 pixels wide, in which no script runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        browser.close()


def speak(page: Any, url: str, email: str = "") -> str:
    """Send a voice through the form and return the receipt code."""
    page.goto(f"{url}/gui-phan-anh")
    page.fill("[name=text]", "Den duong dau ngo chay hai tuan roi")
    page.fill("[name=place]", "xa thu vu")
    page.fill("[name=email]", email)
    page.click("main form button >> nth=0")
    return "-".join(re.findall(r"[0-9A-Z]{4}", page.inner_text(".receipt .secret")))


def test_a_resident_speaks_up_and_finds_the_case_again(phone: Any, live_server: Any) -> None:
    code = speak(phone, live_server.url)
    assert code.count("-") == 5
    phone.goto(f"{live_server.url}/tra-cuu")
    phone.fill("main [name=code]", code.lower().replace("-", " "))
    phone.click("main form button")
    assert phone.url.endswith("/vu-viec-cua-toi")
    assert "Den duong dau ngo" in phone.inner_text("main")
    assert code not in phone.url


def test_an_unknown_commune_loses_nothing_typed(phone: Any, live_server: Any) -> None:
    phone.goto(f"{live_server.url}/gui-phan-anh")
    phone.fill("[name=text]", "Cống tắc, mùi hôi")
    phone.fill("[name=place]", "xã Không Có Đâu")
    phone.click("main form button >> nth=0")
    assert phone.input_value("[name=text]") == "Cống tắc, mùi hôi"
    assert Case.objects.count() == 0


PAGES = ("/", "/gui-phan-anh", "/vu-viec", "/tra-cuu", "/so-ket", "/nam-tinh-hinh", "/cam-ket", "/dang-nhap")


def test_no_page_is_wider_than_the_phone(phone: Any, live_server: Any) -> None:
    for path in PAGES:
        assert phone.goto(live_server.url + path).status == 200, path
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert phone.locator("main h1").count() == 1, path


def test_an_officer_accepts_the_case(phone: Any, live_server: Any, cast: Cast) -> None:
    speak(phone, live_server.url)
    phone.goto(f"{live_server.url}/dang-nhap")
    phone.fill("[name=username]", cast.officer.account.username)
    phone.fill("[name=password]", PASSWORD)
    phone.click("main form button")
    phone.click("table.queue a.what")
    phone.click("a#m-accept")  # nobody has said yet what it is about, so that it could be classified first
    phone.click("#m-accept button")
    assert "Đã thụ lý" in phone.inner_text("main")
    assert Case.objects.get().state == "accepted"
