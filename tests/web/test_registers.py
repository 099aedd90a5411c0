"""The registers on screen: what is listed, what an edit would change, what it leaves behind."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.models import Case, Step
from langnghe.cases.sealed.models import LaneKey
from langnghe.cli.verbs import register_history
from langnghe.commitments import actions as commitments
from langnghe.ledger.models import LogEntry
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Body, Competence, Holiday, Member, RegisterChange, Rule, Term, Topic
from langnghe.registry.register_list import REGISTERS
from langnghe.registry.registers import Faulty, texts
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import recipient
from tests.cast import COMMUNE, Cast, assigned, body, moment, received, run_next_job
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = moment(30)
    law.forget()
    yield
    law.forget()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def released() -> Term:
    return Term.objects.get(code="settle.feedback.normal.2025")


def typed(row: Any, slug: str = "thoi-han", **changes: str) -> dict[str, str]:
    fresh = {"valid_from": "2026-06-01", "citation": "QĐ 12/2026 của tỉnh", "confidence": "S"}
    return texts(REGISTERS[slug], row) | fresh | changes


def save(client: Client, slug: str, pk: int | None, said: dict[str, str]) -> Any:
    address = reverse("register_row", args=[slug, pk]) if pk else reverse("register_new", args=[slug])
    first = client.post(address, said)
    assert first.status_code == 200, first.context["form"].errors
    return client.post(address, said | {"seen": first.context["seen"], "verb": "save"})


def test_the_registers_are_listed_by_day_and_by_words(keeper: Client) -> None:
    assert "Thẩm quyền" in page(keeper.get(reverse("registers")))
    address = reverse("register", args=["thoi-han"])
    now = page(keeper.get(address, {"tim": "settle.feedback.normal"}))
    then = page(keeper.get(address, {"tim": "settle.feedback.normal", "ngay": "2024-01-01"}))
    assert ("normal.2025" in now, "normal.2020" in now) == (True, False)
    assert ("normal.2025" in then, "normal.2020" in then) == (False, True)
    assert "Hãy ghi ngày" in page(keeper.get(address, {"ngay": "hôm qua"}))


@pytest.mark.parametrize("slug", REGISTERS)
def test_each_register_lists_its_pages_with_few_questions(
    keeper: Client, cast: Cast, slug: str, django_assert_max_num_queries: Any
) -> None:
    assert cast.officer.pk
    with django_assert_max_num_queries(12):
        rows = keeper.get(reverse("register", args=[slug]), {"ngay": ""}).context["rows"]
    assert len(rows) == min(25, REGISTERS[slug].rows().count()) > 0
    assert keeper.get(reverse("register_row", args=[slug, rows[0]["pk"]])).status_code == 200


@pytest.mark.parametrize(
    ("slug", "words", "found"),
    [
        ("thoi-han", "to cao", "settle.denunciation.normal.old"),
        ("thoi-han", "ngày liền", "retain.complaint"),
        ("tham-quyen", "chieu sang", "chieu_sang."),
        ("dan-so", "Thư Vũ", COMMUNE),
    ],
)
def test_rows_are_found_by_the_words_on_the_screen(keeper: Client, slug: str, words: str, found: str) -> None:
    shown = keeper.get(reverse("register", args=[slug]), {"tim": words, "ngay": "2026-06-30"})
    assert found in shown.content.decode()


def test_the_holidays_of_the_year_are_listed(keeper: Client) -> None:
    address = reverse("register", args=["ngay-nghi"])
    shown = page(keeper.get(address))
    assert "02/09/2026" in shown and "02/09/2025" not in shown
    assert "02/09/2025" in page(keeper.get(address, {"ngay": "2025-01-01"}))


def test_members_are_listed(keeper: Client, cast: Cast) -> None:
    username, members = cast.officer.account.username, reverse("register", args=["thanh-vien"])
    assert username in page(keeper.get(members))
    assert username in page(keeper.get(members, {"tim": cast.committee.name}))
    assert username not in page(keeper.get(members, {"tim": "thanh tra"}))


def membership(member: Member, **changes: str) -> dict[str, str]:
    return texts(REGISTERS["thanh-vien"], member) | changes


def test_a_role_is_given_by_a_new_row_and_ended_by_its_last_day(keeper: Client, cast: Cast) -> None:
    case, *_ = assigned(moment(29))
    officer = cast.officer
    save(keeper, "thanh-vien", None, membership(officer, role="supervisor", valid_from="2026-06-01"))
    assert officer.account.memberships.on(date(2026, 6, 2)).count() == 2
    session = Client()
    session.force_login(officer.account)
    registry.note_session(officer.account, str(session.session.session_key), at=moment(30))
    save(keeper, "thanh-vien", officer.pk, membership(officer, valid_to="2026-06-29"))
    assert [each.role for each in officer.account.memberships.on(date(2026, 6, 30))] == ["supervisor"]
    assert Case.objects.get(pk=case.pk).officer is None
    assert not officer.account.sessions.exists()
    changed = membership(officer, role="commission")
    answer = keeper.post(reverse("register_row", args=["thanh-vien", officer.pk]), changed)
    assert answer.status_code == 422 and "vai trò mới là một dòng mới" in page(answer)


def test_a_body_is_named_by_its_short_name_and_of_several_of_one_name_the_codes_are_told(
    keeper: Client, cast: Cast
) -> None:
    new = {"account": cast.other_officer.account.username, "role": "officer", "valid_from": "2026-06-30"}
    address, named = reverse("register_new", args=["thanh-vien"]), new | {"body": cast.committee.short_name}
    assert keeper.post(address, named).context["seen"]
    twin = Body.objects.exclude(pk=cast.committee.pk).filter(type="committee_commune").first()
    assert twin is not None
    Body.objects.filter(pk=twin.pk).update(name=cast.committee.name, valid_to=date(2025, 6, 30))
    told = keeper.post(address, new | {"body": cast.committee.name}).context["form"].errors["body"][0]
    assert cast.committee.code in told and twin.code in told and "30/06/2025" in told


def test_the_last_who_opens_sealed_records_goes_by_the_register_knowingly(keeper: Client, cast: Cast) -> None:
    made = recipient()
    row, address = cast.leader, reverse("register_row", args=["thanh-vien", cast.leader.pk])
    said = membership(row, valid_to="2026-06-29")
    first = keeper.post(address, said)
    assert "Người cuối cùng mở được hồ sơ niêm phong" in page(first)
    save = said | {"seen": first.context["seen"], "verb": "save"}
    assert keeper.post(address, save).status_code == 422 and made in LaneKey.objects.in_force(date(2026, 6, 30))
    assert keeper.post(address, save | {"sure": "on"}).status_code == 302
    assert made not in LaneKey.objects.in_force(date(2026, 6, 30))


def test_nobody_gives_a_role_to_themselves(keeper: Client, cast: Cast) -> None:
    said = membership(cast.commission, role="leader", valid_from="2026-06-01")
    first = keeper.post(reverse("register_new", args=["thanh-vien"]), said)
    answer = keeper.post(
        reverse("register_new", args=["thanh-vien"]), said | {"seen": first.context["seen"], "verb": "save"}
    )
    assert answer.status_code == 422 and "không tự cho mình" in page(answer)
    assert cast.commission.account.memberships.count() == 1


def ending(row: Any, **changes: str) -> dict[str, str]:
    return texts(REGISTERS["co-quan"], row) | {"valid_to": "2026-06-29"} | changes


def test_a_body_with_open_work_or_competence_does_not_end_without_a_successor(keeper: Client, cast: Cast) -> None:
    received(moment(29))
    address = reverse("register_row", args=["co-quan", cast.committee.pk])
    answer = keeper.post(address, ending(cast.committee))
    assert answer.status_code == 422 and "còn 1 vụ việc, 0 cam kết" in page(answer)
    assert "Sắp xếp đơn vị" in page(answer)
    Case.objects.all().update(state="withdrawn")
    assert "có thẩm quyền của “Xã Thư Vũ”" in page(keeper.post(address, ending(cast.committee)))
    with pytest.raises(Faulty):
        actions.edit_registers(
            [(REGISTERS["co-quan"], ending(cast.committee), cast.committee.pk)], by=cast.commission, at=moment(30)
        )


def test_an_ended_successor_is_refused(keeper: Client, cast: Cast) -> None:
    other = body("police_commune")
    Body.objects.filter(pk=other.pk).update(valid_to=date(2026, 6, 1))
    address = reverse("register_row", args=["co-quan", cast.committee.pk])
    answer = keeper.post(address, ending(cast.committee, successor=other.code))
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"successor"}


def test_what_lay_with_an_ended_body_and_what_comes_goes_to_its_successor(keeper: Client, cast: Cast) -> None:
    case, _answer = received(moment(29))
    promise = commitments.commit(
        body=cast.committee,
        place=cast.commune,
        text="Sửa",
        origin="VV",
        due=date(2026, 9, 1),
        account=None,
        at=moment(29),
    )
    new = texts(REGISTERS["co-quan"], cast.committee) | {"code": "committee_commune.moi", "name": "UBND mới"}
    save(keeper, "co-quan", None, new | {"confidence": "S", "citation": "QĐ 1"})
    save(keeper, "co-quan", cast.committee.pk, ending(cast.committee, successor="committee_commune.moi"))
    follower = Body.objects.get(code="committee_commune.moi")
    case.refresh_from_db()
    promise.refresh_from_db()
    assert case.holder == promise.body == follower
    assert case.steps.filter(verb="inherit", to_body=follower).exists()
    assert received(moment(30))[0].holder == follower


def test_a_voice_never_comes_to_a_body_that_ended_with_nobody_after_it(cast: Cast) -> None:
    case, _answer = received(moment(29))
    Body.objects.filter(pk=case.holder.pk).update(valid_to=date(2026, 6, 29))
    law.forget()
    assert received(moment(30))[0].holder == case.holder.superior
    assert [actions.inherit_all(moment(30)) for _night in range(2)] == [1, 0]


def test_a_house_rule_holds_as_soon_as_it_is_written_and_outlives_the_next_release(keeper: Client) -> None:
    rule = Rule.objects.get(code="take_days")
    said = texts(REGISTERS["quy-tac"], rule) | {"value": "4", "citation": "QĐ 12/2026 của tỉnh"}
    save(keeper, "quy-tac", rule.pk, said)
    assert law.rule("take_days") == 4
    registry.load_law()
    assert law.rule("take_days") == 4
    assert RegisterChange.objects.get().row == "take_days"


@pytest.mark.parametrize(
    ("code", "changes", "column", "why"),
    [
        ("take_days", {"value": "0"}, "value", "từ 1 đến 15"),
        ("disclosure_threshold", {"value": "1"}, "value", "từ 3 đến 50"),
        ("take_days", {"unit": "days"}, "unit", "không đổi được"),
        ("take_days", {"code": "quy_tac_moi"}, "code", "Không thêm được quy tắc mới"),
    ],
)
def test_a_house_rule_stays_within_what_the_program_can_keep(
    keeper: Client, code: str, changes: dict[str, str], column: str, why: str
) -> None:
    rule = Rule.objects.get(code=code)
    said = texts(REGISTERS["quy-tac"], rule) | changes
    answer = keeper.post(reverse("register_row", args=["quy-tac", rule.pk]), said)
    assert answer.status_code == 422 and why in answer.context["form"].errors[column][0]
    assert keeper.get(reverse("register_new", args=["quy-tac"])).status_code == 404


def test_a_phrase_of_the_province_is_pointed_at_from_its_day(keeper: Client) -> None:
    said = {"code": "can_nhac", "phrase_vi": "sẽ cân nhắc", "valid_from": "2026-06-10", "citation": "QĐ 1"}
    save(keeper, "cum-tu", None, said | {"confidence": "S"})
    assert "sẽ cân nhắc" in law.vague_phrases(date(2026, 6, 10))
    assert "sẽ cân nhắc" not in law.vague_phrases(date(2026, 6, 9))


def test_the_preview_says_how_many_cases_fall_due_earlier_and_writes_nothing(keeper: Client) -> None:
    received(moment(29))
    received(moment(29), kind="praise")
    row = released()
    answer = keeper.post(reverse("register_row", args=["thoi-han", row.pk]), typed(row, days="3"))
    assert "1 vụ việc đang mở sẽ đến hạn sớm hơn" in page(answer)
    assert "1 vụ việc đang mở không đổi" in page(answer)
    assert not Term.objects.filter(origin="operator").exists() and not RegisterChange.objects.exists()


def test_an_operators_term_wins_from_its_day_and_open_cases_are_counted_anew(keeper: Client) -> None:
    case, _answer = received(moment(29))
    early, _answer = received(moment(28, 5))
    dues = (case.due, early.due)
    row = released()
    assert save(keeper, "thoi-han", row.pk, typed(row, days="3")).status_code == 302
    row.refresh_from_db()
    assert (row.days, row.origin) == (7, "release")
    assert law.term("settle", "feedback", date(2026, 6, 1)).days == 3
    assert law.term("settle", "feedback", date(2026, 5, 31)).days == 7
    while run_next_job(moment(30)):
        pass
    case.refresh_from_db()
    early.refresh_from_db()
    assert (case.due, early.due) == (date(2026, 7, 2), dues[1]) and case.due < dues[0]
    told, citation = Step.objects.get(verb="recount").reason, RegisterChange.objects.get().after["citation"]
    assert told == f"Thời hạn: Phản ánh, 3 ngày làm việc. Căn cứ: {citation} ({RegisterChange.objects.get().code})"


def test_who_spoke_reads_which_days_off_moved_their_due_day(keeper: Client) -> None:
    case, _answer = received(moment(29))
    day_off = {"kind": "holiday", "name_en": "x", "valid_from": "2026-01-01", "citation": "QĐ 9", "confidence": "S"}
    edits = [(f"2026-07-0{day}", f"Nghỉ bão {day}") for day in (1, 2)]
    register = REGISTERS["ngay-nghi"]
    rows = [(register, day_off | {"date": day, "name_vi": name, "valid_to": ""}, None) for day, name in edits]
    actions.edit_registers(rows, by=Member.objects.get(), at=moment(30))
    while run_next_job(moment(30)):
        pass
    told = Step.objects.get(verb="recount", case=case).reason
    assert told.startswith("Ngày nghỉ, ngày làm bù: Nghỉ bão 2 02/07/2026 và 1 dòng khác. Căn cứ: QĐ 9 (SD-")


def test_an_edit_stands_in_the_public_log_as_it_was_made(keeper: Client) -> None:
    row = released()
    save(keeper, "thoi-han", row.pk, typed(row, days="3"))
    change = RegisterChange.objects.get()
    assert (change.before["days"], change.after["days"]) == ("7", "3")
    entry = LogEntry.objects.get(subject=change.code)
    assert (entry.event, bytes(entry.seal)) == ("change_register", next(register_history.entries()).seal)


def test_a_later_rule_ends_the_operators_earlier_one_the_day_before(keeper: Client) -> None:
    row = released()
    save(keeper, "thoi-han", row.pk, typed(row, days="3"))
    own = Term.objects.get(origin="operator")
    save(keeper, "thoi-han", own.pk, typed(own, days="4", valid_from="2026-07-01"))
    own.refresh_from_db()
    assert own.valid_to == date(2026, 6, 30)
    assert [law.term("settle", "feedback", date(2026, month, 30)).days for month in (5, 6, 7)] == [7, 3, 4]


def test_two_rules_for_one_case_are_refused_in_words(keeper: Client) -> None:
    row = released()
    save(keeper, "thoi-han", row.pk, typed(row, days="3"))
    answer = keeper.post(reverse("register_row", args=["thoi-han", row.pk]), typed(row, days="5"))
    assert answer.status_code == 422 and "Đã có dòng" in page(answer)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(keeper: Client) -> None:
    row = released()
    said = typed(row, citation="", days="nhiều", valid_to="2020-01-01")
    answer = keeper.post(reverse("register_row", args=["thoi-han", row.pk]), said)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"citation"}
    answer = keeper.post(reverse("register_row", args=["thoi-han", row.pk]), said | {"citation": "QĐ"})
    assert set(answer.context["form"].errors) == {"days", "valid_to"}
    assert 'value="nhiều"' in page(answer)


def test_what_changed_since_the_preview_is_previewed_again(keeper: Client) -> None:
    row = released()
    address = reverse("register_row", args=["thoi-han", row.pk])
    seen = keeper.post(address, typed(row, days="3")).context["seen"]
    answer = keeper.post(address, typed(row, days="2") | {"seen": seen, "verb": "save"})
    assert answer.status_code == 200 and not RegisterChange.objects.exists()


def test_a_new_holiday_moves_due_days_and_goes_over_the_releases(keeper: Client) -> None:
    received(moment(29))
    said = {"date": "2026-07-03", "kind": "holiday", "name_vi": "Nghỉ bù", "valid_from": "2026-07-03"}
    said |= {"citation": "QĐ 1", "confidence": "S", "name_en": "", "valid_to": ""}
    answer = keeper.post(reverse("register_new", args=["ngay-nghi"]), said)
    assert "1 vụ việc đang mở sẽ đến hạn muộn hơn" in page(answer)
    save(keeper, "ngay-nghi", None, said)
    assert Holiday.objects.get(date="2026-07-03").origin == "operator"


def test_a_rule_of_competence_says_how_many_cases_would_go_elsewhere(keeper: Client) -> None:
    received(moment(29))
    row = Competence.objects.get(
        topic__code="chieu_sang", place_level="commune", place_type="*", scope="", valid_to=None
    )
    answer = keeper.post(
        reverse("register_row", args=["tham-quyen", row.pk]),
        typed(row, "tham-quyen", body_type="committee_province"),
    )
    assert "1 vụ việc đang mở sẽ có cơ quan thẩm quyền khác" in page(answer)


def test_ending_a_body_tells_what_lies_on_its_desk(keeper: Client, cast: Cast) -> None:
    received(moment(29))
    said = typed(cast.committee, "co-quan", valid_to="2026-12-31", valid_from="2025-07-01")
    said |= {"successor": "committee_province.n33"}
    answer = keeper.post(reverse("register_row", args=["co-quan", cast.committee.pk]), said)
    assert "1 vụ việc đang mở ở cơ quan này" in page(answer)


def test_a_topic_of_the_operator_outlives_the_next_release(keeper: Client) -> None:
    topic = law.topics()["chieu_sang"]
    save(keeper, "linh-vuc", topic.pk, typed(topic, "linh-vuc", name_vi="Đèn đường"))
    registry.load_law()
    assert Topic.objects.get(code="chieu_sang").name_vi == "Đèn đường"
    said = typed(Topic.objects.get(pk=topic.pk), "linh-vuc", code="khac_di")
    assert keeper.post(reverse("register_row", args=["linh-vuc", topic.pk]), said).status_code == 422


def test_the_commission_of_the_province_alone_enters(cast: Cast) -> None:
    from tests.cast import member

    client = Client()
    client.force_login(member("commune-commission", body("front_commune"), "commission").account)
    assert client.get(reverse("registers")).status_code == 404


def test_a_paused_case_is_left_alone(keeper: Client) -> None:
    case, *_ = assigned(moment(29))
    Case.objects.filter(pk=case.pk).update(paused=moment(29).date())
    row = released()
    answer = keeper.post(reverse("register_row", args=["thoi-han", row.pk]), typed(row, days="3"))
    assert "Không có vụ việc đang mở nào" in page(answer)
