"""The shape of a written Vietnamese syllable: onset, rhyme, and where its tone mark sits."""

import re
import unicodedata
from functools import lru_cache

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang huyền hỏi ngã sắc nặng
LEVEL, _SAC, _NANG = 0, 4, 5
LONGEST = 12  # letters, Telex keys included: nghieengf; anything longer is no syllable and is never cached
VOWELS = "aăâeêioôơuưy"

JOIN: dict[tuple[str, int], str] = {
    (letter, tone): unicodedata.normalize("NFC", letter + mark)
    for letter in VOWELS + VOWELS.upper()
    for tone, mark in enumerate(TONES)
}
SPLIT: dict[str, tuple[str, int]] = {char: pair for pair, char in JOIN.items()}

_ONSET = re.compile(
    rf"(ngh|ng|nh|gh|gi(?=[{VOWELS}])|qu(?=[{VOWELS}])|kh|ph|th|tr|ch|[bcdđghklmnprstvx])?([{VOWELS}].*)$"
)
_RHYME_TABLE = """
a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
e ec em en eng eo ep et  ê êch êm ên êng ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
oc oi om on ong ooc oong op ot  ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
uy uya uych uyn uynh uyp uyt uyu uyên uyêt  ư ưa ưc ưi ưm ưn ưng ưt ưu
ươc ươi ươm ươn ương ươp ươt ươu  y yêm yên yêng yêt yêu
"""
RHYMES = frozenset(_RHYME_TABLE.split())
_AFTER_QU = "aăâeêiyơ"
_FRONT = "eêiy"


def _fits(onset: str, rhyme: str) -> bool:
    front = rhyme[0] in _FRONT
    if onset == "qu":
        return rhyme[0] in _AFTER_QU or rhyme in {"ôc", "ôt"}
    if onset in {"gh", "ngh"}:
        return front
    if onset in {"c", "ng"}:
        return not front
    if onset == "g":
        return not front or rhyme[0] == "i"
    return True


@lru_cache(maxsize=65_536)
def tone_index(letters: str) -> int | None:
    """Index of the tone-bearing letter in `letters` (lower case, no tone marks), None if no syllable.

    Placement is the older school habit that official papers keep: hòa, thủy, khỏe, but hoàn, quý, già.
    """
    found = _ONSET.match(letters)
    if not found:
        return None
    onset, rhyme = found[1] or "", found[2]
    if rhyme not in RHYMES or not _fits(onset, rhyme):
        return None
    nucleus = len(rhyme) - len(rhyme.lstrip(VOWELS))
    marked = [i for i in range(nucleus) if rhyme[i] in "ăâêôơư"]
    if marked:
        return len(onset) + marked[-1]
    if nucleus == 2:  # noqa: PLR2004 - a pair of plain vowels leans on what follows it
        return len(onset) + (len(rhyme) > nucleus)
    return len(onset) + nucleus // 2


def split_tone(word: str) -> tuple[str, int] | None:
    """The letters of an NFC `word` without tone marks, and its one tone 0..5; None if it bears several."""
    letters, tone = [], LEVEL
    for char in word:
        letter, own = SPLIT.get(char, (char, LEVEL))
        if own and tone:
            return None
        tone = own or tone
        letters.append(letter)
    return "".join(letters), tone


def place_tone(letters: str, tone: int) -> str | None:
    """`letters` (any case, no tone marks) with `tone` on the right vowel; None if this is no syllable."""
    lower = letters.lower()
    index = tone_index(lower) if len(lower) <= LONGEST else None
    if index is None or (lower.endswith(("c", "ch", "p", "t")) and tone not in {LEVEL, _SAC, _NANG}):
        return None
    return letters[:index] + JOIN[letters[index], tone] + letters[index + 1 :]


@lru_cache(maxsize=65_536)
def _is_syllable(word: str) -> bool:
    parts = split_tone(word)
    return parts is not None and place_tone(*parts) is not None


def is_syllable(word: str) -> bool:
    """Whether an NFC `word` can be one written syllable, its tone on any vowel; marks may be absent."""
    return len(word) <= LONGEST and _is_syllable(word)
