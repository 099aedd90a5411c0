"""What happened is added up once and stays exact: with the tallies, without them, and between two runs."""

from datetime import date
from typing import Any

import pytest

from langnghe.cases import actions
from langnghe.registry import law
from langnghe.situation.actions import check_tallies, retally, tally
from langnghe.situation.counts import Range
from langnghe.situation.models import Tally, TallyEnd
from langnghe.situation.tallies import Happened, happened
from tests.cast import OTHER_COMMUNE, Cast, answered, moment, received, resident

pytestmark = pytest.mark.django_db
HALF = Range(date(2026, 1, 1), date(2026, 6, 30))


def told(found: Happened) -> dict[str, int]:
    verbs = ("receive", "overdue", "refer", "refer_up", "reopen", "escalate", "reply", "rate")
    return {verb: found.count(verb) for verb in verbs if found.count(verb)}


def test_before_the_first_run_all_is_counted_from_the_steps(cast: Cast) -> None:
    answered()
    assert told(happened(HALF)[0]) == {"receive": 1, "reply": 1}
    assert Tally.objects.count() == 0


def test_a_step_is_counted_once_before_and_after_the_run_that_adds_it(cast: Cast) -> None:
    received(moment(1))
    tally(moment(2), least=1)
    received(moment(3))
    between = happened(HALF)[0].count("receive")
    tally(moment(4), least=1)
    assert (between, happened(HALF)[0].count("receive")) == (2, 2)


def test_whole_months_and_the_days_around_them_give_what_the_days_alone_give(cast: Cast) -> None:
    for day, month in ((31, 1), (1, 2), (15, 2), (28, 2), (1, 3), (9, 3), (10, 3)):
        received(moment(day, month))
    tally(moment(), least=1)
    windows = {(date(2026, 1, 31), date(2026, 3, 9)): 6, (date(2026, 2, 1), date(2026, 2, 28)): 3}
    windows |= {(date(2026, 2, 2), date(2026, 2, 28)): 2, (date(2026, 2, 1), date(2026, 3, 31)): 6}
    windows |= {(date(2026, 3, 2), date(2026, 3, 9)): 1}
    for (since, until), count in windows.items():
        assert happened(Range(since, until))[0].count("receive") == count, (since, until)


def test_two_windows_are_read_together_and_kept_apart(cast: Cast) -> None:
    received(moment(5, 3, 2025))
    received(moment(5, 3))
    received(moment(6, 3))
    tally(moment(), least=1)
    now, before = happened(HALF, Range(date(2025, 1, 1), date(2025, 6, 30)))
    assert (now.count("receive"), before.count("receive")) == (2, 1)


def test_a_place_has_its_own_counts_only(cast: Cast) -> None:
    received(moment(1))
    received(moment(1), place=law.place(OTHER_COMMUNE))
    tally(moment(2), least=1)
    received(moment(3), place=law.place(OTHER_COMMUNE))
    here = happened(Range(HALF.since, HALF.until, cast.commune))[0]
    everywhere = happened(HALF)[0]
    assert (here.count("receive"), everywhere.count("receive")) == (1, 3)
    assert everywhere.by("place", "receive") == {cast.commune.pk: 1, law.place(OTHER_COMMUNE).pk: 2}


def test_good_are_answers_in_time_and_ratings_of_four_or_five(cast: Cast) -> None:
    case, answer = answered()[:2]
    actions.rate(case, stars=5, sentence="", actor=resident(answer), at=moment(20))
    before = happened(HALF)[0]
    tally(moment(21), least=1)
    after = happened(HALF)[0]
    for found in (before, after):
        assert (found.good("reply"), found.good("rate"), found.by("outcome", "reply")) == (1, 1, {case.outcome: 1})


def test_a_few_new_steps_are_left_to_the_next_run(cast: Cast) -> None:
    received(moment(1))
    tally(moment(2), least=1)  # the first run counts from number 0, wherever the database's numbers stand
    received(moment(1))
    assert tally(moment(2)) == 0
    assert tally(moment(2), least=1) > 0
    assert tally(moment(2), least=1) == 0


def test_the_nightly_look_finds_a_wrong_tally_and_makes_all_anew(cast: Cast) -> None:
    received(moment(1))
    tally(moment(2), least=1)
    assert check_tallies(moment(3)) == []
    Tally.objects.filter(span="month", verb="receive").update(count=7)
    assert check_tallies(moment(3)) == ["06/2026: 1"]
    assert happened(HALF)[0].count("receive") == 1
    assert check_tallies(moment(3)) == []


def test_made_anew_they_say_the_same(cast: Cast) -> None:
    answered()
    tally(moment(20), least=1)
    before = (told(happened(HALF)[0]), TallyEnd.objects.get().step)
    retally(moment(21))
    assert (told(happened(HALF)[0]), TallyEnd.objects.get().step) == before


def test_later_reads_of_one_window_ask_the_tallies_no_more(cast: Cast, django_assert_num_queries: Any) -> None:
    received(moment(1))
    tally(moment(2), least=1)
    with django_assert_num_queries(3):
        happened(HALF)
    with django_assert_num_queries(2):
        happened(HALF)
