"""When its time is over nothing of a sealed record stays; while it is kept nothing of it lies open."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from langnghe.cases import actions, conservation
from langnghe.cases.sealed.models import SealedEvent, SealedKey, SealedRecord
from langnghe.cli.working import chores
from langnghe.registry import law
from langnghe.registry.models import Term
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, kept, read
from tests.cast import ensure_world, moment

FORMS = ("utf-8", "utf-16-le", "utf-16-be")
WORDS = (CANARY, "Canary", "0912345678", PASSPHRASE)


def in_time(record: SealedRecord) -> date:
    return record.purge_after + timedelta(days=1)


def at_noon(day: date) -> datetime:
    return moment(hour=12).replace(year=day.year, month=day.month, day=day.day)


def purge(on: date) -> int:
    return actions.purge_sealed(at_noon(on))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_the_time_is_a_row_of_the_law_that_nobody_has_confirmed_yet(kind: str) -> None:
    term = law.term("retain", kind, date(2026, 6, 8))
    assert (term.days, term.unit, term.confidence) == (5479, "calendar", "?")
    kept()
    assert keep(denunciation(kind=kind)).purge_after == date(2026, 6, 8) + timedelta(days=5479)


@pytest.mark.django_db
def test_a_province_sets_a_time_of_its_own() -> None:
    kept()
    row = Term.objects.get(code="retain.denunciation")
    Term.objects.create(code="tinh", stage="retain", kind=row.kind, condition="normal", days=10, unit="calendar",
                        starts="received", origin="operator")  # fmt: skip
    law.forget()
    assert keep().purge_after == date(2026, 6, 18)


@pytest.fixture(autouse=True)
def law_as_released() -> Iterator[None]:
    yield
    law.forget()


@pytest.mark.django_db
def test_it_is_deleted_the_day_after_and_the_deletion_is_noted() -> None:
    record = kept()
    assert purge(record.purge_after) == 0
    assert [purge(in_time(record)), purge(in_time(record))] == [1, 0]
    assert not SealedRecord.objects.exists() and not SealedKey.objects.exists()
    assert done(record) == ["keep", "purge"]


@pytest.mark.django_db
def test_who_read_it_can_still_be_seen_and_counts_add_up() -> None:
    record = kept()
    read(record)
    purge(in_time(record))
    assert SealedEvent.objects.filter(record=record.pk, verb="read").exists()
    assert conservation.problems(conservation.totals()) == []


def installed() -> dict[Path, bytes]:
    """Return all files of the installation, the database and its write-ahead log among them."""
    return {path: path.read_bytes() for path in Path(settings.HOME).rglob("*") if path.is_file()}


def lying_open(words: tuple[str, ...]) -> list[str]:
    files = installed()
    forms = [word.encode(form) for word in words for form in FORMS]
    return [path.name for path, content in files.items() if any(form in content for form in forms)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file that is searched is SQLite's")
def test_no_byte_lies_open_while_it_is_kept_nor_stays_when_it_is_gone() -> None:
    ensure_world()
    record = kept()
    assert any(bytes(record.ciphertext[:64]) in content for content in installed().values())
    assert read(record)["text"] == CANARY
    assert lying_open(WORDS) == []
    box, ciphertext = bytes(SealedKey.objects.all()[0].box), bytes(record.ciphertext)
    nightly = next(chore.do for chore in chores() if chore.do.__name__ == "_sealed")
    nightly(at_noon(in_time(record)))
    left = [path.name for path, content in installed().items() if ciphertext[:64] in content or box in content]
    assert (left, lying_open(WORDS)) == ([], [])


def cells() -> Iterator[bytes]:
    """Yield what every cell of every table holds."""
    for model in apps.get_models():
        for row in model._default_manager.values_list().iterator():
            yield from (bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)


@pytest.mark.django_db
def test_no_cell_of_any_table_says_it_in_clear() -> None:
    record = kept()
    read(record)
    actions.batch_sealed(moment(12))
    found = list(cells())
    assert bytes(record.ciphertext) in found
    assert not [word for word in WORDS for cell in found if word.encode() in cell]
