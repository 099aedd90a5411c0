"""The demo's words: enough voices of every kind and style, and answers with substance."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from langnghe.core import tables

DEMO = files("langnghe.demo")
VOICES: list[dict[str, Any]] = [
    json.loads(line) for line in (DEMO / "voices.jsonl").read_text(encoding="utf-8").splitlines()
]
PHRASES: dict[str, Any] = json.loads((DEMO / "phrases.json").read_text(encoding="utf-8"))
FIELDS = {"id", "text", "topic", "kind", "place_hint", "spot", "group", "style", "scope", "basis", "concerns", "period"}
STYLES = {"chuan", "sms", "khong_dau", "telex_lan", "telex_tho", "thu_dai", "viet_hoa", "noi"}
PERIODS = {"", "2021", "2026", "elsewhere"}
TOPICS = [row["code"] for row in tables.rows("topics")]
OUTCOMES = {row["code"] for row in tables.rows("outcomes")}


def count(field: str) -> Counter[str]:
    return Counter(voice[field] for voice in VOICES)


def leaves(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
        return
    for part in found.values() if isinstance(found, dict) else found:
        yield from leaves(part)


def test_there_are_more_than_four_hundred_voices_each_said_once() -> None:
    assert len(VOICES) >= 421
    assert len(count("id")) == len(count("text")) == len(VOICES)


def test_every_voice_has_exactly_the_fields_the_player_reads() -> None:
    assert [voice["id"] for voice in VOICES if set(voice) != FIELDS] == []
    assert set(count("period")) == PERIODS


def test_every_topic_is_spoken_of_at_least_eight_times() -> None:
    spoken = count("topic")
    assert [topic for topic in TOPICS if spoken[topic] < 8] == []
    assert set(spoken) <= set(TOPICS)


def test_the_voices_are_written_in_eight_styles() -> None:
    assert set(count("style")) == STYLES
    assert min(count("style").values()) >= 7


def test_kinds_come_in_the_mix_residents_send() -> None:
    kinds = count("kind")
    assert 0.45 <= kinds["feedback"] / len(VOICES) <= 0.55
    assert 0.25 <= kinds["petition"] / len(VOICES) <= 0.35
    least = {"praise": 15, "question": 25, "suggestion": 20, "aspiration": 15, "complaint": 1, "denunciation": 3}
    assert {kind: kinds[kind] for kind in least if kinds[kind] < least[kind]} == {}
    assert set(kinds) <= {row["code"] for row in tables.rows("kinds")}


def test_at_least_twenty_voices_belong_to_the_year_2021() -> None:
    assert count("period")["2021"] >= 20


def test_paraphrases_of_one_matter_share_topic_spot_and_scope() -> None:
    groups: dict[str, list[dict[str, Any]]] = {}
    for voice in VOICES:
        if voice["group"]:
            groups.setdefault(voice["group"], []).append(voice)
    assert all(2 <= len(members) <= 4 for members in groups.values())
    for members in groups.values():
        assert len({(voice["topic"], voice["spot"], voice["scope"]) for voice in members}) == 1


def test_every_scope_is_known_to_the_competence_of_its_topic() -> None:
    known = {(row["topic"], row["scope"]) for row in tables.rows("competence")} | {(topic, "") for topic in TOPICS}
    assert [voice["id"] for voice in VOICES if (voice["topic"], voice["scope"]) not in known] == []


def test_no_text_holds_a_row_of_digits_like_a_phone_or_identity_number() -> None:
    texts = [voice["text"] for voice in VOICES] + list(leaves(PHRASES))
    assert [text for text in texts if re.search(r"(?:\d[ .-]?){8,}", text)] == []


def test_unmarked_texts_have_no_marks_and_capital_texts_no_small_letters() -> None:
    assert [v["id"] for v in VOICES if v["style"] == "khong_dau" and not v["text"].isascii()] == []
    assert [v["id"] for v in VOICES if v["style"] == "viet_hoa" and v["text"] != v["text"].upper()] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_four_outcomes_with_two_answers_of_substance(topic: str) -> None:
    by_outcome: dict[str, list[str]] = PHRASES["replies"][topic]
    assert len(by_outcome) >= 4
    assert {"done", "scheduled", "advised"} <= set(by_outcome) <= OUTCOMES
    for texts in by_outcome.values():
        assert len(set(texts)) >= 2
        assert [text for text in texts if len(text) < 60] == []


@pytest.mark.parametrize("outcome", ["done", "scheduled", "no_money", "passed_down"])
def test_promises_and_work_done_name_a_day_in_most_answers(outcome: str) -> None:
    texts = [text for topic in PHRASES["replies"].values() for text in topic.get(outcome, [])]
    assert sum("{date}" in text for text in texts) >= 0.9 * len(texts)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_titles_with_and_without_a_spot_and_fragments(topic: str) -> None:
    titles = PHRASES["titles"][topic]
    assert len(titles) >= 4
    assert any("{spot}" in title for title in titles) and any("{spot}" not in title for title in titles)
    parts = PHRASES["generated"][topic]
    assert [len(parts[name]) for name in ("openers", "matters", "details", "requests")] >= [3, 6, 6, 4]


def test_only_the_known_placeholders_are_used() -> None:
    used = {name for text in leaves(PHRASES) for name in re.findall(r"{(.*?)}", text)}
    assert used == {"place", "date", "body", "spot", "no"}


@pytest.mark.parametrize(
    ("name", "least"),
    [("referral_reasons", 10), ("extension_reasons", 6), ("reopen_reasons", 12), ("withdraw_reasons", 4)],
)
def test_there_are_enough_reasons_to_choose_from(name: str, least: int) -> None:
    assert len(set(PHRASES[name])) >= least


def test_escalations_ratings_commitments_and_proofs_are_there() -> None:
    assert set(PHRASES["escalation_texts"]) == {"no_answer", "late", "disputed", "never_local"}
    assert set(PHRASES["ratings"]) == {"1", "2", "3", "4", "5"}
    assert set(PHRASES["commitments"]) == {"no_money", "passed_down"}
    assert all("{date}" in text for text in leaves(PHRASES["commitments"]))
    assert len(PHRASES["proofs"]["any"]) >= 4
    assert PHRASES["proofs"].keys() - {"any"} <= PHRASES["replies"].keys()
