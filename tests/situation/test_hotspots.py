"""A rise is noted once, followed while it lasts, and decided on openly."""

from datetime import date, timedelta

import pytest

from langnghe.cases.lifecycle import Actor, acting
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from langnghe.registry import law
from langnghe.situation import actions, history
from langnghe.situation.hearing import communes, heard, weeks
from langnghe.situation.models import HotSpot
from langnghe.situation.scanning import found
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, moment, received

pytestmark = pytest.mark.django_db
NIGHT = moment(20, hour=1)
LAST = date(2026, 6, 19)
BEFORE = [(day, place) for day in range(60, 8, -4) for place in (OTHER_COMMUNE, COMMUNE, OTHER_COMMUNE)]


def hear(days_before: int, place: str = COMMUNE, topic: str = "nuoc_sach") -> None:
    at = NIGHT - timedelta(days=1 + days_before)
    received(at, place=law.place(place), topic=law.topics()[topic])


@pytest.fixture
def a_rise() -> None:
    """Many quiet weeks, then ten voices about water in one commune within two days."""
    for number, (day, place) in enumerate(BEFORE):
        hear(day, place, ("nuoc_sach", "chieu_sang")[number % 2])
    for number in range(10):
        hear(number % 2)


def spot() -> HotSpot:
    actions.find_hotspots(NIGHT)
    return HotSpot.objects.filter(topic=law.topics()["nuoc_sach"]).get()


@pytest.mark.usefixtures("a_rise")
def test_a_rise_is_noted_with_where_since_when_and_how_unusual() -> None:
    one = spot()
    assert (one.centre, one.since, one.last, one.observed) == (
        law.place(COMMUNE),
        date(2026, 6, 18),
        LAST,
        10,
    )
    assert [place.key for place in one.places.all()] == [COMMUNE]
    assert one.expected < 6 and one.p < 0.001 and one.once_in > 1000
    assert (one.state, one.first_seen) == ("open", date(2026, 6, 20))


@pytest.mark.usefixtures("a_rise")
def test_the_same_rise_is_one_hot_spot_the_next_night() -> None:
    first = spot()
    hear(-1)
    assert actions.find_hotspots(NIGHT + timedelta(days=1)) == []
    again = HotSpot.objects.get(pk=first.pk)
    assert (again.observed, again.last, again.first_seen) == (11, LAST + timedelta(days=1), first.first_seen)


def test_quiet_days_raise_nothing() -> None:
    for day, place in BEFORE:
        hear(day - 5, place)
    assert actions.find_hotspots(NIGHT) == []


@pytest.mark.usefixtures("a_rise")
def test_the_scan_looks_at_whole_days_only() -> None:
    assert {day for _topic, _place, day in heard(LAST)} <= {LAST - timedelta(n) for n in range(180)}
    again = list(found(LAST, communes(LAST), heard(LAST)))
    assert again == list(found(LAST, communes(LAST), heard(LAST)))


@pytest.mark.usefixtures("a_rise")
def test_confirming_makes_a_commitment_with_owner_and_day_and_a_log_entry(cast: Cast) -> None:
    one = actions.confirm_hotspot(
        spot(),
        owner=cast.committee,
        task="Kiểm tra nguồn nước, báo cáo dân",
        due=date(2026, 6, 25),
        reason="Đúng là nước đục",
        actor=acting(cast.commission),
        at=NIGHT,
    )
    promise = Commitment.objects.get(origin=one.code)
    assert (promise.body, promise.due, one.commitment) == (cast.committee, date(2026, 6, 25), promise)
    assert LogEntry.objects.filter(event="confirm_hotspot").count() == 1
    assert not [line for line in differences(history.entries()) if one.code in line]
    HotSpot.objects.filter(pk=one.pk).update(reason="Khác đi")
    assert [line for line in differences(history.entries()) if one.code in line]


@pytest.mark.usefixtures("a_rise")
def test_a_dismissed_one_needs_a_reason_and_is_not_raised_again(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.dismiss_hotspot(spot(), reason=" ", actor=acting(cast.commission), at=NIGHT)
    one = actions.dismiss_hotspot(spot(), reason="Do một chiến dịch", actor=acting(cast.commission), at=NIGHT)
    hear(-1)
    assert actions.find_hotspots(NIGHT + timedelta(days=1)) == []
    again = HotSpot.objects.get(pk=one.pk)
    assert (again.state, again.observed) == ("dismissed", 10)
    with pytest.raises(Refused):
        actions.dismiss_hotspot(one, reason="Lần nữa", actor=acting(cast.commission), at=NIGHT)


@pytest.mark.usefixtures("a_rise")
def test_residents_decide_nothing_about_hot_spots() -> None:
    with pytest.raises(Refused):
        actions.dismiss_hotspot(spot(), reason="Không", actor=Actor("resident"), at=NIGHT)


@pytest.mark.usefixtures("a_rise")
def test_the_plain_count_names_the_commune_too() -> None:
    first, *others = weeks(LAST, communes(LAST))
    assert (first.place.key, first.now) == (COMMUNE, 10)
    assert first.p < 0.001 < others[0].p
