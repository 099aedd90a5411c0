"""What is counted as heard now and before, what comes back at the same spot, and what waits longest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.cases.models import Case, Step
from langnghe.registry import law
from langnghe.situation.trends import Window, longest_waiting, received, received_by_topic, recurrences
from tests.cast import Cast, moment
from tests.cast import received as hear

LAST = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("last", "before"), [(LAST, date(2025, 6, 30)), (date(2024, 2, 29), date(2023, 2, 28))], ids=str
)
def test_the_same_days_a_year_before_are_as_many(last: date, before: date) -> None:
    earlier = Window(last, 30).year_before
    assert (earlier.last, earlier.days) == (before, 30)


@given(last=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(1, 400))
def test_the_two_stretches_are_equally_long_and_touch(last: date, days: int) -> None:
    window = Window(last, days)
    assert (window.last - window.first).days == (window.before_last - window.before_first).days == days - 1
    assert window.before_last + timedelta(days=1) == window.first


@pytest.mark.django_db
def test_voices_are_counted_by_topic_now_and_before(cast: Cast) -> None:
    for day, month in [(30, 6), (1, 6), (31, 5), (2, 5), (1, 5)]:
        hear(moment(day, month))
    light = law.topics()["chieu_sang"].pk
    assert received(Window(LAST)) == ({light: (2, 2)}, {cast.commune.pk: (2, 2)})
    assert received_by_topic(Window(LAST)) == {light: 2}


@pytest.mark.django_db
def test_sealed_kinds_are_not_counted(cast: Cast) -> None:
    case, _answer = hear()
    Step.objects.filter(case=case).update(kind="denunciation")
    assert received(Window(LAST)) == ({}, {})


def come_back(day: int, spot: str = "to 5") -> Case:
    case, _answer = hear(moment(day))
    Case.objects.filter(pk=case.pk).update(spot_key=spot, is_public=day % 2 == 0)
    step = Step.objects.get(case=case, verb="receive")
    step.pk, step.verb = None, "recur"
    step.save(force_insert=True)
    return case


@pytest.mark.django_db
def test_the_spot_to_which_most_came_back_is_first(cast: Cast) -> None:
    other, first, second = come_back(8, "to 9"), come_back(9), come_back(10)
    found = recurrences(date(2026, 6, 1), LAST, 10, only_public=False)
    assert [row.cases for row in found] == [((second.pk, True), (first.pk, False)), ((other.pk, True),)]
    assert [(row.count, row.last, row.place) for row in found][0] == (2, date(2026, 6, 10), cast.commune.name)


@pytest.mark.django_db
def test_to_the_public_only_published_cases_came_back(cast: Cast) -> None:
    come_back(9)
    shown = come_back(10)
    (row,) = recurrences(date(2026, 6, 1), LAST, 10, only_public=True)
    assert (row.count, row.cases) == (1, ((shown.pk, True),))


@pytest.mark.django_db
def test_what_came_back_outside_the_days_is_left_out(cast: Cast) -> None:
    come_back(10)
    assert recurrences(date(2026, 6, 11), LAST, 10, only_public=False) == []


@pytest.mark.django_db
def test_the_oldest_due_date_waits_longest_and_a_paused_one_does_not(cast: Cast) -> None:
    late, later, paused = (hear(moment(day))[0] for day in (8, 15, 1))
    Case.objects.filter(pk=paused.pk).update(paused=date(2026, 6, 2))
    assert list(longest_waiting(Case.objects.all(), 5)) == [late, later]
