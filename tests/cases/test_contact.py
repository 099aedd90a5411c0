"""How to reach a resident is sealed, and each look at it leaves a step."""

import pytest

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Person, Step
from langnghe.core.refusal import Refused
from tests.cast import Cast, moment, received, staff

pytestmark = pytest.mark.django_db
CONTACT = {"phone": "0900 000 000"}


def test_only_the_holder_opens_a_contact_and_a_step_says_so(cast: Cast) -> None:
    case, _answer = received(contact=CONTACT)
    voice = case.voices.get()
    with pytest.raises(Refused, match="quyền"):
        actions.open_contact(voice, actor=acting(cast.other_officer), at=moment())
    assert not Step.objects.filter(verb="open_contact").exists()
    assert actions.open_contact(voice, actor=staff(case), at=moment()) == CONTACT
    assert Step.objects.get(verb="open_contact").body == case.holder


def test_a_resident_who_left_no_contact_has_none() -> None:
    case, _answer = received()
    assert actions.open_contact(case.voices.get(), actor=staff(case), at=moment()) == {}


def test_a_contact_is_not_readable_in_the_database() -> None:
    received(contact=CONTACT)
    assert b"0900" not in bytes(Person.objects.get().sealed)
