"""The sealed lane's keys on the command line: shares shown once, a passphrase typed, records given back."""

import io
import re
from typing import Any

import pytest

from langnghe.cases.sealed.models import LaneKey, SealedRecord
from langnghe.cli import main, terminal
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, keep, read
from tests.cast import Cast, body, member

pytestmark = pytest.mark.django_db
SHARE = re.compile(r"\d-[A-Z2-7]{4}(?:-[A-Z2-7]{4})+")


@pytest.fixture
def typed(monkeypatch: Any) -> Any:
    """Return what runs a verb with these lines typed, and gives its exit code."""

    def run(verb: str, *lines: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
        return main(verb.split())

    return run


@pytest.fixture
def record(typed: Any, capsys: Any) -> tuple[SealedRecord, list[str]]:
    """Return a record for the leader, and the shares of the recovery key."""
    assert Cast().leader and typed("recovery-key") == 0
    parts = SHARE.findall(capsys.readouterr().out)
    assert typed("lane-key leader", PASSPHRASE) == 0
    return keep(), parts


def test_three_shares_are_shown_once(typed: Any, capsys: Any) -> None:
    typed("recovery-key")
    said = capsys.readouterr().out
    assert len(SHARE.findall(said)) == 3
    assert "MỘT lần" in said and "ba người" in said
    assert typed("recovery-key") == 2
    assert not SHARE.search(capsys.readouterr().out)


def test_a_recipient_enrolled_here_reads_what_comes(record: Any) -> None:
    assert read(record[0])["text"] == CANARY


def test_a_forgotten_passphrase_is_mended_by_two_shares(record: Any, typed: Any) -> None:
    kept, parts = record
    new = "một cụm mật khẩu mới hẳn"
    assert typed("lane-key leader --retire") == 0
    assert typed("lane-key leader", new) == 0
    assert typed("recover-sealed leader", parts[0], parts[2]) == 0
    assert read(kept, passphrase=new)["text"] == CANARY


def test_a_new_recovery_key_is_given_all_records(record: Any, typed: Any, capsys: Any) -> None:
    assert [typed("recovery-key --retire"), typed("recovery-key")] == [0, 0]
    assert typed("recover-sealed --recovery", *record[1][:2]) == 0
    assert "Đã trao lại 1 hồ sơ" in capsys.readouterr().out
    assert record[0].keys.filter(lane_key__kind="recovery", lane_key__retired_at=None).exists()


def test_a_weak_passphrase_or_a_stranger_is_refused_in_words(typed: Any, capsys: Any) -> None:
    assert Cast().leader
    assert [typed("lane-key leader", "ngắn"), typed("lane-key nobody", PASSPHRASE)] == [2, 2]
    assert not LaneKey.objects.exists()
    assert "15 ký tự" in capsys.readouterr().err


def test_who_has_two_desks_must_be_told_which(typed: Any) -> None:
    first, other = Cast().leader, body("committee_province", "n33")
    member("second", other, "leader").account.memberships.update(account=first.account)
    assert typed("lane-key leader", PASSPHRASE) == 2
    assert typed(f"lane-key leader --body {other.code}", PASSPHRASE) == 0
    assert LaneKey.objects.get().body == other


def test_a_slip_in_a_share_and_a_missing_name_are_told(record: Any, typed: Any, capsys: Any) -> None:
    assert typed("recover-sealed leader", record[1][0], record[1][1][:-4] + "AAAA") == 2
    assert "số 2" in capsys.readouterr().err
    assert [typed("recover-sealed"), typed("recover-sealed leader --recovery")] == [2, 2]


def test_a_key_that_is_not_there_cannot_be_retired(typed: Any) -> None:
    assert [typed("recovery-key --retire"), typed("lane-key leader --retire")] == [2, 2]


def test_at_a_terminal_a_secret_is_typed_twice_unseen(monkeypatch: Any) -> None:
    answers = iter(["một", "một", "một", "hai"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(terminal, "getpass", lambda _question: next(answers))
    assert terminal.ask_secret("?", "lại?") == "một"
    with pytest.raises(terminal.Refused):
        terminal.ask_secret("?", "lại?")
