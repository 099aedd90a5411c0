"""Finds the names nearest to a misspelt one: a shortlist by shared trigrams, then a ratio of letters."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher


class Spelling:
    """Search keys that can be looked up by their parts."""

    def __init__(self, names: Iterable[str]) -> None:
        self._holders: dict[str, list[str]] = defaultdict(list)
        for name in names:
            for part in _trigrams(name):
                self._holders[part].append(name)

    def shortlist(self, written: str, most: int) -> list[str]:
        """Return up to `most` names that share parts with `written`, the likeliest first."""
        shared: dict[str, int] = defaultdict(int)
        for part in _trigrams(written):
            for name in self._holders.get(part, ()):
                shared[name] += 1
        return sorted(shared, key=lambda name: (-shared[name] / (len(name) + 2), name))[:most]


def _trigrams(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def likeness(written: str, name: str) -> float:
    """Return 0 to 1; words behind the name do not count, so that a street after it does no harm."""
    head = " ".join(written.split()[: len(name.split())])
    return max(SequenceMatcher(None, text, name).ratio() for text in {written, head})
