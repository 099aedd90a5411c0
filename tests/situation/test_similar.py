"""Which cases are proposed as the same matter: near in words, place, spot and days, at once and without lost words."""

from datetime import date

import pytest

from langnghe.cases import actions as cases
from langnghe.cases.actions import Classification
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, TextGrams, Voice
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation import actions
from langnghe.situation.models import GramCounts, LikenessWeights
from langnghe.situation.neighbours import around
from langnghe.situation.similar import Sought, similar, weights_now
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, moment, received, staff

pytestmark = pytest.mark.django_db
FLOOD = "Cống đầu thôn 3 tắc, hễ mưa là nước ngập vào sân nhà dân."
FLOOD_TYPED = "cong dau thon 3 tac, mua la ngap san nha dan"
LIGHT = "Đèn đường đầu ngõ cháy đã hai tuần, tối đi lại rất nguy hiểm."
DAY = date(2026, 6, 8)


def sought(place: str = COMMUNE) -> Sought:
    return Sought(FLOOD_TYPED, law.place(place), date(2026, 6, 12), "cống đầu thôn 3")


def flood(**changes: object) -> Case:
    return received(**{"text": FLOOD, "spot": "Cống đầu thôn 3"} | changes)[0]  # type: ignore[arg-type]


def test_a_voice_is_found_before_and_after_it_is_in_the_index() -> None:
    case = flood()
    received(text=LIGHT)
    fresh = similar(sought())
    assert (fresh[0].case, fresh[0].is_same, fresh[0].same_spot, fresh[0].days) == (case, True, True, 4)
    assert cases.index_voices() == 2 and cases.index_voices() == 0
    assert similar(sought()) == fresh


def test_other_matters_are_not_called_the_same() -> None:
    received(text=LIGHT)
    received(text="Cống ở thôn 7 thoát nước kém, xin nạo vét trước mùa mưa.", spot="thôn 7")
    assert not any(one.is_same for one in similar(sought()))
    assert len(similar(sought())) <= 1


def test_neighbours_count_less_and_far_places_and_old_days_not_at_all() -> None:
    near = around(law.place(COMMUNE).pk, DAY)
    far = law.place(OTHER_COMMUNE)
    assert len(near) == 7 and near[0] == law.place(COMMUNE).pk and far.pk not in near
    flood(place=law.place(Place.objects.get(pk=near[1]).key))
    flood(place=far)
    flood(at=moment(8, 2))
    here = flood()
    first, second = similar(sought())
    assert (first.case, first.elsewhere, second.elsewhere) == (here, False, True)
    assert first.likeness > second.likeness


def test_a_merged_case_stands_for_the_one_that_carries_it() -> None:
    one, two = flood(), flood()
    cases.merge(two, into=one, actor=staff(two), at=moment(9))
    assert [found.case for found in similar(sought())] == [one]


def test_the_public_is_shown_published_cases_alone() -> None:
    case = flood()
    assert similar(sought(), only_public=True) == []
    Case.objects.filter(pk=case.pk).update(is_public=True)
    assert [one.case for one in similar(sought(), only_public=True)] == [case]


def test_redacted_words_leave_the_index() -> None:
    case = flood()
    cases.index_voices()
    cases.redact(case, reason="Theo yêu cầu", actor=staff(case, "leader"), at=moment(9))
    assert not TextGrams.objects.exists() and similar(sought()) == []
    cases.index_voices()
    assert not TextGrams.objects.exists()


def test_a_case_classified_to_another_place_is_found_there() -> None:
    case = flood()
    cases.index_voices()
    into = Classification("feedback", case.topic, law.place(OTHER_COMMUNE), "cống đầu thôn 3")
    cases.classify(case, into, actor=staff(case), at=moment(9))
    assert similar(sought()) == []
    assert [one.case for one in similar(sought(OTHER_COMMUNE))] == [case]
    cases.index_voices()
    assert [one.case for one in similar(sought(OTHER_COMMUNE))] == [case]


def test_the_index_is_made_anew_by_emptying_it() -> None:
    flood()
    cases.index_voices()
    cases.empty_index()
    assert not TextGrams.objects.exists() and Voice.objects.filter(in_index=False).count() == 1
    cases.index_voices()
    assert TextGrams.objects.count() == 1


def test_grams_are_counted_over_the_indexed_texts() -> None:
    flood()
    received(text=LIGHT)
    cases.index_voices()
    for _turn in range(3):
        assert actions.count_grams(moment()) == 2
    assert GramCounts.objects.count() == 2


def test_only_officers_of_the_holder_tell_cases_apart(cast: Cast) -> None:
    one, two = flood(), flood()
    with pytest.raises(Refused):
        actions.tell_apart(one, two, actor=acting(cast.other_officer), at=moment())
    said = actions.tell_apart(two, one, actor=staff(one), at=moment())
    assert (said.first, said.second, said.same) == (one, two, False)


def test_weights_are_learnt_only_from_enough_judgements_and_can_be_taken_back() -> None:
    before = weights_now()
    with pytest.raises(Refused):
        actions.learn_likeness(moment(), least=10, precision=0.95)
    for number in range(12):
        day = moment(1 + number)
        texts = (f"Cống số {number} tắc nước ngập sân", f"cong so {number} bi tac, ngap san nha")
        one, two = (received(day, text=text, spot=f"cống số {number}")[0] for text in texts)
        cases.merge(two, into=one, actor=staff(two), at=day)
    actions.learn_likeness(moment(20), least=10, precision=0.95)
    assert weights_now() != before
    assert LikenessWeights.objects.get().card["judged_cases"] == 24
    assert actions.roll_back_likeness(moment(21)) and weights_now() == before
    assert not actions.roll_back_likeness(moment(21)) and LikenessWeights.objects.count() == 1
