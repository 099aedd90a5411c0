"""A server that cannot keep its promises does not start, and says why."""

from dataclasses import replace
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


@pytest.mark.parametrize(
    ("field", "just", "over"),
    [
        ("unnumbered", timedelta(seconds=60), timedelta(seconds=61)),
        ("backup", timedelta(days=2), timedelta(days=2, seconds=1)),
    ],
)
def test_an_operator_is_warned_only_beyond_the_limit(field: str, just: timedelta, over: timedelta) -> None:
    calm = readiness.Reading(None, 2**40, 0.9, None, None, timedelta(0))
    assert readiness.warns(calm) == readiness.warns(replace(calm, **{field: just})) == []
    assert len(readiness.warns(replace(calm, **{field: over}))) == 1


@pytest.mark.parametrize(
    ("field", "just", "beyond"),
    [
        ("clock_back", timedelta(minutes=1), timedelta(minutes=1, seconds=1)),
        ("free", 256 * 2**20, 256 * 2**20 - 1),
    ],
)
def test_serving_is_forbidden_only_beyond_the_limit(field: str, just: Any, beyond: Any) -> None:
    calm = readiness.Reading(None, 2**40, 0.9, None, None, None)
    assert readiness.forbids(calm) == readiness.forbids(replace(calm, **{field: just})) == []
    assert len(readiness.forbids(replace(calm, **{field: beyond}))) == 1


def test_ages_are_measured_from_the_last_signature_and_the_last_backup() -> None:
    received()
    now = timezone.now()
    waiting = Unnumbered.objects.earliest("since").since
    assert readiness.read(now).unnumbered == now - waiting
    sequencer.run()
    readiness.backup_mark().touch()
    signed = Checkpoint.objects.get().signed_at
    reading = readiness.read(signed + MINUTE)
    readiness.backup_mark().unlink()
    assert (reading.checkpoint, reading.clock_back, reading.unnumbered) == (MINUTE, None, None)
    assert reading.backup and abs(reading.backup - MINUTE) < MINUTE / 2
    assert readiness.read(signed - MINUTE).clock_back == MINUTE
    assert readiness.read(signed).backup is None
