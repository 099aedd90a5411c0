"""The sealed lane in Debian's chromium: no page shuts anybody out, and what was opened closes behind who opened it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import NewStage
from langnghe.cases.lifecycle import RESIDENT, Actor, acting
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import SealedRecord
from tests.browser.test_accessible import faults
from tests.browser.test_desk_day import Enter
from tests.browser.test_desk_day import enter as enter
from tests.browser.test_journey import FLAGS
from tests.browser.test_journey import world as world
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, keep, recipient, recovery
from tests.cast import Cast, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANE, OVERSIGHT = "/ban-lam-viec/niem-phong", "/giam-sat/niem-phong"
FILE = {"name": "don to cao ong Canary.pdf", "media": "application/pdf", "content": "JVBERi0="}
LOOKS = [(scheme, width, language) for scheme in ("light", "dark") for width, language in ((360, "vi"), (1280, "en"))]


@pytest.fixture
def browser() -> Iterator[Any]:
    """Return a browser that keeps whole pages for the Back button, as people's do."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        kept = {"ignore_default_args": ["--disable-back-forward-cache"]}
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS, **kept)
        yield started
        started.close()


@pytest.fixture
def arrival(cast: Cast, world: None, settings: Any) -> SealedArrival:
    """Return an arrival whose record has stages, a file and requests; others were referred and handed over."""
    settings.CLOCK = moment(10)
    recipient()
    recovery()
    recipient(cast.other_officer)
    for is_handed in (True, False):
        record = keep(denunciation(kind="complaint"))
        step(record, "transfer", to=cast.other_officer.body)
        if is_handed:
            actions.hand_sealed(record, passphrase=PASSPHRASE, actor=acting(cast.leader), at=moment(10))
    one = denunciation(content={"text": CANARY, "name": "Nhạn", "files": [FILE]})
    record = keep(one)
    step(record, "accept", condition="complex")
    step(record, "withdraw_part", part="phần về cây đa")
    for kind in ("see", "correct", "erase"):
        actions.request_sealed(record, kind, "Xin xem", channel="web", actor=Actor(RESIDENT), at=moment(10))
    return one


def step(record: SealedRecord, verb: str, **facts: Any) -> None:
    new = NewStage(verb, date(2026, 6, 10), "5/PC", **facts)
    actions.advance_sealed(record, new, actor=acting(Cast().leader), at=moment(10))


def page_of(arrival: SealedArrival) -> str:
    return reverse("sealed_record", args=[SealedRecord.objects.get(receipt_hash=arrival.receipt_hash).pk])


def open_it(page: Any, paper: str = "") -> None:
    page.fill("#id_passphrase", PASSPHRASE)
    if paper:
        page.select_option("#id_paper", paper)
    page.click("#mo button")
    page.wait_for_selector(".document" if paper else ".said")


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_no_page_of_the_lane_shuts_anybody_out(
    enter: Enter, live_server: Any, arrival: SealedArrival, scheme: str, width: int, language: str
) -> None:
    look, url, found = {"color_scheme": scheme, "viewport": {"width": width, "height": 740}}, live_server.url, {}

    def entered(who: Any) -> Any:
        page = enter(who, **look)
        if language == "en":
            page.click(".language button")
            page.wait_for_selector("html[lang=en]")
        return page

    def look_at(page: Any, name: str, way: str = "") -> None:
        if way:
            assert page.goto(url + way).status == 200, way
        page.eval_on_selector_all("details.move", "all => all.forEach((each) => { each.open = true; })")
        if problems := faults(page, width):
            found[name] = problems

    page, record = entered(Cast().leader), page_of(arrival)
    look_at(page, "list", LANE)
    look_at(page, "handed", f"{LANE}?xem=giao")
    look_at(page, "none found", f"{LANE}?so=00000000")
    page.goto(url + LANE)
    referred = (
        page.locator("tr", has_text="Moved" if language == "en" else "Đã chuyển").locator("a").get_attribute("href")
    )
    look_at(page, "handing over", referred)
    look_at(page, "closed", record)
    page.fill("#id_passphrase", "không phải cụm này")
    page.click("#mo button")
    page.wait_for_selector("[role=alert], .summary, .wrong, #mo .notice")
    look_at(page, "wrong")
    page.goto(url + record)
    open_it(page)
    look_at(page, "opened")
    page.goto(url + record)
    open_it(page, "accept")
    look_at(page, "paper")
    look_at(entered(Cast().officer), "no key", LANE)
    look_at(entered(Cast().commission), "oversight", OVERSIGHT)
    look_at(entered(Cast().supervisor), "counts", OVERSIGHT)
    page.context.clear_cookies()
    page.goto(f"{url}/tra-cuu")
    page.fill("[name=code]", arrival.receipt)
    page.click("main form button")
    page.wait_for_url("**/vu-viec-cua-toi/niem-phong")
    look_at(page, "writer")
    assert found == {}


def test_an_opened_record_closes_behind_who_opened_it(enter: Enter, live_server: Any, arrival: SealedArrival) -> None:
    page, record = enter(Cast().leader), live_server.url + page_of(arrival)
    for paper in ("", "accept"):
        page.goto(record)
        open_it(page, paper)
        assert "Nhạn" in page.inner_text("main")
        page.goto(live_server.url + LANE)
        page.go_back()  # no question whether to send the passphrase again, and nothing to read
        page.wait_for_selector("#id_passphrase")
        assert page.url == record and "Nhạn" not in page.content() and CANARY not in page.content()


def test_what_was_opened_hides_itself_when_nobody_is_there_and_what_was_typed_stays(
    enter: Enter, live_server: Any, arrival: SealedArrival
) -> None:
    page = enter(Cast().leader)
    page.clock.install()
    page.goto(live_server.url + page_of(arrival))
    open_it(page)
    page.eval_on_selector_all("details.move", "all => all.forEach((each) => { each.open = true; })")
    page.clock.run_for(9 * 60_000)
    page.locator("[name=reason]").nth(0).fill("Đã đính chính")  # somebody is there
    page.keyboard.press("End")
    page.clock.run_for(9 * 60_000)
    assert CANARY in page.inner_text("main")
    page.clock.run_for(2 * 60_000)
    assert CANARY not in page.content() and "cây đa" not in page.content() and "Xin xem" not in page.content()
    assert "JVBERi0" not in page.content()
    assert "Nội dung đã ẩn" in page.inner_text("main")
    assert page.locator("[name=reason]").nth(0).input_value() == "Đã đính chính"


@pytest.mark.parametrize("begins", ["/gui-phan-anh", "/gui-phan-anh/thu-tuc/denunciation"])
def test_what_was_sent_closed_stands_in_no_field_behind_the_back_button(
    live_server: Any, browser: Any, arrival: SealedArrival, begins: str
) -> None:
    page = browser.new_context().new_page()
    page.goto(live_server.url + begins)
    page.fill("[name=text]", f"Tôi tố cáo {CANARY}")
    if begins == "/gui-phan-anh":
        page.locator("main form button:visible").last.click()
        page.fill("[name=place]", "xã Thư Vũ")
        page.locator("main form button:visible").last.click()
        page.locator("main form button:visible").last.click()
        page.wait_for_selector("#don_name")
    for name, words in {"name": "Nhạn", "address": "Thôn Đoài", "place": "xã Thư Vũ"}.items():
        page.fill(f"#don_{name}", words)
    page.click("form.panel button")
    page.wait_for_selector(".receipt")
    while page.url != live_server.url + begins:
        page.go_back(wait_until="commit")
        page.wait_for_timeout(500)
        fields = page.locator("[name=text], [name=name]").all()
        assert not {"Nhạn", f"Tôi tố cáo {CANARY}"} & {each.input_value() for each in fields}, page.url


def test_the_copy_printed_for_who_wrote_it_has_the_words_and_nothing_of_the_desk(
    enter: Enter, live_server: Any, arrival: SealedArrival
) -> None:
    page = enter(Cast().leader)
    page.goto(live_server.url + page_of(arrival))
    open_it(page)
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    shown = page.inner_text("main")
    assert CANARY in shown and "phần về cây đa" in shown and "Thụ lý" in shown
    for words in ("Xin xem", "Mở hồ sơ", "Gia hạn", "Ai đã mở", "Đọc xong"):
        assert words not in shown, words


def test_a_file_is_saved_under_the_number_of_its_record(enter: Enter, live_server: Any, arrival: SealedArrival) -> None:
    page, record = enter(Cast().leader), page_of(arrival)
    page.goto(live_server.url + record)
    open_it(page)
    with page.expect_download() as saved:
        page.click(f"text={FILE['name']}")
    assert saved.value.suggested_filename == f"{record[-32:-24].upper()}-1.pdf"
    assert saved.value.path().read_bytes() == b"%PDF-"
