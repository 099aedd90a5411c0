"""Joint work on screen: the invited body finds, reads and gives its part; the resident sees one answer."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, parts
from langnghe.cases.desk_models import Part
from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.registry.models import Body, Member, Succession
from tests.cases.test_joint import ASKED, GIVEN, WHY, ask, give, guest, invited, police
from tests.cast import OTHER_COMMUNE, Cast, assigned, body, member, moment, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


def client_of(who: Member) -> Client:
    client = Client()
    client.force_login(who.account)
    return client


def invitee(at: str = "police_commune") -> Client:
    return client_of(member("guest", body(at), "officer"))


def post(client: Client, case: Case, verb: str, **fields: object) -> Any:
    return client.post(reverse("move", args=[case.code, verb]), fields)


def seen(client: Client, case: Case, query: str = "") -> str:
    return client.get(reverse("desk_case", args=[case.code]) + query).content.decode()


def test_an_officer_invites_a_body_of_the_place(cast: Cast) -> None:
    case, *_ = assigned()
    answer = post(client_of(cast.officer), case, "ask_part", to=police().code, asked=ASKED, due="2026-06-12")
    assert answer.status_code == 302
    assert (Part.objects.get().body, Part.objects.get().asked) == (police(), ASKED)


def test_a_body_elsewhere_is_found_and_what_was_typed_stays(cast: Cast) -> None:
    case, *_ = assigned()
    answer = post(client_of(cast.officer), case, "ask_part", find="Sở Xây dựng", asked=ASKED, due="2026-06-12")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Sở Xây dựng" in page
    assert ASKED in page


def test_the_invited_body_finds_its_part_and_gives_it() -> None:
    case, client = invited(), invitee()
    assert "Phối hợp (1)" in client.get(reverse("queue")).content.decode()
    assert case.code in client.get(reverse("parts")).content.decode()
    assert ASKED in seen(client, case)
    assert post(client, case, "give_part", text=GIVEN).status_code == 302
    assert case.code not in client.get(reverse("parts")).content.decode()
    assert case.code in client.get(reverse("parts") + "?loc=da-xong").content.decode()


def test_a_late_part_is_seen_to_be_late(settings: Any) -> None:
    invited()
    settings.CLOCK = moment(15)
    client = invitee()
    assert "Phối hợp, quá hạn 1" in client.get(reverse("queue")).content.decode()
    assert "Quá hạn 3 ngày" in client.get(reverse("parts")).content.decode()


def test_the_invited_body_may_do_nothing_else() -> None:
    case = invited()
    page = invitee().get(reverse("desk_case", args=[case.code]))
    moves = page.context["moves"]
    assert [moves.chosen.verb, *(verb for verb, _name in moves.others)] == ["give_part", "decline_part"]
    assert post(invitee(), case, "accept").status_code == 409
    assert post(invitee(), case, "contact").status_code == 403


def test_a_body_that_was_not_invited_finds_no_such_page() -> None:
    case = invited()
    other = client_of(member("front", body("front_commune"), "officer"))
    assert other.get(reverse("desk_case", args=[case.code])).status_code == 404
    assert post(other, case, "give_part", text=GIVEN).status_code == 404


def test_who_comes_second_keeps_the_words_and_sees_what_was_given() -> None:
    case = invited()
    give(case)
    answer = post(invitee(), case, "give_part", text="Ý kiến thứ hai.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ý kiến thứ hai." in page
    assert GIVEN in page


def test_words_typed_for_a_part_that_was_withdrawn_are_given_back() -> None:
    case = invited()
    actions.withdraw_part(case, body=police(), actor=staff(case), at=moment(9))
    answer = post(invitee(), case, "give_part", text="Ý kiến của tôi.")
    assert answer.status_code == 409
    assert "Ý kiến của tôi." in answer.content.decode()
    assert "cháy" not in answer.content.decode()


def test_the_holder_reads_the_part_and_puts_it_into_the_draft(cast: Cast) -> None:
    case = invited()
    give(case)
    client = client_of(cast.officer)
    assert GIVEN in seen(client, case)
    page = client.get(reverse("desk_case", args=[case.code]) + "?phoi-hop")
    assert GIVEN in page.context["moves"].chosen.form["text"].value()


def test_an_answer_that_does_not_wait_is_remarked_upon(cast: Cast) -> None:
    case = invited()
    actions.draft(case, actions.Draft("Đã thay ngày 09/06.", "done", "Ảnh ngày 09/06"), actor=staff(case), at=moment(9))
    page = client_of(cast.leader).get(reverse("desk_case", args=[case.code])).content.decode()
    assert "Chưa có ý kiến của cơ quan được mời" in page


def test_what_was_not_given_before_the_answer_counts_no_days_any_more(cast: Cast, settings: Any) -> None:
    case, leader = invited(), staff(invited(), "leader")
    actions.draft(case, actions.Draft("Đã thay ngày 09/06.", "done", "Ảnh ngày 09/06"), actor=staff(case), at=moment(9))
    actions.approve(case, actor=leader, at=moment(9))
    actions.reply(case, actor=leader, at=moment(9))
    settings.CLOCK = moment(30)
    page = seen(client_of(cast.officer), case)
    assert "Không cho ý kiến trước khi vụ việc xong" in page
    assert "Quá hạn" not in page


def test_everyone_sees_who_was_invited_and_nobody_the_words(cast: Cast) -> None:
    case = invited()
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(9))
    give(case)
    page = Client().get(reverse("case", args=[case.code])).content.decode()
    assert f"Mời phối hợp: {police()}" in page
    assert "Hạn cho ý kiến: 12/06/2026" in page
    assert "Cho ý kiến phối hợp" in page
    assert ASKED not in page
    assert GIVEN not in page


def test_a_refusal_is_public_with_its_reason() -> None:
    case = invited()
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(9))
    assert post(invitee(), case, "decline_part", reason=WHY).status_code == 302
    assert WHY in Client().get(reverse("case", args=[case.code])).content.decode()


def test_an_invitation_does_not_change_since_when_a_case_is_held(cast: Cast) -> None:
    case = invited()
    page = client_of(cast.officer).get(reverse("desk_case", args=[case.code]))
    assert page.context["held_since"] == case.received


@pytest.mark.parametrize("who", ["holder", "guest"])
def test_the_page_of_a_case_with_parts_takes_few_queries(
    cast: Cast, who: str, django_assert_max_num_queries: Any
) -> None:
    case = invited()
    give(case)
    client = invitee() if who == "guest" else client_of(cast.officer)
    for query in ("", "?lam=ask_part", "?phoi-hop"):
        seen(client, case, query)
        with django_assert_max_num_queries(12):
            seen(client, case, query)


def test_the_list_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    for _time in range(3):
        invited()
    client = invitee()
    client.get(reverse("parts"))
    with django_assert_max_num_queries(6):
        client.get(reverse("parts"))
    assert guest().body == police()


def figure(page: Any, words: str) -> Any:
    return next(each for each in page.context["standing"] if words in each["label"])


def test_a_leader_sees_what_is_owed_late_on_both_sides_and_opens_each_list(cast: Cast, settings: Any) -> None:
    case = invited()
    invited()
    give(case)
    settings.CLOCK = moment(15)
    ours, theirs = client_of(cast.leader), client_of(member("chief", police(), "leader"))
    for client, words in ((ours, "cơ quan khác nợ"), (theirs, f"{police().short_name} nợ")):
        found = figure(client.get(reverse("overview")), words)
        assert found["value"] == "1"
        assert len(client.get(found["href"]).context["rows"]) == 1
    assert figure(theirs.get(reverse("overview")), "cơ quan khác nợ")["value"] == "0"


def test_what_is_not_late_yet_is_listed_but_not_counted_as_late(cast: Cast) -> None:
    invited()
    client = client_of(cast.officer)
    assert len(client.get(reverse("parts") + "?loc=da-moi").context["rows"]) == 1
    assert client.get(reverse("parts") + "?loc=da-moi-qua-han").context["rows"] == []


def test_a_part_of_a_merged_case_is_awaited_by_who_holds_the_whole(cast: Cast) -> None:
    case, into = invited(), assigned()[0]
    actions.merge(case, into=into, actor=staff(case), at=moment(9))
    assert parts.awaited(cast.committee).count() == 1
    actions.refer(into, to=body("department_construction"), reason=WHY, actor=staff(into), at=moment(9))
    assert parts.awaited(cast.committee).count() == 0


def test_the_news_of_the_list_tell_of_a_part_as_of_a_new_case() -> None:
    client = invitee()
    assert client.get(reverse("arrivals")).json()["came"] == []
    invited()
    assert client.get(reverse("arrivals")).json()["came"] == [f"p{Part.objects.get().pk}"]


@pytest.fixture
def divided(cast: Cast) -> Case:
    """A case that waits for a body whose unit was divided between two communes; the first of them is its own."""
    case = assigned()[0]
    ended = body("police_commune", OTHER_COMMUNE)
    ask(case, ended, date(2026, 6, 15))
    Body.objects.filter(pk=ended.pk).update(valid_to=date(2026, 6, 9))
    for new in (cast.commune, law.place("n12452")):
        Succession.objects.create(old=ended.place, new=new, kind="part")
    return case


def test_a_part_owed_by_a_divided_unit_is_asked_of_an_heir_in_one_step(cast: Cast, divided: Case) -> None:
    client, ended = client_of(cast.officer), body("police_commune", OTHER_COMMUNE)
    assert "hãy chọn cơ quan khác" in seen(client, divided)
    form = client.get(reverse("desk_case", args=[divided.code]), {"thay": ended.code}).context["moves"].chosen.form
    assert [form[name].value() for name in ("asked", "due", "instead")] == [ASKED, date(2026, 6, 15), ended.code]
    heirs = {police().code, body("police_commune", "n12452").code}
    assert {code for code, _name in form.fields["to"].choices[1:3]} == heirs
    typed = {"to": police().code, "instead": ended.code, "asked": ASKED, "due": "2026-06-15"}
    assert post(client, divided, "ask_part", **typed).status_code == 302
    found = [(part.body, part.state) for part in Part.objects.order_by("pk")]
    assert found == [(ended, "withdrawn"), (police(), "asked")]


def test_when_the_heir_cannot_be_asked_the_old_invitation_stands(cast: Cast, divided: Case) -> None:
    typed = {"to": police().code, "instead": body("police_commune", OTHER_COMMUNE).code, "asked": ASKED}
    assert post(client_of(cast.officer), divided, "ask_part", **typed, due="2030-01-01").status_code == 409
    assert Part.objects.get().state == "asked"


def test_nobody_is_replaced_where_no_invited_body_has_ended(cast: Cast) -> None:
    page = client_of(cast.officer).get(reverse("desk_case", args=[invited().code]) + "?lam=ask_part")
    assert "instead" not in page.context["moves"].chosen.form.fields
