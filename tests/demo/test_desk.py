"""The demo has a few of everything that the desk's quieter pages show, made through the real actions."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from langnghe import installation
from langnghe.cases.desk_models import Cover, Flag, Sample
from langnghe.cases.models import Case, PublishedPhoto, Step
from langnghe.cases.sealed.models import SealedRecord
from langnghe.cases.subject_request import SubjectRequest
from langnghe.demo.desk import play_desk
from langnghe.demo.player import Player
from langnghe.demo.setting import ZONE
from langnghe.registry import actions as registry
from langnghe.registry import law
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cast import COMMUNE, OTHER_COMMUNE, PROVINCE, Cast, answered, body

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 6, 30)


@pytest.fixture
def logins() -> Iterator[Path]:
    path = installation.home() / "logins.txt"
    path.write_text("")
    yield path
    path.unlink()


def test_each_page_has_something_to_show(cast: Cast, settings: Any, logins: Path) -> None:
    settings.CLOCK = datetime(2026, 6, 30, 17, tzinfo=ZONE)
    for name, place, role in (
        ("can-bo-xa", cast.committee, "officer"),
        ("lanh-dao-xa", cast.committee, "leader"),
        ("lanh-dao-tinh", body("committee_province", PROVINCE), "leader"),
        ("mat-tran", body("front_province", PROVINCE), "supervisor"),
    ):
        registry.appoint(registry.make_account(name, None), place, role, date(2026, 1, 1))
    for _time in range(3):
        answered()
    player = Player(Random(1), date(2026, 1, 1), settings.CLOCK)
    play_desk(player, law.place(COMMUNE), UNTIL)
    player.run(lambda _done, _all: None)
    stages = SealedRecord.objects.values_list("kind", "steps__verb")
    assert set(stages) == {
        ("complaint", "accept"),
        ("complaint", "verify"),
        ("denunciation", "refuse"),
        ("denunciation", None),
    }
    assert set(SubjectRequest.objects.values_list("state", flat=True)) == {"granted", "asked"}
    assert sorted(Flag.objects.values_list("is_open", flat=True)) == [False, True]
    assert set(Sample.objects.get().items.values_list("step__cause", flat=True)) == {"settled", "partly", None}
    assert (PublishedPhoto.objects.count(), Cover.objects.count()) == (1, 2)
    assert Step.objects.filter(verb="publish").exclude(reason="").count() == 1
    assert Case.objects.exclude(paused=None).get().state == "received"
    assert (Step.objects.filter(verb="merge").count(), Step.objects.filter(verb="split").count()) == (2, 1)
    assert Case.objects.filter(merged_into__isnull=False).count() == 1
    assert logins.read_text().count("cụm mật khẩu kênh bảo mật") == 2


def test_each_body_has_a_clerk_of_its_own_named_as_the_other_logins_are(cast: Cast) -> None:
    player = Player(Random(1), date(2026, 1, 1), datetime(2026, 6, 30, 17, tzinfo=ZONE))
    here, there = cast.committee, body("committee_commune", OTHER_COMMUNE)
    there.short_name = here.short_name
    clerks = [player.clerk(each) for each in (here, there)]
    assert clerks[0].username.startswith("can-bo-ubnd-") and clerks[1].username == f"{clerks[0].username}-{there.pk}"
    assert [each.memberships.get().body for each in clerks] == [here, there]
