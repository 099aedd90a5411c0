"""Vietnamese text made comparable."""

import unicodedata
from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.syllables import RHYMES, is_syllable, place_tone, split_tone
from langnghe.core.text import (
    DOUBTFUL_WORDS,
    FOREIGN_WORDS,
    decode_telex,
    fold,
    nfc,
    normalise_tone,
    sort_key,
)

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
SYLLABLES = [
    onset + rhyme
    for onset, rhyme in product(("", "b", "c", "đ", "gi", "h", "kh", "ng", "nh", "qu", "s", "tr", "x"), sorted(RHYMES))
    if "oo" not in rhyme and is_syllable(onset + rhyme)
]
TONE_MARKS = "\u0300\u0309\u0303\u0301\u0323"
TYPED = {
    "ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd",
    "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0301": "s", "\u0323": "j",
}  # fmt: skip


def typed_in_telex(syllable: str) -> str:
    parts = unicodedata.normalize("NFD", syllable)
    plain = unicodedata.normalize("NFC", "".join(char for char in parts if char not in TONE_MARKS))
    return "".join(TYPED.get(char, char) for char in plain) + "".join(TYPED[c] for c in parts if c in TONE_MARKS)


def test_clean_up_composes_and_removes_what_cannot_be_seen() -> None:
    assert nfc("đu\u031bo\u031b\u0300ng\u200b \x00hỏng\ufeff\r\nmới\t!") == "đường hỏng\nmới\t!"


def test_clean_up_survives_lone_surrogates() -> None:
    assert nfc("a\ud800b") == "ab"


@given(ANY_TEXT)
def test_clean_up_twice_is_clean_up_once(s: str) -> None:
    assert nfc(nfc(s)) == nfc(s)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  ĐƯỜNG   Hỏng\n", "duong hong"),
        ("Thuỵ Hải", "thuy hai"),
        ("Thụy Hải", "thuy hai"),
        ("xã Đông Hưng", "xa dong hung"),
        ("số １２", "so 12"),
        ("abc", "abc"),
    ],
)
def test_the_search_key_has_no_marks(text: str, key: str) -> None:
    assert fold(text) == key


@given(ANY_TEXT)
def test_folding_a_key_returns_it(s: str) -> None:
    assert fold(fold(s)) == fold(s)


@given(ANY_TEXT)
def test_the_key_is_the_same_for_composed_and_decomposed_text(s: str) -> None:
    assert fold(unicodedata.normalize("NFC", s)) == fold(unicodedata.normalize("NFD", s)) == fold(nfc(s))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"), ("thuỷ", "thủy"), ("qúy", "quý"), ("khoẻ", "khỏe"), ("HOÀ", "HÒA"), ("gìa", "già"),
        ("Uỷ", "Ủy"), ("thúyêt", "thuyết"), ("tìên", "tiền"), ("khủyu", "khuỷu"), ("hòan", "hoàn"),
    ],
)  # fmt: skip
def test_the_tone_moves_to_its_usual_vowel(old: str, new: str) -> None:
    assert normalise_tone(old) == normalise_tone(new) == new


@pytest.mark.parametrize(
    "text", ["hoàn", "quốc", "của", "mía", "giếng", "thuở", "café", "résumé", "Đắk Lắk", "ngoéo", "ASCII"]
)
def test_the_tone_stays_where_it_is_right(text: str) -> None:
    assert normalise_tone(text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dduwongf", "đường"), ("dduowngf", "đường"), ("suwar", "sửa"), ("mays", "máy"), ("cos", "có"),
        ("DDeef nghij", "Đề nghị"), ("Nuowcs thoon", "Nước thôn"), ("NUOWCS", "NƯỚC"), ("khoong", "không"),
        ("tieesng", "tiếng"), ("duongw", "dương"), ("nguoiwf", "người"), ("thuowr", "thuở"),
        ("(hoawcj)", "(hoặc)"),
        ("Đường looj hỏng", "Đường lộ hỏng"), ("guiwr/suwar", "gửi/sửa"), ("caafu yeesu", "cầu yếu"),
    ],
)  # fmt: skip
def test_telex_leftovers_are_decoded(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Duong tinh qua xa nhieu o voi o ga, bao gio moi sua vay a",
        "cty nuoc k tra loi, hs nop 4 lan r, nho so TNMT xuong gap",
        "https://xa.gov.vn/cos/mays?suwar=1 www.cos.vn anhs.jpg",
        "cos.mays@suwar.vn @cos #mays",
        "The bus was late as usual, see the news on taxi prices",
        "karaoke loa keo, internet, facebook, zalo, inox, xoong",
        "TAX GIS IOS cos30 A4s mays_2",
        "Đường làng đã sửa xong, xin cảm ơn xã Krông Nô",
    ],
)
def test_what_is_not_telex_is_left_alone(text: str) -> None:
    assert decode_telex(text) == text


def test_a_doubtful_word_is_decoded_only_beside_certain_telex() -> None:
    assert decode_telex("cans booj huts cats") == "cán bộ hút cát"
    assert decode_telex("car wash, cats and dogs") == "car wash, cats and dogs"
    assert decode_telex("xe bus khoong dungwf") == "xe bus không dừng"


def test_every_unmarked_syllable_is_left_alone() -> None:
    unmarked = {fold(syllable) for syllable in SYLLABLES}
    assert [word for word in unmarked if decode_telex(word) != word] == []


def test_every_marked_syllable_typed_in_telex_comes_back_unless_it_is_a_foreign_word() -> None:
    toned = {place_tone(letters, tone) for letters in SYLLABLES for tone in range(1, 6)} - {None}
    lost = {typed_in_telex(word) for word in toned if word and decode_telex(typed_in_telex(word)) != word}
    assert lost <= FOREIGN_WORDS | DOUBTFUL_WORDS


def typed_with_the_tone_at_once(syllable: str) -> str:
    """Return the keys with the tone's right behind the letter that bears it, not at the end (yeesu, muoosn)."""
    keys = ""
    for char in unicodedata.normalize("NFC", syllable):
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(TYPED[mark] for mark in parts if mark in TONE_MARKS)
        plain = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONE_MARKS))
        keys += TYPED.get(plain, plain) + tone
    return keys


def test_a_tone_typed_inside_a_shaped_word_comes_back_too() -> None:
    toned = {place_tone(letters, tone) for letters in SYLLABLES for tone in range(1, 6)} - {None}
    shaped = {word for word in toned if word and set(split_tone(word)[0]) & set("ăâêôơưđ")}  # type: ignore[index]
    lost = {keys for word in shaped if decode_telex(keys := typed_with_the_tone_at_once(word)) != word}
    assert lost <= FOREIGN_WORDS | DOUBTFUL_WORDS


@given(ANY_TEXT)
def test_decoding_never_fails(s: str) -> None:
    assert decode_telex(s).split() is not None


@pytest.mark.parametrize(
    "ordered",
    [
        "ba bà bả bã bá bạ",
        "An Ánh Ăn Ân Dũng Đức Em Ếch Nam Oanh Ông Ơn Tú Uyên Ư Xuân Yến",
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
    ],
)
def test_words_sort_in_dictionary_order(ordered: str) -> None:
    words = ordered.split()
    assert sorted(reversed(words), key=sort_key) == words


def test_names_sort_syllable_by_syllable_and_numbers_by_size() -> None:
    names = ["Ba Cô", "Bà A", "Tổ 2", "Tổ 10", "Xã Đông Hưng", "Xã Đông Quan", "Xã Hồng Minh"]
    assert sorted(reversed(names), key=sort_key) == names


def test_order_ignores_case_tone_placement_and_form() -> None:
    assert sort_key("HOÀ-BÌNH") == sort_key("hòa bình") == sort_key(unicodedata.normalize("NFD", "Hòa Bình"))


@given(ANY_TEXT)
def test_any_text_can_be_sorted_and_retoned(s: str) -> None:
    assert sort_key(normalise_tone(s)) == sort_key(s)


@pytest.mark.parametrize("text", ["ab" * 10_000, "a" * 20_000, "ắ" * 5_000, "a." * 10_000, "1" * 20_000, "w " * 10_000])
def test_long_odd_text_is_read_quickly(text: str) -> None:
    started = perf_counter()
    assert isinstance(fold(nfc(text)) + decode_telex(text) + sort_key(normalise_tone(text)), str)
    assert perf_counter() - started < 1
