"""The reading pages: the situation, reception days, commitments and the law."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.commitments.actions import commit, keep
from langnghe.commitments.models import Commitment
from langnghe.core.codes import case_code
from langnghe.engagements.actions import hold, plan_receptions
from langnghe.engagements.models import Engagement
from langnghe.registry import law
from tests.cast import Cast, assigned, moment, received

pytestmark = pytest.mark.django_db
PAGES = ("situation", "meetings", "commitments", "law")


@pytest.fixture(autouse=True)
def last_of_june(settings: Any) -> None:
    settings.CLOCK = moment(30)
    cache.clear()


def page(client: Client, name: str, query: str = "", *args: str) -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def publish(case: Case) -> Case:
    return actions.publish(case, title="Đèn hỏng", summary="Tóm tắt.", actor=acting(Cast().officer), at=moment())


def promise(origin: str = "họp thôn", text: str = "Thay bóng đèn", due: date = date(2026, 6, 20)) -> Commitment:
    body = Cast().committee
    return commit(body=body, place=Cast().commune, text=text, due=due, origin=origin, account=None, at=moment())


def plan(cast: Cast) -> None:
    span = {"since": date(2026, 6, 1), "until": date(2026, 6, 30), "at": moment(1)}
    plan_receptions(cast.committee, chair="Chủ tịch UBND cấp xã", **span)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", ["", "?sau=x", "?sau=2026-06-01_a", f"?sau={'9' * 40}&noi=x&ngay=x&loc=x&linh-vuc=x"])
def test_any_query_is_answered(client: Client, cast: Cast, name: str, query: str) -> None:
    plan(cast)
    assert "<h1>" in page(client, name, query)


@pytest.mark.parametrize(("name", "most"), [("situation", 10), ("meetings", 4), ("commitments", 3), ("law", 5)])
def test_a_page_asks_few_questions(
    client: Client, cast: Cast, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    plan(cast)
    for day in (8, 9, 10):
        promise(publish(received(moment(day))[0]).code)
    page(client, name)
    with django_assert_max_num_queries(most):
        page(client, name)


def test_small_counts_are_hidden_from_the_public_only(client: Client, cast: Cast) -> None:
    for _each in range(2):
        received(moment(29))
    client.force_login(cast.officer.account)
    assert '<td class="num">2</td>' in page(client, "situation")
    assert ">2<" not in page(Client(), "situation")


def test_the_public_sees_up_to_yesterday_and_staff_up_to_today(client: Client, cast: Cast) -> None:
    for _each in range(7):
        received(moment(30))
    assert "đến hết 29/06/2026" in page(client, "situation")
    assert '<td class="num">7</td>' not in page(client, "situation")
    client.force_login(cast.officer.account)
    assert '<td class="num">7</td>' in page(client, "situation")


def test_the_same_days_of_the_year_before_stand_beside(client: Client, cast: Cast) -> None:
    for _each in range(6):
        received(moment(10, 6, 2025), place=law.place("o13255"))
    text = " ".join(page(client, "situation").split())
    assert re.search(r"Cùng 30 ngày năm trước</p> <p class=\"value\">6 ", text)


def test_only_published_cases_are_said_to_wait(client: Client, cast: Cast) -> None:
    hidden, shown = received()[0], publish(received()[0])
    text = page(client, "situation")
    assert shown.code in text
    assert hidden.code not in text


def test_days_due_and_held_are_counted(client: Client, cast: Cast) -> None:
    plan(cast)
    days = list(Engagement.objects.order_by("day"))
    hold([(days[0], 3)], at=moment(29))
    text = page(client, "meetings")
    assert f"{len(days)} <small>ngày" in text
    assert f"{100 / len(days):.1f}".replace(".", ",") + " %" in text
    assert ("đã tổ chức" in text, "chưa ghi nhận tổ chức" in text) == (True, True)


def test_the_days_of_one_place(client: Client, cast: Cast) -> None:
    plan(cast)
    assert "Xem mọi nơi" in page(client, "meetings", f"?noi={cast.commune.key}")
    assert "Xem mọi nơi" not in page(client, "meetings", "?noi=n33")


def test_coming_days_follow_page_by_page(client: Client, cast: Cast, settings: Any) -> None:
    plan(cast)
    settings.CLOCK = moment(1)
    day = Engagement.objects.order_by("day").last()
    assert day is not None
    text = page(client, "meetings", f"?ngay=sap-toi&sau={day.day}_{day.pk - 1}")
    assert f"{day.day:%d/%m/%Y}</time>" in text
    assert text.count("</time>") == 1


@pytest.mark.parametrize(("which", "wanted"), [("dang-lam", "AB"), ("qua-han", "A"), ("da-xong", "C"), ("x", "ABC")])
def test_commitments_by_state(client: Client, cast: Cast, which: str, wanted: str) -> None:
    promise(text="Việc A")
    promise(text="Việc B", due=date(2026, 9, 1))
    keep(promise(text="Việc C"), account=None, at=moment(9), evidence="Biên bản")
    text = page(client, "commitments", f"?loc={which}")
    assert "".join(name for name in "ABC" if f"Việc {name}" in text) == wanted


def test_a_commitment_shows_its_steps_and_its_public_case(client: Client, cast: Cast) -> None:
    case = publish(received()[0])
    row = promise(case.code)
    keep(row, account=None, at=moment(9), evidence="Biên bản nghiệm thu")
    text = page(client, "commitment", "", row.code)
    assert ("Biên bản nghiệm thu" in text, reverse("case", args=[case.code]) in text) == (True, True)


def test_the_words_of_an_unpublished_case_are_not_shown(client: Client, cast: Cast) -> None:
    case, _answer = received()
    row = promise(case.code)
    texts = page(client, "commitment", "", row.code), page(client, "commitments")
    assert [word for text in texts for word in ("Thay bóng", case.code) if word in text] == []


def test_a_promise_is_unknown_until_its_answer_is_published(client: Client, cast: Cast) -> None:
    case = publish(assigned()[0])
    promised = actions.Promise(body=cast.committee, text="Thay bóng đèn", due=date(2026, 12, 31))
    actions.draft(
        case,
        actions.Draft(text="Sẽ thay.", outcome="no_money", promise=promised),
        actor=acting(cast.officer),
        at=moment(9),
    )
    actions.approve(case, actor=acting(cast.leader), at=moment(9))
    assert "Thay bóng đèn" not in page(client, "commitments")
    actions.reply(case, actor=acting(cast.officer), at=moment(9))
    assert "Thay bóng đèn" in page(client, "commitments")


@pytest.mark.parametrize("code", ["CK-999999", "CK-", "x", "9" * 40, case_code(1), "CK-١"])
def test_a_code_of_no_commitment_is_not_found(client: Client, code: str) -> None:
    assert client.get(reverse("commitment", args=[code])).status_code == 404


def test_the_law_of_the_day_is_shown_with_its_source_and_mark(client: Client) -> None:
    text = page(client, "law", "?linh-vuc=chieu_sang")
    assert f'value="chieu_sang" selected>{law.topics()["chieu_sang"].name}' in text
    assert "Luật Tiếp công dân 42/2013/QH13, Điều 15" in text
    assert "Luật 136/2025/QH15 (10/12/2025), hiệu lực 01/7/2026)" not in text
    assert "(chưa xác nhận)" in text


def test_the_law_of_tomorrow_counts_from_tomorrow(client: Client, settings: Any) -> None:
    settings.CLOCK = moment(1, 7)
    text = page(client, "law")
    assert "Luật 136/2025/QH15 (10/12/2025), hiệu lực 01/7/2026)" in text
    assert "Luật Tiếp công dân 42/2013/QH13, Điều 15" not in text
