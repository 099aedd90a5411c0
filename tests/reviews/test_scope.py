"""To which commune a place counts: an old one to its one successor; a divided one to the province, never guessed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Place, Succession
from langnghe.reviews.engine import measure, measure_communes
from langnghe.reviews.engine import window as of_review
from langnghe.reviews.figures import DEFINITIONS
from langnghe.reviews.models import Review
from langnghe.reviews.periods import year_before
from langnghe.reviews.scope import covered
from tests.cast import COMMUNE, PROVINCE, body, moment, received
from tests.reviews.world import DIVIDED, FROZEN, JOINED, SPAN, mirror, window

pytestmark = pytest.mark.django_db
OTHER = "n11977"
RECEIVED = [DEFINITIONS["received"]]


@pytest.fixture
def fresh_law() -> Iterator[None]:
    law.forget()
    yield
    law.forget()


def unit(key: str, within: str = PROVINCE, on: date = SPAN.until) -> object:
    """Return the key of the place that `key` counts to in a review of `within`; None: to the whole alone."""
    pk = covered(law.place(within), on)[law.place(key).pk]
    return pk and Place.objects.get(pk=pk).key


def test_an_old_commune_with_one_successor_counts_to_it() -> None:
    assert unit(JOINED) == COMMUNE


def test_a_divided_commune_counts_to_the_province_alone() -> None:
    assert unit(DIVIDED) is None


def test_a_unit_that_ends_here_counts_to_its_last_heir_in_reviews_that_end_later(fresh_law: None) -> None:
    third = "n12826"
    for old, heirs, day in ((COMMUNE, [OTHER], date(2026, 5, 1)), (OTHER, [third], date(2026, 6, 1))):
        registry.reorganise_units([(law.place(old), [law.place(heir) for heir in heirs])], day, "x")
    assert [unit(key) for key in (JOINED, COMMUNE, OTHER, third)] == [third] * 4
    assert [unit(key, on=date(2026, 5, 31)) for key in (JOINED, COMMUNE, OTHER)] == [OTHER] * 3
    assert [unit(key, on=date(2025, 12, 31)) for key in (JOINED, COMMUNE, OTHER)] == [COMMUNE, COMMUNE, OTHER]
    assert {unit(key, third) for key in (JOINED, COMMUNE, OTHER, third)} == {third}


def test_a_unit_divided_here_counts_to_the_province_alone_in_reviews_that_end_later(fresh_law: None) -> None:
    registry.reorganise_units([(law.place(COMMUNE), [law.place(OTHER), law.place("n12826")])], date(2026, 6, 1), "x")
    assert (unit(COMMUNE), unit(JOINED), unit(COMMUNE, on=date(2026, 5, 30))) == (None, None, COMMUNE)


def test_a_commune_in_force_counts_to_itself_and_the_province_to_the_whole() -> None:
    assert (unit(COMMUNE), unit(PROVINCE)) == (COMMUNE, None)


def test_no_commune_of_another_province_is_covered() -> None:
    covers = covered(law.place(PROVINCE), SPAN.until)
    eras = {PROVINCE, *Succession.objects.filter(new__key=PROVINCE).values_list("old__key", flat=True)}
    places = Place.objects.filter(pk__in=covers).select_related("parent__parent")
    assert {place.province.key for place in places} == eras & {place.province.key for place in places}


def test_every_commune_of_both_eras_is_covered() -> None:
    provinces = [law.place(PROVINCE), *Place.objects.filter(heirs__new__key=PROVINCE, level="province")]
    communes = Place.objects.filter(level="commune")
    new = communes.filter(parent__in=provinces)
    old = communes.filter(parent__parent__in=provinces)
    assert {place.pk for place in (*new, *old)} <= covered(law.place(PROVINCE), SPAN.until).keys()


def test_a_review_of_a_commune_covers_the_old_communes_that_went_whole_into_it() -> None:
    origins = Succession.objects.filter(new__key=COMMUNE, kind="whole").values_list("old__key", flat=True)
    assert {unit(key, COMMUNE) for key in (COMMUNE, *origins)} == {COMMUNE}
    assert law.place(DIVIDED).pk not in covered(law.place(COMMUNE), SPAN.until)


def test_voices_of_old_communes_are_compared_with_those_of_their_successor(tmp_path: Path) -> None:
    for key in (JOINED, JOINED, DIVIDED):
        received(moment(3, 3, 2025), place=law.place(key))
    then = window(since=year_before(SPAN.since), until=year_before(SPAN.until))
    folder = mirror(tmp_path)
    assert measure(folder, then, RECEIVED)["received"][0] == 3
    assert measure_communes(folder, then, RECEIVED) == {law.place(COMMUNE).pk: {"received": (2, None)}}


def test_the_window_of_a_commune_holds_only_what_counts_to_it() -> None:
    review = Review(place=law.place(PROVINCE), since=SPAN.since, until=SPAN.until, frozen_at=FROZEN)
    review.issuer = body("engagement_commission", PROVINCE)
    places = of_review(review, law.place(COMMUNE)).places
    assert set(places.values()) == {law.place(COMMUNE).pk}
    assert law.place(JOINED).pk in places
