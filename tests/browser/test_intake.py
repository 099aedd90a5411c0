"""A clerk takes down a voice by telephone or on paper with the keyboard alone, in Debian's chromium."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from langnghe.cases.models import Voice
from langnghe.cases.sealing import unseal_contact
from tests.browser.test_journey import FLAGS
from tests.browser.test_journey import world as world
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEYS = 25


class Keyboard:
    """Types words, and counts the other keys."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def type(self, words: str) -> None:
        self.page.keyboard.insert_text(words)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def signed_in(live_server: Any, cast: Cast, *, scripts: bool) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740}, java_script_enabled=scripts)
        page.goto(f"{live_server.url}/dang-nhap?next=/ban-lam-viec/tiep-nhan")
        page.fill("[name=username]", cast.officer.account.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        yield page
        browser.close()


@pytest.fixture
def desk(live_server: Any, cast: Cast) -> Iterator[Any]:
    """Return a page 360 pixels wide, without scripts, on which the officer has just signed in."""
    yield from signed_in(live_server, cast, scripts=False)


@pytest.fixture
def quick_desk(live_server: Any, cast: Cast) -> Iterator[Any]:
    """Return the same with scripts."""
    yield from signed_in(live_server, cast, scripts=True)


def take_down(keyboard: Keyboard, text: str) -> str:
    """Enter one voice with a spot and a telephone number, and return its receipt code."""
    keyboard.page.wait_for_selector("textarea[name=text]:focus")
    keyboard.type(text)
    keyboard.press("Tab", "Tab")  # past the commune, which is the body's own
    keyboard.type("đầu ngõ 3")
    keyboard.press("Tab")
    keyboard.type("0912 345 678")
    keyboard.press("Enter")
    keyboard.page.wait_for_selector(".receipt .secret")
    return "-".join(re.findall(r"[0-9A-Z]{4}", keyboard.page.inner_text(".receipt .secret")))


def test_two_calls_are_taken_down_with_few_keys(desk: Any) -> None:
    keyboard = Keyboard(desk)
    first = take_down(keyboard, "Đèn đường đầu ngõ cháy đã hai tuần.")
    assert keyboard.pressed <= KEYS
    desk.wait_for_selector(".actions a:focus")
    keyboard.press("Enter")
    second = take_down(keyboard, "Cống tắc, nước tràn ra đường.")
    assert keyboard.pressed <= 2 * KEYS
    assert first != second
    assert sorted(Voice.objects.values_list("text", flat=True))[0].startswith("Cống tắc")


def test_the_slip_fits_a_phone_and_prints_without_the_rest(desk: Any) -> None:
    take_down(Keyboard(desk), "Đèn đường đầu ngõ cháy đã hai tuần.")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    desk.emulate_media(media="print")
    assert desk.locator(".receipt .secret").is_visible()
    assert not desk.locator(".spoken").is_visible()
    assert not desk.locator(".menu").is_visible()


def test_a_paper_of_many_signatures_is_entered_with_few_keys_and_ends_at_its_slip(desk: Any) -> None:
    keyboard = Keyboard(desk)
    desk.wait_for_selector("textarea[name=text]:focus")
    keyboard.press("Shift+Tab", "ArrowDown", "Tab")  # on paper, and back to the words
    keyboard.type("Bà con kiến nghị làm lại cống đầu thôn, mùa mưa nước ngập vào nhà.")
    keyboard.press("Tab", "Tab")
    keyboard.type("đầu thôn 3")
    keyboard.press("Tab", "Tab", "1", "2", "Tab")  # no telephone; twelve signatures
    keyboard.type("Nguyễn Thị Mẫu")
    keyboard.press("Enter")
    desk.wait_for_selector(".receipt .secret")
    assert keyboard.pressed <= KEYS
    voice = Voice.objects.get()
    assert (voice.channel, voice.people, voice.kind) == ("paper", 12, "petition")
    desk.emulate_media(media="print")
    assert "12 người, đại diện Nguyễn Thị Mẫu" in desk.inner_text(".receipt")


def test_with_scripts_the_words_alone_are_sent_from_their_box(quick_desk: Any) -> None:
    quick_desk.wait_for_selector("textarea[name=text]:focus")
    keyboard = Keyboard(quick_desk)
    keyboard.type("Đèn đường cháy.")
    keyboard.press("Control+Enter")
    quick_desk.wait_for_selector(".receipt .secret")
    assert Voice.objects.get().text == "Đèn đường cháy."


def test_a_visitor_with_name_address_and_consent_is_entered_with_few_keys(desk: Any) -> None:
    keyboard = Keyboard(desk)
    desk.wait_for_selector("textarea[name=text]:focus")
    keyboard.press("Shift+Tab", "ArrowDown", "ArrowDown", "Tab")  # told at the counter, and back to the words
    keyboard.type("Cống đầu thôn tắc, nước tràn ra đường.")
    keyboard.press("Tab", "Tab")
    keyboard.type("đầu thôn 3")
    keyboard.press("Tab")
    keyboard.type("0912 345 678")
    keyboard.press("Tab", "Tab")  # one person
    keyboard.type("Nguyễn Thị Mẫu")
    keyboard.press("Tab")
    keyboard.type("Thôn Hạ, xã Bên Cạnh")
    keyboard.press("Tab", "Space", "Enter")
    desk.wait_for_selector(".receipt .secret")
    assert keyboard.pressed <= KEYS
    voice = Voice.objects.get()
    assert (voice.channel, voice.may_call_back) == ("reception", True)
    said = {"name": "Nguyễn Thị Mẫu", "address": "Thôn Hạ, xã Bên Cạnh", "phone": "0912 345 678"}
    assert voice.person is not None and unseal_contact(bytes(voice.person.sealed)) == said
