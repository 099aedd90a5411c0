"""Old encodings found and converted, Unicode never touched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.legacy import decode_bytes, to_unicode

SENTENCES = [
    "Đường liên thôn hỏng nặng, xe chở lúa lật nhiều lần, kính mong xã sớm sửa chữa.",
    "Nước máy đục và có mùi tanh từ đầu tháng, công ty chưa trả lời người dân.",
    "Đề nghị Ủy ban nhân dân xã công khai khoản thu xây dựng nhà văn hóa.",
    "Rác để ở đầu chợ ba ngày chưa ai chở, mùi rất khó chịu.",
    "Kênh nội đồng cạn khô, lúa chết khát, bao giờ nạo vét?",
    "Bãi cát ven sông bị hút trộm ban đêm, đất bãi lở dần.",
    "Đèn chiếu sáng ngõ tắt đã hai tuần, các cháu đi học về muộn dễ ngã.",
    "Trại lợn xả thải ra mương, giếng nước bốc mùi hôi.",
]
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})
TONES = "\u0301\u0300\u0309\u0303\u0323"  # sắc huyền hỏi ngã nặng
ABC = {
    "aàảãáạ": "aµ¶·¸¹", "ăằẳẵắặ": "¨»¼½¾Æ", "âầẩẫấậ": "©ÇÈÉÊË", "eèẻẽéẹ": "eÌÎÏÐÑ", "êềểễếệ": "ªÒÓÔÕÖ",
    "iìỉĩíị": "i×ØÜÝÞ", "oòỏõóọ": "oßáâãä", "ôồổỗốộ": "«åæçèé", "ơờởỡớợ": "¬êëìíî", "uùủũúụ": "uïñòóô",
    "ưừửữứự": "\xadõö÷øù", "yỳỷỹýỵ": "yúûüýþ", "đ": "®", "ĂÂÊÔƠƯĐ": "¡¢£¤¥¦§",
}  # fmt: skip
TO_TCVN3 = {char: code for chars, codes in ABC.items() for char, code in zip(chars, codes, strict=True)}
VNI_BASES = {"ơ": "ô", "ư": "ö", "đ": "ñ", "Đ": "Ñ"}
VNI_SIGNS = dict(zip(TONES, "ùøûõï", strict=True))
VNI_ROOFED = {"â": dict(zip(TONES, "áàåãä", strict=True)), "ă": dict(zip(TONES, "éèúüë", strict=True))}
VNI_I = dict(zip("íìỉĩị", "íìæóò", strict=True)) | {"ỵ": "î"}


def in_tcvn3(text: str) -> str:
    return "".join(TO_TCVN3.get(char) or TO_TCVN3.get(char.lower(), char) for char in text)


def in_vni_letter(char: str) -> str:
    if char in VNI_I:
        return VNI_I[char]
    parts = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in parts if mark in TONES), "")
    letter = unicodedata.normalize("NFC", parts.replace(tone, ""))
    if letter.lower() in "âêô" or letter in "ăĂ":
        plain = parts[0]
        signs = VNI_ROOFED["ă" if letter in "ăĂ" else "â"]
        return plain + (signs[tone] if tone else "ê" if letter in "ăĂ" else "â")
    return VNI_BASES.get(letter, letter) + VNI_SIGNS.get(tone, "")


def in_vni(text: str) -> str:
    return "".join(in_vni_letter(char) for char in text)


def in_cp1258(text: str) -> bytes:
    def split(char: str) -> str:
        parts = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in parts if mark in TONES), "")
        return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone

    return "".join(split(char) for char in text).encode("cp1258")


@pytest.mark.parametrize(
    ("old", "new", "encoding"),
    [
        ("Uû ban nh©n d©n", "Uỷ ban nhân dân", "tcvn3"),
        ("TØNH H¦NG Y£N", "TỈNH HƯNG YÊN", "tcvn3"),
        ("H§ND x·", "HĐND xã", "tcvn3"),
        ("§iÒu 5", "Điều 5", "tcvn3"),
        ("ñöôøng hoûng", "đường hỏng", "vni"),
        ("ÑÖÔØNG HOÛNG", "ĐƯỜNG HỎNG", "vni"),
    ],
)
def test_old_encodings_become_unicode(old: str, new: str, encoding: str) -> None:
    assert to_unicode(old) == (new, encoding)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_come_back_from_tcvn3_and_vni(sentence: str) -> None:
    back, found = to_unicode(in_tcvn3(sentence))
    assert (back.lower(), found) == (sentence.lower(), "tcvn3")  # toned capitals live in another font
    assert to_unicode(in_vni(sentence)) == (sentence, "vni")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_unicode_vietnamese_is_never_changed(words: list[str]) -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, " ".join(words))
        assert to_unicode(text) == (text, None)


@pytest.mark.parametrize(
    "text",
    [
        "là có và cá",
        "plain",
        "5 µm, 20 °C, ½ kg",
        "«café» où São Paulo",
        "© 2026 ® ±3 §",
        "· Mot\n· Hai",
        "Zürich, Köln, Noël",
        "",
    ],
)
def test_other_latin_text_is_never_changed(text: str) -> None:
    assert to_unicode(text) == (text, None)


@given(st.text(max_size=40))
def test_detection_never_fails_and_names_nothing_when_nothing_changed(text: str) -> None:
    converted, found = to_unicode(text)
    assert found or converted == text


@pytest.mark.parametrize("sentence", SENTENCES)
def test_files_of_every_encoding_are_read(sentence: str) -> None:
    text = unicodedata.normalize("NFC", sentence)
    assert decode_bytes(text.encode()) == (text, "utf-8")
    assert decode_bytes(text.encode("utf-8-sig")) == (text, "utf-8-sig")
    assert decode_bytes(text.encode("utf-16")) == (text, "utf-16")
    assert decode_bytes(in_cp1258(text)) == (text, "cp1258")
    assert decode_bytes(in_vni(text).encode("latin-1")) == (text, "vni")
    assert decode_bytes(in_tcvn3(text).encode("latin-1"))[1] == "tcvn3"


def test_old_text_inside_a_unicode_file_is_found() -> None:
    assert decode_bytes("Hä tªn;§Þa chØ".encode()) == ("Họ tên;Địa chỉ", "tcvn3")


def test_other_bytes_are_read_as_latin_1() -> None:
    assert decode_bytes("Zürich".encode("latin-1")) == ("Zürich", "latin-1")


@given(st.binary(max_size=60))
def test_no_bytes_are_refused(content: bytes) -> None:
    text, encoding = decode_bytes(content)
    assert isinstance(text, str)
    assert encoding
