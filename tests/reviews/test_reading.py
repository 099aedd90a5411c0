"""How a number is read: the Vietnamese way, a share with what it is of, a change only where there was a year before."""

import pytest

from langnghe.reviews import reading
from langnghe.reviews.models import Figure


def figure(value: int = 0, base: int | None = None, previous: int | None = None, of: int | None = None) -> Figure:
    return Figure(key="received", value=value, base=base, previous=previous, previous_base=of)


NUMBERS = [(1234567, 0, "1.234.567"), (1234.56, 1, "1.234,6"), (0, 0, "0")]


@pytest.mark.parametrize(("value", "decimals", "words"), NUMBERS)
def test_numbers_are_written_as_vietnamese_readers_write_them(value: float, decimals: int, words: str) -> None:
    assert reading.number(value, decimals) == words


@pytest.mark.parametrize(
    ("said", "words", "before", "change"),
    [
        (figure(1200, previous=1000), "1.200", "1.000", "+20,0%"),
        (figure(900, previous=1000), "900", "1.000", "-10,0%"),
        (figure(5, previous=0), "5", "0", "–"),
        (figure(9, 10, 3, 4), "90,0% (9/10)", "75,0%", "+15,0 điểm %"),
        (figure(0, 0, 3, 4), "–", "75,0%", "–"),
        (figure(9, 10, 0, 0), "90,0% (9/10)", "–", "–"),
        (figure(3, 2), "150,0% (3/2)", "–", "–"),
    ],
)
def test_a_figure_in_words(said: Figure, words: str, before: str, change: str) -> None:
    assert (reading.words(said), reading.previous_words(said), reading.change_words(said)) == (words, before, change)
