"""A server that cannot keep its promises does not start, and says why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from langnghe.cli import main
from langnghe.ledger import actions, durability, readiness, sequencer
from langnghe.ledger.models import Checkpoint, Unnumbered
from tests.cast import received
from tests.ledger.test_sequencer import no_log_yet

__all__ = ["no_log_yet"]
pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = type("Usage", (), {"free": free, "total": 100 * 2**30})
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda path: usage)


@pytest.fixture
def strong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database seem to keep what it acknowledges; the throw-away PostgreSQL of the tests does not."""
    monkeypatch.setattr(durability, "weaknesses", list)


def test_a_clock_that_ran_back_forbids_serving(strong: None, capsys: Any) -> None:
    received()
    sequencer.run()
    now = timezone.now()
    assert readiness.forbids(readiness.read(now - MINUTE / 2)) == []
    Checkpoint.objects.update(signed_at=now + 5 * MINUTE)
    assert main(["serve"]) == 2
    assert "Đồng hồ" in capsys.readouterr().err


def test_a_full_disk_forbids_serving_and_names_the_ballast(
    strong: None, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    disk(monkeypatch, free=readiness.LEAST_FREE - 1)
    assert main(["serve"]) == 2
    assert "ballast" in capsys.readouterr().err


def test_the_ballast_gives_its_space_back(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "BALLAST", 2**20)
    monkeypatch.setattr(readiness.installation, "home", lambda: tmp_path)
    assert readiness.lay_ballast()
    assert readiness.ballast().stat().st_blocks * 512 >= 2**20


def test_no_ballast_on_a_small_disk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness.installation, "home", lambda: tmp_path)
    disk(monkeypatch, free=readiness.BALLAST)
    assert not readiness.lay_ballast()


def test_an_entry_that_waits_over_a_minute_for_its_number_is_an_alarm(capsys: Any) -> None:
    received()
    assert readiness.read(timezone.now()).unnumbered is not None
    Unnumbered.objects.update(since=timezone.now() - 2 * MINUTE)
    assert main(["check"]) == 1
    assert "chờ đánh số" in capsys.readouterr().out


def test_machines_read_the_state(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    received()
    sequencer.run()
    answer = client.get("/trang-thai.json")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert 0 <= answer.json()["checkpoint_age"] < 60
    disk(monkeypatch, free=0)
    answer = client.get("/trang-thai.json")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


def test_the_state_is_a_page_for_people_and_facts_for_machines(client: Client) -> None:
    assert "<h1>" in client.get("/trang-thai").content.decode()
    readiness.backup_mark().unlink(missing_ok=True)
    actions.enqueue("no.such.job", {}, timezone.now() - 11 * MINUTE)
    facts = client.get("/trang-thai", headers={"accept": "application/json"}).json()
    assert facts["queue_age"] >= 660
    assert (facts["alarm"], facts["dead_letters"], facts["backup_age"]) == (True, 0, None)


def test_machines_hear_that_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def broken(now: Any) -> None:
        raise OperationalError("secret words")

    monkeypatch.setattr(readiness, "read", broken)
    answer = client.get("/trang-thai.json")
    assert answer.status_code == 503
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("vendor", "setting"),
    [("sqlite", "PRAGMA synchronous=NORMAL"), ("sqlite", "PRAGMA foreign_keys=OFF"),
     ("postgresql", "SET synchronous_commit = off")],
)  # fmt: skip
def test_weaker_settings_forbid_serving(vendor: str, setting: str, capsys: Any, transactional_db: None) -> None:
    if connection.vendor != vendor:
        pytest.skip(f"a setting of {vendor}")
    with connection.cursor() as cursor:
        cursor.execute(setting)
    assert main(["serve"]) == 2
    assert setting.split()[1].split("=")[0] in capsys.readouterr().err
    connection.close()
