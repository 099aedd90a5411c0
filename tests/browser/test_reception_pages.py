"""The reception desk with the keyboard, for everybody and on a phone, in Debian's chromium."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from langnghe.cases.lifecycle import acting
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement, Ticket
from tests.browser.test_accessible import faults
from tests.browser.test_journey import FLAGS
from tests.browser.test_journey import world as world
from tests.cast import PASSWORD, Cast, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTH = 360


@pytest.fixture
def day(cast: Cast, settings: Any) -> Engagement:
    settings.CLOCK = moment(11)
    officer = acting(cast.officer)
    setting = Setting("Nhà văn hóa thôn Hạ", time(8), time(11, 30), is_online=True, room="Phòng 2")
    return actions.plan_extra(
        cast.committee, chair="Chủ tịch UBND xã", day=date(2026, 6, 11), setting=setting, actor=officer, at=moment(1)
    )


@pytest.fixture
def desk(live_server: Any, cast: Cast, world: None, day: Engagement) -> Iterator[Any]:
    """Return a phone's page, without scripts of ours, on which the officer has just signed in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context(bypass_csp=True, viewport={"width": WIDTH, "height": 740}).new_page()
        page.goto(f"{live_server.url}/dang-nhap?next=/ban-lam-viec/tiep-dan")
        page.fill("[name=username]", cast.officer.account.username)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_selector("table")
        yield page
        browser.close()


def test_no_page_of_the_desk_shuts_anybody_out(desk: Any, live_server: Any, day: Engagement, cast: Cast) -> None:
    ticket = actions.take_ticket(day, {"name": "Bà Mẫu"}, actor=acting(cast.officer), at=moment(11))
    home, found = f"{live_server.url}/ban-lam-viec", {}
    ways = ("tiep-dan", f"tiep-dan/{day.pk}", f"tiep-dan/phieu/{ticket.pk}", f"tiep-dan/{day.pk}/ket-luan")
    for way in (*ways, "so-tiep-dan", "bieu-thong-ke", "tiep-nhan"):
        desk.goto(f"{home}/{way}")
        if problems := faults(desk, WIDTH):
            found[way] = problems
    assert found == {}


def test_from_a_ticket_one_key_opens_the_form_and_the_slip_leads_back(desk: Any, live_server: Any, cast: Cast) -> None:
    day = Engagement.objects.get()
    ticket = actions.take_ticket(day, {"phone": "0912 345 678"}, actor=acting(cast.officer), at=moment(11))
    desk.goto(f"{live_server.url}/ban-lam-viec/tiep-dan/{day.pk}")
    desk.click("button.big")
    desk.wait_for_selector(".cases a.button:focus")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("textarea[name=text]:focus")
    desk.keyboard.insert_text("Cống đầu thôn tắc.")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".actions a:focus")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=đã tiếp")
    assert Ticket.objects.get(pk=ticket.pk).case is not None
