"""A leader's Monday and a supervisor's sample check in Debian's chromium, to what residents read."""

from typing import Any

import pytest

from langnghe.cases import actions
from langnghe.cases.actions import Draft
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.registry.models import Member
from tests.browser.test_desk_day import Enter
from tests.browser.test_desk_day import enter as enter
from tests.browser.test_journey import world as world
from tests.cast import COMMUNE, Cast, answered, assigned, body, member, moment, received

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VAGUE = Draft("Chúng tôi sẽ xem xét trong thời gian tới.", "scheduled")
CLEAR = Draft("Đã thay bóng đèn ngày 05/06/2026.", "done", proof="Biên bản ngày 05/06/2026")


def drafted(words: Draft) -> Case:
    case, *_ = assigned(moment(1))
    actions.draft(case, words, actor=acting(Cast().officer), at=moment(2))
    return case


def test_a_leader_spends_monday_morning_on_what_is_late_and_what_waits(enter: Enter, live_server: Any) -> None:
    late, _answer = received(moment(1, 4))
    vague, clear = drafted(VAGUE), drafted(CLEAR)
    page = enter(Cast().leader)
    page.goto(f"{live_server.url}/lanh-dao")
    page.click("text=Quá hạn tại >> xpath=ancestor-or-self::a")
    assert late.code in page.inner_text("table.queue")
    page.click("nav.tabs >> text=Chờ duyệt")
    assert late.code not in page.inner_text("table.queue")

    page.goto(f"{live_server.url}/ban-lam-viec/vu-viec/{vague.code}")
    assert "“sẽ xem xét”" in page.inner_text("#m-approve")  # the machine points, the leader decides
    page.click("#m-send_back")
    page.fill("#send_back_reason", "Ghi rõ ai làm, ngày nào.")
    page.click("#m-send_back button.button")
    page.wait_for_selector("text=Đã ghi")

    page.goto(f"{live_server.url}/ban-lam-viec/vu-viec/{clear.code}")
    page.click("#approve_answers")
    page.click("#approve_plain")
    page.click("#m-approve button.button")
    page.wait_for_selector("text=Đã ghi")
    states = dict(Case.objects.values_list("pk", "state"))
    assert (states[vague.pk], states[clear.pk]) == ("assigned", "answered")
    page.goto(f"{live_server.url}/lanh-dao")
    with page.expect_download() as paper:
        page.click("text=Lấy tệp PDF")
    assert paper.value.path().read_bytes().startswith(b"%PDF")


def test_a_supervisor_draws_a_sample_and_the_verdict_is_read_by_everyone(enter: Enter, live_server: Any) -> None:
    case, *_ = answered(contact={"phone": "0912345678"}, may_call_back=True)
    actions.publish(case, title="Đèn đường hỏng", summary="", actor=acting(Cast().officer), at=moment(9))
    front: Member = member("front-here", body("front_commune", COMMUNE), "supervisor")
    page = enter(front)
    page.click("text=Kiểm tra theo mẫu")
    page.fill("[name=since]", "2026-06-01")
    page.fill("[name=until]", "2026-06-10")
    page.fill("[name=size]", "5")
    page.click("text=Rút mẫu")
    page.wait_for_selector(f"text={case.code}")
    assert "0912345678" not in page.content()
    page.click("text=Xem liên hệ để hỏi lại")
    page.wait_for_selector("a[href='tel:0912345678']")
    page.check("[name=verdict][value=unsettled]")
    page.fill("[name=note]", "Đến tận nơi tối 10/06: đèn vẫn tắt.")
    page.click("text=Ghi kết luận")
    page.wait_for_selector("text=0 trên 1")
    page.goto(f"{live_server.url}/vu-viec/{case.code}")
    assert "đèn vẫn tắt" in page.inner_text("main")
    assert page.goto(f"{live_server.url}/ban-lam-viec/niem-phong").status == 404  # the sealed lane: only its counts
