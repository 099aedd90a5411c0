"""A resident and their own case: in by the receipt, what they may do, and what nobody learns."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import Draft
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Rating
from tests.cast import Cast, answered, assigned, moment, received

pytestmark = pytest.mark.django_db
UNKNOWN = "0000-0000-0000-0000-0000-0000"


@pytest.fixture(autouse=True)
def day_after(settings: Any) -> None:
    settings.CLOCK = moment(11)


def page(answer: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return html.unescape(text)


def enter(client: Client, receipt: str) -> Any:
    return client.post(reverse("look_up"), {"code": receipt}, follow=True)


def act(client: Client, verb: str, **said: Any) -> Any:
    seen = client.get(reverse("mine")).context["moves"]
    last = next((move["form"]["seen"].value() for move in seen if move["verb"] == verb), "")
    return client.post(reverse("act", args=[verb]), {"seen": last or ""} | said, follow=True)


def test_the_receipt_opens_the_whole_case_published_or_not(client: Client) -> None:
    case, answer, *_ = answered()
    shown = page(enter(client, answer.receipt.lower().replace("-", " ")))
    assert not case.is_public and case.code in shown
    assert "Đèn đường đầu ngõ" in shown and "Đã thay bóng" in shown and "Ảnh chụp 10/06" in shown


def test_an_unknown_code_gets_one_answer_whether_or_not_cases_exist(client: Client) -> None:
    before = client.post(reverse("look_up"), {"code": UNKNOWN})
    received()
    after = client.post(reverse("look_up"), {"code": UNKNOWN})
    assert (before.status_code, page(before)) == (after.status_code, page(after))
    assert "Không có vụ việc nào" in page(after)


def test_found_and_unknown_ask_the_database_alike(client: Client, django_assert_num_queries: Any) -> None:
    received()
    with django_assert_num_queries(2):
        client.post(reverse("look_up"), {"code": UNKNOWN})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Hãy nhập mã"),
        ("ABC", "24 ký tự"),
        ("UUUU-0000-0000-0000-0000-0000", "không có trong mã"),
        ("0000-0000-0000-0000-0000-0001", "gõ nhầm"),
        ("0" * 100_000, "24 ký tự"),
        ("\u202e😀", "không có trong mã"),
    ],
)
def test_a_slip_in_the_code_is_said_in_words(client: Client, code: str, said: str) -> None:
    answer = client.post(reverse("look_up"), {"code": code})
    assert answer.status_code == 200 and said in page(answer)
    assert "voice" not in client.session


def test_a_slip_in_the_code_is_said_in_the_readers_language(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "has 24 characters" in page(client.post(reverse("look_up"), {"code": "0000"}))


def test_without_a_receipt_nothing_is_shown_or_done(client: Client) -> None:
    received()
    for address in (reverse("mine"), reverse("act", args=["withdraw"])):
        assert client.get(address).headers["Location"] == reverse("look_up")
    assert client.post(reverse("act", args=["withdraw"])).headers["Location"] == reverse("look_up")
    assert Case.objects.get().state == "received"


def test_an_answer_is_rated_once(client: Client) -> None:
    case, answer, *_ = answered()
    enter(client, answer.receipt)
    assert "Đã ghi đánh giá" in page(act(client, "rate", stars="4", sentence="Nhanh."))
    assert "lần bấm trước" in page(act(client, "rate", stars="1"))
    assert list(Rating.objects.values_list("stars", "sentence")) == [(4, "Nhanh.")]


def test_a_dispute_reopens_the_case(client: Client) -> None:
    case, answer, *_ = answered()
    enter(client, answer.receipt)
    act(client, "reopen", reason="Đèn lại tắt.")
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("accepted", 1)


def test_a_resident_goes_higher(client: Client) -> None:
    case, answer, *_ = assigned()
    enter(client, answer.receipt)
    shown = page(act(client, "escalate", reason="Chờ lâu quá."))
    case.refresh_from_db()
    assert case.holder.code != Cast().committee.code and case.holder.name in shown


def test_a_second_click_goes_no_higher(client: Client) -> None:
    case, answer, *_ = assigned()
    enter(client, answer.receipt)
    said = {"reason": "Chờ lâu quá.", "seen": str(case.steps.latest("pk").pk)}
    for _click in range(3):
        client.post(reverse("act", args=["escalate"]), said)
    assert case.steps.filter(verb="escalate").count() == 1


def test_a_case_that_moved_meanwhile_is_read_again_first(client: Client) -> None:
    case, answer, officer, _leader = assigned()
    enter(client, answer.receipt)
    seen = case.steps.latest("pk").pk
    actions.publish(case, title="Đèn", summary="", actor=officer, at=moment(10))
    shown = client.post(reverse("act", args=["escalate"]), {"reason": "Chờ lâu quá.", "seen": str(seen)})
    assert "vừa có thay đổi" in page(shown) and "Chờ lâu quá." in page(shown)
    assert not case.steps.filter(verb="escalate").exists()


def test_who_spoke_of_a_merged_case_reads_the_one_answer_published_or_not(client: Client) -> None:
    part, answer, officer, _leader = assigned(text="Đèn tắt đầu ngõ.")
    whole, _other, officer, leader = assigned()
    actions.merge(part, into=whole, actor=officer, at=moment(9))
    said = Draft("Đã thay bóng ngày 10/06.", "done", "Biên bản số 7")
    actions.draft(whole, said, actor=officer, at=moment(10))
    actions.approve(whole, actor=leader, at=moment(10))
    actions.reply(whole, actor=officer, at=moment(10))
    assert not Case.objects.get(pk=whole.pk).is_public
    assert "Đã thay bóng ngày 10/06." in page(enter(client, answer.receipt))


def test_a_case_is_withdrawn(client: Client) -> None:
    case, answer = received()
    enter(client, answer.receipt)
    assert "Đã rút" in page(act(client, "withdraw"))
    case.refresh_from_db()
    assert case.state == "withdrawn"


@pytest.mark.parametrize(("verb", "said"), [("reopen", {"reason": " "}), ("rate", {"stars": "9"}), ("rate", {})])
def test_what_is_missing_is_named(client: Client, verb: str, said: dict[str, str]) -> None:
    case, answer, *_ = answered()
    enter(client, answer.receipt)
    assert "Còn chỗ cần sửa" in page(act(client, verb, **said))
    case.refresh_from_db()
    assert case.state == "answered" and not Rating.objects.exists()


@pytest.mark.parametrize("verb", ["close", "assign", "receive", "xyz"])
def test_moves_of_others_do_not_exist_here(client: Client, verb: str) -> None:
    case, answer = received()
    enter(client, answer.receipt)
    assert client.post(f"/vu-viec-cua-toi/{verb}", {}).status_code == 404


def test_only_possible_moves_are_offered(client: Client) -> None:
    _case, answer = received()
    moves = enter(client, answer.receipt).context["moves"]
    assert [move["verb"] for move in moves] == ["escalate", "withdraw"]


def test_leaving_forgets_the_case(client: Client) -> None:
    _case, answer = received()
    enter(client, answer.receipt)
    client.post(reverse("leave"))
    assert client.get(reverse("mine")).headers["Location"] == reverse("look_up")


def test_an_own_page_is_kept_nowhere(client: Client) -> None:
    _case, answer = received()
    assert enter(client, answer.receipt)["Cache-Control"] == "no-store"
    assert client.get(reverse("home"))["Cache-Control"] == "no-store"


def test_the_whole_case_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    case, answer, officer, _leader = answered()
    enter(client, answer.receipt)
    with django_assert_max_num_queries(9):
        client.get(reverse("mine"))


def test_a_merged_case_names_the_one_that_carries_it(client: Client) -> None:
    other, _other_receipt = received()
    case, answer, *_ = assigned()
    actions.merge(case, into=other, actor=acting(Cast().officer), at=moment(10))
    assert other.code in page(enter(client, answer.receipt))
