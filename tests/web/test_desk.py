"""The desk: who gets in, what they see, and each move through its form."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.models import Case, Step
from langnghe.commitments.models import Commitment
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.web.desk.offered import Moves
from tests.cast import OTHER_COMMUNE, Cast, answered, assigned, body, moment, received, resident

pytestmark = pytest.mark.django_db
CHECKED: dict[str, object] = {"answers": "on", "plain": "on", "seen": "on"}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.account)
    return client


def post(member: Member, case: Case, verb: str, **fields: object) -> Any:
    return signed_in(member).post(reverse("move", args=[case.code, verb]), fields)


STAFF_PAGES = ("queue", "overview", "desk_reviews")


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_nobody_enters_the_desk_without_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize(
    ("who", "queue", "overview", "reviews", "case"),
    [
        ("officer", 200, 404, 404, 200),
        ("leader", 200, 200, 404, 200),
        ("other_officer", 200, 404, 404, 404),
        ("province_officer", 200, 404, 404, 200),
        ("commission", 200, 200, 200, 200),
        ("supervisor", 200, 200, 404, 200),
    ],
)
def test_each_role_enters_its_own_pages(
    cast: Cast, who: str, queue: int, overview: int, reviews: int, case: int
) -> None:
    found, _answer = received()
    client = signed_in(getattr(cast, who))
    statuses = [client.get(reverse(name)).status_code for name in STAFF_PAGES]
    statuses.append(client.get(reverse("desk_case", args=[found.code])).status_code)
    assert statuses == [queue, overview, reviews, case]


def test_unknown_and_foreign_cases_look_the_same(cast: Cast) -> None:
    found, _answer = received()
    client = signed_in(cast.other_officer)
    foreign = client.get(reverse("desk_case", args=[found.code]))
    unknown = client.get(reverse("desk_case", args=["VV-999999-9"]))
    assert foreign.status_code == unknown.status_code == 404


def test_the_queue_shows_the_nearest_deadline_first(cast: Cast) -> None:
    later, _ = received(moment(9))
    sooner, _ = received(moment(1))
    page = signed_in(cast.officer).get(reverse("queue")).content.decode()
    assert page.index(sooner.code) < page.index(later.code)


def test_the_queue_shows_only_the_bodys_own_cases(cast: Cast) -> None:
    own, _ = received()
    other, _ = received(place=law.place(OTHER_COMMUNE))
    page = signed_in(cast.officer).get(reverse("queue")).content.decode()
    assert own.code in page
    assert other.code not in page


QUERIES = ["loc=qua-han", "loc=khong-co", "linh-vuc=khong-co", "sau=abc_1", "sau=2026-99-99_1", "ma=abc"]


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_breaks_the_queue(cast: Cast, query: str) -> None:
    received()
    assert signed_in(cast.officer).get(f"{reverse('queue')}?{query}").status_code == 200


def test_the_queue_pages_through_all_cases_once(cast: Cast) -> None:
    codes = {received(moment(1 + number % 9))[0].code for number in range(60)}
    client, href, seen = signed_in(cast.officer), reverse("queue"), []
    while href:
        page = client.get(href)
        seen += [row["code"] for row in page.context["rows"]]
        href = page.context["pager"]["next_href"] and reverse("queue") + page.context["pager"]["next_href"]
    assert sorted(seen) == sorted(codes)


def test_the_queue_takes_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = signed_in(cast.officer)
    for _ in range(12):
        received()
    client.get(reverse("queue"))
    with django_assert_max_num_queries(11):
        client.get(reverse("queue"))


def test_the_case_page_takes_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    case, *_ = assigned(spot="ngõ 3")
    post(cast.officer, case, "publish", title="Đèn hỏng")
    post(cast.officer, case, "draft", text="Đã thay bóng ngày 10/06.", outcome="done", proof="Biên bản ngày 10/06")
    client = signed_in(cast.officer)
    for query in ("", "?lam=draft", "?lam=refer", "?lam=merge"):
        client.get(reverse("desk_case", args=[case.code]) + query)
        with django_assert_max_num_queries(12):
            client.get(reverse("desk_case", args=[case.code]) + query)


def test_an_officer_takes_a_case_from_receipt_to_answer(cast: Cast) -> None:
    case, _answer = received()
    steps: list[tuple[Member, str, dict[str, object]]] = [
        (cast.officer, "publish", {"title": "Đèn đường hỏng ở ngõ 3"}),
        (cast.officer, "accept", {}),
        (cast.officer, "assign", {"officer": cast.officer.account.pk}),
        (cast.officer, "draft", {"text": "Đã thay bóng ngày 10/06.", "outcome": "done", "proof": "Ảnh ngày 10/06"}),
        (cast.leader, "approve", CHECKED),
        (cast.officer, "reply", CHECKED),
        (cast.officer, "close", {}),
    ]
    for member, verb, fields in steps:
        assert post(member, case, verb, **fields).status_code == 302, verb
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_public) == ("closed", "done", True)


def test_an_officer_cannot_approve(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", text="Đã thay.", outcome="advised")
    answer = post(cast.officer, case, "approve", **CHECKED)
    assert answer.status_code == 409
    assert "không có quyền" in answer.content.decode()


def test_a_refused_draft_keeps_every_word(cast: Cast) -> None:
    case, *_ = assigned()
    answer = post(cast.officer, case, "draft", text="Đồng ý, sẽ làm khi có tiền.", outcome="no_money")
    assert answer.status_code == 409
    assert "Đồng ý, sẽ làm khi có tiền." in answer.content.decode()
    assert "cam kết" in answer.content.decode()


def test_no_money_makes_a_commitment_in_the_same_form(cast: Cast) -> None:
    case, *_ = assigned()
    post(
        cast.officer,
        case,
        "draft",
        text="Đồng ý, đưa vào kế hoạch 2027.",
        outcome="no_money",
        promise_text="Sửa đường",
        promise_due="2026-12-31",
    )
    assert not Commitment.objects.exists()
    post(cast.leader, case, "approve", **CHECKED)
    post(cast.officer, case, "reply", **CHECKED)
    assert Commitment.objects.get().text == "Sửa đường"


def test_a_hand_over_needs_a_reason_and_counts(cast: Cast) -> None:
    case, _answer = received()
    to = body("department_construction").code
    assert post(cast.officer, case, "refer", to=to, reason=" ").status_code == 422
    assert post(cast.officer, case, "refer", to=to, reason="Đường tỉnh").status_code == 302
    case.refresh_from_db()
    assert (case.handovers, case.holder.code) == (1, to)


def test_a_body_not_named_for_the_topic_is_not_offered_and_the_form_says_what_to_do(cast: Cast) -> None:
    case, _answer = received()
    told = post(cast.officer, case, "refer", find="Công an xã Thư Vũ", reason="Thuộc công an")
    form = told.context["form"]
    assert told.status_code == 422 and "phân loại lại" in form.errors["find"][0]
    assert body("police_commune").code not in dict(form.fields["to"].choices)


def test_an_ambiguous_place_comes_back_with_a_short_list(cast: Cast) -> None:
    case, _answer = received()
    fields = {"kind": "feedback", "topic": "rac_thai", "condition": "normal", "place": "xã Vũ Hội"}
    wrong = post(cast.officer, case, "classify", **fields | {"place": "xã Không Có Đâu"})
    assert wrong.status_code == 422
    assert "xã Không Có Đâu" in wrong.content.decode()
    assert post(cast.officer, case, "classify", **fields).status_code in {302, 422}


def test_merging_with_a_foreign_case_is_refused(cast: Cast) -> None:
    case, _ = received()
    other, _ = received(place=law.place(OTHER_COMMUNE))
    assert post(cast.officer, case, "merge", into=other.code).status_code == 409
    assert post(cast.officer, case, "merge", into="VV-1").status_code == 422


@pytest.mark.parametrize("who", ["commission", "supervisor", "province_officer"])
def test_readers_change_nothing(cast: Cast, who: str) -> None:
    case, _answer = received()
    before = Step.objects.count()
    assert post(getattr(cast, who), case, "accept").status_code == 409
    assert Step.objects.count() == before


def test_a_contact_is_shown_to_the_holder_only_and_leaves_a_step(cast: Cast) -> None:
    case, _answer = received(contact={"phone": "0900000000"})
    page = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]))
    assert "0900000000" not in page.content.decode()
    assert "0900000000" in post(cast.officer, case, "contact").content.decode()
    assert Step.objects.filter(case=case, verb="open_contact").count() == 1
    assert post(cast.commission, case, "contact").status_code == 403


def test_an_unknown_verb_is_not_found(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "delete").status_code == 404


def test_the_overview_counts_what_happened(cast: Cast) -> None:
    answered()
    page = signed_in(cast.leader).get(reverse("overview"))
    figures = {figure["label"]: figure["value"] for figure in page.context["figures"]}
    assert (figures["Tiếp nhận"], figures["Đã trả lời"], figures["Trả lời đúng hạn"]) == ("1", "1", "100,0%")
    assert "quá ít để so sánh" in page.content.decode()


def test_a_term_that_has_run_out_is_neither_lengthened_nor_paused_and_neither_is_offered(cast: Cast) -> None:
    case, _answer = received()
    offered = signed_in(cast.officer).get(reverse("desk_case", args=[case.code])).context["moves"]
    assert {"extend", "pause"} < {verb for verb, _name in offered.others}
    Case.objects.filter(pk=case.pk).update(due=date(2026, 6, 5))
    offered = signed_in(cast.officer).get(reverse("desk_case", args=[case.code])).context["moves"]
    assert not {"extend", "pause"} & {verb for verb, _name in offered.others}


def test_withdrawn_cases_offer_only_to_take_a_request_about_data(cast: Cast) -> None:
    case, answer = received()
    actions.withdraw(case, reason="", actor=resident(answer), at=moment(9))
    page = signed_in(cast.officer).get(reverse("desk_case", args=[case.code]))
    assert page.context["moves"] == Moves(None, [("request_data", "Yêu cầu về dữ liệu cá nhân")], [])
