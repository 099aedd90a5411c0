"""A day at the desk in Debian's chromium: few clicks, keys, no page that shuts anybody out, on a phone too."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.cases.subject_request import Content
from langnghe.registry.models import Body, Member
from tests.browser.test_accessible import faults
from tests.browser.test_journey import FLAGS
from tests.browser.test_journey import world as world
from tests.cases.sealed.doing import keep, recipient, recovery
from tests.cases.test_joint import invited, police
from tests.cast import COMMUNE, PASSWORD, Cast, answered, body, member, moment, received, resident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTH = 360
MOST_CLICKS = 8
Enter = Callable[..., Any]


@pytest.fixture
def enter(live_server: Any, cast: Cast, world: None, settings: Any) -> Iterator[Enter]:
    """Return how somebody signs in; the page counts clicks."""
    from playwright.sync_api import sync_playwright

    settings.CLOCK = moment(10)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)

        def signed_in(who: Member, **look: Any) -> Any:
            who.account.set_password(PASSWORD)
            who.account.save()
            page = browser.new_context(bypass_csp=True, **look).new_page()
            page.goto(f"{live_server.url}/dang-nhap")
            page.fill("[name=username]", who.account.username)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button")
            page.wait_for_selector("h1")
            return page

        yield signed_in
        browser.close()


def photo() -> dict[str, Any]:
    out = BytesIO()
    Image.new("RGB", (80, 60), "green").save(out, "JPEG")
    return {"name": "sau.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.parametrize("approves", [False, True])
def test_a_routine_answer_with_proof_is_published_in_at_most_eight_clicks(
    enter: Enter, live_server: Any, approves: bool
) -> None:
    Body.objects.filter(pk=Cast().committee.pk).update(approves=approves)
    case, _answer = received()
    page, clicks = enter(Cast().officer, viewport={"width": 1280, "height": 900}), 0

    def click(selector: str) -> None:
        nonlocal clicks
        clicks += 1
        page.click(selector)

    page.goto(f"{live_server.url}/ban-lam-viec")
    click("table.queue a.what")
    click('main a[href*="mau=done"]')
    page.wait_for_selector("#draft_text")
    text = page.input_value("#draft_text")
    for blank, words in {"[ngày]": "10/06/2026", "[ai]": "tổ điện"}.items():
        text = text.replace(blank, words)
    page.fill("#draft_text", text)  # the text itself
    clicks += 1  # the file
    page.set_input_files("#draft_photos", photo())
    click("#m-draft form button.button")
    verb = "approve" if approves else "reply"
    if approves:
        page.wait_for_selector("text=Soạn trả lời")
        page = enter(Cast().leader, viewport={"width": 1280, "height": 900})
        page.goto(f"{live_server.url}/ban-lam-viec")
        click("table.queue a.what")
    page.wait_for_selector(f"#m-{verb}")
    click(f"#{verb}_answers")
    click(f"#{verb}_plain")
    click(f"#m-{verb} form button.button")
    page.wait_for_selector("text=Đã trả lời")
    assert clicks <= MOST_CLICKS
    assert Case.objects.get(pk=case.pk).state == "answered"


def test_the_list_and_a_case_are_worked_with_keys(enter: Enter, live_server: Any) -> None:
    received(moment(1))
    later, _answer = received(moment(9))
    page = enter(Cast().officer)
    page.goto(f"{live_server.url}/ban-lam-viec")
    page.click("[name=viec]", timeout=2000)  # the box of a row takes a click, though the row is a link
    assert page.is_checked("[name=viec]")
    page.wait_for_timeout(200)
    for key in ("j", "j", "o"):
        page.keyboard.press(key)
    page.wait_for_selector(f"text={later.code}")
    page.wait_for_timeout(200)
    page.keyboard.press("s")
    page.wait_for_selector("#draft_text")
    assert page.evaluate("document.activeElement.closest('#m-draft') !== null")
    page.keyboard.type("jou")  # in a field letters are letters
    assert later.code in page.url


def test_keys_of_a_case_work_on_the_row_in_focus_and_lead_back_to_the_same_list(enter: Enter, live_server: Any) -> None:
    received(moment(1))
    second, third = received(moment(8))[0], received(moment(9))[0]
    page = enter(Cast().officer)
    page.goto(f"{live_server.url}/ban-lam-viec?loc=moi-den")
    page.wait_for_timeout(200)
    page.focus(f"a.what[href$='{second.code}']")  # as with the tab key
    page.keyboard.press("j")
    assert third.code in page.evaluate("document.activeElement.href")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url(f"**/{second.code}?lam=refer")
    assert page.evaluate("document.activeElement.closest('#m-refer') !== null")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("u")
    page.wait_for_url("**/ban-lam-viec?loc=moi-den")
    page.goto(f"{live_server.url}/ban-lam-viec?tim={second.code[3:]}")  # its number: straight to the case
    page.reload()
    page.wait_for_timeout(200)
    page.keyboard.press("u")
    page.wait_for_url("**/ban-lam-viec?loc=moi-den")  # remembered, though the page before was another


def test_one_that_comes_while_another_leaves_is_shown(enter: Enter, live_server: Any) -> None:
    first, _answer = received()
    page = enter(Cast().officer)
    page.clock.install()
    page.goto(f"{live_server.url}/ban-lam-viec")
    with page.expect_response("**/moi-den.json*"):
        page.clock.run_for(31_000)
    actions.accept(first, actor=acting(Cast().officer), at=moment(10))
    second, _answer = received()
    page.clock.run_for(31_000)
    page.wait_for_selector(f"table.queue >> text={second.code}")


def test_a_body_is_invited_with_a_key(enter: Enter, live_server: Any) -> None:
    case = invited()
    page = enter(Cast().officer)
    page.goto(f"{live_server.url}/ban-lam-viec/vu-viec/{case.code}")
    page.wait_for_timeout(200)
    page.keyboard.press("m")
    page.wait_for_selector("#ask_part_asked")


def test_what_arrives_is_shown_without_reload_unless_something_is_marked(enter: Enter, live_server: Any) -> None:
    first, _answer = received()
    page = enter(Cast().officer)
    page.clock.install()
    page.goto(f"{live_server.url}/ban-lam-viec")
    with page.expect_response("**/moi-den.json*"):
        page.clock.run_for(31_000)
    second, _answer = received()
    page.clock.run_for(31_000)
    page.wait_for_selector(f"table.queue >> text={second.code}")
    page.check(f"[name=viec][value={first.code}]")
    third, _answer = received()
    page.clock.run_for(31_000)
    page.wait_for_selector("#moi-den a")
    assert third.code not in page.inner_text("table.queue")
    assert page.is_checked(f"[name=viec][value={first.code}]")


def test_keys_can_be_turned_off(enter: Enter, live_server: Any) -> None:
    received()
    page = enter(Cast().officer)
    page.goto(f"{live_server.url}/ban-lam-viec")
    page.click("details.keys summary")
    page.uncheck("#phim")
    page.focus("h1", timeout=1000) if page.query_selector("h1[tabindex]") else page.mouse.click(5, 5)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") != "what"


def test_the_long_menu_is_folded_on_a_phone_and_opens_with_the_keyboard(enter: Enter, live_server: Any) -> None:
    page = enter(Cast().officer, viewport={"width": WIDTH, "height": 740})
    page.goto(f"{live_server.url}/ban-lam-viec")
    link = page.get_by_role("navigation", name="Trang chính").get_by_role("link", name="Tiếp dân")
    assert link.count() == 0 and page.locator("h1").bounding_box()["y"] < 740 / 3
    page.focus(".folded summary")
    page.keyboard.press("Enter")
    assert link.count() == 1 and faults(page, WIDTH) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert link.count() == 0 and page.evaluate("document.activeElement.matches('.folded summary')")
    page.keyboard.press("Enter")
    page.set_viewport_size({"width": 1280, "height": 740})
    assert link.count() == 1 and not page.locator(".folded").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_after_a_move_the_focus_is_on_what_happened(enter: Enter, live_server: Any, scripts: bool) -> None:
    case, _answer = received()
    page = enter(Cast().officer, viewport={"width": WIDTH, "height": 740}, java_script_enabled=scripts)
    page.goto(f"{live_server.url}/ban-lam-viec/vu-viec/{case.code}?lam=accept")
    page.click("#m-accept button")
    page.wait_for_selector(".messages:focus")
    assert "Đã ghi: Thụ lý" in page.inner_text(".messages")
    assert not scripts or faults(page, WIDTH) == []
    page.keyboard.press("Tab")
    page.wait_for_selector("main :focus:not(.messages)")  # not the menu above it again


def test_a_printed_case_has_its_facts_and_nothing_to_press(enter: Enter, live_server: Any) -> None:
    case, *_ = answered(contact={"phone": "0912345678"})
    other, _answer = received()
    page = enter(Cast().officer)
    page.emulate_media(media="print")
    for code in (case.code, other.code):
        page.goto(f"{live_server.url}/ban-lam-viec/vu-viec/{code}")
        page.wait_for_timeout(300)
        seen = page.locator("form, button, nav, input, select, textarea").evaluate_all(
            "all => all.filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 80))"
        )
        assert seen == []
        shown = page.inner_text("main")
        assert "Việc đã làm" in shown and "Đang giữ" in shown and "Làm tiếp" not in shown and "Căn cứ" in shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_any_role_shuts_anybody_out(enter: Enter, live_server: Any, scheme: str) -> None:
    cast = Cast()
    recipient()
    recovery()
    record, (case, *_) = keep(), answered(contact={"phone": "0912345678"}, may_call_back=True)
    fresh, answer = received(text="Cống tắc")
    joint = invited()
    guest = member("guest", police(), "officer")
    actions.merge(received()[0], into=joint, actor=acting(cast.officer), at=moment())
    asked = actions.request_data(
        fresh.voices.get(), "erase", "all", Content("Xóa."), channel="web", actor=resident(answer), at=moment(10)
    )
    own_data = "/ban-lam-viec/du-lieu-ca-nhan"
    front = member("front-here", body("front_commune", COMMUNE), "supervisor")
    span = {"since": moment(1).date(), "until": moment(10).date()}
    sample = actions.draw_sample(front.body, **span, size=5, actor=acting(front), at=moment(10))
    desk = "/ban-lam-viec"
    ways: dict[Member, tuple[str, ...]] = {
        cast.officer: (desk, f"{desk}/vu-viec/{fresh.code}", f"{desk}/vu-viec/{fresh.code}?mau=no_money",
                       f"{desk}/in?viec={fresh.code}", f"{desk}/tai-khoan", f"{desk}/tai-khoan/hai-lop",
                       f"{desk}?tim=cong", f"{desk}/vu-viec/{joint.code}", f"{desk}/phoi-hop?loc=da-moi", own_data),
        guest: (f"{desk}/phoi-hop", f"{desk}/vu-viec/{joint.code}"),
        cast.leader: (f"{desk}/niem-phong", f"{desk}/niem-phong/{record.pk}", f"{desk}/nhan-su", f"{desk}/co-quan",
                      "/lanh-dao", f"{desk}/vu-viec/{case.code}", f"{own_data}/{asked.pk}"),
        front: ("/giam-sat/mau", f"/giam-sat/mau/{sample.pk}"),
        cast.commission: ("/giam-sat/niem-phong", f"{desk}/quan-tri", f"{desk}/quan-tri/sap-xep", f"{desk}/nhan-su",
                          f"{desk}/quan-tri/bang/mau-tra-loi/moi", f"{desk}/quan-tri/vai-tro", own_data),
    }  # fmt: skip
    found = {}
    for who, pages in ways.items():
        page = enter(who, color_scheme=scheme, viewport={"width": WIDTH, "height": 740})
        for way in pages:
            assert page.goto(live_server.url + way).status == 200, way
            if problems := faults(page, WIDTH):
                found[way] = problems
    assert found == {}
