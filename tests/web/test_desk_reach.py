"""Who reaches what on the desk: every address, every role, and the cases each one sees."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from langnghe.cases import actions, filing
from langnghe.cases.actions import Draft, Promise
from langnghe.cases.models import Attachment, Case, Step
from langnghe.core.codes import case_code
from langnghe.registry import known, law
from langnghe.registry.models import Body, Member, Place
from langnghe.situation.actions import tally
from langnghe.situation.models import Comparison
from langnghe.web import words
from langnghe.web.desk import urls
from tests.cast import COMMUNE, OTHER_COMMUNE, PROVINCE, Cast, answered, assigned, body, member, moment, received

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {
    *("login", "logout", "second_step", "passkey", "openid", "openid_return", "join"),
    *("account", "account_change", "second_factor", "new_passkey", "change_factors"),
}
WHO = (
    "anonymous",
    "outsider",
    "officer",
    "other_officer",
    "leader",
    "province_officer",
    "supervisor",
    "commission",
    "front_here",
    "front_elsewhere",
)
STATUS = {  # in the order above; "move" is only posted to, "desk_review" has no review to show here
    "queue": (302, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "beside": (302, 403, 200, 404, 200, 200, 200, 200, 200, 404),
    "desk_case": (302, 403, 200, 404, 200, 200, 200, 200, 200, 404),
    "attachment": (302, 403, 200, 404, 200, 200, 200, 200, 200, 404),
    "proof_paper": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "move": (302, 403, 405, 405, 405, 405, 405, 405, 405, 405),
    "desk_reviews": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "desk_review": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "overview": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "jobs": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "retry_job": (302, 403, 404, 404, 404, 404, 404, 405, 404, 404),
    "tell_apart": (302, 403, 405, 405, 405, 405, 404, 404, 404, 404),
    "register_export": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "register_import": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "reorganisations": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "reorganisation_new": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "reorganisation": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "reorganisation_edit": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "decide_reorganisation": (302, 403, 404, 404, 404, 404, 404, 405, 404, 404),
    "registers": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "register_roles": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "register": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "register_new": (302, 403, 404, 404, 404, 404, 404, 200, 404, 404),
    "register_row": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "parts": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "hotspots": (302, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "hotspot": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "decide_hotspot": (302, 403, 405, 405, 405, 405, 404, 405, 404, 404),
    "case_groups": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "intake": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "intake_sealed": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "arrivals": (302, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "filters": (302, 403, 405, 405, 405, 405, 405, 405, 405, 405),
    "bulk": (302, 403, 405, 405, 405, 405, 404, 404, 404, 404),
    "printed": (302, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "lane": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "lane_key": (302, 403, 405, 405, 405, 405, 404, 404, 404, 404),
    "sealed_record": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "oversight": (302, 403, 404, 404, 404, 404, 200, 200, 404, 404),
    "samples": (302, 403, 404, 404, 404, 404, 200, 404, 200, 200),
    "sample": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "people": (302, 403, 404, 404, 200, 404, 404, 200, 404, 404),
    "let_go": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "lost_factor": (302, 403, 404, 404, 405, 404, 404, 405, 404, 404),
    "sign_somebody_out": (302, 403, 404, 404, 405, 404, 404, 405, 404, 404),
    "withdraw_invitation": (302, 403, 404, 404, 405, 404, 404, 405, 404, 404),
    "comparison": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "comparison_file": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "comparison_paper": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "overview_file": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "overview_paper": (302, 403, 404, 404, 200, 404, 200, 200, 200, 200),
    "settle_flags": (302, 403, 405, 405, 405, 405, 404, 404, 404, 404),
    "own_body": (302, 403, 404, 404, 200, 404, 404, 404, 404, 404),
    "posters": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "photo": (302, 403, 422, 404, 422, 404, 404, 404, 404, 404),
    "photo_preview": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "black_out": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "proof_preview": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "hide_photo": (302, 403, 405, 405, 405, 405, 404, 404, 404, 404),
    "subject_requests": (302, 403, 200, 200, 200, 200, 404, 200, 404, 404),
    "subject_request": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "calls": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "call": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "receptions": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "reception": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "conclusion": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "conclusion_file": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
    "statistics": (302, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "reception_book": (302, 403, 200, 200, 200, 200, 404, 404, 404, 404),
    "ticket": (302, 403, 404, 404, 404, 404, 404, 404, 404, 404),
}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def front(place: str) -> Member:
    return member(f"front-{place}", body("front_commune", place), "supervisor")


def client_of(who: str | Member) -> Client:
    client, cast = Client(), Cast()
    fronts = {"front_here": COMMUNE, "front_elsewhere": OTHER_COMMUNE}
    if who == "anonymous":
        return client
    if who == "outsider":  # an account whose membership has ended
        ended = member("outsider", cast.committee, "officer")
        Member.objects.filter(pk=ended.pk).update(valid_to="2026-01-01")
        who = ended
    found = who if isinstance(who, Member) else front(fronts[who]) if who in fronts else getattr(cast, who)
    client.force_login(found.account)
    return client


def address(name: str, case: Case) -> str:
    arguments: dict[str, list[object]] = {
        "beside": [case.code],
        "desk_case": [case.code],
        "attachment": [case.code, 1],
        "proof_paper": [case.code, 10**9],
        "black_out": [case.code, 10**9],
        "proof_preview": [case.code, 10**9],
        "photo": [case.code, 1],
        "photo_preview": [case.code, 1],
        "hide_photo": [case.code, 1],
        "call": [1, 1],
        "subject_request": [10**9],
        "move": [case.code, "accept"],
        "settle_flags": [case.code],
        "desk_review": [1],
        "let_go": [999_999],
        "lost_factor": [999_999],
        "sign_somebody_out": [999_999],
        "withdraw_invitation": [999_999],
        "sample": [999_999],
        "sealed_record": ["0" * 32],
        "register": ["thoi-han"],
        "reorganisation": [10**9],
        "reorganisation_edit": [10**9],
        "decide_reorganisation": [10**9, "ap-dung"],
        "register_new": ["thoi-han"],
        "register_row": ["thoi-han", 10**9],
        "retry_job": [1],
        "tell_apart": [case.code, case.code],
        "hotspot": [999_999],
        "reception": [999_999],
        "ticket": [999_999],
        "conclusion": [999_999],
        "conclusion_file": [999_999],
        "decide_hotspot": [999_999, "bo-qua"],
    }
    return reverse(name, args=arguments.get(name, []))


def test_the_matrix_names_every_address_of_the_door() -> None:
    names = {each.name for each in urls.urlpatterns} - OPEN_TO_ALL
    assert names == set(STATUS)


@pytest.mark.parametrize("who", WHO)
def test_each_one_enters_only_what_is_theirs(cast: Cast, who: str) -> None:
    photo = filing.keep(SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff0"), moment().date())
    case, _answer = received(files=(photo,))
    client = client_of(who)
    Attachment.objects.update(id=1)
    found = {name: client.get(address(name, case)).status_code for name in STATUS}
    assert found == {name: row[WHO.index(who)] for name, row in STATUS.items()}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("anonymous", 302),
        ("outsider", 403),
        ("other_officer", 404),
        ("front_elsewhere", 404),
        ("front_here", 409),
        ("supervisor", 409),
        ("commission", 409),
        ("province_officer", 409),
        ("officer", 302),
    ],
)
def test_only_the_holders_people_make_a_move(cast: Cast, who: str, status: int) -> None:
    case, _answer = received()
    steps = Step.objects.count()
    assert client_of(who).post(address("move", case)).status_code == status
    assert Step.objects.count() - steps == (1 if who == "officer" else 0)


def test_a_case_out_of_reach_and_no_case_give_the_same_answer(cast: Cast) -> None:
    case, _answer = received()
    client = client_of("other_officer")
    codes = (case.code, "VV-999999-9", "VV-000001", "khong-phai-ma", "9" * 40, "٣")
    pages = [client.get(f"/ban-lam-viec/vu-viec/{code}") for code in codes]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub('value="[^"]*"', "", page.content.decode()) for page in pages}) == 1  # token, way back


@pytest.mark.parametrize("who", ["commission", "supervisor", "province_officer", "front_here"])
def test_how_to_reach_a_resident_is_for_the_holders_people_only(cast: Cast, who: str) -> None:
    case, _answer = received(contact={"phone": "0900000000"})
    client = client_of(who)
    assert "Xem liên hệ" not in client.get(address("desk_case", case)).content.decode()
    answer = client.post(reverse("move", args=[case.code, "contact"]))
    assert (answer.status_code, "0900000000" in answer.content.decode()) == (403, False)
    assert not Step.objects.filter(verb="open_contact").exists()


def listed(client: Client, query: str = "") -> set[str]:
    return {row["code"] for row in client.get(reverse("queue") + query).context["rows"]}


def test_a_reviewer_lists_the_cases_of_the_bodys_place_whoever_holds_them(cast: Cast) -> None:
    here, there = received()[0], received(place=law.place(OTHER_COMMUNE))[0]
    Case.objects.filter(pk=here.pk).update(holder=body("police_commune"))
    assert listed(client_of("front_here")) == {here.code}
    assert listed(client_of("front_elsewhere")) == {there.code}
    assert listed(client_of("commission")) == {here.code, there.code}


def test_a_reviewer_of_the_province_narrows_the_list_to_a_commune(cast: Cast) -> None:
    here, there = received()[0], received(place=law.place(OTHER_COMMUNE))[0]
    client = client_of("supervisor")
    assert listed(client, f"?noi={OTHER_COMMUNE}") == {there.code}
    assert listed(client, "?noi=khong-co") == {here.code, there.code}


@pytest.mark.parametrize("key", ["", "\0", "n33", "o336", "khong-co", "٣"])
def test_what_is_no_commune_does_not_narrow_the_list(cast: Cast, key: str) -> None:
    case, _answer = received()
    page = client_of("supervisor").get(reverse("queue"), {"noi": key, "linh-vuc": key, "loc": key})
    assert [row["code"] for row in page.context["rows"]] == [case.code]


def test_an_ended_commune_can_still_be_asked_for(cast: Cast) -> None:
    old = Place.objects.filter(heirs__new=cast.commune, level="commune").exclude(valid_to=None).first()
    assert old is not None
    case, _answer = received()
    Case.objects.filter(pk=case.pk).update(place=old)
    page = client_of("supervisor").get(reverse("queue"), {"noi": old.key})
    assert [row["code"] for row in page.context["rows"]] == [case.code]
    assert old in page.context["places"]


def test_the_tabs_keep_the_other_filters(cast: Cast) -> None:
    page = client_of("supervisor").get(reverse("queue") + f"?noi={COMMUNE}&linh-vuc=rac_thai")
    assert all(f"linh-vuc=rac_thai&noi={COMMUNE}" in tab["href"] for tab in page.context["tabs"])


def test_the_tabs_split_the_cases_by_state_and_count_them(cast: Cast) -> None:
    answered()
    waiting, _answer = received(moment(29))
    client = client_of("officer")
    tabs = client.get(reverse("queue")).context["tabs"]
    counts = {str(tab["name"]): tab["count"] for tab in tabs}
    wanted = {"Đang mở": "1", "Mới đến": "1", "Đang giải quyết": "0", "Đã trả lời": "1", "Tất cả": "2"}
    assert {name: counts[name] for name in wanted} == wanted
    assert listed(client) == listed(client, "?loc=moi-den") == {waiting.code}
    assert len(listed(client, "?loc=tat-ca")) == 2


def test_a_late_case_stands_in_its_tab_and_a_paused_one_does_not(cast: Cast) -> None:
    late, paused = received(moment(1))[0], received(moment(1))[0]
    Case.objects.filter(pk=paused.pk).update(paused=moment(3).date())
    assert listed(client_of("officer"), "?loc=qua-han") == {late.code}


def test_a_case_without_a_title_is_listed_by_its_first_words(cast: Cast) -> None:
    received(text="Cống trước nhà văn hóa   tắc đã hai tháng. " * 9)
    row = client_of("officer").get(reverse("queue")).context["rows"][0]
    assert row["title"].startswith("Cống trước nhà văn hóa tắc")
    assert len(row["title"]) <= 90


def test_the_box_jumps_to_a_case_by_its_code(cast: Cast) -> None:
    case, _answer = received()
    answer = client_of("officer").get(reverse("queue"), {"tim": case.code.lower()})
    assert answer["Location"] == address("desk_case", case)


def test_the_queue_counts_and_lists_with_a_fixed_number_of_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    client = client_of("officer")
    received()
    client.get(reverse("queue"))
    with django_assert_num_queries(11):
        client.get(reverse("queue"))
    for _number in range(20):
        received()
    with django_assert_num_queries(11):
        client.get(reverse("queue"))


def figures(page: Any) -> dict[str, dict[str, Any]]:
    return {figure["label"]: figure for figure in [*page.context["figures"], *page.context["standing"]]}


def test_every_link_of_a_reviewers_overview_lists_as_many_cases_as_it_says(cast: Cast) -> None:
    received(moment(1))
    received(moment(29))
    received(moment(1), place=law.place(OTHER_COMMUNE))
    client = client_of("commission")
    page = client.get(reverse("overview"))
    linked = [(each["value"], each["href"]) for each in figures(page).values() if "loc=" in each.get("href", "")]
    linked += [(row["value"], row["href"]) for row in page.context["late"]["rows"]]
    counted = [(value, str(len(client.get(href).context.get("rows", [])))) for value, href in linked]
    assert len(counted) == 5
    assert all(said == found for said, found in counted)


def test_a_leaders_overview_links_only_to_what_their_own_queue_shows(cast: Cast) -> None:
    received(moment(1))
    Case.objects.filter(pk=received(moment(1))[0].pk).update(holder=body("police_commune"))
    client = client_of("leader")
    found = figures(client.get(reverse("overview")))
    own = found[f"Quá hạn tại {cast.committee.short_name}"]
    assert (found["Đang quá hạn"]["value"], found["Đang quá hạn"]["href"], own["value"]) == ("1", "", "1")
    assert len(client.get(own["href"]).context["rows"]) == 1


def test_a_leader_of_a_company_counts_its_own_cases_and_not_the_province(cast: Cast) -> None:
    received(moment(1))
    company, theirs = body("water_company", PROVINCE), received(moment(1), place=law.place(OTHER_COMMUNE))[0]
    Case.objects.filter(pk=theirs.pk).update(holder=company)
    client = Client()
    client.force_login(member("head", company, "leader").account)
    page = client.get(reverse("overview"))
    assert (figures(page)["Đang mở"]["value"], page.context["whose"]) == ("1", company.name)


def test_a_leader_is_not_shown_a_case_about_the_own_committee(cast: Cast) -> None:
    about, _answer = received(moment(1), concerns=cast.committee)
    own, _answer = received(moment(1))
    page = client_of("leader").get(reverse("overview"))
    assert [card["code"] for card in page.context["oldest"]] == [own.code]
    assert about.code not in page.content.decode()


def test_a_commune_overview_counts_its_own_place_only(cast: Cast) -> None:
    received(place=law.place(OTHER_COMMUNE))
    here, elsewhere = (figures(client_of(who).get(reverse("overview"))) for who in ("front_here", "front_elsewhere"))
    assert (here["Tiếp nhận"]["value"], elsewhere["Tiếp nhận"]["value"]) == ("0", "1")


def test_the_overview_sets_the_half_year_against_the_same_days_a_year_before(cast: Cast) -> None:
    received(moment(5, 3, 2025))
    received(moment(25, 7, 2025))
    received(moment(5, 3))
    found = figures(client_of("leader").get(reverse("overview")))["Tiếp nhận"]
    assert (found["value"], found["last"]) == ("1", "1")


@pytest.mark.parametrize(("times", "said"), [(1, "1 hand-over<"), (2, "2 hand-overs<")])
def test_one_hand_over_is_not_said_in_the_plural(cast: Cast, times: int, said: str) -> None:
    Case.objects.filter(pk=received(moment(1))[0].pk).update(handovers=times)
    client = client_of("leader")
    client.cookies["django_language"] = "en"
    assert said in client.get(reverse("overview")).content.decode()


@pytest.mark.parametrize(("days", "said"), [(1, "1 working day, 1 day"), (5, "5 working days, 5 days")])
def test_one_day_is_not_said_in_the_plural(days: int, said: str) -> None:
    with translation.override("en"):
        assert f"{words.days_of(days, working=True)}, {words.days_of(days, working=False)}" == said


def test_a_leader_sees_what_the_body_did_that_their_own_followed(cast: Cast) -> None:
    case, *_ = answered()
    same = {"type": "committee_commune", "kind": "committee", "level": "commune", "place": cast.committee.place}
    old = Body.objects.create(code="cu", name="UBND cũ", short_name="cũ", valid_to=moment(12).date(), **same)
    Step.objects.filter(case=case).update(body=old)
    client = client_of("leader")
    before = figures(client.get(reverse("overview")))["Tiếp nhận"]["value"]
    Body.objects.filter(pk=old.pk).update(successor=cast.committee)
    known.forget()
    assert (before, figures(client.get(reverse("overview")))["Tiếp nhận"]["value"]) == ("0", "1")


def test_what_an_ended_body_answered_is_read_by_its_successor_from_the_day_after(cast: Cast, settings: Any) -> None:
    case, *_ = answered()
    same = {"type": "committee_commune", "kind": "committee", "level": "commune", "place": cast.committee.place}
    ends = {"valid_to": moment(12).date(), "successor": cast.committee}
    old = Body.objects.create(code="cu", name="UBND cũ", short_name="cũ", **same, **ends)
    Case.objects.filter(pk=case.pk).update(holder=old)
    for day, status, found in ((12, 404, 0), (13, 200, 1)):
        settings.CLOCK = moment(day)
        client = client_of("officer")
        assert client.get(address("desk_case", case)).status_code == status
        assert len(client.get(reverse("queue"), {"tim": case.code}, follow=True).redirect_chain) == found
    page = client.get(address("desk_case", case))
    assert page.context["moves"].chosen is None and not page.context["may_contact"]


def test_a_promise_is_late_only_once_its_answer_is_published(cast: Cast) -> None:
    case, _answer, officer, leader = assigned(moment(1))
    promised = Draft("Đồng ý, chưa có kinh phí.", "no_money", "", Promise(cast.committee, "Sửa", moment(20).date()))
    actions.draft(case, promised, actor=officer, at=moment(2))
    client = client_of("leader")
    before = figures(client.get(reverse("overview")))["Cam kết quá hạn"]["value"]
    actions.approve(case, actor=leader, at=moment(3))
    actions.reply(case, actor=officer, at=moment(3))
    assert (before, figures(client.get(reverse("overview")))["Cam kết quá hạn"]["value"]) == ("0", "1")


@pytest.mark.parametrize(("who", "queries"), [("commission", 10), ("leader", 11)])
def test_the_overview_takes_at_most_twelve_queries_even_when_the_tallies_have_just_moved(
    cast: Cast, django_assert_num_queries: Any, who: str, queries: int
) -> None:
    client = client_of(who)
    for day in (1, 2, 3):
        received(moment(day))
    client.get(reverse("overview"))
    tally(moment(4), least=1)
    with django_assert_num_queries(queries):
        client.get(reverse("overview"))
    with django_assert_num_queries(queries - 1):
        client.get(reverse("overview"))


def test_a_case_out_of_reach_is_told_apart_like_one_that_is_not_there(cast: Cast) -> None:
    mine, theirs = received()[0], received(place=law.place(OTHER_COMMUNE))[0]
    for code in (theirs.code, case_code(9_999)):
        client = Client()
        client.force_login(cast.officer.account)
        assert client.post(reverse("tell_apart", args=[mine.code, code])).status_code == 404
    assert not Comparison.objects.exists()
