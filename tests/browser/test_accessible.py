"""Every public page for who reads it with a screen reader, large letters, a keyboard, a thumb, or by night.

Each page is looked at twice: narrow, light and Vietnamese; wide, dark and English. axe-core finds nothing, nothing is
wider than the screen (320 pixels are 1,280 at 400 % zoom, WCAG 1.4.10), and what a finger presses is 44 pixels high.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases.models import Case
from langnghe.commitments.models import Commitment
from langnghe.engagements.actions import plan_receptions
from langnghe.engagements.models import Engagement
from langnghe.ledger import sequencer
from langnghe.reviews import actions as reviews
from langnghe.situation.models import RisingWord
from langnghe.web.public import urls
from tests.browser.test_journey import FLAGS
from tests.cast import COMMUNE, Cast, ensure_world
from tests.ledger.test_sequencer import no_log_yet  # noqa: F401 a fixture
from tests.reviews.world import FROZEN, play, written
from tests.web.test_public_cases import publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NO_PAGES = {  # files, data, answers to a form, and what leads elsewhere
    *("service_worker", "manifest", "places", "place_map", "alike", "robots", "source", "health", "map_data"),
    *("log_file", "my_proof", "word", "public_photo", "language", "leave", "act", "mine", "notices", "notices_by_link"),
    *("public_paper", "my_data"),  # the latter with a receipt alone
    *("flag", "send_sealed", "mine_sealed", "all_feed", "place_feed", "topic_feed", "case_feed", "entry_proof"),
}
LOOKS: list[tuple[dict[str, Any], str]] = [
    ({"color_scheme": "light", "viewport": {"width": 320, "height": 740}}, "vi"),
    ({"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}}, "en"),
]
PRESSED = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .map((each) => (/radio|checkbox/.test(each.type) && each.closest("label")) || each)
  .filter((each) => each.getClientRects().length && !each.closest("svg") && !each.classList.contains("skip"))
  .filter((each) => each.tagName !== "A" || getComputedStyle(each).display !== "inline")
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 120))"""

OUTLINED = """() => [document.activeElement, document.activeElement.closest("label")]
  .some((each) => each && (each === document.body || getComputedStyle(each).outlineStyle !== "none"))"""


@pytest.fixture
def seeded(settings: Any, monkeypatch: pytest.MonkeyPatch, no_log_yet: None) -> dict[str, str]:  # noqa: F811
    """Return the addresses of the public pages, each of something that is there."""
    settings.CLOCK = FROZEN
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    ensure_world()
    play()
    review = written()
    reviews.publish(review, actor=Cast().commission, at=FROZEN)
    case = publish(Case.objects.filter(state="answered").first() or Case.objects.latest("pk"))
    sequencer.run()
    word = RisingWord.objects.create(words="đèn đường", last=FROZEN.date(), now=9, expected=1, p=0.001)
    known: dict[str, list[Any]] = {
        "procedure": ["complaint"],
        "case": [case.code],
        "place": [COMMUNE],
        "topic": [case.topic.code],
        "follow_by_link": ["x"],
        "rising_word": [word.pk],
        "book_day": [_coming_day()],
        "commitment": [Commitment.objects.latest("pk").code],
        "review": [review.pk],
        "records": [review.pk, review.figures.first().number],
    }
    names = {pattern.name for pattern in urls.urlpatterns} - NO_PAGES
    return {name: reverse(name, args=known.get(name)) for name in names} | {"follow": f"/theo-doi?noi={COMMUNE}"}


def _coming_day() -> int:
    july = date(2026, 7, 1), date(2026, 7, 31)
    committee = Cast().committee
    plan_receptions(committee, chair="Chủ tịch", since=july[0], until=july[1], at=FROZEN)
    return Engagement.objects.latest("pk").pk


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


def opened(browser: Any, url: str, look: dict[str, Any], language: str) -> Any:
    page = browser.new_context(bypass_csp=True, **look).new_page()
    page.goto(url)
    if language == "en":
        page.click(".language button")
        page.wait_for_selector("html[lang=en]")
    return page


def faults(page: Any, width: int) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)["violations"]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth")
    small = page.evaluate(PRESSED)
    return told + ([f"{wide} pixels wide"] if wide > width else []) + [f"small: {one}" for one in small]


@pytest.mark.parametrize(("look", "language"), LOOKS, ids=["narrow-light-vi", "wide-dark-en"])
def test_no_public_page_shuts_anybody_out(
    browser: Any, live_server: Any, seeded: dict[str, str], look: dict[str, Any], language: str
) -> None:
    page, found = opened(browser, live_server.url, look, language), {}
    for name, address in sorted(seeded.items()):
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, (name, answer.status)
        found[name] = faults(page, look["viewport"]["width"])
    assert {name: each for name, each in found.items() if each} == {}


def test_from_the_first_page_to_the_receipt_with_the_keyboard_alone(
    browser: Any, live_server: Any, seeded: dict[str, str]
) -> None:
    page = opened(browser, live_server.url, *LOOKS[0])
    press_through(page, "Gửi phản ánh", "Enter")
    page.wait_for_selector("[name=text]")
    assert page.url.endswith("/gui-phan-anh")
    reach(page, "[name=text]")
    page.keyboard.type("Den duong dau ngo chay hai tuan roi, toi khong di duoc.")
    press_through(page, "Tiếp", "Enter")
    reach(page, "[name=place]")
    page.keyboard.type("xa thu vu")
    press_through(page, "Tiếp", "Enter")
    press_through(page, "Gửi", "Enter")
    page.wait_for_selector(".receipt .secret")
    assert Case.objects.filter(voices__text__startswith="Den duong dau ngo").count() == 1


def press_through(page: Any, words: str, key: str) -> None:
    """Tab to the link or button with these words, seen to have the focus, and press the key."""
    focus = "document.activeElement"
    tab(page, f"{focus}.matches('a, button') && {focus}.innerText.trim() === '{words}' && {focus}.closest('main')")
    page.keyboard.press(key)


def reach(page: Any, selector: str) -> None:
    tab(page, f"document.activeElement.matches('{selector}')")


def tab(page: Any, condition: str) -> None:
    for _time in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate(f"Boolean({condition})"):
            return
    raise AssertionError(condition)
