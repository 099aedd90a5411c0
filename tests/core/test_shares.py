"""A divided secret: two of three give it back, one says nothing, a slip is told by the number of its share."""

import secrets
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.shares import BadShare, from_text, join, split, to_text

SECRETS = st.binary(min_size=32, max_size=32)


@given(SECRETS, SECRETS)
def test_any_two_of_three_give_the_secret_back(secret: bytes, chance: bytes) -> None:
    shares = split(secret, lambda _size: chance)
    for pair in combinations(shares, 2):
        assert join(pair) == join(pair[::-1]) == secret
    assert join(shares) == secret


@given(SECRETS, st.integers(1, 6), st.integers(0, 3))
def test_any_number_may_be_needed_of_any_count(secret: bytes, need: int, more: int) -> None:
    shares = split(secret, secrets.token_bytes, need, need + more)
    assert join(shares[:need]) == join(shares[-need:]) == secret


@pytest.mark.parametrize("number", [1, 2, 3])
def test_with_one_share_each_secret_stays_as_likely_as_any_other(number: int) -> None:
    for secret in range(256):
        values = {split(bytes([secret]), lambda _size, c=chance: bytes([c]))[number - 1][1] for chance in range(256)}
        assert len(values) == 256


def test_shares_of_two_secrets_do_not_give_either() -> None:
    one, other = secrets.token_bytes(32), secrets.token_bytes(32)
    mixed = [split(one, secrets.token_bytes)[0], split(other, secrets.token_bytes)[1]]
    assert join(mixed) not in (one, other)


@given(SECRETS)
def test_a_share_survives_being_written_down_and_typed(secret: bytes) -> None:
    for share in split(secret, secrets.token_bytes):
        text = to_text(share)
        assert from_text(text) == from_text(f" {text.lower().replace('-', ' ')} ") == share


@given(SECRETS, st.integers(0), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_wrong_letter_is_told_with_the_number_of_the_share(secret: bytes, at: int, letter: str) -> None:
    text = to_text((3, secret))
    places = [place for place, char in enumerate(text) if place > 1 and char not in {"-", letter}]
    place = places[at % len(places)]
    with pytest.raises(BadShare) as slip:
        from_text(text[:place] + letter + text[place + 1 :])
    assert slip.value.args == ("slip", "3")


@pytest.mark.parametrize("text", ["", "ABCD-EFGH", "0-ABCD", "2-AB!D", "2-", "2ABCD"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(BadShare):
        from_text(text)


def test_the_number_belongs_to_what_is_checked() -> None:
    with pytest.raises(BadShare) as slip:
        from_text("2" + to_text((1, bytes(32)))[1:])
    assert slip.value.args == ("slip", "2")


def test_one_share_twice_is_not_two() -> None:
    share = split(bytes(32), secrets.token_bytes)[0]
    with pytest.raises(BadShare, match="same"):
        join([share, share])


def test_shares_of_two_lengths_do_not_belong_together() -> None:
    with pytest.raises(BadShare, match="lengths"):
        join([(1, bytes(32)), (2, bytes(31))])


@pytest.mark.parametrize(("need", "count"), [(0, 3), (4, 3), (2, 256)])
def test_what_cannot_be_divided_is_refused(need: int, count: int) -> None:
    with pytest.raises(ValueError, match="of"):
        split(bytes(32), secrets.token_bytes, need, count)
