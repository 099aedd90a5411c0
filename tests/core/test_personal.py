"""What may name a person is pointed at; ordinary words, dates, counts and places are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.personal import Hint, hints, uncovered


@pytest.mark.parametrize(
    ("text", "sort", "words"),
    [
        ("Gọi 0912 345 678 để hỏi.", "number", "0912 345 678"),
        ("Gọi +84912345678.", "number", "+84912345678"),
        ("Căn cước 034087001234 đã nộp.", "number", "034087001234"),
        ("Viết cho ba.lan@vidu.com.vn nhé", "email", "ba.lan@vidu.com.vn"),
        ("Xe 17B1-234.56 đỗ chắn ngõ.", "plate", "17B1-234.56"),
        ("Xe 89A 12345 đỗ chắn ngõ.", "plate", "89A 12345"),
        ("Nhà ông Nguyễn Văn Bảy đổ rác.", "name", "ông Nguyễn Văn Bảy"),
        ("Trưởng thôn Hoàng Đức không họp.", "name", "Trưởng thôn Hoàng Đức"),
        ("Chủ tịch UBND Trần Tư không họp.", "name", "Chủ tịch UBND Trần Tư"),
        ("Bí thư Đảng ủy xã Trần Thị B không tiếp dân.", "name", "Bí thư Đảng ủy xã Trần Thị B"),
        ("Chủ tịch HĐND xã Lê Văn C chưa trả lời.", "name", "Chủ tịch HĐND xã Lê Văn C"),
        ("Chủ tịch Ủy ban nhân dân xã Lê Văn C chưa đáp.", "name", "Chủ tịch Ủy ban nhân dân xã Lê Văn C"),
    ],
)
def test_it_is_pointed_at(text: str, sort: str, words: str) -> None:
    assert Hint(sort, words) in hints(text)  # type: ignore[arg-type]
    assert Hint(sort, words) in hints(unicodedata.normalize("NFD", text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Đèn đường ngõ 12 cháy từ ngày 10/06/2026, dài 1.200 mét.",
        "Ông bà ở thôn Đông mong sớm có nước sạch.",
        "Theo Luật Tiếp công dân 42/2013/QH13, Điều 15.",
        "Chủ tịch UBND xã, Bí thư Đảng ủy, Chủ tịch Ủy ban nhân dân, Phó Chủ tịch Hội đồng nhân dân.",
        "Công trình 2.500.000 đồng một hộ; 104 xã, 3,6 triệu dân.",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert hints(text) == []


def test_an_accusation_counts_beside_a_name_only() -> None:
    assert [hint.sort for hint in hints("Có tình trạng ăn bớt vật tư.")] == []
    assert [hint.sort for hint in hints("Ông Trần Tư ăn bớt vật tư.")] == ["name", "accusation"]


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("Ông Trần Tư đổ rác ra mương. Ông ta còn ăn bớt vật tư.", ["name", "accusation"]),
        ("Ông Trần Tư đổ rác ra mương. Mùi rất hôi. Có tình trạng ăn bớt vật tư.", ["name"]),
        ("Chủ tịch xã nhận tiền của dân.", ["accusation"]),
        ("Chủ tịch xã hứa sửa đường.", []),
    ],
)
def test_an_accusation_counts_in_the_sentence_after_a_name_and_beside_an_office(text: str, sorts: list[str]) -> None:
    assert [hint.sort for hint in hints(text)] == sorts


@pytest.mark.parametrize(
    ("text", "passages", "pieces"),
    [
        ("Nhà ông Bảy đổ rác.", ["ông Bảy"], ["Nhà ", " đổ rác."]),
        ("ÔNG  BẢY và ông\nbảy", ["ông Bảy"], ["", " và ", ""]),
        ("Lan ở làng Lan.", ["Lan"], ["", " ở làng ", "."]),
        ("Lan ở Lang Lan", ["lan"], ["", " ở Lang ", ""]),
        ("ông Trần Văn Tư ở ngõ 3", ["Văn Tư ở ngõ 3", "ông Trần Văn"], ["", ""]),
        ("gọi 0912 hoặc 0913", ["0912", " hoặc", "0913"], ["gọi ", " ", " ", ""]),
        ("Không có gì.", ["ông"], ["Không có gì."]),
        ("Không có gì.", ["", "  "], ["Không có gì."]),
    ],
)
def test_what_is_covered_leaves_a_gap(text: str, passages: list[str], pieces: list[str]) -> None:
    assert uncovered(text, passages) == pieces
    assert uncovered(unicodedata.normalize("NFD", text), passages) == pieces


WORDS = st.lists(st.sampled_from(["ông", "Bảy", "Trần", "đổ", "rác", "0912", "ở,", "(ngõ)"]), min_size=1, max_size=9)


@given(WORDS, st.lists(WORDS.map(lambda words: " ".join(words[:3])), max_size=4))
def test_nothing_of_a_passage_stays_wherever_it_stood(words: list[str], passages: list[str]) -> None:
    text = " ".join(words)
    pieces = uncovered(text, passages)
    kept = [at for at in range(len(words)) if not any(_stands(words, passage.split(), at) for passage in passages)]
    assert " ".join(pieces).split() == [words[at] for at in kept]


def _stands(words: list[str], passage: list[str], at: int) -> bool:
    """Return whether the word at this place belongs to the passage somewhere in the words."""
    starts = range(max(0, at - len(passage) + 1), at + 1)
    return any(words[start : start + len(passage)] == passage for start in starts)
