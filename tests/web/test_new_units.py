"""Units that a reorganisation makes and ends here are known wherever a place is typed, found, shown or linked."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.intake import books
from langnghe.cases.models import Case
from langnghe.cases.reorganisation import Reorganisation
from langnghe.cli import posting
from langnghe.core.refusal import Refused
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.gazetteer import released
from langnghe.registry.models import Body, Boundary, Member, Place, Succession
from langnghe.situation.neighbours import around
from langnghe.web.places import commune_in, where
from tests.cast import PROVINCE, Cast, body, member, moment, received, run_next_job
from tests.web.test_intake import told
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db
NOW, DAY = moment(10), date(2026, 6, 10)
DIVIDED, WHOLE, HEIR, NEW = "n11953", "n11977", "n11983", "n99999"  # Phố Hiến, Tân Hưng, Sơn Nam, Ổ Ẵm
MOVES = "Phường Phố Hiến → Phường Ổ Ẵm (99999); Phường Sơn Nam\nXã Tân Hưng → Phường Ổ Ẵm (99999)"
VOICE = {"text": "Đèn đường đầu ngõ cháy đã hai tuần.", "topic": "chieu_sang", "kind": "feedback"}
HERE = "Gửi phản ánh tại đây"


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = NOW
    cache.clear()
    law.forget()
    yield
    law.forget()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    return signed_in(cast.commission)


def signed_in(person: Member) -> Client:
    client = Client()
    client.force_login(person.account)
    return client


def planned(keeper: Client, moves: str = MOVES) -> Any:
    said = {"title": "Sắp xếp", "document_no": "NQ 9/2026", "day": DAY.isoformat(), "moves": moves}
    return keeper.post(reverse("reorganisation_new"), said)


def decide(keeper: Client, verb: str, **said: object) -> None:
    keeper.post(reverse("decide_reorganisation", args=[Reorganisation.objects.latest("pk").pk, verb]), said)


def reorganised(keeper: Client, moves: str = MOVES) -> None:
    assert planned(keeper, moves).status_code == 302
    decide(keeper, "ap-dung")
    while run_next_job(NOW):
        pass


def spoken(client: Client, place: str, **more: str) -> Any:
    key = client.get(reverse("speak")).context["form"]["key"].value()
    return client.post(reverse("speak"), VOICE | {"place": place, "key": key, "appearance": "summary"} | more)


def holder(case: Case | None = None) -> str:
    return Case.objects.get(pk=case.pk if case else Case.objects.latest("pk").pk).holder.code


@pytest.mark.parametrize("words", ["Phường Ổ Ẵm", "phuong o am", "Xã Tân Hưng", "Phường Ổ Ẵm, Tỉnh Hưng Yên"])
def test_a_resident_may_name_the_new_unit_or_one_it_took_over_whole(keeper: Client, client: Client, words: str) -> None:
    reorganised(keeper)
    assert spoken(client, words).status_code == 200
    assert holder() == f"committee_commune.{NEW}"


@pytest.mark.parametrize("words", ["Phường Phố Hiến", "Phường Hiến Nam"])  # the latter went into it in 2025
def test_of_a_divided_unit_a_resident_is_asked_for_the_heir(keeper: Client, client: Client, words: str) -> None:
    reorganised(keeper)
    form = spoken(client, words).context["form"]
    assert {key for key, _label in form.where.choices} == {NEW, HEIR}
    assert "place" in form.errors and not Case.objects.exists()
    spoken(client, words, place_key=NEW)
    assert holder() == f"committee_commune.{NEW}"


def test_the_officer_of_the_new_unit_enters_what_the_form_begins_with(keeper: Client) -> None:
    reorganised(keeper)
    officer = signed_in(member("moi", body("committee_commune", NEW), "officer"))
    place = officer.get(reverse("intake")).context["form"]["place"].value()
    assert place == "Phường Ổ Ẵm"
    assert officer.post(reverse("intake"), told(place=place)).status_code == 200
    assert holder() == f"committee_commune.{NEW}"


def test_the_pages_of_units_say_where_to_speak_now(keeper: Client, client: Client) -> None:
    assert HERE in page(client.get(f"/noi/{WHOLE}"))  # and is in the caches before
    reorganised(keeper)
    assert HERE in page(client.get(f"/noi/{NEW}"))
    assert client.get(f"/noi/{WHOLE}")["Location"] == f"/noi/{NEW}"
    before = page(client.get(f"/noi/{DIVIDED}"))
    assert f"/noi/{NEW}" in before and f"/noi/{HEIR}" in before and HERE not in before
    assert client.get(reverse("place_feed", args=[WHOLE]))["Location"] == reverse("place_feed", args=[NEW])
    assert client.get(reverse("place_feed", args=[DIVIDED])).status_code == 404
    listed = page(client.get(reverse("cases")))
    assert f'value="{NEW}"' in listed and f'value="{WHOLE}"' not in listed


def test_a_poster_of_an_ended_unit_still_leads_to_the_form(keeper: Client, client: Client) -> None:
    reorganised(keeper)

    def first(key: str) -> str:
        form = client.get(reverse("speak"), {"noi": key}).context["form"]
        return str(form["place"].value())

    assert first(NEW) == first(WHOLE) == "Phường Ổ Ẵm, Tỉnh Hưng Yên"
    assert {key for key, _label in where(first(DIVIDED), "", DAY).choices} == {NEW, HEIR}
    assert posting._place(WHOLE) == law.place(NEW)  # and new ones are made of the heir
    with pytest.raises(Refused, match=NEW):
        posting._place(DIVIDED)


def test_the_map_leads_by_name_to_the_page_of_the_new_unit(keeper: Client, client: Client) -> None:
    reorganised(keeper)
    assert client.get(reverse("map"), {"xa": "phường ổ ẵm"})["Location"] == f"/noi/{NEW}"
    asked = page(client.get(reverse("map"), {"xa": "Phường Phố Hiến"}))
    assert f'<li><a href="/noi/{NEW}">' in asked and f'<li><a href="/noi/{HEIR}">' in asked


def test_other_systems_letters_and_books_know_the_units(keeper: Client) -> None:
    reorganised(keeper)
    token = registry.admit_client("Cổng thử")

    def sent(place: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"khoa-chong-trung-{place}"}
        said = json.dumps({"text": VOICE["text"], "place": place})
        return Client().post("/api/v1/voices", said, content_type="application/json", headers=headers)

    for place in ("Phường Ổ Ẵm", NEW, WHOLE):
        assert sent(place).json()["body"] == body("committee_commune", NEW).name
    for place in ("Phường Phố Hiến, Hưng Yên", DIVIDED):
        asked = sent(place)
        assert (asked.status_code, asked.json()["candidates"]) == (422, ["Phường Ổ Ẵm", "Phường Sơn Nam"])
    assert commune_in("Đèn ở phường Ổ Ẵm cháy đã hai tuần.", DAY).place == law.place(NEW)
    assert len(commune_in("Đèn ở phường Phố Hiến cháy.", DAY).choices) == 2
    found = books._resolved("Phường Ổ Ẵm", PROVINCE, DAY)
    assert found.unit is not None and found.unit.key == NEW


CLASSIFIED = {"kind": "petition", "topic": "giao_thong", "scope": "", "condition": "normal", "spot": ""}


def classified(case: Case, person: Member, **said: str) -> Any:
    return signed_in(person).post(reverse("move", args=[case.code, "classify"]), CLASSIFIED | said)


def test_an_inherited_case_stays_with_its_heir_when_classified_as_filled_in(keeper: Client) -> None:
    case, _answer = received(place=law.place(DIVIDED))
    reorganised(keeper)
    decide(keeper, "chon", tu=DIVIDED, noi=NEW)
    officer = member("moi", body("committee_commune", NEW), "officer")
    desk = signed_in(officer).get(reverse("desk_case", args=[case.code]), {"lam": "classify"})
    filled = desk.context["moves"].chosen.form["place"].value()
    assert filled == "Phường Ổ Ẵm"
    assert classified(case, officer, place=filled).status_code == 302
    assert holder(case) == f"committee_commune.{NEW}"


def test_a_case_that_waits_at_the_province_is_classified_to_an_heir_or_not_at_all(keeper: Client, cast: Cast) -> None:
    reorganised(keeper)
    case, _answer = received(NOW, place=law.place(DIVIDED))
    assert holder(case) == f"committee_province.{PROVINCE}"
    asked = classified(case, cast.province_officer, place="Phường Phố Hiến")
    assert asked.status_code == 422 and NEW in page(asked) and HEIR in page(asked)
    assert classified(case, cast.province_officer, place="Phường Phố Hiến", place_key=HEIR).status_code == 302
    assert holder(case) == f"committee_commune.{HEIR}"


def test_a_case_at_a_unit_that_ended_twice_is_routed_to_the_last_heir(keeper: Client) -> None:
    (old,) = Succession.objects.filter(new__key=WHOLE, kind="whole").values_list("old__key", flat=True)[:1]
    reorganised(keeper)
    assert received(NOW, place=law.place(old))[0].holder.code == f"committee_commune.{NEW}"
    assert [place.key for place in law.heirs(law.place(old), DAY)] == [NEW]
    assert {place.key for place in law.heirs(law.place("o11953"), DAY)} == {NEW, HEIR}


def test_units_that_went_into_one_another_are_followed_to_an_end() -> None:
    one, other = law.place(DIVIDED), law.place(WHOLE)
    for old, new, day in ((one, other, DAY), (other, one, date(2026, 6, 5))):  # a day typed wrongly
        registry.reorganise_units([(old, [new])], day, "x")
    law.forget()
    one, other = law.place(DIVIDED), law.place(WHOLE)
    assert (law.heir(one, DAY), law.heirs(one, DAY), where(one.name, "", DAY).place) == (None, [], None)
    assert received(NOW, place=one)[0].holder.code == f"committee_province.{PROVINCE}"
    assert law.standing(body("police_commune", DIVIDED), DAY).place in {one, other}


def test_maps_and_lists_do_with_a_unit_that_has_no_outline_and_no_population(keeper: Client, client: Client) -> None:
    around(law.place(HEIR).pk, DAY)
    square = [[[[106.0, 20.6], [106.1, 20.6], [106.1, 20.7], [106.0, 20.6]]]]
    Boundary.objects.create(place=law.place(HEIR), outline=square, borders=[], source="x")
    reorganised(keeper, f"{MOVES}\nXã Hoàng Hoa Thám → Phường Ổ Ẵm (99999); Xã Mới Nữa (99998)")
    names = [name for name, _lat, _lon in client.get(reverse("places")).json()]
    assert "Phường Ổ Ẵm, Tỉnh Hưng Yên" in names and "Phường Phố Hiến, Tỉnh Hưng Yên" not in names
    lacking = page(client.get(reverse("place_map"))).partition("Chưa có ranh giới nên chưa vẽ: ")[2]
    assert "Phường Ổ Ẵm" in lacking and "Phường Sơn Nam" not in lacking
    for name in ("map", "map_data", "situation", "home"):
        assert client.get(reverse(name)).status_code == 200
    received(place=law.place(NEW))
    assert "chưa có số dân" in page(keeper.get(reverse("comparison")))
    assert law.place(NEW).pk in around(law.place(NEW).pk, DAY) and len(around(law.place(NEW).pk, DAY)) > 1


def test_what_another_process_reorganised_is_known_after_some_seconds(django_assert_num_queries: Any) -> None:
    law.refresh(1e9)
    assert where("Phường Ổ Ẵm", "", DAY).place is None
    old = Place.objects.get(key=WHOLE)
    fresh = Place(key=NEW, code=NEW[1:], level="commune", type="phuong", name="Phường Ổ Ẵm", parent=old.parent)
    fresh.save()
    Succession.objects.create(old=old, new=fresh, kind="whole")
    Place.objects.filter(pk=old.pk).update(valid_to=date(2026, 6, 9))
    with django_assert_num_queries(0):
        law.refresh(1e9 + law.FRESH - 1)
    assert where("Phường Ổ Ẵm", "", DAY).place is None
    with django_assert_num_queries(1):
        law.refresh(1e9 + law.FRESH)
    assert where("Phường Ổ Ẵm", "", DAY).place == where("Xã Tân Hưng", "", DAY).place == fresh
    with django_assert_num_queries(0):
        where("Phường Ổ Ẵm lần nữa", "", DAY)


def test_a_draft_and_a_refused_plan_leave_nothing_behind(keeper: Client, client: Client) -> None:
    planned(keeper)
    assert law.gazetteer() is released()
    Place.objects.filter(key=HEIR).update(valid_to=date(2026, 6, 1))
    decide(keeper, "ap-dung")
    Place.objects.filter(key=HEIR).update(valid_to=None)
    decide(keeper, "xoa")
    assert law.gazetteer() is released()
    assert client.get(f"/noi/{NEW}").status_code == 404 and HERE in page(client.get(f"/noi/{WHOLE}"))


@pytest.mark.parametrize("name", ["Ổ Ẵm", "X", "—", "Phường", "Phường —", "Xãm Mới"])
def test_a_new_unit_without_its_type_or_name_is_refused(keeper: Client, name: str) -> None:
    answer = planned(keeper, f"Xã Tân Hưng → {name} (99999)")
    assert answer.status_code == 422 and "ghi đủ loại và tên" in page(answer)


def test_a_new_unit_goes_on_without_approval_where_the_old_one_had_none() -> None:
    Body.objects.filter(place=law.place(WHOLE), type="committee_commune").update(approves=False)
    made = registry.make_unit("Xã Mới", "99999", law.place(WHOLE), DAY, "x")
    found = dict(Body.objects.filter(place=made).values_list("type", "approves"))
    assert found.pop("committee_commune") is False and all(found.values())


@pytest.mark.parametrize("name", ["X", "—", "Hoà Bình"])
def test_a_unit_named_in_any_way_before_breaks_no_search(name: str) -> None:
    made = registry.make_unit(name, "99999", law.place(WHOLE), DAY, "x")
    registry.reorganise_units([(law.place(WHOLE), [made])], DAY, "x")
    assert where("Xã Tân Hưng", "", DAY).place == made
    assert where("Xã Tân Hưngg", "", DAY).problem
