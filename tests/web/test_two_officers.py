"""Two at one desk at once: one wins, the other sees what changed, and nothing typed is lost."""

import pytest
from django.urls import reverse

from langnghe.cases.models import Case
from langnghe.registry.models import Member
from tests.cast import PROVINCE, Cast, body, member, received
from tests.web.test_desk import post, signed_in

pytestmark = pytest.mark.django_db


def shown_step(who: Member, case: Case) -> int:
    return int(signed_in(who).get(reverse("desk_case", args=[case.code])).context["last_step"])


def test_the_second_of_two_officers_is_told_what_changed(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "accept").status_code == 302
    second = post(cast.leader, case, "accept")
    assert second.status_code == 409
    assert "Đã thụ lý" in second.content.decode()


def test_what_was_filled_in_before_a_colleague_moved_the_case_is_read_again_first(cast: Cast) -> None:
    case, _answer = received()
    fields = {
        "kind": "feedback",
        "condition": "normal",
        "place": case.place.name,
        "step": shown_step(cast.leader, case),
    }
    assert post(cast.officer, case, "classify", **fields, topic="giao_thong").status_code == 302
    second = post(cast.leader, case, "classify", **fields, topic="rac_thai", spot="cạnh trường")
    told = second.content.decode()
    assert second.status_code == 409 and "vừa có thay đổi: Phân loại" in told and "cạnh trường" in told
    assert Case.objects.get().topic.code == "giao_thong"
    fields["step"] = second.context["last_step"]
    assert post(cast.leader, case, "classify", **fields, topic="rac_thai").status_code == 302


def test_what_one_did_oneself_or_residents_did_meanwhile_asks_nothing(cast: Cast) -> None:
    case, _answer = received()
    step = shown_step(cast.officer, case)
    received(joins=case, key="k-2")
    assert post(cast.officer, case, "accept", step=step).status_code == 302
    assert post(cast.officer, case, "publish", title="Đèn tắt", step=step).status_code == 302


def test_what_was_typed_about_a_case_that_was_handed_on_meanwhile_is_given_back(cast: Cast) -> None:
    case, _answer = received(text="Cống tắc ở thôn 3.")
    to = body("committee_province", PROVINCE).code
    assert post(cast.officer, case, "refer", to=to, reason="Đúng thẩm quyền").status_code == 302
    answer = post(cast.leader, case, "draft", text="Đã thông cống ngày 10/06.", outcome="done")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Đã thông cống ngày 10/06." in page and "thôn 3" not in page
    assert post(cast.leader, case, "accept").status_code == 404
    assert post(member("guest", body("police_commune"), "officer"), case, "draft", text="Thử.").status_code == 404
