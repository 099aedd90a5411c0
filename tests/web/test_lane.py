"""The sealed lane end to end: sent closed, opened by passphrase by key holders alone, taken through its stages."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import NewStage
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey, LaneNaming, SealedEvent, SealedRecord
from langnghe.core.refusal import Refused
from langnghe.registry import actions as registry
from langnghe.registry.models import Member
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, recipient, recovery
from tests.cast import Cast, body, moment, received
from tests.web.test_desk import post, signed_in

pytestmark = pytest.mark.django_db
NAME = "Trần Thị Hồng Nhạn"
PART = "phần về cây đa đầu làng"
KEY = "5c8f2a9e-7c1e-4a57-9d4b-0f1e2d3c4b5a"
SENT = {"kind": "denunciation", "text": CANARY, "name": NAME, "address": "Thôn Đông", "place": "xã Thư Vũ", "key": KEY}


@pytest.fixture(autouse=True)
def keys(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(10)
    recipient()
    recovery()


def send(client: Client, **changes: Any) -> Any:
    return client.post(reverse("send_sealed"), SENT | changes)


def page_of(record: SealedRecord) -> str:
    return reverse("sealed_record", args=[record.pk])


def opened(member: Any, record: SealedRecord, **changes: str) -> Any:
    said = {"passphrase": PASSPHRASE, "reason": "handle"} | changes
    return signed_in(member).post(page_of(record), said)


def watched(member: Any) -> str:
    """Return the words of the oversight page as the member reads them."""
    return " ".join(re.sub("<[^>]*>", " ", signed_in(member).get(reverse("oversight")).content.decode()).split())


def stage(record: SealedRecord, verb: str, day: int, month: int = 6, **facts: Any) -> Any:
    chosen = {"conclude": {"finding": "partly"}, "refuse": {"ground": "no_basis"}, "withdraw_part": {"part": PART}}
    facts = {"document_no": "12/QĐ"} | chosen.get(verb, {}) | facts
    new = NewStage(verb, date(2026, month, day), **facts)
    return actions.advance_sealed(record, new, actor=acting(Cast().leader), at=moment(day, month))


def everywhere() -> str:
    """Return all that lies in the database, as text."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
            found.append(str(cursor.fetchall()))
    return "".join(found)


def test_the_receipt_promises_no_more_than_it_opens(client: Client) -> None:
    told = send(client).content.decode()
    assert "gửi được yêu cầu về dữ liệu" in told and "rút được vụ việc" not in told


def test_words_with_a_procedure_are_offered_the_closed_way_with_what_was_typed(client: Client) -> None:
    said = {
        "text": f"Tôi tố cáo {CANARY}",
        "place": "xã Thư Vũ",
        "topic": "can_bo",
        "appearance": "summary",
        "key": KEY,
    }
    page = client.post(reverse("speak"), said).content.decode()
    assert CANARY in page and reverse("send_sealed") in page
    assert CANARY not in everywhere()


def test_what_is_sent_lies_nowhere_in_clear_and_a_recipient_reads_it(client: Client, cast: Cast) -> None:
    evidence = SimpleUploadedFile("bang-chung.jpg", b"\xff\xd8\xff0", "image/jpeg")
    answer = send(client, evidence=[evidence])
    assert answer.status_code == 200 and "19/06/2026" in answer.content.decode()  # seven working days on
    stored = everywhere()
    assert CANARY not in stored and NAME not in stored
    page = opened(cast.leader, SealedRecord.objects.get()).content.decode()
    assert CANARY in page and NAME in page and "bang-chung.jpg" in page


def test_the_same_sending_twice_is_one_record_with_one_receipt(client: Client) -> None:
    first, second = send(client), send(client)
    groups = [re.findall(r"<span>([0-9A-Z]{4})</span>", page.content.decode()) for page in (first, second)]
    assert groups[0] == groups[1] and len(groups[0]) == 6
    assert SealedRecord.objects.count() == 1


def test_about_the_committee_itself_it_goes_to_the_body_above(client: Client) -> None:
    above = Cast().province_officer
    recipient(above)
    send(client, concerns="on")
    assert SealedRecord.objects.get().body == above.body


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"address": ""}, {"text": " "}, {"place": "nơi nào đó"}, {"kind": "x"}]
)
def test_what_the_law_asks_for_is_asked_and_nothing_typed_is_lost(client: Client, changes: dict[str, str]) -> None:
    answer = send(client, **changes)
    assert answer.status_code == 422
    kept = (SENT | changes)["text"].strip() or (SENT | changes)["name"]
    assert kept in answer.content.decode() and not SealedRecord.objects.exists()


def test_where_nobody_could_open_it_nothing_is_taken(client: Client) -> None:
    LaneKey.objects.filter(kind="member").update(body=body("police_commune"))
    answer = send(client)
    assert answer.status_code == 422 and "chưa có người giữ khóa" in answer.content.decode()
    assert not SealedRecord.objects.exists() and CANARY not in everywhere()


def test_without_any_key_the_page_only_explains(client: Client) -> None:
    LaneKey.objects.update(retired_at=moment())
    assert reverse("send_sealed") not in client.get(reverse("procedure", args=["complaint"])).content.decode()


def test_the_receipt_opens_the_stage_and_no_word(client: Client) -> None:
    code = "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", send(client).content.decode()))
    stage(SealedRecord.objects.get(), "accept", 10)
    page = client.post(reverse("look_up"), {"code": code}, follow=True).content.decode()
    assert "Đã thụ lý" in page and "10/07/2026" in page  # thirty days after the 10th of June
    assert CANARY not in page and NAME not in page


def test_only_who_holds_a_key_knows_of_a_record(cast: Cast) -> None:
    record = keep()
    found = {who: signed_in(getattr(cast, who)).get(page_of(record)).status_code for who in OTHERS}
    assert set(found.values()) == {404}
    lists = [signed_in(getattr(cast, who)).get(reverse("lane")) for who in ("officer", "other_officer")]
    assert all(record.pk[:8].upper() not in page.content.decode() for page in lists)
    assert record.pk[:8].upper() in signed_in(cast.leader).get(reverse("lane")).content.decode()


OTHERS = ("officer", "other_officer", "province_officer", "commission", "supervisor")


def test_every_opening_is_noted_and_a_wrong_passphrase_too(cast: Cast) -> None:
    record = keep()
    wrong = opened(cast.leader, record, passphrase="sai rồi sai nữa sai mãi")
    assert wrong.status_code == 409 and CANARY not in wrong.content.decode()
    assert opened(cast.leader, record)["Cache-Control"] == "no-store"
    assert done(record) == ["keep", "fail", "read"]


def test_the_list_the_titles_and_the_log_have_no_word_of_it(cast: Cast, client: Client) -> None:
    send(client)
    pages = [signed_in(cast.leader).get(reverse(name)).content.decode() for name in ("lane", "queue")]
    pages.append(signed_in(cast.leader).get(page_of(SealedRecord.objects.get())).content.decode())
    assert not any(CANARY in page or NAME in page for page in pages)


TODAY = date(2026, 6, 10)
OWN = {"passphrase": "mười hai con giáp đi chợ", "again": "mười hai con giáp đi chợ"}


def test_a_leader_makes_a_key_and_an_officer_does_not(cast: Cast) -> None:
    said = OWN
    assert signed_in(cast.officer).post(reverse("lane_key"), said).status_code == 404
    LaneKey.objects.filter(kind="member").update(retired_at=moment())
    assert signed_in(cast.leader).post(reverse("lane_key"), said | {"again": "khác"}).status_code == 422
    assert signed_in(cast.leader).post(reverse("lane_key"), said | dict.fromkeys(said, "ngắn")).status_code == 422
    assert signed_in(cast.leader).post(reverse("lane_key"), said).status_code == 302
    assert LaneKey.objects.get(kind="member", retired_at=None).account == cast.leader.account


def test_an_officer_named_by_a_leader_with_a_key_makes_their_own_and_reads_what_comes_then(cast: Cast) -> None:
    officer, leader = signed_in(cast.officer), signed_in(cast.leader)
    member = str(cast.officer.pk)
    assert "Chỉ định" in leader.get(reverse("lane")).content.decode()
    assert officer.post(reverse("lane_key"), {"verb": "name", "member": member}).status_code == 422
    assert leader.post(reverse("lane_key"), {"verb": "name", "member": member}).status_code == 302
    before = keep()
    assert "Tạo khóa của tôi" in officer.get(reverse("lane")).content.decode()
    assert officer.post(reverse("lane_key"), {"verb": "make", **OWN}).status_code == 302
    after = keep()
    assert officer.get(page_of(before)).status_code == 404
    assert CANARY in opened(cast.officer, after, passphrase=OWN["passphrase"]).content.decode()
    assert set(SealedEvent.objects.filter(record="").values_list("verb", flat=True)) == {"enrol", "name"}


def test_a_leader_without_a_key_names_nobody_and_a_colleague_elsewhere_is_not_named(cast: Cast) -> None:
    there = cast.other_officer
    with pytest.raises(Refused, match="đang giữ khóa"):
        actions.name_recipient(there, actor=acting(cast.leader), at=moment())
    LaneKey.objects.filter(kind="member").update(retired_at=moment())
    with pytest.raises(Refused, match="đang giữ khóa"):
        actions.name_recipient(cast.officer, actor=acting(cast.leader), at=moment())


def test_who_leads_for_a_day_makes_no_key_and_an_old_one_opens_nothing_new(cast: Cast) -> None:
    registry.stand_in(cast.leader, cast.officer.account, since=TODAY, until=TODAY, at=moment(10))
    hat = Member.objects.get(stands_in=cast.leader)
    client = signed_in(cast.officer)
    client.post(reverse("account_change", args=["vai"]), {"hat": hat.pk})
    assert client.post(reverse("lane_key"), OWN).status_code == 404
    made = recipient(cast.officer, passphrase=OWN["passphrase"])
    LaneNaming.objects.all().delete()  # a key from before, made in a role that has gone
    record = keep()
    assert not record.keys.filter(lane_key=made).exists()
    assert client.get(page_of(record)).status_code == 404
    with pytest.raises(Refused, match="làm thay"):
        actions.name_recipient(hat, actor=acting(cast.leader), at=moment(10))


def test_a_leader_takes_a_naming_back_and_what_comes_then_is_not_sealed_to_it(cast: Cast) -> None:
    made = recipient(cast.officer)
    naming = LaneNaming.objects.get()
    signed_in(cast.officer).post(reverse("lane_key"), {"verb": "take_back", "naming": naming.pk})
    assert LaneNaming.objects.exists()
    signed_in(cast.leader).post(reverse("lane_key"), {"verb": "take_back", "naming": naming.pk})
    assert not keep().keys.filter(lane_key=made).exists()
    assert SealedEvent.objects.get(verb="retire").account == cast.leader.account


def test_a_key_is_given_up_on_the_page_with_a_warning_when_it_is_the_last(cast: Cast) -> None:
    leader = signed_in(cast.leader)
    assert "khóa cuối cùng" in leader.get(reverse("lane")).content.decode()
    recipient(cast.officer)
    assert "khóa cuối cùng" not in leader.get(reverse("lane")).content.decode()
    assert leader.post(reverse("lane_key"), {"verb": "give_up"}).status_code == 422
    assert leader.post(reverse("lane_key"), {"verb": "give_up", "sure": "on"}).status_code == 302
    assert not LaneKey.objects.filter(account=cast.leader.account, retired_at=None).exists()


def test_the_last_who_opens_the_sealed_records_is_let_go_knowingly(cast: Cast) -> None:
    stage(keep(), "refuse", 9)
    keep()
    commission, page = signed_in(cast.commission), reverse("let_go", args=[cast.leader.pk])
    assert "đang giải quyết: 1;" in commission.get(page).content.decode()
    assert commission.post(page, {"to": ""}).status_code == 422
    assert Member.objects.on(TODAY).filter(pk=cast.leader.pk).exists()
    assert commission.post(page, {"to": "", "sure": "on"}).status_code == 302
    assert not Member.objects.on(TODAY).filter(pk=cast.leader.pk).exists()


def test_who_was_let_go_and_comes_back_is_named_by_nobody(cast: Cast) -> None:
    made = recipient(cast.officer)
    signed_in(cast.leader).post(reverse("let_go", args=[cast.officer.pk]), {"to": ""})
    registry.appoint(made.account, cast.committee, "officer", TODAY)
    assert not keep().keys.filter(lane_key=made).exists()


def test_a_passphrase_is_changed_on_the_page_and_the_old_one_opens_nothing(cast: Cast) -> None:
    record, leader = keep(), signed_in(cast.leader)
    wrong = leader.post(reverse("lane_key"), {"verb": "change", "old": "không phải cụm này đâu", **OWN})
    assert wrong.status_code == 422 and "chưa đúng" in wrong.content.decode()
    assert leader.post(reverse("lane_key"), {"verb": "change", "old": PASSPHRASE, **OWN}).status_code == 302
    assert opened(cast.leader, record).status_code == 409
    assert CANARY in opened(cast.leader, record, passphrase=OWN["passphrase"]).content.decode()


def test_a_colleague_is_let_in_by_who_can_open(cast: Cast) -> None:
    record = keep()
    own = recipient(cast.officer, passphrase="một cụm mật khẩu khác hẳn")
    assert opened(cast.leader, record, share=str(own.pk)).status_code == 302
    said = opened(cast.officer, record, passphrase="một cụm mật khẩu khác hẳn")
    assert CANARY in said.content.decode() and "share" in done(record)


@pytest.mark.parametrize(
    ("paper", "words"), [("accept", "thụ lý"), ("refuse", "không thụ lý"), ("transfer", "Phiếu chuyển")]
)
def test_documents_are_made_from_the_words_and_kept_nowhere(cast: Cast, paper: str, words: str) -> None:
    record = keep(denunciation(content={"text": CANARY, "name": NAME}))
    stage(record, paper, 8)
    page = opened(cast.leader, record, paper=paper)
    assert words in page.content.decode() and NAME in page.content.decode()
    assert page["Cache-Control"] == "no-store" and NAME not in everywhere()


def test_oversight_sees_counts_and_openings_and_no_word(cast: Cast) -> None:
    opened(cast.leader, keep())
    page = signed_in(cast.commission).get(reverse("oversight")).content.decode()
    assert cast.leader.account.username in page and "Tố cáo" in page and CANARY not in page
    watched = signed_in(cast.supervisor).get(reverse("oversight")).content.decode()
    assert "Tố cáo" in watched and cast.leader.account.username not in watched


def test_a_denunciation_that_came_by_the_wrong_form_is_moved_from_the_page_of_the_case(cast: Cast) -> None:
    case, _answer = received(text=CANARY)
    answer = post(cast.officer, case, "seal", kind="denunciation", to=cast.committee.code)
    assert (answer.status_code, answer["Location"]) == (302, reverse("queue"))
    assert Case.objects.get().state == "sealed" and CANARY not in everywhere()
    assert CANARY in opened(cast.leader, SealedRecord.objects.get()).content.decode()


class TestStages:
    """Terms worked out by hand for a record of Monday 08/06/2026; none of these days is a holiday."""

    def standing(self, record: SealedRecord) -> tuple[str, date | None]:
        found = procedure.standing(record, list(record.steps.order_by("pk")))
        return found.state, found.due

    def test_a_denunciation_is_accepted_in_seven_working_days(self) -> None:
        assert self.standing(keep()) == ("received", date(2026, 6, 17))

    def test_a_complaint_is_accepted_in_ten_days_and_settled_in_thirty(self) -> None:
        record = keep(denunciation(kind="complaint"))
        assert self.standing(record) == ("received", date(2026, 6, 18))
        stage(record, "accept", 15)
        assert self.standing(record) == ("accepted", date(2026, 7, 15))

    def test_a_second_complaint_has_forty_five_days(self) -> None:
        record = keep(denunciation(kind="complaint"))
        stage(record, "accept", 15, is_second=True)
        assert self.standing(record) == ("accepted", date(2026, 7, 30))

    def test_an_extension_lengthens_as_the_law_allows_and_no_more(self) -> None:
        record = keep()
        stage(record, "accept", 10, condition="complex")
        stage(record, "extend", 12, days=30)
        assert self.standing(record) == ("accepted", date(2026, 8, 10))  # the 9th is a Sunday
        with pytest.raises(Refused, match="1 lần"):
            stage(record, "extend", 15, days=30)

    def test_an_ordinary_denunciation_is_not_extended(self) -> None:
        record = keep()
        stage(record, "accept", 10)
        with pytest.raises(Refused):
            stage(record, "extend", 12, days=30)

    def test_one_that_turns_out_complex_is_extended_as_such(self) -> None:
        record = keep()
        stage(record, "accept", 10)
        stage(record, "extend", 12, days=30, condition="complex")
        assert self.standing(record) == ("accepted", date(2026, 8, 10))  # sixty days on, the 9th, is a Sunday
        with pytest.raises(Refused, match="1 lần"):
            stage(record, "extend", 15, days=30, condition="complex")
        stage(record, "extend", 15, days=30, condition="very_complex")
        assert self.standing(record) == ("accepted", date(2026, 9, 8))  # ninety days after the 10th of June
        with pytest.raises(Refused, match="2 lần"):
            stage(record, "extend", 16, days=30, condition="very_complex")

    def test_a_complaint_is_suspended_since_july_2026_and_its_clock_stops(self) -> None:
        record = keep(denunciation(kind="complaint"))
        stage(record, "accept", 10)
        with pytest.raises(Refused, match="luật chưa có"):
            stage(record, "suspend", 12)
        stage(record, "suspend", 2, 7)
        assert self.standing(record) == ("suspended", None)
        stage(record, "resume", 6, 7)
        assert self.standing(record) == ("accepted", date(2026, 7, 14))  # four days later than the 10th

    def test_a_denunciation_was_suspended_and_withdrawn_in_part_before_that(self) -> None:
        record = keep()
        stage(record, "accept", 10)  # thirty days: 10/07/2026, a Friday
        stage(record, "withdraw_part", 11)
        stage(record, "suspend", 12)
        stage(record, "resume", 15)
        assert self.standing(record) == ("accepted", date(2026, 7, 13))  # three days more

    def test_a_complaint_is_withdrawn_in_part_since_july_2026(self) -> None:
        record = keep(denunciation(kind="complaint"))
        stage(record, "accept", 15)
        with pytest.raises(Refused, match="luật chưa có"):
            stage(record, "withdraw_part", 30)
        stage(record, "withdraw_part", 1, 7)
        assert self.standing(record) == ("accepted", date(2026, 7, 15))

    def test_a_complaint_that_came_under_the_new_law_has_its_ten_and_thirty_days(self) -> None:
        record = keep(denunciation(kind="complaint", day=date(2026, 7, 1)), at=moment(1, 7))
        assert self.standing(record) == ("received", date(2026, 7, 13))  # the 11th is a Saturday
        stage(record, "accept", 3, 7)
        assert self.standing(record) == ("accepted", date(2026, 8, 3))  # the 2nd of August is a Sunday

    def test_a_denunciation_that_came_under_the_new_law_has_seven_working_days(self) -> None:
        record = keep(denunciation(day=date(2026, 7, 1)), at=moment(1, 7))
        assert self.standing(record) == ("received", date(2026, 7, 10))

    def test_a_very_complex_denunciation_is_extended_twice(self) -> None:
        record = keep()
        stage(record, "accept", 10, condition="very_complex")
        stage(record, "extend", 12, days=30)
        stage(record, "extend", 15, days=30)
        assert self.standing(record) == ("accepted", date(2026, 9, 8))  # ninety days after the 10th of June

    def test_a_complaint_in_a_remote_place_has_more_days(self) -> None:
        record = keep(denunciation(kind="complaint"))
        stage(record, "accept", 10, condition="remote_complex")
        assert self.standing(record) == ("accepted", date(2026, 8, 10))  # sixty days on is Sunday the 9th

    @pytest.mark.parametrize("ground", ["", "không hợp ý", "unsigned"])
    def test_nothing_is_refused_without_a_reason_of_its_own_law(self, ground: str) -> None:
        with pytest.raises(Refused, match="lý do theo luật"):
            stage(keep(), "refuse", 10, ground=ground)

    def test_the_lawful_reason_stands_in_the_notice_and_on_the_page_of_the_writer(self, cast: Cast) -> None:
        record = keep(denunciation(content={"text": CANARY, "name": NAME}))
        stage(record, "refuse", 10)
        page = opened(cast.leader, record, paper="refuse", remark="Đơn không nêu hành vi nào.").content.decode()
        assert "Điều 29" in page and "không có cơ sở để xác định" in page and "không nêu hành vi nào" in page
        client = Client()
        session = client.session
        session["sealed"] = record.pk
        session.save()
        mine = client.get(reverse("mine_sealed")).content.decode()
        assert "không có cơ sở để xác định" in mine and CANARY not in mine and NAME not in mine

    def test_a_conclusion_says_what_it_found_and_is_carried_out(self) -> None:
        record = keep()
        stage(record, "accept", 10)
        with pytest.raises(Refused, match="Hãy chọn kết luận"):
            stage(record, "conclude", 12, finding="")
        stage(record, "conclude", 12)
        stage(record, "carry_out", 15)
        assert self.standing(record) == ("carried_out", None)

    @pytest.mark.parametrize("verb", ["conclude", "verify", "dialogue", "stop"])
    def test_nothing_is_settled_before_it_is_accepted(self, verb: str) -> None:
        with pytest.raises(Refused):
            stage(keep(), verb, 10)

    def test_a_stage_needs_its_document_and_a_day_that_can_be(self) -> None:
        record = keep()
        with pytest.raises(Refused, match="số văn bản"):
            stage(record, "accept", 10, document_no=" ")
        with pytest.raises(Refused, match="Ngày phải từ 08/06/2026"):
            stage(record, "accept", 1)

    def test_the_way_to_its_end_is_noted_stage_by_stage(self) -> None:
        record = keep(denunciation(kind="complaint"))
        for verb, day in (("accept", 10), ("verify", 11), ("dialogue", 12), ("conclude", 15)):
            stage(record, verb, day)
        assert self.standing(record) == ("concluded", None)
        assert SealedEvent.objects.filter(record=record.pk, verb="step").count() == 4
        with pytest.raises(Refused):
            stage(record, "withdraw", 16)

    def test_who_cannot_open_it_takes_it_nowhere(self, cast: Cast) -> None:
        new = NewStage("accept", date(2026, 6, 10), "1/TB")
        with pytest.raises(Refused, match="không có khóa"):
            actions.advance_sealed(keep(), new, actor=acting(cast.officer), at=moment(10))

    def test_a_stage_is_taken_on_the_page(self, cast: Cast) -> None:
        record = keep()
        said = {"verb": "accept", "day": "2026-06-10", "document_no": "3/TB", "condition": "complex"}
        assert signed_in(cast.leader).post(page_of(record), said).status_code == 302
        assert self.standing(record) == ("accepted", date(2026, 7, 10))
        assert signed_in(cast.leader).post(page_of(record), said).status_code == 409

    def test_purged_records_take_their_stages_along(self) -> None:
        record = keep()
        stage(record, "accept", 10)
        assert actions.purge_sealed(moment(1, 1, 2050)) == 1
        assert not SealedRecord.objects.exists()


def test_the_pages_of_the_lane_take_a_fixed_number_of_queries(cast: Cast) -> None:
    first = keep()
    stage(first, "accept", 10)
    leader, clerk = signed_in(cast.leader), signed_in(cast.officer)
    pages = {"list": (leader, reverse("lane")), "record": (leader, page_of(first))}
    pages["form"] = (clerk, reverse("intake_sealed"))
    for client, path in pages.values():
        client.get(path)  # what is asked once a process
    for _each in range(4):
        stage(keep(), "accept", 10)
    counts = {}
    for name, (client, path) in pages.items():
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts[name] = len(asked)
    assert counts == {"list": 12, "record": 11, "form": 5}
