"""Vietnamese text made comparable: clean-up, search keys, tone placement, Telex leftovers and order."""

import re
import unicodedata
from functools import lru_cache

from .syllables import LONGEST, SPLIT, is_syllable, place_tone, split_tone

_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_MARKS = re.compile("[\u0300-\u036f]+")
_PLAIN = re.compile(r"[\t\n -~]*")


def nfc(s: str) -> str:
    """`s` in NFC, line ends as newline, without control, zero-width, soft-hyphen and direction characters.

    Tab and newline stay. TCVN3 text uses the soft hyphen for ư: call `legacy.to_unicode` before this.
    """
    if _PLAIN.fullmatch(s):
        return s
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _NEWLINES.sub("\n", s)))


def has_unseen(s: str) -> bool:
    """Whether there are control, zero-width or direction characters in `s`, by which a text can look like another."""
    return _UNSEEN.search(s) is not None


def fold(s: str) -> str:
    """Search key of `s`: lower case, no marks, đ as d, every run of white space one blank, ends trimmed.

    Equal for NFC and NFD, for hoà and hòa, for marked and unmarked typing. Folding a key returns it
    unchanged.
    """
    if not _PLAIN.fullmatch(s):
        s = unicodedata.normalize("NFKD", _UNSEEN.sub("", _NEWLINES.sub("\n", s)))
        s = _MARKS.sub("", s).replace("đ", "d").replace("Đ", "d")
    return " ".join(s.lower().split())


# --- tone placement ---

_WORD = re.compile(rf"(?<![^\W\d_])[^\W\d_]{{1,{LONGEST}}}(?![^\W\d_])")  # longer words stay out of the cache


@lru_cache(maxsize=65_536)
def _retone(word: str) -> str:
    parts = split_tone(word)
    if parts is None or not parts[1]:
        return word
    return place_tone(*parts) or word


def normalise_tone(s: str) -> str:
    """`s` in NFC with each tone mark on its usual vowel (hoà hòa, thuỷ thủy, qúy quý); other words stay."""
    s = unicodedata.normalize("NFC", s)
    return s if s.isascii() else _WORD.sub(lambda found: _retone(found[0]), s)


# --- Telex leftovers ---

_KEYS = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_ROOF = {"a": "â", "e": "ê", "o": "ô"}
_TYPED = re.compile(rf"(?<![\w'’@#])[^\W\d_]{{1,{LONGEST}}}(?![\w@])")
_SUSPECT = re.compile(r"dd|aa|ee|oo|[^\W\d_]w|[^\W\d_b-df-hj-np-tv-xz][^\W\d_]{0,8}[sfrxj]", re.IGNORECASE)
_SPACES = re.compile(r"(\s+)")
_ADDRESS = re.compile(
    r"@|://|^/|^www\.|\\|\.(?:vn|com|net|org|gov|edu|info|io|jpe?g|png|pdf|docx?|xlsx?|pptx?|csv|txt|zip|mp[34])\b",
    re.IGNORECASE,
)
# Foreign words that the Telex keys would turn into a syllable: these never change,
_FOREIGN_TEXT = """
as bee beer best boo boom boots born bow box bus buys cheer chips dix door gas gif gis guys haix hix host
how if is laos list loom luis lux mix most nee of or os pair par pays pens per pets pins pix poor pos
post rams rays room see sos tax tens term tern test this tips tree trust turn us xoong
"""
# and these only beside a word that can be nothing but Telex (cans booj cán bộ, huts cats hút cát).
_DOUBTFUL_TEXT = """
bans bar barn been bits boong bots burn cans caps car cats chair chaos cons corn cost cow dawn days dots
dust guns hair hans harm has her his hits horn its laps last lee lens lets lost lots low maps mar max mis
moon must nets noon nor now own past queen rats rest row runs says seen sets sex sir six sons soon soong
tee teen thus toms tons too tops torn vans
"""
FOREIGN_WORDS = frozenset(_FOREIGN_TEXT.split())
DOUBTFUL_WORDS = frozenset(_DOUBTFUL_TEXT.split())


def _horn(letters: list[str]) -> bool:
    after_q = 2 if letters[:1] == ["q"] else 0  # the u of qu takes no horn
    for i in range(len(letters) - 1, after_q - 1, -1):
        pair = "".join(letters[max(i - 1, after_q) : i + 1])
        if pair in {"uo", "ưo"}:
            letters[i - 1 : i + 1] = "ươ"
        elif pair == "ua":
            letters[i - 1] = "ư"
        elif letters[i] in "aou":
            letters[i] = {"a": "ă", "o": "ơ", "u": "ư"}[letters[i]]
        else:
            continue
        return True
    return False


class _Typing:
    """One word as the Telex keyboard rules see it, key by key."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.tone = 0
        self.tone_typed = False
        self.is_shaped = False  # a key has made â, ă, đ, ê, ô, ơ or ư of a letter: certainly Telex

    def _has_vowel(self) -> bool:
        return any((letter, 0) == SPLIT.get(letter) for letter in self.letters)

    def _set_tone(self, tone: int, *, by_key: bool) -> bool:
        fresh = self.tone == 0
        self.tone, self.tone_typed = tone, by_key
        return fresh

    def press(self, key: str) -> bool:
        """Take one lower-case character; False when the word cannot be Telex."""
        letter, own = SPLIT.get(key, (key, 0))
        if own and not self._set_tone(own, by_key=False):
            return False
        if key in _KEYS and self._has_vowel():
            return self._set_tone(_KEYS[key], by_key=True)
        if key == "w":
            self.is_shaped = _horn(self.letters)
            return self.is_shaped
        if key == "d" and self.letters == ["d"]:
            self.letters, self.is_shaped = ["đ"], True
        elif key in _ROOF and self.letters[-1:] == [key] and not self.tone_typed:
            self.letters[-1], self.is_shaped = _ROOF[key], True
        else:
            self.letters.append(letter)
            inside = self.tone_typed and (letter, 0) == SPLIT.get(letter)
            return self.is_shaped or not inside  # taxi, user: a key inside the vowels only beside another (yeesu)
        return True

    def word(self) -> str | None:
        letters = "".join(self.letters).replace("ưo", "ươ")
        if letters.endswith("ươ"):
            letters = letters[:-1].replace("ư", "u") + "ơ"  # huơ, thuở
        word = place_tone(letters, self.tone)
        unfinished = letters.endswith(("c", "ch", "p", "t")) and not self.tone
        return None if unfinished else word


def _recased(word: str, lower: str) -> str | None:
    if word.islower():
        return lower
    if word.isupper():
        return lower.upper()
    if word[1:].islower() or (word[:2] == "DD" and word[2:].islower()):
        return lower[0].upper() + lower[1:]
    return None


_INITIALS = 3


@lru_cache(maxsize=65_536)
def _untelex(word: str, doubtful: bool) -> str:
    lower = word.lower()
    initials = word.isupper() and len(word) <= _INITIALS and not word.startswith("DD")
    kept = lower in FOREIGN_WORDS or (lower in DOUBTFUL_WORDS and not doubtful)
    if initials or kept or not _SUSPECT.search(lower) or ("oo" not in lower and is_syllable(word)):
        return word
    typing = _Typing()
    if not all(typing.press(key) for key in lower):
        return word
    decoded = typing.word()
    return (_recased(word, decoded) if decoded else None) or word


def _decoded(s: str, *, doubtful: bool) -> str:
    return "".join(
        token if _ADDRESS.search(token) else _TYPED.sub(lambda found: _untelex(found[0], doubtful), token)
        for token in _SPACES.split(s)
    )


def decode_telex(s: str) -> str:
    """`s` in NFC with left-over Telex words decoded (dduowngf đường, suwar sửa); all else untouched.

    A word changes only if it is no syllable as it stands and is one after decoding; web and mail
    addresses, file names, short capital initials, words with digits and common foreign words stay (car,
    been: unless another word of the text is certainly Telex).
    """
    s = unicodedata.normalize("NFC", s)
    if not _SUSPECT.search(s):
        return s
    certain = _decoded(s, doubtful=False)
    return s if certain == s else _decoded(s, doubtful=True)


# --- alphabetical order ---

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
_UNIT = re.compile(r"\d+|[^\W\d_]+")
_LONGEST_NUMBER = 9


def _unit_key(unit: str) -> str:
    if unit[0].isdecimal():
        number = unit.lstrip("0")
        return chr(ord("0") + min(len(number), _LONGEST_NUMBER)) + number
    primary, tones = [], []
    for char in unit.lower():
        letter, tone = SPLIT.get(char, (char, 0))
        primary.append(_PLACE.get(letter, letter))
        if tone:
            tones.append(str(tone))
    return f"{''.join(primary)}!{''.join(tones) or '0'}"


_short_key = lru_cache(maxsize=65_536)(_unit_key)


def sort_key(s: str) -> str:
    """Key whose code-point order is Vietnamese dictionary order; storable in a column of binary collation.

    Syllable by syllable: letters first (a ă â b c d đ e ê ...), then tone (ngang huyền hỏi ngã sắc nặng).
    Case, punctuation and tone placement do not count; numbers sort by size (tổ 2 before tổ 10).
    """
    units = _UNIT.findall(unicodedata.normalize("NFC", s))
    return " ".join(_short_key(unit) if len(unit) <= LONGEST else _unit_key(unit) for unit in units)
