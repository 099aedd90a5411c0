"""What everyone may read: the front page, the list, a case, and what stays unseen."""

import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.core.codes import case_code
from langnghe.registry import law
from tests.cast import Cast, answered, assigned, body, moment, received, resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_after(settings: Any) -> None:
    settings.CLOCK = moment(11)
    cache.clear()


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def publish(case: Case, title: str = "Đèn đường tổ 5 hỏng") -> Case:
    return actions.publish(case, title=title, summary="Tóm tắt.", actor=acting(Cast().officer), at=moment())


def public_case(**changes: object) -> Case:
    case, _answer = received(**changes)  # type: ignore[arg-type]
    return publish(case)


def bare(client: Client, address: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Return status, page and headers without what belongs to the address or the visit."""
    answer = client.get(address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(answer)).replace(address, "")
    return answer.status_code, text, sorted(answer.headers.items())


def test_unknown_and_unpublished_get_the_identical_answer(client: Client) -> None:
    case, _answer = received()
    client.get(reverse("home"))
    hidden, unknown = (bare(client, f"/vu-viec/{code}") for code in (case.code, case_code(999_999)))
    assert hidden[0] == 404
    assert hidden[:2] == unknown[:2]


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_a_sealed_kind_is_never_shown(client: Client, kind: str) -> None:
    case = public_case()
    Case.objects.filter(pk=case.pk).update(kind=kind)
    assert client.get(reverse("case", args=[case.code])).status_code == 404
    assert case.code not in page(client.get(reverse("cases")))
    assert case.code not in page(client.get(reverse("home")))


@pytest.mark.parametrize("code", ["VV-000001-4", "x", "VV-1", "9" * 300, "VV-%00", "1" * 13, "🙂"])
def test_a_wrong_code_is_a_page_that_says_so(client: Client, code: str) -> None:
    answer = client.get(f"/vu-viec/{code}")
    assert answer.status_code == 404
    assert "Mã vụ việc" in page(answer)


def test_a_code_typed_otherwise_leads_to_the_case(client: Client) -> None:
    case = public_case()
    answer = client.get(f"/vu-viec/{case.code.lower().replace('-', '')}")
    assert answer.headers["Location"] == reverse("case", args=[case.code])


def test_a_published_case_shows_its_clock_and_steps(client: Client) -> None:
    case = public_case()
    shown = page(client.get(reverse("case", args=[case.code])))
    assert 'property="og:title" content="Đèn đường tổ 5 hỏng"' in shown
    assert "Còn 4 ngày làm việc" in shown and "Tiếp nhận" in shown and case.holder.name in shown


@pytest.mark.parametrize("shows", [True, False])
def test_words_are_shown_only_where_the_resident_wished(client: Client, shows: bool) -> None:
    case = public_case(text="Nguyên văn của tôi.", shows_text=shows)
    assert ("Nguyên văn của tôi." in page(client.get(reverse("case", args=[case.code])))) is shows


def test_a_residents_reason_is_not_public(client: Client) -> None:
    case, answer, *_ = answered()
    publish(case)
    actions.reopen(case, reason="Tôi ở nhà số 7.", actor=resident(answer), at=moment(11))
    shown = page(client.get(reverse("case", args=[case.code])))
    assert "Mở lại" in shown and "số 7" not in shown


def test_an_answer_is_shown_with_outcome_proof_and_commitment(client: Client) -> None:
    promise = actions.Promise(body("committee_commune"), "Lập dự toán.", moment(20, 12).date())
    case, *_ = answered(draft=actions.Draft("Chưa có vốn.", "no_money", "", promise))
    shown = page(client.get(reverse("case", args=[publish(case).code])))
    assert law.outcomes()["no_money"].plain in shown
    assert "Lập dự toán." in shown and "20/12/2026" in shown


def test_a_draft_is_not_shown(client: Client) -> None:
    case, _answer, officer, _leader = assigned()
    actions.draft(case, actions.Draft("Bản nháp.", "advised"), actor=officer, at=moment(10))
    assert "Bản nháp." not in page(client.get(reverse("case", args=[publish(case).code])))


def test_merged_cases_are_named_and_counted(client: Client) -> None:
    whole, part = public_case(), received(people=3)[0]
    actions.merge(part, into=whole, actor=acting(Cast().officer), at=moment(10))
    shown = page(client.get(reverse("case", args=[whole.code])))
    assert part.code in shown and f'href="/vu-viec/{part.code}"' not in shown
    assert "2 phản ánh" in shown and "4 người" in shown
    actions.merge(part := public_case(), into=whole, actor=acting(Cast().officer), at=moment(10))
    shown = page(client.get(reverse("case", args=[part.code])))
    assert f"<dt>Vụ việc chung:</dt><dd>{whole.code}</dd>" in shown and f"Lý do:</dt><dd>{whole.code}" not in shown


def test_a_matter_that_came_back_says_so(client: Client) -> None:
    first, *_ = answered()
    Case.objects.filter(pk=first.pk).update(spot="đầu ngõ", spot_key="dau ngo")
    publish(first)
    again = public_case(at=moment(11), spot="Đầu ngõ")
    shown = page(client.get(reverse("case", args=[again.code])))
    assert "đã từng xảy ra tại đây" in shown and f'href="/vu-viec/{first.code}"' in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?noi=n13264", 2),
        ("?noi=n12826", 0),
        ("?linh_vuc=chieu_sang", 1),
        ("?tinh_trang=qua-han", 1),
        ("?tinh_trang=dang-giai-quyet", 2),
        ("?tinh_trang=da-tra-loi", 0),
        ("?noi=bậy&linh_vuc=x&tinh_trang=y", 2),
        ("?sau=0", 2),
        ("?sau=abc", 2),
        ("?sau=99999999999999999999999", 2),
        ("?tinh_trang=qua-han&sau=abc_1", 1),
        ("?tinh_trang=qua-han&sau=2026-02-31_1", 1),
        ("?tinh_trang=qua-han&sau=2026-05-01_1", 0),
    ],
)
def test_the_list_is_filtered_and_bad_filters_are_named(client: Client, query: str, count: int) -> None:
    public_case()
    public_case(at=moment(1, 4), topic=law.topics()["giao_thong"])
    received()
    answer = client.get(reverse("cases") + query)
    assert (answer.status_code, len(answer.context["cases"])) == (200, count)
    assert ("Không có lựa chọn này" in page(answer)) is ("bậy" in query)


def test_the_list_is_paged(client: Client) -> None:
    for _number in range(27):
        public_case()
    first = client.get(reverse("cases"))
    second = client.get(reverse("cases") + first.context["next_href"])
    assert [len(first.context["cases"]), len(second.context["cases"])] == [25, 2]


def test_the_front_page_counts_what_was_heard_answered_and_is_late(client: Client) -> None:
    received(moment(1, 4))
    received(moment(9))
    received(moment(1, 12, 2025))
    answered()
    figures = client.get(reverse("home")).context["figures"]
    assert [figure["value"] for figure in figures] == ["3", "1", "2"]
    assert figures[0]["note"] == "30 ngày qua: 2"


@pytest.mark.parametrize(("name", "most"), [("home", 6), ("cases", 1), ("case", 8), ("status", 1), ("look_up", 0)])
def test_pages_cost_few_queries(client: Client, django_assert_max_num_queries: Any, name: str, most: int) -> None:
    case = public_case()
    address = reverse(name, args=[case.code] if name == "case" else [])
    client.get(address)
    cache.clear()
    with django_assert_max_num_queries(most):
        client.get(address)


def test_more_cases_cost_no_more_queries(client: Client, django_assert_num_queries: Any) -> None:
    for _number in range(12):
        public_case()
    client.get(reverse("cases"))
    with django_assert_num_queries(1):
        client.get(reverse("cases"))
