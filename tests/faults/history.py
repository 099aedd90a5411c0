"""What clients saw of their calls, and whether an installation still holds it: the one place for checks.

A client writes a line before each call and one after its answer, outside the file system that fails. Each voice
has words of its own, so it is known by them whichever door it took.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langnghe.cases import conservation
from langnghe.cases import history as cases
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.models import Case, Step, Voice
from langnghe.ledger.verify import differences, log_differences

INVOKE, OK, FAIL, UNKNOWN, ACCEPTED = "invoke", "ok", "fail", "unknown", "accepted"


@dataclass
class History:
    """The lines of all clients of one installation, each on disk before the client goes on."""

    path: Path

    def note(self, kind: str, text: str, receipt: str = "") -> None:
        line = json.dumps([kind, text, receipt], ensure_ascii=False) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
        os.close(descriptor)

    def lines(self) -> list[tuple[str, str, str]]:
        whole = [line for line in self.path.read_text().splitlines(True) if line.endswith("\n")]
        return [tuple(json.loads(line)) for line in whole]

    def count(self, kind: str) -> int:
        return sum(line[0] == kind for line in self.lines()) if self.path.exists() else 0


@dataclass
class Verdict:
    """What the checks found; verdicts over different installations add up."""

    acknowledged: int = 0
    lost: int = 0
    phantom: int = 0
    duplicates: int = 0
    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.acknowledged + other.acknowledged,
            self.lost + other.lost,
            self.phantom + other.phantom,
            self.duplicates + other.duplicates,
            self.problems + other.problems,
            self.counts + other.counts,
        )

    def then(self, later: "Verdict") -> "Verdict":
        """Return the verdict over one installation seen twice: the later count, the worst of both findings."""
        return Verdict(
            later.acknowledged,
            max(self.lost, later.lost),
            max(self.phantom, later.phantom),
            max(self.duplicates, later.duplicates),
            self.problems + [problem for problem in later.problems if problem not in self.problems],
            self.counts + later.counts,
        )

    def as_dict(self) -> dict[str, Any]:
        return vars(self) | {"counts": dict(self.counts)}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Verdict":
        return cls(**kept | {"counts": Counter(kept.get("counts", {}))})

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.phantom or self.duplicates or self.problems)

    def __str__(self) -> str:
        return (
            f"acknowledged {self.acknowledged}, lost {self.lost}, phantom {self.phantom}, duplicates {self.duplicates}"
        )


def check(history: History) -> Verdict:
    """Compare the clients' lines with the database that this process now reads."""
    lines = history.lines() if history.path.exists() else []
    invoked = {text for kind, text, _receipt in lines if kind == INVOKE}
    promised = {(text, receipt) for kind, text, receipt in lines if kind == OK}
    found = list(Voice.objects.values_list("text", "receipt_hash"))
    held = Counter(text for text, _hash in found)
    by_receipt = {(text, bytes(code)) for text, code in found}
    return Verdict(
        acknowledged=len(promised),
        lost=sum((text, receipt_hash(receipt)) not in by_receipt for text, receipt in promised),
        phantom=sum(count for text, count in held.items() if text not in invoked),
        duplicates=sum(count - 1 for count in held.values()),
        problems=[line for find in FINDINGS for line in find(history)],
    )


def _one_receipt_a_voice(history: History) -> Iterator[str]:
    receipts: dict[str, set[str]] = {}
    for kind, text, receipt in history.lines() if history.path.exists() else []:
        if kind == OK:
            receipts.setdefault(text, set()).add(receipt)
    yield from (f"{len(codes)} receipts for one voice" for codes in receipts.values() if len(codes) > 1)


def _conserved(history: History) -> Iterator[str]:
    yield from conservation.problems(conservation.totals(), of_log=True)
    if Case.objects.count() != Voice.objects.values("case").distinct().count():
        yield "not every case has a voice"


def _steps_in_order(history: History) -> Iterator[str]:
    """Each case begins with its only reception, and is in the state of its last step."""
    verbs: dict[int, list[tuple[str, str]]] = {}
    for case, verb, state in Step.objects.order_by("pk").values_list("case", "verb", "state"):
        verbs.setdefault(case, []).append((verb, state))
    for pk, state in Case.objects.values_list("pk", "state"):
        steps = verbs.pop(pk, [])
        if [verb for verb, _state in steps].count("receive") != 1 or steps[0][0] != "receive" or steps[-1][1] != state:
            yield f"case {pk} is {state} after {steps}"
    yield from (f"steps of no case: {steps}" for steps in verbs.values())


def _moves_kept(history: History) -> Iterator[str]:
    """Each move of a case that the desk was told of is there, once."""
    moved = {text for kind, text, _receipt in history.lines() if kind == ACCEPTED} if history.path.exists() else set()
    known = Counter(Step.objects.filter(verb="accept").values_list("case__voices__text", flat=True))
    yield from (f"{known[text]} acceptances instead of 1" for text in moved if known[text] != 1)


def _log_agrees(history: History) -> Iterator[str]:
    yield from differences(cases.entries())
    yield from cases.changed_words()
    yield from log_differences()


# Further checks of a whole installation join here.
FINDINGS: list[Callable[[History], Iterator[str]]] = [
    _one_receipt_a_voice,
    _conserved,
    _steps_in_order,
    _moves_kept,
    _log_agrees,
]
