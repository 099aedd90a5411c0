"""How well topics are suggested: on the demo's voices in five folds, or on a file of requests split by time.

The file is CSV (or .gz) with Title (taken as the topic), Description and Date Created (Unix seconds). Requests without
words of their own are left out; the same words are one case. Nothing of the test part is seen before it is scored.
"""

import csv
import gzip
import io
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench import ground
from bench.stopwatch import say
from langnghe.core import tables
from langnghe.core.topics import BEST, Example, Keywords, expected_calibration_error, split, suggested, train

EMPTY = "without a description"
RUNS = 500


def run(arguments: list[str]) -> int:
    return _by_time(Path(arguments[0])) if arguments else _in_folds()


def _in_folds() -> int:
    with ground.throwaway():
        from langnghe.demo import texts
        from langnghe.situation.judging_topics import judge_topics

        content = Path(texts.__file__).with_name("voices.jsonl").read_text(encoding="utf-8")
        rows = [json.loads(line) for line in content.splitlines()]
        own = (row for row in tables.rows("topics") if row["keywords"])
        found = judge_topics(rows, rows, Keywords({row["code"]: row["keywords"].split("|") for row in own}))
    say(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


def _by_time(path: Path) -> int:
    examples = _examples(path)
    started = time.monotonic()
    model, card = train(examples, Keywords({}))
    seconds = time.monotonic() - started
    found = suggested(model, split(examples)[2])
    sure = np.array([suggestion.guesses[0].probability for _, suggestion in found])
    del card["topics"], card["keywords"]
    say(json.dumps(card, ensure_ascii=False, indent=1))
    say(f"topics {len(model.topics)}; learnt in {seconds:.1f} s; {len(model.to_bytes()) / 1e6:.1f} MB")
    say(f"ECE that a perfectly calibrated model would show on as many texts: {_by_chance(sure):.3f}")
    started = time.monotonic()
    for example in examples[:RUNS]:
        model.suggest(example.text)
    say(f"{(time.monotonic() - started) / min(RUNS, len(examples)) * 1000:.1f} ms a text with its {BEST} best and why")
    return 0


def _examples(path: Path) -> list[Example]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    said = [(row["Description"].strip(), row) for row in rows]
    own = [(text, row) for text, row in said if text and EMPTY not in text and row["Title"].strip()]
    own.sort(key=lambda pair: int(pair[1]["Date Created"]))
    return [Example(text, row["Title"].strip(), text.lower()) for text, row in own]


def _by_chance(sure: Any) -> float:
    chance = np.random.default_rng(1)
    errors = [
        expected_calibration_error(sure.tolist(), (chance.random(len(sure)) < sure).tolist()) for _ in range(RUNS)
    ]
    return float(np.mean(errors))
