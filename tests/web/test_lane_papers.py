"""Papers of the sealed lane tell a stage that was recorded, with its days; two at once are told of each other."""

from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.refusal import Refused
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, denunciation, keep, recipient, recovery
from tests.cast import Cast, member, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import NAME, PART, everywhere, opened, page_of, stage, watched

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


def test_a_partial_withdrawal_says_which_part_to_the_recipients_and_on_its_paper_alone(cast: Cast) -> None:
    record = keep()
    stage(record, "accept", 10)
    said = {"verb": "withdraw_part", "day": "2026-06-12", "part": " "}
    leader = signed_in(cast.leader)
    missing = leader.post(page_of(record), said)
    assert missing.status_code == 422 and not record.steps.filter(verb="withdraw_part").exists()
    assert leader.post(page_of(record), said | {"part": PART}).status_code == 302
    assert PART not in everywhere() and PART not in leader.get(page_of(record)).content.decode()
    assert PART in opened(cast.leader, record).content.decode()
    paper = opened(cast.leader, record, paper="withdraw_part").content.decode()
    assert PART in paper and "Xác nhận rút một phần" in paper


def test_words_are_added_to_a_record_from_before_once_it_was_opened(cast: Cast) -> None:
    record = keep()
    stage(record, "accept", 10)
    SealedRecord.objects.update(public=b"")
    with pytest.raises(Refused, match="mở đọc một lần"):
        stage(record, "withdraw_part", 12)
    assert opened(cast.leader, record).context["words"]
    stage(record, "withdraw_part", 12)
    assert PART in opened(cast.leader, record).content.decode()


def test_a_paper_is_of_the_body_and_the_day_of_its_stage_whoever_prints_it_when(cast: Cast) -> None:
    record = keep(denunciation(content={"text": CANARY, "name": NAME}))
    stage(record, "accept", 10)
    SealedRecord.objects.update(body=cast.province_officer.body)
    page = opened(cast.leader, record, paper="accept").content.decode()
    assert cast.committee.name.upper() in page and cast.province_officer.body.name.upper() not in page
    assert "ngày 10 tháng 6 năm 2026" in page and "In ngày 30/06/2026" in page


def test_what_is_awaited_says_which_step_when_and_whose_turn(cast: Cast) -> None:
    record = keep()
    page = signed_in(cast.leader).get(page_of(record)).content.decode()
    turn = f"thụ lý, hoặc trả lời không thụ lý; đến lượt {cast.committee}: cán bộ giữ khóa; hạn 17/06/2026"
    assert f"{turn} (quá hạn)." in page and cast.leader.account.username not in page.split(turn)[0][-200:]
    stage(record, "accept", 10)
    second = {"verb": "accept", "day": "2026-06-11", "document_no": "99/TB", "condition": "normal"}
    late = signed_in(cast.leader).post(page_of(record), second).content.decode()
    assert (
        "hồ sơ vừa có bước “Thụ lý”" in late and "lãnh đạo ký, người giữ khóa ghi" in late and "hạn 10/07/2026" in late
    )


def test_oversight_sees_which_steps_are_late_and_whose_turn_it_is(cast: Cast) -> None:
    keep()
    page = signed_in(cast.supervisor).get(reverse("oversight")).content.decode()
    assert "thụ lý, hoặc trả lời không thụ lý" in page and "cán bộ giữ khóa" in page and "17/06/2026" in page


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


def test_oversight_sees_to_whom_something_was_given(cast: Cast) -> None:
    record, own = keep(), recipient(cast.officer, passphrase="một cụm mật khẩu khác hẳn")
    assert opened(cast.leader, record, share=str(own.pk)).status_code == 302
    clerk = member("clerk", cast.committee, "officer")
    actions.name_recipient(clerk, actor=acting(cast.leader), at=moment(30))
    page = watched(cast.commission)
    lead, body = cast.leader.account.username, cast.committee
    assert f"trao quyền mở {lead} {cast.officer.account}, {body}" in page
    assert f"chỉ định người nhận {lead} {clerk.account}, {body}" in page


def test_who_holds_a_share_of_the_recovery_key_reads_what_it_is_and_how_to_keep_it(cast: Cast) -> None:
    for member_ in (cast.supervisor, cast.commission):
        page = signed_in(member_).get(reverse("oversight")).content.decode()
        assert "Một phần không mở được gì" in page and "phong bì dán kín" in page and "Mất, lộ" in page


def test_an_extension_is_offered_where_the_law_gives_one_and_asks_how_complex_it_is(cast: Cast) -> None:
    complaint = keep(denunciation(kind="complaint"))
    stage(complaint, "accept", 10)
    assert "extend" not in verbs(cast, complaint)
    record = keep()
    stage(record, "accept", 10)
    client = signed_in(cast.leader)
    offered = client.get(reverse("sealed_record", args=[record.pk])).context["stages"]
    (form,) = (each["form"] for each in offered if each["stage"].verb == "extend")
    assert [code for code, _name in form.fields["condition"].choices] == ["complex", "very_complex"]
    said = {"verb": "extend", "day": "2026-06-12", "document_no": "5/QĐ", "days": 30}
    assert client.post(reverse("sealed_record", args=[record.pk]), said).status_code == 422
    client.post(reverse("sealed_record", args=[record.pk]), said | {"condition": "complex"})
    assert "Phức tạp" in client.get(reverse("sealed_record", args=[record.pk])).content.decode()
    stage(record, "extend", 15, days=30, condition="very_complex")
    assert "extend" not in verbs(cast, record)


def verbs(cast: Cast, record: Any) -> list[str]:
    return [each["stage"].verb for each in signed_in(cast.leader).get(page_of(record)).context["stages"]]


def test_the_number_of_the_document_is_asked_for_where_it_is_needed(cast: Cast) -> None:
    record = keep()
    answer = signed_in(cast.leader).post(page_of(record), {"verb": "accept", "day": "2026-06-10", "document_no": ""})
    assert answer.status_code == 422 and not record.steps.exists()
    form = next(each["form"] for each in answer.context["stages"] if each["stage"].verb == "accept")
    assert form.fields["document_no"].required and "document_no" in form.errors
