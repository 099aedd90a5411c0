"""The faults in small numbers; `make faults` tries more of each, `make faults-long` reaches the goals."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from langnghe import settings
from tests.faults import client, disk, history
from tests.faults.ground import Ground, Site
from tests.faults.scenarios import SCENARIOS, Scenario, play

pytestmark = pytest.mark.faults
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


@pytest.fixture(scope="module")
def ground(django_db_blocker: Any) -> Iterator[Ground]:
    with django_db_blocker.unblock(), Ground() as prepared:
        yield prepared


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_acknowledged_is_lost(ground: Ground, scenario: Scenario) -> None:
    if reason := scenario.lacking():
        pytest.skip(reason)
    for done in range(0, scenario.short, scenario.batch):
        verdict = play(ground, scenario, scenario.short, done)
        assert verdict.problems == []
        assert (verdict.lost, verdict.phantom, verdict.duplicates) == (0, 0, 0)


@pytest.mark.skipif(bool(disk.lacking()), reason=disk.lacking())
def test_a_power_cut_is_seen_to_lose_what_a_weak_database_acknowledged(ground: Ground) -> None:
    with disk.LoopDisk(ground.folder / "weak", 96) as loop, ground.site(at=loop.mount_point) as site:
        site.run(_receive_weakly)
        loop.come_back()
        assert site.check().lost > 0


def _receive_weakly(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    client.day(site, "weak", 9, numbered=False)
    disk.cut(site.home)


def test_the_checks_see_a_lost_a_made_up_and_a_doubled_voice(ground: Ground) -> None:
    with ground.site() as site:
        site.run(client.day, "day", 3)
        whole = site.check()
        assert (whole.acknowledged, whole.is_clean) == (3, True)
        site.history.note(history.OK, "never came", client.voice("never came").receipt)
        site.run(_receive_unseen)
        verdict = site.check()
        assert (verdict.acknowledged, verdict.lost, verdict.phantom, verdict.duplicates) == (4, 1, 2, 1)


def _receive_unseen(site: Site) -> None:
    """Receive twice the same words under different keys, without a word in the history."""
    from langnghe.cases import actions
    from langnghe.cases.lifecycle import SYSTEM_ACTOR
    from tests.cast import arrival, moment

    for key in ("one key of sixteen", "other key of sixteen"):
        actions.receive(arrival("nobody sent this", key=key), actor=SYSTEM_ACTOR, at=moment())


def test_the_harness_tries_the_database_as_it_is_served() -> None:
    assert "synchronous=FULL" in settings.database("")["OPTIONS"]["init_command"]
    assert BY_NAME["power-cut"].long >= 1000
    assert BY_NAME["kill"].long >= 10_000
