"""The words a clerk writes for a kind become its code; what two laws could claim is never guessed."""

import re
from functools import cache, lru_cache

from langnghe.cases.intake.cell_values import BadValue
from langnghe.cases.intake.mapping import Words, common_words
from langnghe.core.text import fold, normalise_tone

# The gravest reading wins when a cell names several kinds: a denunciation must never be published by mistake.
GRAVEST = ("denunciation", "complaint")
OPENING = re.compile(
    r"(?:\W|đơn|công dân|ông|bà|người dân|về việc|v/v|gửi)*(tố cáo|khiếu nại|to cao|khieu nai)\b",
    re.IGNORECASE,
)


class KindWords:
    """Looks up phrases, longest first, in marked or unmarked spelling."""

    def __init__(self, words: Words) -> None:
        self.marked = {_marked(phrase): code for phrase, code in words.kinds.items()}
        self.folded = {fold(phrase): code for phrase, code in reversed(words.kinds.items())}
        self.ambiguous = {fold(phrase): why for phrase, why in words.ambiguous.items()}
        self.code = lru_cache(maxsize=4096)(self._code)

    def _code(self, text: str) -> str | None:
        """The code, None for unknown words; raises BadValue where the words are ambiguous."""
        plain = text.isascii()
        table, said = (self.folded, fold(text)) if plain else (self.marked, _marked(text))
        if said in table:
            return table[said]
        found = [table[phrase] for phrase in sorted(table, key=len, reverse=True) if _contains(said, phrase)]
        for grave in GRAVEST:
            if grave in found:
                return grave
        if found:
            return found[0]
        self._refuse_ambiguous(fold(text))
        return None

    def _refuse_ambiguous(self, said: str) -> None:
        for phrase, why in self.ambiguous.items():
            if _contains(said, phrase):
                raise BadValue(why)

    def opening(self, text: str) -> str | None:
        """The sealed kind that the text itself names at its start, where the kind column is silent."""
        found = OPENING.match(_marked(text[:200]))
        if found is None:
            return None
        return "denunciation" if fold(found[1]) == "to cao" else "complaint"


@cache
def usual_words() -> KindWords:
    """Return the release's own words for kinds, for text that comes from no book."""
    return KindWords(common_words())


def _marked(text: str) -> str:
    return " ".join(normalise_tone(text).lower().split())


def _contains(said: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", said) is not None
