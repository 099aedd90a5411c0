"""What a resident may do with the receipt, on a phone in whose browser no script runs: judge, ask again, go higher."""

from typing import Any

import pytest

from langnghe.cases.models import Case, Rating, Recheck, Step, Voice
from tests.browser.test_journey import phone, speak, world  # noqa: F401 fixtures
from tests.cases.doing import do
from tests.cast import Cast, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_up(page: Any, url: str, code: str) -> None:
    page.goto(f"{url}/tra-cuu")
    page.fill("main [name=code]", code)
    page.click("main form button")
    assert page.url.endswith("/vu-viec-cua-toi")


def answer(days: int) -> Case:
    """Let the desk answer what waits, some days after 10/06/2026."""
    case = Case.objects.get()
    first = ("accept",) if case.state == "received" else ()
    for verb in (*first, "assign", "draft", "approve", "reply"):
        case = do(verb, case, None, moment(10 + days))  # type: ignore[arg-type]
    return case


def opened(page: Any, verb: str) -> Any:
    page.click(f"#{verb} summary")
    return page.locator(f"#{verb} form")


def test_to_judge_ask_again_go_higher_and_say_whether_it_came_back(
    phone: Any,  # noqa: F811
    live_server: Any,
    cast: Cast,
) -> None:
    code = speak(phone, live_server.url)
    answer(0)
    look_up(phone, live_server.url, code)
    assert "Đã thay bóng" in phone.inner_text("main")
    form = opened(phone, "rate")
    form.locator("[name=stars][value='2']").check()
    form.locator("[name=sentence]").fill("Chua sang han")
    form.locator("button").click()
    assert Rating.objects.get().stars == 2
    form = opened(phone, "reopen")
    form.locator("[name=reason]").fill("Den lai tat sau mot dem")
    form.locator("button").click()
    assert Case.objects.get().state == "accepted"
    answer(1)
    phone.goto(f"{live_server.url}/vu-viec-cua-toi")
    form = opened(phone, "escalate")
    form.locator("[name=reason]").fill("Hai lan van chua xong")
    form.locator("button").click()
    case = Case.objects.get()
    assert (case.holder.level, Step.objects.latest("pk").cause) == ("province", "disputed")
    assert str(case.holder) in phone.inner_text("main")


def test_to_say_after_four_weeks_whether_it_came_back(
    phone: Any,  # noqa: F811
    live_server: Any,
    cast: Cast,
    settings: Any,
) -> None:
    code = speak(phone, live_server.url)
    answer(0)
    settings.CLOCK = moment(9, 7)
    look_up(phone, live_server.url, code)
    form = opened(phone, "recheck")
    form.locator("[name=came_back]").first.check()
    form.locator("button").click()
    assert Recheck.objects.exists()


def test_to_withdraw(phone: Any, live_server: Any, cast: Cast) -> None:  # noqa: F811
    code = speak(phone, live_server.url)
    look_up(phone, live_server.url, code)
    opened(phone, "withdraw").locator("button").click()
    assert Case.objects.get().state == "withdrawn"


def test_to_choose_which_news_come(phone: Any, live_server: Any, cast: Cast) -> None:  # noqa: F811
    code = speak(phone, live_server.url, email="ba.lan@vidu.vn")
    assert Voice.objects.get().notices == "all"
    look_up(phone, live_server.url, code)
    phone.click("text=Chọn thư báo")
    phone.check("[name=wish][value=none]")
    phone.click("main form button")
    assert Voice.objects.get().notices == "none"


def test_to_see_and_save_ones_data_and_to_ask_that_it_be_erased(phone: Any, live_server: Any, cast: Cast) -> None:  # noqa: F811
    code = speak(phone, live_server.url, email="ba.lan@vidu.vn")
    look_up(phone, live_server.url, code)
    phone.click("text=Dữ liệu về tôi: xem")
    with phone.expect_download() as saved:
        phone.click("button[value=file]")
    assert saved.value.suggested_filename == f"du-lieu-{Case.objects.get().code}.txt"
    phone.check("[name=wish][value=erase-contact]")
    phone.click("button[value=ask]")
    assert "Chờ trả lời" in phone.inner_text("main")
    phone.click("button[value=see]")
    assert "ba.lan@vidu.vn" in phone.inner_text("main") and code not in phone.url
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
