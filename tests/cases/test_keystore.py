"""Each original has a key of its own, outside the database; destroying it seals that original and no other."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from langnghe.cases import actions, keystore, sealing
from langnghe.cases.history import changed_words
from langnghe.cases.keystore import KeyDestroyed
from langnghe.cases.models import RawIntake
from tests.cast import moment, received

DAY = date(2026, 6, 8)


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the keys of each test in a folder of its own."""
    monkeypatch.setenv("LANGNGHE_KEYS", str(tmp_path))
    keystore._reserved.clear()
    yield tmp_path / "raw"
    keystore._reserved.clear()


def test_a_key_is_durable_before_it_is_handed_out_and_its_owner_s_alone(ring: Path) -> None:
    name, key = keystore.take("raw", DAY)
    assert name == "2026-06/0"
    assert (ring / "2026-06").read_bytes()[:32] == key == keystore.read("raw", name)
    assert [(path.stat().st_mode & 0o777) for path in (ring, ring / "2026-06")] == [0o700, 0o600]


def test_no_key_is_handed_out_twice_by_threads_or_processes() -> None:
    with ThreadPoolExecutor(8) as threads:
        ours = list(threads.map(lambda _: keystore.take("raw", DAY), range(300)))
    with get_context("fork").Pool(3) as pool:
        theirs = [one for part in pool.map(some, [100] * 3) for one in part]
    names, keys = zip(*ours, *theirs, strict=True)
    assert len(set(names)) == len(set(keys)) == 600


def some(count: int) -> list[tuple[str, bytes]]:
    return [keystore.take("raw", DAY) for _ in range(count)]


def test_destroying_a_key_closes_what_it_opened_and_nothing_else() -> None:
    first, second = (sealing.seal_apart(words, "raw", DAY) for words in (b"mot", b"hai"))
    keystore.destroy("raw", first[0])
    with pytest.raises(KeyDestroyed):
        sealing.unseal_apart(first[1], "raw", first[0])
    assert sealing.unseal_apart(second[1], "raw", second[0]) == b"hai"


@pytest.mark.parametrize("name", ["", "2026-06/999999", "2020-01/0", "../2026-06/0", "2026-06/-1"])
def test_a_name_without_a_key_opens_nothing(name: str) -> None:
    keystore.take("raw", DAY)
    with pytest.raises(KeyDestroyed):
        keystore.read("raw", name)


def test_a_slot_that_a_power_cut_left_short_is_passed_over(ring: Path) -> None:
    keystore.folder("raw")
    (ring / "2026-06").write_bytes(b"x" * 40)
    name, key = keystore.take("raw", DAY)
    assert name == "2026-06/2"
    assert keystore.read("raw", name) == key


def test_months_that_are_over_are_removed_whole() -> None:
    kept = keystore.take("raw", DAY)
    gone = keystore.take("raw", DAY - timedelta(days=31))
    assert keystore.purge("raw", date(2026, 6, 30)) == 1
    assert keystore.read("raw", kept[0]) == kept[1]
    with pytest.raises(KeyDestroyed):
        keystore.read("raw", gone[0])


@pytest.mark.django_db
def test_a_voice_s_original_has_its_own_key_and_none_in_the_database() -> None:
    received()
    received(text="Khác")
    first, second = RawIntake.objects.order_by("pk")
    assert first.key_name != second.key_name
    key = keystore.read("raw", first.key_name)
    assert key not in bytes(first.payload)
    assert sealing.unseal_apart(bytes(first.payload), "raw", first.key_name) != b""


@pytest.mark.django_db
def test_keys_go_after_their_time_and_that_is_no_difference_to_the_log() -> None:
    received(moment(8))
    raw = RawIntake.objects.get()
    actions.purge_keys(moment(8) + timedelta(days=90))
    assert sealing.unseal_apart(bytes(raw.payload), "raw", raw.key_name)
    actions.purge_keys(moment(8) + timedelta(days=120))
    with pytest.raises(KeyDestroyed):
        sealing.unseal_apart(bytes(raw.payload), "raw", raw.key_name)
    assert list(changed_words()) == []


def test_the_keys_lie_where_the_environment_says(tmp_path: Path) -> None:
    assert keystore.folder("raw") == Path(os.environ["LANGNGHE_KEYS"]) / "raw"


def test_a_key_whose_month_was_removed_cannot_be_destroyed_again() -> None:
    name, _key = keystore.take("raw", DAY)
    keystore.purge("raw", date(2026, 7, 1))
    with pytest.raises(KeyDestroyed):
        keystore.destroy("raw", name)


def test_nothing_is_removed_before_its_month_is_over(ring: Path) -> None:
    keystore.take("raw", DAY)
    (ring / "notes.txt").write_text("not a month")
    assert keystore.purge("raw", date(2026, 6, 30)) == 0
    assert sorted(path.name for path in ring.iterdir()) == ["2026-06", "notes.txt"]


@pytest.mark.parametrize("size", [0, 1, 4_095, 4_096, 200_000])
def test_content_of_every_size_reads_back_smaller(size: int) -> None:
    words = ("Đèn đường đầu ngõ cháy. " * (size // 20 + 1)).encode()[:size]
    name, sealed = sealing.seal_apart(words, "raw", DAY)
    assert sealing.unseal_apart(sealed, "raw", name) == words
    assert len(sealed) <= max(60, size // 4)
    assert sealing.unseal(sealing.seal(words, "person"), "person") == words
