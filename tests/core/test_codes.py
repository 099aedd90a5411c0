"""Receipt and case codes: the same input gives the same code, and a slip is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.codes import (
    ALPHABET,
    BadCode,
    case_code,
    cases_meant,
    parse_case,
    parse_receipt,
    receipt_code,
    receipt_lookup,
    ticket_code,
    ticket_lookup,
)

SECRET = b"s" * 32
CODE = receipt_code(SECRET, "web", "key-1", b"digest")
receipts = st.builds(receipt_code, st.just(SECRET), st.just("web"), st.text(max_size=8), st.binary(max_size=8))
numbers = st.integers(0, 10**12 - 1)


def fault(text: str) -> str:
    with pytest.raises(BadCode) as caught:
        parse_receipt(text)
    return caught.value.fault


def case_fault(text: str) -> str:
    with pytest.raises(BadCode) as caught:
        parse_case(text)
    return caught.value.fault


def test_a_receipt_is_six_groups_of_four() -> None:
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [4] * 6
    assert set("".join(groups)) <= set(ALPHABET)


def test_the_same_sending_gives_the_same_receipt() -> None:
    assert receipt_code(SECRET, "web", "key-1", b"digest") == CODE


@pytest.mark.parametrize(
    "other",
    [
        (b"t" * 32, "web", "key-1", b"digest"),
        (SECRET, "api", "key-1", b"digest"),
        (SECRET, "web", "key-2", b"digest"),
        (SECRET, "web", "key-1", b"other"),
        (SECRET, "webkey", "-1", b"digest"),
    ],
)
def test_any_other_sending_gives_another_receipt(other: tuple[bytes, str, str, bytes]) -> None:
    assert receipt_code(*other) != CODE


@given(receipts)
def test_a_receipt_reads_back_however_it_is_typed(code: str) -> None:
    spoken = code.replace("0", "o").replace("1", "l").lower()
    assert parse_receipt(code) == code
    assert parse_receipt(f"  {spoken.replace('-', ' ')} ") == code
    assert parse_receipt(spoken.replace("-", "–").replace("l", "I")) == code


@given(receipts)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    plain = code.replace("-", "")
    for place in range(len(plain)):
        for char in set(ALPHABET) - {plain[place]}:
            assert fault(plain[:place] + char + plain[place + 1 :]) == "check"


@given(receipts)
def test_every_exchange_of_two_characters_is_noticed(code: str) -> None:
    plain = code.replace("-", "")
    for i in range(len(plain)):
        for j in range(i + 1, len(plain)):
            if plain[i] != plain[j]:
                assert fault(plain[:i] + plain[j] + plain[i + 1 : j] + plain[i] + plain[j + 1 :]) == "check"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "length"),
        (CODE[:-1], "length"),
        (CODE + "0", "length"),
        ("U" + CODE[1:], "character"),
        ("Đ" + CODE[1:], "character"),
    ],
)
def test_a_wrong_receipt_says_what_is_wrong(text: str, why: str) -> None:
    assert fault(text) == why


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    for read in (parse_receipt, parse_case):
        try:
            read(text)
        except BadCode as refused:
            assert str(refused)


def test_the_lookup_is_the_same_however_the_code_is_typed() -> None:
    assert receipt_lookup(SECRET, CODE) == receipt_lookup(SECRET, CODE.lower().replace("-", " "))
    assert len(receipt_lookup(SECRET, CODE)) == 32
    assert receipt_lookup(b"t" * 32, CODE) != receipt_lookup(SECRET, CODE)


def test_a_case_code_has_six_digits_and_a_check_digit() -> None:
    assert case_code(572) == "VV-000572-4"  # 572 -> 4 is the worked example of Damm's scheme
    assert parse_case("VV-000572-4") == 572


@given(numbers)
def test_a_case_code_reads_back_however_it_is_typed(number: int) -> None:
    code = case_code(number)
    digits = code.removeprefix("VV-")
    assert (
        parse_case(code.lower().replace("-", " "))
        == parse_case(digits)
        == parse_case(digits.replace("0", "O"))
        == number
    )


@given(st.integers(0, 10**9))
def test_every_slip_in_a_case_code_is_noticed(number: int) -> None:
    digits = case_code(number).replace("VV-", "").replace("-", "")
    for place, digit in enumerate(digits):
        for other in set("0123456789") - {digit}:
            assert case_fault(digits[:place] + other + digits[place + 1 :]) == "check"
    for place, (one, two) in enumerate(zip(digits, digits[1:], strict=False)):
        if one != two:
            assert case_fault(digits[:place] + two + one + digits[place + 2 :]) == "check"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "length"),
        ("VV-", "length"),
        ("7" * 5000, "length"),
        ("VV-12A-3", "character"),
        ("PA-12-3", "character"),
    ],
)
def test_a_wrong_case_code_says_what_is_wrong(text: str, why: str) -> None:
    assert case_fault(text) == why


@pytest.mark.parametrize("number", [-1, 10**12])
def test_a_number_without_a_code_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        case_code(number)


def test_a_ticket_code_is_short_and_the_same_for_the_same_key() -> None:
    code = ticket_code(SECRET, "key")
    assert code == ticket_code(SECRET, "key") != ticket_code(SECRET, "another")
    assert len(code) == 9
    assert ticket_lookup(SECRET, code) == ticket_lookup(SECRET, code.lower().replace("-", " "))


def test_one_wrong_character_of_a_ticket_code_is_seen() -> None:
    code = ticket_code(SECRET, "key").replace("-", "")
    for place in range(len(code)):
        for letter in ALPHABET.replace(code[place], ""):
            with pytest.raises(BadCode):
                ticket_lookup(SECRET, code[:place] + letter + code[place + 1 :])


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("1038", [103, 1038]), ("vv 1038", [103, 1038]), ("VV-001038-9", [1038]), ("1234567", [123456, 1234567]),
     ("0", []), ("cong", []), ("", []), ("٣٣", []), ("9" * 14, [])],
)  # fmt: skip
def test_a_number_that_is_no_code_may_stand_for_few_cases(typed: str, numbers: list[int]) -> None:
    assert cases_meant(typed) == numbers
