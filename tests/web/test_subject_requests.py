"""The desk and requests about personal data: told over the counter, listed with their clocks, decided, counted."""

import html
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import Actor, acting
from langnghe.cases.models import Case, Step, Voice
from langnghe.cases.subject_request import Content, SubjectRequest
from tests.cast import Cast, moment, received, resident
from tests.web.test_desk import post, signed_in

pytestmark = pytest.mark.django_db
PHONE = {"phone": "0912345678"}
LIST = "/ban-lam-viec/du-lieu-ca-nhan"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def asked(kind: str = "object", about: str = "public", day: int = 9, **changes: Any) -> SubjectRequest:
    case, _answer = received(**({"contact": PHONE} | changes))
    voice = case.voices.get()
    who, content = Actor("resident", voice=voice), Content("Lời yêu cầu.", phone="0987654321")
    return actions.request_data(voice, kind, about, content, channel="web", actor=who, at=moment(day))


def one(row: SubjectRequest) -> str:
    return reverse("subject_request", args=[row.pk])


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_a_request_on_paper_is_entered_by_the_receipt(cast: Cast) -> None:
    case, _answer = received()
    received(joins=case, key="k-2", text="Tôi cũng thế.")
    _joined, answer = received(joins=case, key="k-3", text="Cả tôi.")
    said = {"channel": "paper", "wish": "erase-contact", "code": answer.receipt.lower(), "words": "Xóa số."}
    assert post(cast.officer, case, "request_data", **said).status_code == 302
    row = SubjectRequest.objects.get()
    assert (row.voice, row.channel, row.content.words) == (resident(answer).voice, "paper", "Xóa số.")
    assert one(row) in text(signed_in(cast.officer).get(reverse("desk_case", args=[case.code])))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": ""}, "hãy ghi đã đối chiếu"),
        ({"code": "0000-0000-0000-0000-0000-0000"}, "không thuộc vụ việc này"),
        ({"code": "ABC"}, "24 ký tự"),
        ({"wish": ""}, "bắt buộc"),
        ({"channel": ""}, "bắt buộc"),
        ({"wish": "correct-contact"}, "Hãy ghi điều cần sửa"),
    ],
)
def test_a_slip_at_the_counter_is_said_in_words(cast: Cast, changes: dict[str, str], said: str) -> None:
    case, answer = received()
    given = {"channel": "phone", "wish": "erase-all", "code": answer.receipt} | changes
    page = post(cast.officer, case, "request_data", **given)
    assert page.status_code in (409, 422) and said in text(page) and not SubjectRequest.objects.exists()


def test_who_lost_the_receipt_is_believed_only_where_one_alone_spoke(cast: Cast) -> None:
    case, _answer = received()
    given = {"channel": "reception", "wish": "object-public", "words": "Đã đối chiếu số điện thoại."}
    assert post(cast.officer, case, "request_data", **given).status_code == 302
    received(joins=case, key="k-2", text="Tôi cũng thế.")
    given["wish"] = "erase-all"
    assert "lời của nhiều người" in text(post(cast.officer, case, "request_data", **given))


def test_the_list_has_the_nearest_deadline_first_and_late_ones_are_said_to_be(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(12)
    later, sooner = asked(day=10, key="k-1"), asked(day=8, key="k-2", text="Khác")
    page = text(signed_in(cast.officer).get(LIST))
    assert page.index(one(sooner)) < page.index(one(later))
    assert "Quá hạn 2 ngày làm việc" in page and "Luật 91/2025/QH15" in page


def test_the_queue_says_how_many_wait_and_when_the_first_is_due(cast: Cast, settings: Any) -> None:
    assert "yêu cầu về dữ liệu cá nhân chờ" not in text(signed_in(cast.officer).get(reverse("queue")))
    asked(key="k-1")
    asked(day=8, key="k-2", text="Khác")
    page = text(signed_in(cast.officer).get(reverse("queue")))
    assert "2 yêu cầu về dữ liệu cá nhân chờ trả lời" in page and "hạn sớm nhất 10/06/2026" in page
    assert "yêu cầu về dữ liệu cá nhân chờ" not in text(signed_in(cast.other_officer).get(reverse("queue")))
    assert "yêu cầu về dữ liệu cá nhân chờ" not in text(signed_in(cast.supervisor).get(reverse("queue")))


def test_an_officer_grants_and_a_leader_refuses(cast: Cast) -> None:
    row = asked()
    assert "Từ chối" not in text(signed_in(cast.officer).get(one(row)))
    refusal = {"verb": "decide", "state": "refused", "reason": "Không", "ground": "Điều 1"}
    assert signed_in(cast.officer).post(one(row), refusal).status_code == 422
    assert signed_in(cast.leader).post(one(row), refusal).status_code == 302
    other = asked(text="Khác", key="k-2")
    assert signed_in(cast.officer).post(one(other), {"verb": "decide", "state": "granted"}).status_code == 302
    states = SubjectRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["refused", "granted"]
    assert one(row) in text(signed_in(cast.officer).get(LIST + "?loc=da-tra-loi"))


def test_the_warning_says_what_the_choice_erases(cast: Cast) -> None:
    contact, whole = (text(signed_in(cast.leader).get(one(asked("erase", about)))) for about in ("contact", "all"))
    assert "lời đã viết, ngày, cơ quan và dấu niêm trong nhật ký còn lại" in contact
    assert "lời, liên hệ, bản gốc" not in contact and "lời, liên hệ, bản gốc và khóa mất hẳn" in whole


def test_a_leader_erases_with_a_ground_and_what_is_missing_is_said(cast: Cast) -> None:
    row = asked("erase", "all")
    leader = signed_in(cast.leader)
    page = leader.post(one(row), {"verb": "decide", "state": "granted", "reason": "Theo yêu cầu"})
    assert page.status_code == 422 and "căn cứ pháp lý" in text(page) and "Theo yêu cầu" in text(page)
    assert (
        leader.post(one(row), {"verb": "decide", "state": "granted", "ground": "Luật 91/2025/QH15"}).status_code == 302
    )
    assert Voice.objects.get(pk=row.voice_id).text == ""


def test_a_new_contact_is_granted_unread(cast: Cast) -> None:
    row = asked("correct", "contact")
    assert "0987654321" not in text(signed_in(cast.officer).get(one(row)))
    signed_in(cast.officer).post(one(row), {"verb": "decide", "state": "granted"})
    assert not Step.objects.filter(verb="open_contact").exists()


def test_a_print_for_who_cannot_look_it_up_is_opened_on_purpose(cast: Cast) -> None:
    case, answer = received(contact=PHONE)
    given = {"channel": "reception", "wish": "see-all", "code": answer.receipt}
    post(cast.officer, case, "request_data", **given)
    row = SubjectRequest.objects.get()
    assert row.is_open and PHONE["phone"] not in text(signed_in(cast.officer).get(one(row)))
    assert PHONE["phone"] in text(signed_in(cast.officer).post(one(row), {"verb": "open"}))
    assert case.steps.filter(verb="open_contact").count() == 1


def test_nothing_is_opened_for_a_request_that_is_not_to_see(cast: Cast) -> None:
    row = asked()
    assert PHONE["phone"] not in text(signed_in(cast.officer).post(one(row), {"verb": "open"}))
    assert not Step.objects.filter(verb="open_contact").exists()


@pytest.mark.parametrize("who", ["other_officer", "province_officer", "commission", "supervisor"])
def test_a_request_is_read_by_the_holders_people_only(cast: Cast, who: str) -> None:
    row = asked()
    client = signed_in(getattr(cast, who))
    assert [client.get(one(row)).status_code, client.post(one(row), {"verb": "decide"}).status_code] == [404, 404]
    page = client.get(LIST)
    assert page.status_code == 404 or one(row) not in text(page)


def test_it_goes_with_the_case_to_another_holder(cast: Cast) -> None:
    row = asked()
    Case.objects.filter(pk=row.voice.case_id).update(holder=cast.other_officer.body)
    assert signed_in(cast.officer).get(one(row)).status_code == 404
    assert signed_in(cast.other_officer).get(one(row)).status_code == 200


def test_the_commission_sees_counts_and_no_word(cast: Cast, settings: Any) -> None:
    row, _other = asked(day=8), asked(day=11, key="k-2", text="Khác")
    settings.CLOCK = moment(12)
    page = signed_in(cast.commission).get(LIST)
    assert page.context["whole"] == {"asked": 2, "waiting": 2, "late": 1, "refused": 0, "answered_late": 0}
    (body,) = page.context["bodies"]
    assert (body["name"], body["asked"], body["waiting"], body["late"]) == (cast.committee.name, 2, 2, 1)
    assert row.voice.case.code not in text(page) and "Lời yêu cầu" not in text(page)


@pytest.mark.parametrize(("who", "most"), [("officer", 7), ("commission", 7)])
def test_the_lists_are_paged_with_few_queries(
    cast: Cast, who: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(27):
        asked(key=f"k-{number}", text=f"Đèn {number}")
    client = signed_in(getattr(cast, who))
    client.get(LIST)  # which reads the bodies and places once
    with django_assert_max_num_queries(most):
        page = client.get(LIST)
    if who == "officer":
        assert len(page.context["rows"]) == 25
        assert len(client.get(LIST + page.context["pager"]["next_href"]).context["rows"]) == 2


def test_one_request_costs_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    row = asked()
    client = signed_in(cast.leader)
    client.get(one(row))  # which reads the bodies and places once
    with django_assert_max_num_queries(7):
        client.get(one(row))


def test_everyone_reads_nothing_of_it_on_the_public_page_or_its_feed(cast: Cast, client: Any) -> None:
    case = asked("correct", "words").voice.case
    actions.publish(case, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    assert "Yêu cầu về dữ liệu" in text(signed_in(cast.officer).get(reverse("desk_case", args=[case.code])))
    for name in ("case", "case_feed"):
        page = text(client.get(reverse(name, args=[case.code])))
        assert "Đèn tắt" in page and "Yêu cầu về dữ liệu" not in page and "Lời yêu cầu" not in page
