"""What waits in the spool is whole, in order, readable by nobody else, and one bad file does not hide the others."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from langnghe.cases import spool


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SPOOL = tmp_path / "deep" / "spool"
    return Path(settings.SPOOL)


def test_items_wait_in_the_order_in_which_they_came(folder: Path) -> None:
    items = [{"number": number, "text": "Đèn cháy"} for number in range(12)]
    for item in items:
        spool.append(item)
    assert [spool.opened(spool.read(path)) for path in spool.waiting()] == items
    assert {path.suffix for path in folder.iterdir()} == {".spool"}


def test_nobody_else_reads_them(folder: Path) -> None:
    spool.append({"text": "Đèn cháy"})
    (path,) = spool.waiting()
    assert [folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777] == [0o700, 0o600]
    assert "cháy".encode() not in path.read_bytes()


def test_what_was_changed_does_not_open(folder: Path) -> None:
    spool.append({"text": "Đèn cháy"})
    content = bytearray(spool.read(spool.waiting()[0]))
    content[-1] ^= 1
    with pytest.raises(InvalidTag):
        spool.opened(bytes(content))


def test_a_removed_item_waits_no_longer(folder: Path) -> None:
    spool.append({"number": 1})
    spool.append({"number": 2})
    spool.remove(spool.waiting()[0])
    assert [spool.opened(spool.read(path)) for path in spool.waiting()] == [{"number": 2}]


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "0001.spool").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"0001\.spool: Is a directory"):
        spool.read(spool.waiting()[0])


def test_without_a_spool_nothing_waits_and_nothing_is_taken(settings: Any) -> None:
    settings.SPOOL = None
    assert (spool.is_set(), spool.waiting()) == (False, [])
    with pytest.raises(OSError, match="LANGNGHE_SPOOL"):
        spool.append({})
