"""The verb topics: learn, show the card, go back, in words and as JSON."""

import json
from typing import Any

import pytest

from langnghe.cli import main
from langnghe.core.topics import Example, Keywords, train
from langnghe.situation.models import TopicModel
from tests.cast import moment

pytestmark = pytest.mark.django_db


def keep(*, active: bool) -> TopicModel:
    matters = [("rac_thai", "rác không ai dọn"), ("chieu_sang", "đèn đường không sáng")] * 20
    examples = [Example(f"{text} ngõ {at}", topic, str(at)) for at, (topic, text) in enumerate(matters)]
    model, card = train(examples, Keywords({}))
    row = TopicModel(trained_at=moment(), until=moment().date(), cases=40, card=card, is_active=active)
    row.content = model.to_bytes()
    row.save()
    return row


def test_training_says_how_many_cases_are_missing(capsys: Any) -> None:
    assert main(["topics", "train"]) == 2
    assert "cần 500" in capsys.readouterr().err


def test_there_is_no_card_before_a_model(capsys: Any) -> None:
    assert main(["topics", "card"]) == 2
    assert "từ khóa" in capsys.readouterr().err


def test_the_card_gives_figures_and_baselines(capsys: Any) -> None:
    keep(active=False)
    assert main(["topics", "card"]) == 0
    said = capsys.readouterr().out
    for words in ("không dùng", "đúng nếu luôn gợi ý 100,0%", "từ khóa: ", "luôn đoán", "Rác thải", "ECE"):
        assert words in said


def test_the_card_as_json_holds_the_same(capsys: Any) -> None:
    row = keep(active=True)
    assert main(["topics", "card", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["active"], found["cases"]) == (row.pk, True, 40)
    assert {"test", "keywords", "majority", "topics", "threshold"} <= set(found)


def test_going_back_from_the_only_model_leads_to_keywords(capsys: Any) -> None:
    keep(active=True)
    assert main(["topics", "back"]) == 0
    assert "từ khóa" in capsys.readouterr().out
    assert main(["topics", "back", "--json"]) == 2
