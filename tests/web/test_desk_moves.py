"""Each move through its form on the page of the case: made, refused by the rules, and fed with nonsense."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case, Step, Voice
from langnghe.commitments.models import Commitment
from langnghe.registry import law
from langnghe.registry.models import Member, Term
from langnghe.web.desk.forms import Menu
from langnghe.web.desk.move_forms import FORMS
from tests.cast import OTHER_COMMUNE, PROVINCE, Cast, answered, assigned, body, member, moment, received

pytestmark = pytest.mark.django_db
PROMISE = {"promise_text": "Sửa đường thôn Đông", "promise_due": "2026-12-31"}
CHECKED = {"answers": "on", "plain": "on", "seen": "on"}
GROUND = "Điều 20 QĐ 31/2021/QĐ-TTg"
NO_MONEY = {"text": "Đồng ý, chưa có kinh phí.", "outcome": "no_money", **PROMISE}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def post(member: Member, case: Case, verb: str, **fields: object) -> Any:
    return _post(member, reverse("move", args=[case.code, verb]), fields)


def _post(member: Member, address: str, fields: dict[str, object] | None = None) -> Any:
    client = Client()
    client.force_login(member.account)
    return client.post(address, fields)


def page(member: Member, case: Case, query: str = "") -> Any:
    client = Client()
    client.force_login(member.account)
    return client.get(reverse("desk_case", args=[case.code]) + query)


def beside(member: Member, case: Case) -> Any:
    client = Client()
    client.force_login(member.account)
    return client.get(reverse("beside", args=[case.code]))


def offered(member: Member, case: Case) -> dict[str, bool]:
    """Return the verbs the page offers, and whether each is the primary one."""
    moves = page(member, case).context["moves"]
    first = {moves.chosen.verb: moves.chosen.is_primary} if moves.chosen else {}
    return first | {verb: False for verb, _name in moves.others}


def test_the_page_offers_what_the_lifecycle_allows_and_one_primary_move(cast: Cast) -> None:
    case, _answer = received()
    verbs = offered(cast.officer, case)
    usual = {"classify", "accept", "draft", "refer", "refer_up", "extend", "pause", "merge", "publish"}
    assert set(verbs) == usual | {"request_data"}
    assert [verb for verb, is_primary in verbs.items() if is_primary] == ["accept"]
    assert next(iter(verbs)) == "accept"


def test_a_case_without_a_topic_is_classified_first(cast: Cast) -> None:
    case, _answer = received(topic=law.topics()["chua_phan_loai"])
    assert page(cast.officer, case).context["moves"].chosen.verb == "classify"


@pytest.mark.parametrize("query", ["?lam=khong-co", "?lam=seal", "?lam=%00", "?lam="])
def test_a_move_that_is_not_there_shows_the_usual_one(cast: Cast, query: str) -> None:
    case, _answer = received()
    assert page(cast.officer, case, query).context["moves"].chosen.verb == "accept"


def test_a_reader_is_offered_nothing(cast: Cast) -> None:
    case, _answer = received()
    assert offered(cast.supervisor, case) == {}


def test_an_officer_of_the_body_can_be_assigned_and_nobody_else(cast: Cast) -> None:
    case, _answer = received()
    post(cast.officer, case, "accept")
    other = post(cast.officer, case, "assign", officer=cast.other_officer.account.pk)
    assert other.status_code == 422
    assert post(cast.officer, case, "assign", officer=cast.leader.account.pk).status_code == 302
    case.refresh_from_db()
    assert case.officer == cast.leader.account


def test_a_body_elsewhere_is_found_by_a_part_of_its_name_and_then_chosen(cast: Cast) -> None:
    case, _answer = received()
    to = body("committee_commune", OTHER_COMMUNE)
    fields = {"find": to.place.name.lower(), "reason": "Đèn nằm bên kia ranh giới."}
    searched = post(cast.officer, case, "refer", **fields)
    assert searched.status_code == 422
    assert f'value="{to.code}"' in searched.content.decode()
    assert "Đèn nằm bên kia ranh giới." in searched.content.decode()
    assert post(cast.officer, case, "refer", to=to.code, **fields).status_code == 302
    case.refresh_from_db()
    assert (case.holder, case.handovers) == (to, 1)


def test_a_body_is_found_by_its_code(cast: Cast) -> None:
    case, _answer = received()
    code = f"committee_commune.{OTHER_COMMUNE}"
    assert f'value="{code}"' in post(cast.officer, case, "refer", find=code, reason="x").content.decode()


@pytest.mark.parametrize("fields", [{}, {"find": "không có cơ quan này"}, {"to": "khong-co"}, {"find": "\x00"}])
def test_a_hand_over_to_nobody_is_refused(cast: Cast, fields: dict[str, str]) -> None:
    case, _answer = received()
    answer = post(cast.officer, case, "refer", reason="Thuộc nơi khác", **fields)
    assert answer.status_code == 422
    assert "Thuộc nơi khác" in answer.content.decode()


def test_the_competent_body_comes_first_in_the_list(cast: Cast) -> None:
    case, _answer = received(topic=law.topics()["an_ninh"])
    elsewhere = body("committee_commune")
    Case.objects.filter(pk=case.pk).update(holder=elsewhere)
    form = FORMS["refer"](case=Case.objects.get(pk=case.pk), actor=None)  # type: ignore[arg-type]
    assert "theo bảng thẩm quyền" in str(form.fields["to"].choices[1])  # type: ignore[attr-defined]


def test_a_case_goes_up_with_a_reason(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "refer_up", reason="").status_code == 422
    assert post(cast.officer, case, "refer_up", reason="Vượt thẩm quyền của xã").status_code == 302
    case.refresh_from_db()
    assert case.holder == body("committee_province", PROVINCE)


def test_a_term_is_extended_once_within_the_law_row(cast: Cast) -> None:
    case, _answer = received()
    fields = {"document_no": "12/TB-UBND", "reason": "Chờ vật tư", "ground": GROUND}
    too_long = post(cast.officer, case, "extend", days=300, **fields)
    assert too_long.status_code == 409
    told = too_long.content.decode()
    assert 'value="300"' in told and "Mỗi lần gia hạn từ 1 đến" in told
    client = Client()
    client.force_login(cast.officer.account)
    client.cookies["django_language"] = "en"
    told = client.post(reverse("move", args=[case.code, "extend"]), fields | {"days": 300}).content.decode()
    assert "Each extension is from 1 to" in told
    assert post(cast.officer, case, "extend", days=3, **fields).status_code == 302
    assert Case.objects.get(pk=case.pk).due > case.due  # type: ignore[operator]
    assert post(cast.officer, case, "extend", days=3, **fields).status_code == 409


@pytest.mark.parametrize("days", ["", "0", "-1", "x", "9" * 30, "1.5", "٣x"])
def test_a_number_of_days_that_is_none_comes_back(cast: Cast, days: str) -> None:
    case, _answer = received()
    answer = post(cast.officer, case, "extend", days=days, document_no="12", reason="Chờ vật tư", ground=GROUND)
    assert answer.status_code == 422
    assert "Chờ vật tư" in answer.content.decode()


def test_a_term_is_paused_and_resumed(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "resume").status_code == 409
    fields = {"reason": "Chờ giám định", "ground": GROUND}
    assert post(cast.officer, case, "pause", document_no="5/UBND", **fields).status_code == 302
    assert "pause" not in offered(cast.officer, case)
    assert post(cast.officer, case, "pause", document_no="6/UBND", **fields).status_code == 409
    assert post(cast.officer, case, "resume").status_code == 302
    assert Case.objects.get(pk=case.pk).paused is None


@pytest.mark.parametrize("verb", ["extend", "pause"])
def test_everyone_reads_by_which_document_and_ground_the_term_was_changed(cast: Cast, verb: str) -> None:
    case, _answer = received()
    post(cast.officer, case, "publish", title="Đèn tắt")
    fields = {"days": 3, "document_no": "12/TB-UBND", "reason": "Chờ vật tư"}
    refused = post(cast.officer, case, verb, ground="", **fields)
    assert refused.status_code == 422
    assert "Chờ vật tư" in refused.content.decode()
    post(cast.officer, case, verb, ground=GROUND, **fields)
    public = Client().get(reverse("case", args=[case.code])).content.decode()
    assert f"Chờ vật tư (căn cứ: {GROUND})" in public
    assert "12/TB-UBND" in public


@pytest.mark.parametrize("confidence", ["S", "I"])
def test_an_extension_begins_with_the_law_row_that_allows_it_once_confirmed(cast: Cast, confidence: str) -> None:
    Term.objects.filter(stage="settle", kind="feedback").update(citation="Điều 5", confidence=confidence)
    law.forget()
    case, _answer = received()
    form = page(cast.officer, case, "?lam=extend").context["moves"].chosen.form
    law.forget()
    assert form["ground"].value() == ("Điều 5" if confidence == "S" else "")


def test_a_leader_sends_a_draft_back_and_the_officer_finds_it_again(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", **NO_MONEY)
    assert post(cast.officer, case, "send_back", reason="Chưa rõ").status_code == 409
    assert post(cast.leader, case, "send_back", reason="Chưa rõ ngày").status_code == 302
    again = page(cast.officer, case).content.decode()
    for words in ("Đồng ý, chưa có kinh phí.", "Sửa đường thôn Đông", 'value="2026-12-31"'):
        assert words in again


def test_each_outcome_is_shown_with_the_sentence_a_resident_will_read(cast: Cast) -> None:
    case, *_ = assigned()
    shown = page(cast.officer, case).content.decode()
    assert all(outcome.plain_vi in shown for outcome in law.outcomes().values())


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"outcome": "khong-co"}, 422),
        ({"promise_due": "31/02/2026"}, 422),
        ({"promise_due": ""}, 422),
        ({"promise_text": "", "promise_due": ""}, 409),
        ({"promise_due": "2020-01-01"}, 409),
        ({"promise_body": "khong-co"}, 422),
        ({"text": "\x00"}, 422),
    ],
)
def test_a_draft_that_is_not_whole_comes_back_without_a_commitment(
    cast: Cast, changes: dict[str, str], status: int
) -> None:
    case, *_ = assigned()
    answer = post(cast.officer, case, "draft", **NO_MONEY | changes)
    assert answer.status_code == status
    assert not Commitment.objects.exists()
    assert case.code in answer.content.decode()


def test_done_needs_proof(cast: Cast) -> None:
    case, *_ = assigned()
    answer = post(cast.officer, case, "draft", text="Đã thay bóng.", outcome="done")
    assert answer.status_code == 409
    assert "bằng chứng" in answer.content.decode()


def test_an_answer_is_published_only_when_approved(cast: Cast) -> None:
    case, *_ = assigned()
    post(cast.officer, case, "draft", text="Đã hướng dẫn.", outcome="advised")
    assert post(cast.officer, case, "reply", **CHECKED).status_code == 409
    post(cast.leader, case, "approve", **CHECKED)
    assert post(cast.officer, case, "reply", **CHECKED).status_code == 302


def test_an_open_case_is_not_closed(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "close").status_code == 409
    done, *_ = answered()
    assert post(cast.officer, done, "close").status_code == 302


def test_a_case_is_published_with_a_title_and_withdrawn_from_public_with_a_reason(cast: Cast) -> None:
    case, _answer = received()
    assert post(cast.officer, case, "publish", title=" ").status_code == 422
    assert post(cast.officer, case, "publish", title="Đèn đường hỏng").status_code == 302
    assert "publish" not in offered(cast.officer, case)
    assert post(cast.officer, case, "unpublish", reason="").status_code == 422
    assert post(cast.officer, case, "unpublish", reason="Có tên người").status_code == 302
    assert not Case.objects.get(pk=case.pk).is_public


def voices(member: Member, case: Case) -> list[str]:
    return [voice.text for voice in page(member, case).context["voices"]]


def similar(member: Member, case: Case) -> list[dict[str, object]]:
    found: list[dict[str, object]] = beside(member, case).context["similar"]
    return found


def test_a_case_shows_those_most_alike_and_is_merged_with_one_button(cast: Cast) -> None:
    (case, *_), (into, *_) = received(spot="đầu ngõ 5"), received(spot="Đầu ngõ 5")
    received(text="Trạm y tế hết thuốc bảo hiểm.")
    (first,) = similar(cast.officer, case)
    assert (first["code"], first["is_same"], first["may_merge"]) == (into.code, True, True)
    assert post(cast.officer, case, "merge", into=str(first["code"])).status_code == 302
    assert Case.objects.get(pk=case.pk).merged_into == into


def test_cases_told_apart_are_not_proposed_again(cast: Cast) -> None:
    (case, *_), (other, *_) = received(), received()
    address = reverse("tell_apart", args=[case.code, other.code])
    assert _post(cast.other_officer, address).status_code == 404
    assert [row["code"] for row in similar(cast.officer, case)] == [other.code]
    assert _post(cast.officer, address).status_code == 302
    assert similar(cast.officer, case) == similar(cast.officer, other) == []


def test_a_leader_above_sees_what_is_alike_without_buttons(cast: Cast) -> None:
    case, _answer = received()
    received()
    (row,) = similar(cast.province_officer, case)
    assert (row["may_merge"], row["may_tell_apart"]) == (False, False)


def test_a_merged_case_shows_its_voice_in_the_other_and_can_be_split_off(cast: Cast) -> None:
    case, _ = received(text="Đèn tắt trước cổng trường.")
    into, _ = received()
    assert post(cast.officer, case, "merge", into=into.code).status_code == 302
    assert "Đèn tắt trước cổng trường." in voices(cast.officer, into)
    assert offered(cast.officer, case) == {"split": True, "request_data": False}
    assert post(cast.officer, case, "split").status_code == 302
    assert "Đèn tắt trước cổng trường." not in voices(cast.officer, into)
    assert post(cast.officer, case, "split").status_code == 409


def test_what_was_merged_is_split_off_from_the_page_of_the_other(cast: Cast) -> None:
    case, _ = received()
    into, _ = received()
    post(cast.officer, case, "merge", into=into.code)
    found = page(cast.officer, into)
    assert found.context["merged"] == [case.code]
    assert reverse("move", args=[case.code, "split"]) in found.content.decode()
    assert post(cast.officer, case, "split").status_code == 302
    assert page(cast.officer, into).context["merged"] == []


def test_a_split_is_undone_by_merging_again_by_what_the_form_begins_with(cast: Cast) -> None:
    case, _ = received()
    into, _ = received()
    for verb in ("merge", "split"):
        post(cast.officer, case, verb, into=into.code)
    form = page(cast.officer, case, "?lam=merge").context["moves"].chosen.form
    assert form["into"].value() == into.code
    assert post(cast.officer, case, "merge", into=form["into"].value()).status_code == 302


def test_a_split_after_the_answer_is_undone_and_no_other_case_slips_under_an_answer(cast: Cast) -> None:
    case, _ = received()
    into = assigned()[0]
    post(cast.officer, case, "merge", into=into.code)
    post(cast.officer, into, "draft", text="Đã thay bóng ngày 10/06.", outcome="done", proof="Ảnh 10/06")
    post(cast.leader, into, "approve", publish="on", **CHECKED)
    other, _ = received()
    assert post(cast.officer, other, "merge", into=into.code).status_code == 409
    assert post(cast.officer, case, "split").status_code == 302
    assert post(cast.officer, case, "merge", into=into.code).status_code == 302


def test_who_holds_the_whole_by_now_splits_it_and_the_part_returns_to_its_own_body(cast: Cast) -> None:
    case, _ = received()
    into, _ = received()
    post(cast.officer, case, "merge", into=into.code)
    works = body("department_construction")
    post(cast.officer, into, "refer", to=works.code, reason="Đèn trên đường tỉnh")
    engineer = member("engineer", works, "officer")
    answer = post(engineer, case, "split")
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk_case", args=[into.code]))
    assert page(engineer, case).status_code == 404
    assert set(offered(cast.officer, case)) > {"accept"}


def test_earlier_cases_at_the_spot_show_what_was_answered(cast: Cast) -> None:
    answered(spot="Ngõ 3")
    case, _ = received(spot="Ngõ 3")
    (earlier,) = beside(cast.officer, case).context["before"]
    assert (earlier["outcome"], earlier["answer"]) == (law.outcomes()["done"].name, "Đã thay bóng ngày 10/06.")
    assert "Đã thay bóng ngày 10/06." in beside(cast.officer, case).content.decode()


def test_an_answer_that_is_not_published_shows_to_no_other_body(cast: Cast) -> None:
    old, *_ = answered(spot="Ngõ 3")
    Case.objects.filter(pk=old.pk).update(holder=body("police_commune"))
    case, _ = received(spot="Ngõ 3")
    (earlier,) = beside(cast.officer, case).context["before"]
    assert (earlier["href"], earlier["answer"]) == ("", "")


@pytest.mark.parametrize("into", ["", "VV-1", "VV-999999-9", "٣", "\x00", "9" * 40])
def test_a_merge_into_nothing_is_refused(cast: Cast, into: str) -> None:
    case, _ = received()
    assert post(cast.officer, case, "merge", into=into).status_code in {409, 422}
    assert Case.objects.get(pk=case.pk).merged_into is None


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_no_verb_breaks_on_an_empty_or_a_strange_form(cast: Cast, verb: str) -> None:
    case, _answer = received()
    strange = {name: "\x00٣'\"<b>" for name in ("reason", "text", "to", "into", "officer", "place", "days", "title")}
    assert post(cast.officer, case, verb, **strange).status_code in {302, 409, 422}
    assert post(cast.officer, case, verb).status_code in {302, 409, 422}


def test_a_case_with_very_many_voices_shows_all_of_them_page_by_page(cast: Cast) -> None:
    into, _ = received(text="Lời số 0.")
    for number in range(1, 25):
        case, _ = received(text=f"Lời số {number}.")
        Case.objects.filter(pk=case.pk).update(merged_into=into, state="merged")
    first = page(cast.officer, into)
    rest = page(cast.officer, into, f"?sau={first.context['more']}")
    texts = [voice.text for shown in (first, rest) for voice in shown.context["voices"]]
    assert texts == [f"Lời số {number}." for number in range(25)]
    assert Voice.objects.count() == Step.objects.filter(verb="receive").count() == 25


@pytest.mark.parametrize("query", ["?sau=x", "?sau=", f"?sau={'9' * 25}", "?sau=-1", "?sau=٣"])
def test_no_query_breaks_the_page_of_a_case(cast: Cast, query: str) -> None:
    case, _answer = received()
    assert page(cast.officer, case, query).status_code == 200


def test_cases_near_by_are_linked_where_the_reader_may_follow_and_named_by_their_words(cast: Cast) -> None:
    spot: dict[str, Any] = {"spot": "ngõ 3"}
    foreign, _ = received(text="Việc của công an.", **spot)
    Case.objects.filter(pk=foreign.pk).update(holder=body("police_commune"))
    own, _ = received(text="Đèn ngõ 3 tắt từ tối qua.", **spot)
    case, _ = received(**spot)
    before = {link["code"]: link for link in beside(cast.officer, case).context["before"]}
    assert (before[own.code]["title"], bool(before[own.code]["href"])) == ("Đèn ngõ 3 tắt từ tối qua.", True)
    assert (before[foreign.code]["title"], before[foreign.code]["href"]) == ("", "")


def test_a_menu_escapes_its_words_and_marks_the_chosen() -> None:
    menu = Menu(choices=[("", "Chọn"), ("a", '<b>"A" & B</b>')])
    written = menu.render("to", "a", {"id": "refer_to", "required": True})
    assert written == (
        '<select id="refer_to" name="to" required><option value="">Chọn</option>'
        '<option value="a" selected>&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;</option></select>'
    )


def test_the_law_of_a_case_says_once_that_nobody_confirmed_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer.account)
    page = client.get(reverse("desk_case", args=[received()[0].code]))
    assert page.context["term_law"]["is_unsure"]
    assert "chưa xác nhận" not in page.context["term_law"]["citation"]


@pytest.mark.parametrize("verb", ["refer", "refer_up"])
def test_who_hands_a_case_over_is_led_back_to_the_queue(cast: Cast, verb: str) -> None:
    case, _answer = received()
    answer = post(cast.officer, case, verb, to=body("committee_province", PROVINCE).code, reason="Đường của tỉnh.")
    assert answer.url == reverse("queue")


def test_a_draft_is_not_written_over_one_that_was_not_seen(cast: Cast) -> None:
    case, *_ = assigned()
    said = {"text": "Đã xem ngày 09/06/2026.", "outcome": "advised", "answer": "0"}
    assert post(cast.officer, case, "draft", **said).status_code == 302
    again = post(cast.officer, case, "draft", **said | {"text": "Lời của tôi."})
    assert again.status_code == 409 and "Lời của tôi." in again.content.decode()
    assert post(cast.officer, case, "draft", **said | {"answer": again.context["newest"]}).status_code == 302


def test_a_leader_approves_no_draft_but_the_one_read(cast: Cast) -> None:
    case, *_ = assigned()
    said = {"text": "Đã xem ngày 09/06/2026.", "outcome": "advised"}
    post(cast.officer, case, "draft", **said)
    read = page(cast.leader, case).context["newest"]
    post(cast.officer, case, "draft", **said | {"text": "Khác hẳn, ngày 10/06/2026."})
    refused = post(cast.leader, case, "approve", **CHECKED, publish="on", answer=read)
    assert (refused.status_code, Case.objects.get(pk=case.pk).state) == (409, "drafted")
    assert "Khác hẳn" in refused.content.decode()


def test_a_form_that_came_back_is_read_in_english_at_an_address_of_its_own(cast: Cast) -> None:
    case, _answer = received()
    address = reverse("desk_case", args=[case.code]) + "?lam=refer"
    assert f'name="next" value="{address}"' in post(cast.officer, case, "refer").content.decode()
