"""Keys are whole and the same for all, whoever asks first."""

import os
from pathlib import Path
from threading import Barrier, Thread

import pytest

from langnghe import installation


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LANGNGHE_HOME", str(tmp_path))
    return tmp_path


def fresh(name: str) -> bytes:
    """Ask as another process would, past the cache."""
    return installation.key.__wrapped__(name)


def test_all_who_ask_at_once_for_a_new_key_get_the_same(home: Path) -> None:
    for number in range(20):
        barrier, found = Barrier(4), list[bytes]()
        asking = [Thread(target=lambda: (barrier.wait(), found.append(fresh(f"key-{number}")))) for _time in range(4)]  # noqa: B023
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        assert len(found[0]) == 32
        assert len(found) == 4
        assert len(set(found)) == 1


def test_a_new_installation_lacks_what_it_made_afterwards(home: Path) -> None:
    assert installation.lacking() == ["receipt", "person", "log"]
    fresh("person")
    assert installation.lacking() == ["receipt", "log"]


def test_a_key_is_read_by_its_owner_only_and_nothing_is_left_beside_it(home: Path) -> None:
    assert fresh("one") == fresh("one")
    assert os.listdir(home / "keys") == ["one"]
    assert (home / "keys" / "one").stat().st_mode & 0o777 == 0o600
