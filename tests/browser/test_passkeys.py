"""Passkeys in Debian's chromium, with an authenticator that the browser itself plays (WebAuthn's virtual one)."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from langnghe.registry.models import Account
from tests.browser.test_accessible import faults
from tests.browser.test_journey import FLAGS, world  # noqa: F401 a fixture that every test here has
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {
    **{"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True},
    **{"isUserVerified": True, "automaticPresenceSimulation": True},
}


@pytest.fixture
def page(settings: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    settings.SECOND_FACTOR = True
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        line = page.context.new_cdp_session(page)
        line.send("WebAuthn.enable")
        page.line, page.key = line, line.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]
        yield page
        browser.close()


def with_password(page: Any, url: str, account: Account) -> None:
    account.set_password(PASSWORD)
    account.save()
    page.goto(f"{url}/dang-nhap?next=/ban-lam-viec/tiep-nhan")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", PASSWORD)
    press(page, "Đăng nhập")


def press(page: Any, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def with_passkey(page: Any, url: str, account: Account) -> None:
    """Sign in and make the first passkey; the recovery codes are shown then."""
    with_password(page, url, account)
    assert page.url.endswith("/hai-lop")
    page.fill("[name=name]", "Máy ở xã")
    press(page, "Thêm khóa đăng nhập")
    assert page.locator(".codes li").count() == 10


def test_a_passkey_is_made_listed_and_asked_for_after_the_password(page: Any, live_server: Any, cast: Cast) -> None:
    with_passkey(page, live_server.url, cast.officer.account)
    for path in ("dang-nhap", "ban-lam-viec/tai-khoan/hai-lop", "ban-lam-viec/tai-khoan"):
        page.goto(f"{live_server.url}/{path}")
        assert faults(page, 360) == [], path
    assert "Máy ở xã" in page.inner_text("main")
    press(page, "Đăng xuất")
    with_password(page, live_server.url, cast.officer.account)
    assert page.url.endswith("/dang-nhap/ma")
    press(page, "Dùng khóa đăng nhập")
    assert page.url.endswith("/ban-lam-viec/tiep-nhan")


def test_a_passkey_alone_signs_in_and_a_removed_one_does_not(page: Any, live_server: Any, cast: Cast) -> None:
    with_passkey(page, live_server.url, cast.officer.account)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/dang-nhap?next=/ban-lam-viec/tiep-nhan")
    press(page, "Đăng nhập bằng khóa (vân tay, khuôn mặt, PIN)")
    assert page.url.endswith("/ban-lam-viec/tiep-nhan")
    page.goto(f"{live_server.url}/ban-lam-viec/tai-khoan/hai-lop")
    press(page, "Bỏ")
    assert "duy nhất" in page.inner_text("main") and Authenticator.objects.filter(type="webauthn").exists()
    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/dang-nhap")
    press(page, "Đăng nhập bằng khóa (vân tay, khuôn mặt, PIN)")
    assert page.url.endswith("/dang-nhap") and "chưa được nhận" in page.inner_text("body")


def test_a_device_that_does_not_know_its_owner_enters_nothing(page: Any, live_server: Any, cast: Cast) -> None:
    with_passkey(page, live_server.url, cast.officer.account)
    page.context.clear_cookies()
    page.line.send("WebAuthn.setUserVerified", {"authenticatorId": page.key, "isUserVerified": False})
    page.goto(f"{live_server.url}/dang-nhap")
    page.get_by_role("button", name="Đăng nhập bằng khóa (vân tay, khuôn mặt, PIN)").click()
    page.get_by_text("Thiết bị chưa xác nhận").wait_for()
    page.goto(f"{live_server.url}/ban-lam-viec")
    assert "/dang-nhap" in page.url
