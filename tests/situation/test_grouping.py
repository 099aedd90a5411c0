"""Open cases of one desk that say the same are put together at night; nothing is merged by itself."""

import pytest

from langnghe.cases import actions as cases
from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.situation import actions
from langnghe.situation.grouping import groups
from langnghe.situation.models import SameMatter
from tests.cast import OTHER_COMMUNE, Cast, moment, received, staff

pytestmark = pytest.mark.django_db
NIGHT = moment(12, hour=1)
LIGHT = ("Đèn đường đầu ngõ 5 cháy hai tuần.", "den duong dau ngo 5 chay hai tuan", "Đèn đầu ngõ 5 cháy hai tuần nay")


def heard(text: str, spot: str = "đầu ngõ 5", **changes: object) -> Case:
    return received(text=text, spot=spot, **changes)[0]


def compared() -> int:
    while cases.index_voices():
        pass
    return actions.group_cases(NIGHT)


def test_voices_of_one_matter_make_one_group_and_others_none(cast: Cast) -> None:
    same = [heard(text) for text in LIGHT]
    heard("Trạm y tế hết thuốc bảo hiểm.", "trạm y tế")
    assert compared() >= 2
    assert groups(cast.committee) == [same]
    assert Case.objects.filter(merged_into=None).count() == 4


def test_other_desks_and_places_have_their_own(cast: Cast) -> None:
    heard(LIGHT[0])
    heard(LIGHT[1], place=law.place(OTHER_COMMUNE))
    assert compared() == 0 and groups(cast.committee) == []


def test_what_is_merged_told_apart_or_settled_leaves_the_group(cast: Cast) -> None:
    one, two, three = (heard(text) for text in LIGHT)
    compared()
    cases.merge(three, into=one, actor=staff(three), at=NIGHT)
    assert groups(cast.committee) == [[one, two]]
    actions.tell_apart(one, two, actor=staff(one), at=NIGHT)
    assert groups(cast.committee) == []


def test_each_night_replaces_the_one_before(cast: Cast) -> None:
    one, _two = (heard(text) for text in LIGHT[:2])
    assert compared() == 1
    cases.redact(one, reason="Theo luật", actor=staff(one, "leader"), at=NIGHT)
    assert compared() == 0 and not SameMatter.objects.exists()
