"""Words that rise are words about matters; a person's name never is one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.rising import pairs, rising

WATER = "Nước đục từ hôm qua, không dùng được"
LIGHT = "Đèn đường tắt cả tuần"


def test_pairs_are_folded_and_kept_as_written() -> None:
    assert pairs("Nước đục quá. Đèn tắt") == {"nuoc duc": "nước đục", "duc qua": "đục quá", "den tat": "đèn tắt"}


@pytest.mark.parametrize(
    "text",
    ["hôm qua Nguyễn Văn Bảy đổ rác", "rác nhà ông bảy để đó", "gặp chị hoa bên xã", "rac cua ba tu do ra"],
)
def test_what_looks_like_a_name_is_left_out(text: str) -> None:
    said = " ".join(pairs(text).values())
    assert not {"nguyễn", "văn", "bảy", "hoa", "tu"} & set(said.split())


def test_a_text_in_capitals_has_no_names_to_tell_apart() -> None:
    assert "nuoc duc" in pairs("NƯỚC ĐỤC CẢ TUẦN")


def test_what_is_said_more_of_late_rises_with_its_texts() -> None:
    late = [LIGHT] * 3 + [WATER] * 6 + ["nuoc duc lam roi"]
    found = rising(late, [LIGHT] * 60 + [WATER])
    assert found[0].words in {"nước đục", "đục từ", "từ hôm", "hôm qua"}
    water = next(one for one in found if 9 in one.texts)
    assert (water.words, water.texts) == ("nước đục", (3, 4, 5, 6, 7, 8, 9))
    assert not any("đèn" in one.words for one in found)


def test_pairs_of_the_same_texts_are_told_once() -> None:
    assert len(rising([WATER] * 8, [LIGHT] * 100)) == 1


@given(st.lists(st.text(max_size=60), max_size=20), st.lists(st.text(max_size=60), max_size=20))
def test_fewer_than_five_texts_never_show_and_no_text_breaks_it(late: list[str], before: list[str]) -> None:
    assert all(len(one.texts) >= 5 and 0 <= one.p <= 1 for one in rising(late, before))
    assert rising(late[:4], before) == []
