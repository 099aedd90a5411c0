"""The demo's words: voices composed for it, and more from a seeded generator, labelled as generated."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

LABEL = "(nội dung do máy sinh để minh hoạ)"


@dataclass(frozen=True)
class Words:
    """One voice's words as the demo plays it."""

    text: str
    kind: str
    topic: str
    spot: str
    scope: str
    concerns: str
    group: str


@cache
def phrases() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files(__package__) / "phrases.json").read_text(encoding="utf-8"))
    return loaded


@cache
def composed(year: int) -> tuple[Words, ...]:
    """Return the composed voices that fit the year, complaints and denunciations left out (they have their own way)."""
    lines = (files(__package__) / "voices.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line]
    wanted = [
        row for row in rows if row["period"] in {"", str(year)} and row["kind"] not in {"complaint", "denunciation"}
    ]
    return tuple(
        Words(row["text"], row["kind"], row["topic"], row["spot"], row["scope"], row["concerns"], row["group"] or "")
        for row in wanted
    )


def generated(random: Random, topic: str = "") -> Words:
    """Return a voice made of fragments, about the topic or any; its last line says so."""
    topic = topic or random.choice(sorted(phrases()["generated"]))
    parts = phrases()["generated"][topic]
    said = [random.choice(parts[name]) for name in ("openers", "matters", "details", "requests")]
    kind = random.choices(("feedback", "petition"), (2, 1))[0]
    spot = random.choice(("", "", "cổng trường", "đầu thôn", "cạnh nhà văn hóa", "cầu qua kênh", "ngã ba chợ"))
    return Words(" ".join(said) + f"\n{LABEL}", kind, topic, spot, "", "", "")


def reply(random: Random, topic: str, outcome: str, place: str, body: str, day: str) -> str:
    """Return an officer's answer with substance for the topic and outcome."""
    by_topic = phrases()["replies"]
    choices = by_topic.get(topic, {}).get(outcome) or next(t[outcome] for t in by_topic.values() if outcome in t)
    return fill(random.choice(choices), place, body, day)


def outcomes(topic: str) -> list[str]:
    return sorted(phrases()["replies"].get(topic, {"done": [], "scheduled": [], "advised": []}))


def title(random: Random, topic: str, spot: str, place: str) -> str:
    choices = phrases()["titles"].get(topic) or ["Phản ánh tại {place}"]
    fitting = [text for text in choices if spot or "{spot}" not in text] or ["Phản ánh tại {place}"]
    return fill(random.choice(fitting), place, "", "", spot)


def proof(random: Random, topic: str) -> str:
    """Return what shows that something of the topic was done."""
    known = phrases()["proofs"]
    return str(random.choice([*known["any"], *known.get(topic, [])]))


def pick(random: Random, *path: str) -> str:
    """Return one of the texts under the path in phrases.json."""
    found: Any = phrases()
    for name in path:
        found = found[name]
    chosen: str = random.choice(found)
    return chosen


def fill(text: str, place: str, body: str = "", day: str = "", spot: str = "") -> str:
    values = {"place": place, "body": body, "date": day, "spot": spot, "no": "27"}
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
