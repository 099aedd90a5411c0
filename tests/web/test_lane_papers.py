"""Papers of the sealed lane tell a stage that was recorded, with its days; two at once are told of each other."""

from typing import Any

import pytest

from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, denunciation, keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import NAME, opened, page_of, stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(30)
    recipient()
    recovery()


def papers(cast: Cast, record: Any) -> list[str]:
    form = signed_in(cast.leader).get(page_of(record)).context["opening"]
    return [code for code, _name in form.fields["paper"].choices if code] if "paper" in form.fields else []


def test_no_paper_tells_what_has_not_happened(cast: Cast) -> None:
    record = keep()
    assert papers(cast, record) == []
    assert opened(cast.leader, record, paper="accept").context["words"]  # read, and no paper made
    stage(record, "accept", 10)
    assert papers(cast, record) == ["accept"]
    assert opened(cast.leader, record, paper="extend").status_code == 422


def test_a_notice_of_acceptance_has_the_day_and_the_term_of_settling(cast: Cast) -> None:
    record = keep(denunciation(content={"text": CANARY, "name": NAME}))
    stage(record, "accept", 10, document_no="7/TB-UBND")
    page = opened(cast.leader, record, paper="accept").content.decode()
    assert "từ ngày 10/06/2026" in page and "chậm nhất ngày 10/07/2026" in page  # thirty days on
    assert "7/TB-UBND" in page


def test_a_decision_to_extend_has_its_days_and_the_new_term(cast: Cast) -> None:
    record = keep()
    stage(record, "accept", 10, condition="very_complex")
    stage(record, "extend", 12, days=30)
    page = opened(cast.leader, record, paper="extend").content.decode()
    assert "thêm 30 ngày" in page and "chậm nhất ngày 10/08/2026" in page  # sixty days after the 10th is Sunday the 9th


def test_a_paper_and_a_share_are_two_openings(cast: Cast) -> None:
    record, own = keep(), recipient(cast.officer, passphrase="một cụm mật khẩu khác hẳn")
    stage(record, "accept", 10)
    answer = opened(cast.leader, record, paper="accept", share=str(own.pk), remark="Gửi ông")
    assert answer.status_code == 422 and "chỉ làm một việc" in answer.content.decode()
    assert "Gửi ông" in answer.content.decode() and not record.keys.filter(lane_key=own).exists()


def test_who_comes_second_is_told_and_sees_what_was_typed(cast: Cast) -> None:
    record = keep()
    stage(record, "accept", 10)
    said = {"verb": "accept", "day": "2026-06-11", "document_no": "99/TB-UBND", "condition": "normal"}
    answer = signed_in(cast.leader).post(page_of(record), said)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Chưa ghi “Thụ lý”" in page and "99/TB-UBND" in page
    assert record.steps.count() == 1


def test_each_kind_is_offered_the_conditions_of_its_own_law(cast: Cast) -> None:
    for kind, own, foreign in (("complaint", "remote", "very_complex"), ("denunciation", "very_complex", "remote")):
        record = keep(denunciation(kind=kind, key=kind))
        stages = signed_in(cast.leader).get(page_of(record)).context["stages"]
        form = next(each["form"] for each in stages if each["stage"].verb == "accept")
        offered = [code for code, _name in form.fields["condition"].choices]
        assert own in offered and foreign not in offered
