"""How a code is said into the telephone."""

import pytest

from langnghe.core.aloud import NAMES, aloud
from langnghe.core.codes import ALPHABET


def test_a_group_is_said_character_by_character() -> None:
    assert aloud("K7P2") == "ca, bảy, pê, hai"


def test_every_character_of_a_receipt_code_has_a_name_of_its_own() -> None:
    assert len({aloud(char) for char in ALPHABET}) == len(ALPHABET)


@pytest.mark.parametrize("group", ["Đ", "-", " "])
def test_what_no_code_holds_is_no_name(group: str) -> None:
    assert group not in NAMES
    with pytest.raises(KeyError):
        aloud(group)
