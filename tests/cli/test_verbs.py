"""The command line: help and examples for each verb, exit codes, words instead of tracebacks."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from langnghe import installation
from langnghe.cases.models import RawIntake, Voice
from langnghe.cli import VERBS, main
from langnghe.ledger import durability, readiness
from langnghe.ledger.models import LogEntry
from tests.cast import answered

pytestmark = pytest.mark.django_db
HEAD = ["STT", "Ngày tiếp", "Họ tên - Địa chỉ", "Số CMND/Hộ chiếu", "Nội dung vụ việc", "Phân loại đơn/Số người"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a reception book with two good rows, a day that does not exist, and a denunciation."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        HEAD,
        [1, "05/06/2026", "Người dân, xã Thư Vũ", "001", "Cống tắc ở đầu thôn", "Kiến nghị"],
        [2, "ngày 6 tháng 6 năm 2026", "Người dân, thôn 3", "", "Đề nghị làm đường", "Kiến nghị / 12 người"],
        [3, "31/02/2026", "Người dân", "", "Ngày này không có", "Kiến nghị"],
        [4, "07/06/2026", "Người dân", "", "Đơn tố cáo cán bộ", "Tố cáo"],
    ):
        sheet.append(row)
    workbook.save(tmp_path / "so.xlsx")
    return tmp_path / "so.xlsx"


def run_import(path: Path, capsys: Any) -> tuple[int, dict[str, Any]]:
    code = main(["import", str(path), "--preset", "mau-03", "--place", "n13264", "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str, capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"langnghe {verb}" in capsys.readouterr().out.partition("ví dụ:")[2]


def test_a_book_is_imported_once_and_bad_rows_come_back(book: Path, capsys: Any) -> None:
    code, counts = run_import(book, capsys)
    assert (code, counts["received"], counts["errors"], counts["sealed"]) == (1, 2, 1, 1)
    assert Path(counts["errors_file"]).exists()
    again = run_import(book, capsys)[1]
    assert (again["received"], again["repeats"], Voice.objects.count()) == (0, 2, 2)
    assert RawIntake.objects.count() == 2
    assert set(Voice.objects.values_list("people", flat=True)) == {1, 12}


def test_nothing_of_a_denunciation_enters_the_database(book: Path, capsys: Any) -> None:
    run_import(book, capsys)
    assert not Voice.objects.filter(text__contains="tố cáo").exists()


def test_an_unreadable_file_is_said_in_words(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"")
    assert main(["import", str(tmp_path / "x.xlsx"), "--preset", "mau-03"]) == 2
    assert "Lỗi:" in capsys.readouterr().err


@pytest.mark.parametrize("period", ["2026", "2026-H3", "abc", "H1-2026"])
def test_a_period_that_makes_no_sense_is_refused(period: str, capsys: Any) -> None:
    assert main(["review", "--place", "Hưng Yên", "--period", period]) == 2
    assert "2026-H1" in capsys.readouterr().err


def test_an_unknown_province_is_refused(capsys: Any) -> None:
    assert main(["review", "--place", "Đâu Đó", "--period", "2026-H1"]) == 2
    assert "Đâu Đó" in capsys.readouterr().err


def test_verify_names_what_was_changed(capsys: Any) -> None:
    case, *_ = answered()
    assert main(["verify"]) == 0
    case.steps.filter(verb="reply").update(reason="Sửa lén")
    assert main(["verify", "--json"]) == 1
    found = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert case.code in found["differences"][0]
    assert found["entries"] == LogEntry.objects.count()


def test_check_names_each_weak_setting_or_says_that_all_is_well(capsys: Any) -> None:
    weak = durability.weaknesses()  # the throw-away PostgreSQL of the tests runs without fsync
    readiness.backup_mark().touch()
    assert main(["check"]) == (1 if weak else 0)
    said = capsys.readouterr().out
    assert all(line in said for line in weak or ["Không có vấn đề nào."])


def test_init_makes_every_key_for_its_owner_only_and_says_who_keeps_a_copy(capsys: Any) -> None:
    assert main(["init"]) == 0
    said = capsys.readouterr().out
    kept = {path.name: path.stat().st_mode & 0o777 for path in (installation.home() / "keys").iterdir()}
    assert {name: kept[name] for name in installation.SECRETS} == dict.fromkeys(installation.SECRETS, 0o600)
    assert [name for name in installation.SECRETS if f"keys/{name}" not in said] == []
    assert "langnghe backup --keys" in said


@pytest.mark.parametrize("verb", ["init", "setup", "serve"])
def test_nothing_goes_on_when_the_keys_of_kept_voices_are_lost(verb: str, monkeypatch: Any, capsys: Any) -> None:
    answered()
    monkeypatch.setattr(durability, "weaknesses", list)
    monkeypatch.setattr(installation, "lacking", lambda: ["receipt"])
    assert main([verb]) == 2
    assert "thiếu khóa receipt" in capsys.readouterr().err
