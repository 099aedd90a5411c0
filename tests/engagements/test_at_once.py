"""Two who plan the same reception day in the same instant: one day, and a sentence for the second."""

from collections.abc import Iterator
from datetime import time
from functools import partial
from typing import Any

import pytest

from langnghe.cases.lifecycle import acting
from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Arrangement, Engagement
from tests.cases.test_concurrency import at_once
from tests.cases.test_concurrency import committed as committed
from tests.cast import Cast, moment

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def swept(committed: None) -> Iterator[None]:
    yield
    for model in (Arrangement, Engagement):
        model._default_manager.all()._raw_delete("default")


def test_of_two_who_add_the_same_day_one_wins() -> None:
    cast = Cast()
    body, officers = cast.committee, [acting(cast.officer), acting(cast.leader)]
    setting = Setting("Hội trường", time(8), time(10))
    said: dict[str, Any] = {"day": moment(16).date(), "chair": "Chủ tịch", "setting": setting, "at": moment(10)}
    found = at_once(*[partial(actions.plan_extra, body, actor=who, **said) for who in officers])
    assert sorted(isinstance(each, Refused) for each in found) == [False, True], found
    assert Engagement.objects.count() == 1
