"""Old Vietnamese encodings (TCVN3, VNI, cp1258) turned into Unicode; text that already is stays untouched."""

import codecs
import re
import string
import unicodedata
from collections.abc import Callable

from .syllables import is_syllable

# TCVN 5712:1993, VN3 ("ABC" fonts), bytes seen as Latin-1 characters; agrees with glibc's TCVN converter.
_TCVN3 = dict(zip(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
    strict=True,
))  # fmt: skip

# VNI for Windows: a vowel followed by a sign; a few letters stand alone.
_VNI_ALONE = dict(zip("ñôöíìæóòîÑÔÖÍÌÆÓÒÎ", "đơưíìỉĩịỵĐƠƯÍÌỈĨỊỴ", strict=True))
_VNI_TONES = "ùøûõï"
_VNI_PAIRS = {
    "a": ("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"),
    "e": ("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"),
    "o": ("ùøûõïâáàåãä", "óòỏõọôốồổỗộ"),
    "u": (_VNI_TONES, "úùủũụ"),
    "y": (_VNI_TONES[:-1], "ýỳỷỹ"),
    "ô": (_VNI_TONES, "ớờởỡợ"),
    "ö": (_VNI_TONES, "ứừửữự"),
}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for base, (signs, letters) in _VNI_PAIRS.items():
        for sign, letter in zip(signs, letters, strict=True):
            table[base + sign] = letter
            table[base.upper() + sign] = table[base.upper() + sign.upper()] = letter.upper()
    return table


_VNI = _vni_table()
_VNI_UNIT = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_UNIT = re.compile("[" + "".join(_TCVN3) + "]")

_ONLY_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u0300-\u036f\u1ea0-\u1ef9]")
_LEGACY = re.compile("[\xa1-\xff]")
_TCVN3_WORD = re.compile("[A-Za-z" + "".join(_TCVN3) + "]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile("[aeiouyăâêôơưà-ýạ-ỹ]", re.IGNORECASE)
_SHARED = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")  # letters of Latin-1 that are also proper Vietnamese
_ASCII = frozenset(string.ascii_letters)
_UNITS = frozenset({"µm", "µg", "µs", "µl"})
_SAMPLE = 5_000  # words looked at
_MOST, _NEARLY_ALL, _AS_IT_IS = (
    0.6,
    0.8,
    0.75,
)  # shares of words that must be syllables; chosen on own samples
_SURE = 2  # different words that only the old encoding explains


def _tcvn3_word(word: str) -> str:
    """TCVN3 has toned capitals only as capital fonts: in a word of capitals the toned letters follow."""
    text = "".join(_TCVN3.get(char, char) for char in word)
    plain = [char for char in word if char.isascii()]
    shouted = len(plain) > 1 and all(char.isupper() for char in plain)
    return text.upper() if shouted else text


def _vni_word(word: str) -> str:
    return _VNI_UNIT.sub(lambda found: _VNI[found[0]], word)


def _share(words: list[str]) -> float:
    """Share of syllables among the words that have a vowel; 0 if there are none."""
    voiced = [word for word in words if _VOWEL.search(word)]
    return sum(map(is_syllable, voiced)) / len(voiced) if voiced else 0.0


def _explained(words: list[str], convert: Callable[[str], str]) -> float:
    """Share of marked words that are syllables after `convert`; 0 unless the evidence is clear."""
    marked = [word for word in words if _LEGACY.search(word) and word not in _UNITS]
    converted = [convert(word) for word in marked]
    share = _share(converted)
    if share < _NEARLY_ALL or _share(marked) >= _AS_IT_IS or _share([convert(word) for word in words]) < _MOST:
        return 0.0
    evidence = {
        old
        for old, new in zip(marked, converted, strict=True)
        if len(old) > 1 and is_syllable(new) and not is_syllable(old)
    }
    certain = len(evidence) >= _SURE or any(set(word) - _SHARED - _ASCII for word in evidence)
    return share if evidence and certain else 0.0


def to_unicode(s: str) -> tuple[str, str | None]:
    """`s` in Unicode and the old encoding found in it: "tcvn3", "vni" or None (then `s` itself, unchanged).

    `s` holds the old bytes seen as Latin-1 or Windows-1252 characters, as in a paste or an old file.
    Cautious: one letter that only Unicode Vietnamese has, or marked words that already read as Vietnamese,
    and nothing changes; a change needs four of five marked words to become syllables.
    """
    if s.isascii() or _ONLY_UNICODE.search(s) or not _LEGACY.search(s):
        return s, None
    tcvn3 = _explained(_TCVN3_WORD.findall(s)[:_SAMPLE], _tcvn3_word)
    vni = _explained(_LETTERS.findall(s)[:_SAMPLE], _vni_word)
    if not tcvn3 and not vni:
        return s, None
    if tcvn3 >= vni:
        return _TCVN3_WORD.sub(lambda found: _tcvn3_word(found[0]), s), "tcvn3"
    return _vni_word(s), "vni"


def _decoded(b: bytes, *encodings: str) -> tuple[str, str] | None:
    for encoding in encodings:
        try:
            return b.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def decode_bytes(b: bytes) -> tuple[str, str]:
    """The text of an uploaded file and the encoding found; never an error.

    Tried in order: byte-order marks (utf-8-sig, utf-16), utf-8, TCVN3 or VNI ("tcvn3", "vni", also inside
    Unicode files), cp1258, and last "latin-1". cp1258 comes after the two older ones because it reads any
    bytes: it is believed only if the marked words become Vietnamese.
    """
    if b.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return b.decode("utf-16", errors="replace"), "utf-16"
    plain = _decoded(b, "utf-8-sig" if b.startswith(codecs.BOM_UTF8) else "utf-8")
    text, encoding = plain or _decoded(b, "cp1252", "latin-1") or ("", "latin-1")
    converted, legacy = to_unicode(text)
    if legacy or plain:
        return converted, legacy or encoding
    combining = _decoded(b, "cp1258")
    if combining:
        composed = unicodedata.normalize("NFC", combining[0])
        marked = [word for word in _LETTERS.findall(composed)[:_SAMPLE] if not word.isascii()]
        if _share(marked) >= _NEARLY_ALL:
            return composed, "cp1258"
    return text, "latin-1"
