"""The verb `situation`: an index, rises on demand, a file of voices judged, bad files explained."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from langnghe.cli import main, situating
from langnghe.registry import law
from langnghe.registry.models import Rule
from langnghe.situation.models import GramCounts, Tally
from tests.cast import moment, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(20)


def test_the_index_is_made_and_grams_are_counted(capsys: Any) -> None:
    received()
    assert main(["situation", "index"]) == 0
    assert GramCounts.objects.get().texts == 1
    assert main(["situation", "index", "--fresh"]) == 0
    assert "1 ý kiến" in capsys.readouterr().out


def test_a_quiet_province_has_no_new_hot_spot(capsys: Any) -> None:
    received()
    assert main(["situation", "scan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_steps_are_added_to_the_tallies_on_demand_and_all_anew(capsys: Any) -> None:
    received()
    assert main(["situation", "tally"]) == 0
    received()
    assert main(["situation", "tally"]) == 0
    day = Tally.objects.get(span="day", verb="receive")
    Tally.objects.filter(pk=day.pk).update(count=9)
    assert main(["situation", "tally", "--fresh"]) == 0
    assert (day.count, Tally.objects.get(span="day", verb="receive").count) == (2, 2)
    assert "Đã đếm gộp" in capsys.readouterr().out


def test_learning_from_too_little_is_refused_and_there_is_nothing_to_take_back(capsys: Any) -> None:
    assert main(["situation", "learn"]) == 2
    assert main(["situation", "back"]) == 2
    assert "cần ít nhất 200" in capsys.readouterr().err


def test_a_file_of_voices_is_judged(tmp_path: Path, capsys: Any) -> None:
    rows = [
        {"id": "a", "text": "Cống đầu thôn tắc, nước ngập sân", "place": "thôn", "topic": "thoat_nuoc", "group": "g1"},
        {
            "id": "b",
            "text": "cong dau thon tac nuoc ngap san",
            "place": "thôn",
            "topic": "thoat_nuoc",
            "group": "g1",
        },
        {"id": "c", "text": "Trạm y tế hết thuốc", "place": "xã", "topic": "y_te", "group": None, "style": "sms"},
    ]
    path = tmp_path / "voices.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["situation", "evaluate", "--voices", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["similar"]
    assert found["hits"]["all"] == {
        "grouped": 2,
        **{way: {"hit@1": 1.0, "hit@5": 1.0} for way in ("fused", "text", "spot_topic", "fts5")},
    }
    assert found["pairs"]["all"] == {"shown": 1, "precision": 1.0, "recall": 1.0}
    assert found["pairs"]["sms"] == {"shown": 0, "precision": None, "recall": None}


@pytest.mark.parametrize("content", ["", "{}", "khong phai json", '{"text": "một"}', '{"text": 5}\n{"text": "a"}'])
def test_a_file_that_cannot_be_judged_is_explained(tmp_path: Path, capsys: Any, content: str) -> None:
    path = tmp_path / "voices.jsonl"
    path.write_text(content, encoding="utf-8")
    assert main(["situation", "evaluate", "--voices", str(path)]) == 2
    assert capsys.readouterr().err.startswith("Lỗi: ")


def test_a_machine_that_only_computes_goes_by_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table(code: str) -> int:
        raise DatabaseError

    Rule.objects.filter(code="similar_window_days").update(value=30)
    law.forget()
    assert situating.window() == 30
    monkeypatch.setattr(law, "rule", no_table)
    assert situating.window() == 60
    law.forget()


def test_a_run_without_input_says_what_to_do(tmp_path: Path, capsys: Any) -> None:
    assert main(["situation", "run", "--input", str(tmp_path), "--to", str(tmp_path)]) == 2
    assert "langnghe situation export" in capsys.readouterr().err
