"""Only a database that keeps what it acknowledged may be served from, and only its own failure is an outage."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import db

from langnghe.ledger import durability

STRONG = {
    "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1},
    "postgresql": {"SHOW fsync": "on", "SHOW full_page_writes": "on", "SHOW synchronous_commit": "on"},
}


class Cursor:
    """Answers what a database with these settings would."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def __enter__(self) -> "Cursor":
        return self

    def __exit__(self, *_error: object) -> None: ...

    def execute(self, statement: str) -> None:
        self.answer = self.settings[statement]

    def fetchone(self) -> tuple[Any]:
        return (self.answer,)


def weaknesses(vendor: str, monkeypatch: pytest.MonkeyPatch, **changed: Any) -> list[str]:
    settings = {key: changed.get(key.split()[1], value) for key, value in STRONG[vendor].items()}
    monkeypatch.setattr(durability, "connection", SimpleNamespace(vendor=vendor, cursor=lambda: Cursor(settings)))
    return durability.weaknesses()


@pytest.mark.parametrize(
    ("vendor", "strong"),
    [
        ("sqlite", {}),
        ("sqlite", {"synchronous": 3}),
        ("postgresql", {}),
        ("postgresql", {"synchronous_commit": "remote_apply"}),
        ("postgresql", {"synchronous_commit": "remote_write"}),
    ],
)
def test_settings_that_keep_what_was_acknowledged_are_none(
    vendor: str, strong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert weaknesses(vendor, monkeypatch, **strong) == []


@pytest.mark.parametrize(
    ("vendor", "name", "value", "wanted"),
    [
        ("sqlite", "journal_mode", "delete", "wal"),
        ("sqlite", "synchronous", 1, "2 hoặc 3"),
        ("sqlite", "synchronous", 0, "2 hoặc 3"),
        ("sqlite", "foreign_keys", 0, "1"),
        ("postgresql", "fsync", "off", "on"),
        ("postgresql", "full_page_writes", "off", "on"),
        ("postgresql", "synchronous_commit", "off", "on hoặc remote_apply hoặc remote_write"),
        ("postgresql", "synchronous_commit", "local", "on hoặc remote_apply hoặc remote_write"),
    ],
)
def test_a_weaker_setting_is_named_with_what_it_must_be(
    vendor: str, name: str, value: Any, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert weaknesses(vendor, monkeypatch, **{name: value}) == [f"{name} = {value}, cần {wanted}"]


@pytest.mark.parametrize(
    ("error", "down"),
    [
        (db.OperationalError(), True),
        (db.DatabaseError(), True),
        (db.InternalError(), True),
        (db.InterfaceError(), True),
        (OSError(), True),
        (db.IntegrityError(), False),
        (db.DataError(), False),
        (db.NotSupportedError(), False),
        (db.ProgrammingError(), False),
        (ValueError(), False),
    ],
)
def test_an_outage_is_told_from_an_error_of_ours(error: Exception, down: bool) -> None:
    assert durability.is_down(error) is down
