"""Supervisors draw answered cases by chance, ask back who agreed; their verdict is a step that reviews count."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases.desk_models import Sample, SampleItem
from langnghe.cases.models import Step
from langnghe.registry.models import Member
from langnghe.reviews.models import Fact
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, body, member, moment
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db
SPAN = {"since": "2026-06-01", "until": "2026-06-30"}
REACH = {"contact": {"phone": "0912345678"}, "may_call_back": True}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


@pytest.fixture
def front(cast: Cast) -> Member:
    return member("front-here", body("front_commune", COMMUNE), "supervisor")


def drawn(who: Member, size: int = 10) -> Sample:
    signed_in(who).post(reverse("samples"), SPAN | {"size": size})
    return Sample.objects.get()


def say(who: Member, item: SampleItem, **fields: object) -> Any:
    return signed_in(who).post(reverse("sample", args=[item.sample_id]), {"item": item.pk} | fields)


def test_a_sample_is_drawn_by_chance_that_everyone_can_repeat(front: Member) -> None:
    cases = [answered()[0].pk for _number in range(7)]
    sample = drawn(front, 3)
    ranked = sorted(cases, key=lambda pk: hashlib.sha256(f"{sample.seed}:{pk}".encode()).digest())
    assert [item.case_id for item in sample.items.order_by("pk")] == ranked[:3]
    assert sample.population == 7


def test_only_answered_cases_of_the_own_place_and_span_are_drawn(front: Member) -> None:
    answered()
    elsewhere = member("front-there", body("front_commune", OTHER_COMMUNE), "supervisor")
    page = signed_in(elsewhere).post(reverse("samples"), SPAN | {"size": 5})
    assert page.status_code == 422 and "Không có vụ việc nào" in page.content.decode()
    assert drawn(front).items.count() == 1


IMPOSSIBLE = [{"size": 0}, {"size": 51}, {"since": "2026-07-01"}, {"until": "2027-01-01"}, {"size": "x"}]


def test_a_sample_is_read_five_at_a_time_with_what_was_said(front: Member) -> None:
    for number in range(7):
        answered(text=f"Lời số {number} về ngõ tối.")
    page = signed_in(front).get(reverse("sample", args=[drawn(front, 7).pk]))
    assert len(page.context["rows"]) == 5 and page.context["drawn"] == 7
    assert all("về ngõ tối" in row["said"] for row in page.context["rows"])
    address = page.wsgi_request.path + page.context["pager"]["next_href"]
    rest = signed_in(front).get(address).context["rows"]
    assert len(rest) == 2
    given = signed_in(front).post(address, {"item": rest[0]["item"].pk, "verdict": "settled", "note": "Đã sáng"})
    assert given["Location"] == address


@pytest.mark.parametrize("said", IMPOSSIBLE)
def test_a_draw_that_cannot_be_is_refused_in_words(front: Member, said: dict[str, object]) -> None:
    answered()
    assert signed_in(front).post(reverse("samples"), SPAN | {"size": 5} | said).status_code == 422
    assert not Sample.objects.exists()


def test_a_verdict_is_a_step_that_everyone_reads(front: Member) -> None:
    case, *_ = answered()
    item = drawn(front).items.get()
    assert say(front, item, verdict="unsettled", note="Đèn vẫn tắt tối 25/06.").status_code == 302
    step = Step.objects.get(verb="inspect")
    assert (step.cause, step.role, step.reason) == ("unsettled", "supervisor", "Đèn vẫn tắt tối 25/06.")
    assert step.body == front.body
    page = signed_in(Cast().officer).get(reverse("desk_case", args=[case.code])).content.decode()
    assert "Chưa giải quyết như trả lời" in page and "Đèn vẫn tắt tối 25/06." in page


def test_a_verdict_is_given_once_with_its_reason_and_by_the_body_that_drew(front: Member, cast: Cast) -> None:
    answered()
    item = drawn(front).items.get()
    assert say(front, item, verdict="settled", note=" ").status_code == 409
    assert say(front, item, verdict="khac", note="x").status_code == 409
    assert say(cast.supervisor, item, verdict="settled", note="x").status_code == 404
    assert say(cast.officer, item, verdict="settled", note="x").status_code == 404
    assert say(front, item, verdict="settled", note="Đã sáng").status_code == 302
    assert say(front, item, verdict="partly", note="Đã sáng").status_code == 409
    assert Step.objects.filter(verb="inspect").count() == 1


def test_names_and_numbers_in_a_verdict_are_pointed_at_before_all_read_them(front: Member) -> None:
    answered()
    item, words = drawn(front).items.get(), "Ông Nguyễn Văn An, 0912345678, nói đèn vẫn tắt."
    page = say(front, item, verdict="unsettled", note=words)
    assert page.status_code == 409 and words in page.content.decode() and "số điện thoại" in page.content.decode()
    assert say(front, item, verdict="unsettled", note="dài " * 600, seen="on").status_code == 409
    assert not Step.objects.filter(verb="inspect").exists()
    assert say(front, item, verdict="unsettled", note=words, seen="on").status_code == 302


def test_who_agreed_is_asked_back_and_it_is_noted(front: Member) -> None:
    case, *_ = answered(**REACH)
    item = drawn(front).items.get()
    page = say(front, item, verb="ask_back", voice=case.voices.get().pk)
    assert "0912345678" in page.content.decode()
    step = Step.objects.get(verb="ask_back")
    assert (step.account, step.body) == (front.account, front.body)


@pytest.mark.parametrize("reach", [{"contact": {"phone": "0912345678"}}, {}])
def test_who_did_not_agree_is_not_asked(front: Member, reach: dict[str, Any]) -> None:
    case, *_ = answered(**reach)
    item = drawn(front).items.get()
    page = say(front, item, verb="ask_back", voice=case.voices.get().pk)
    assert page.status_code == 409 and "0912345678" not in page.content.decode()


def test_a_case_that_was_not_drawn_gives_no_contact(front: Member) -> None:
    answered()
    item = drawn(front).items.get()
    other, *_ = answered(**REACH)
    assert "0912345678" not in say(front, item, verb="ask_back", voice=other.voices.get().pk).content.decode()


def test_the_page_says_how_sure_the_share_is(front: Member) -> None:
    for _number in range(4):
        answered()
    items = list(drawn(front, 4).items.all())
    for item, verdict in zip(items, ("settled", "settled", "unsettled", "unclear"), strict=True):
        say(front, item, verdict=verdict, note="Đã đến xem")
    page = signed_in(front).get(reverse("sample", args=[items[0].sample_id])).content.decode()
    assert "2 trên 3" in page and "từ 21 đến 94 phần trăm" in page  # Wilson, by hand: .2077 to .9385


def test_the_review_counts_what_was_checked(front: Member) -> None:
    answered()
    say(front, drawn(front).items.get(), verdict="settled", note="Đã sáng")
    fact = Fact.objects.get(what="inspect")
    assert (fact.cause, fact.day) == ("settled", date(2026, 6, 30))
