"""Alike is what says the same, however it is typed; a text is found again among others by nobody's place."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe import demo
from langnghe.core.similarity import (
    SPACE,
    Block,
    Grams,
    Pairs,
    default_weights,
    fit,
    grams,
    nearest,
    plain,
    rarity_of,
    threshold,
)

LIGHT = "Đèn đường ngõ 5 không sáng, đề nghị thay bóng."
ROAD = "Đường tỉnh có ổ gà sâu, người đi xe máy hay ngã."
CLINIC = "Trạm y tế xã hết thuốc bảo hiểm, chờ mãi không tới lượt."
TEXTS = [LIGHT, ROAD, CLINIC]
COMPOSED = Path(str(demo.__file__)).with_name("voices.jsonl")
a_text = st.text(alphabet="aàảbcđeêghiklmnoôơpqrstuưvxy 0123456789.,", max_size=80)


def cosines(sought: str, among: list[str]) -> list[float]:
    found = [grams(text) for text in among]
    return [float(one) for one in Block(found, rarity_of(found)).cosines(grams(sought))]


@pytest.mark.parametrize(
    "typed",
    [
        "den duong ngo 5 khong sang de nghi thay bong",
        "DEN DUONG NGO 5 KO SANG!!! DE NGHI THAY BONG",
        "ddenf dduowngf ngox 5 khoong sangs, ddeef nghij thay bongs",
    ],
)
def test_marks_capitals_telex_and_short_forms_make_no_difference(typed: str) -> None:
    assert plain(typed) == plain(LIGHT)
    assert cosines(typed, TEXTS)[0] == pytest.approx(1, abs=1e-6)


def test_a_slip_of_the_finger_leaves_a_text_the_nearest() -> None:
    found = cosines("den duong ngo 5 khogn sagn, de nghi thay bong", TEXTS)
    assert nearest(np.array(found), 1) == [0]
    assert 0.4 < found[0] < 1


def test_other_matters_are_far() -> None:
    alike = cosines(LIGHT, TEXTS)
    assert alike[0] == pytest.approx(1, abs=1e-6)
    assert max(alike[1:]) < 0.3


def test_what_every_text_says_counts_less_than_what_few_say() -> None:
    among = ["xem cống", "xem chợ", "xem đê", "đèn tối"]
    found = cosines("xem đèn", among)
    assert found[3] > max(found[:3]) > 0


def test_a_text_without_letters_is_like_nothing_and_harms_nobody() -> None:
    assert cosines("!!! ???", TEXTS) == [0, 0, 0]
    assert cosines(LIGHT, ["", LIGHT, "..."]) == pytest.approx([0, 1, 0], abs=1e-6)
    assert cosines(LIGHT, ["", ""]) == [0, 0]
    assert len(Block([], rarity_of([])).cosines(grams(LIGHT))) == 0


@given(st.lists(a_text, min_size=1, max_size=6), a_text)
def test_alike_lies_between_0_and_1_and_is_the_same_both_ways(among: list[str], sought: str) -> None:
    found = [grams(text) for text in among]
    rarity = rarity_of(found)
    forth = Block(found, rarity).cosines(grams(sought))
    back = [float(Block([grams(sought)], rarity).cosines(one)[0]) for one in found]
    assert forth.tolist() == pytest.approx(back, abs=1e-5)
    assert all(-1e-6 <= one <= 1 + 1e-5 for one in back)


@given(st.lists(a_text, min_size=1, max_size=6), a_text)
def test_it_is_the_cosine_that_plain_arithmetic_gives(among: list[str], sought: str) -> None:
    """The same sums with dictionaries, one gram at a time."""
    found = [grams(text) for text in among]
    rarity = rarity_of(found)

    def half(one: Grams, low: int, high: int) -> dict[int, float]:
        pairs = zip(one.places.tolist(), one.counts, strict=True)
        kept = {at: count for at, count in pairs if low <= at < high}
        weight = {at: float(np.log((1 + rarity.texts) / (1 + rarity.counts[at])) + 1) for at in kept}
        return {at: (1 + float(np.log(count))) * weight[at] for at, count in kept.items()}

    def cosine(x: dict[int, float], y: dict[int, float]) -> float:
        length = (sum(v * v for v in x.values()) * sum(v * v for v in y.values())) ** 0.5
        return sum(x[at] * y[at] for at in x.keys() & y.keys()) / length if length else 0.0

    bounds = ((0, SPACE // 2), (SPACE // 2, SPACE))
    own = grams(sought)
    wanted = [sum(cosine(half(own, *b), half(one, *b)) for b in bounds) / 2 for one in found]
    assert Block(found, rarity).cosines(own).tolist() == pytest.approx(wanted, abs=1e-4)


@given(a_text)
def test_grams_are_places_in_order_each_with_its_count(text: str) -> None:
    made = grams(text)
    assert made.places.tolist() == sorted(set(made.places.tolist()))
    assert len(made.counts) == len(made.places) and 0 not in made.counts


def test_rarity_counts_a_text_once_for_each_of_its_grams() -> None:
    rarity = rarity_of([grams("đèn đèn đèn"), grams("đèn tắt")])
    assert rarity.texts == 2
    lamp = grams("đèn").places
    assert set(rarity.counts[lamp].tolist()) == {2}
    assert rarity.weights[lamp].tolist() == [1] * len(lamp)


def test_of_equal_ones_the_earlier_comes_first() -> None:
    assert nearest(np.array([0.5, 0.9, 0.5, 0.9]), 3) == [1, 3, 0]


def pairs(*rows: tuple[float, float, float, float, float]) -> Pairs:
    return Pairs(*np.array(rows, float).T)


def test_each_piece_of_evidence_moves_the_likeness_its_own_way() -> None:
    same, other_text, other_spot, elsewhere, later = pairs(
        (0.6, 0.9, 0, 0, 0), (0.2, 0.9, 0, 0, 0), (0.6, 0.1, 0, 0, 0), (0.6, 0.9, 0, 1, 0), (0.6, 0.9, 0, 0, 40)
    ).likeness(default_weights())
    assert max(other_text, other_spot, elsewhere, later) < same
    assert same >= default_weights().shown_from


def test_likeness_is_the_logistic_of_the_sum() -> None:
    weights = default_weights()._replace(constant=-1, text=2, spot=3, no_spot=0.5, elsewhere=-2, days=-0.1)
    odds = -1 + 2 * 0.5 + 3 * 0.2 + 0.5 - 2 - 0.1 * 4
    assert pairs((0.5, 0.2, 1, 1, 4)).likeness(weights)[0] == pytest.approx(1 / (1 + np.exp(-odds)))


def test_weights_are_learnt_from_judged_pairs() -> None:
    text = np.linspace(0, 1, 200)
    judged = pairs(*((float(t), 0, 1, 0, 0) for t in text))
    learnt = fit(judged, text > 0.6, shown_from=0.5)
    shown = judged.likeness(learnt) >= 0.5
    assert np.abs(shown.astype(int) - (text > 0.6)).sum() <= 2


def test_the_threshold_is_the_lowest_that_keeps_the_precision() -> None:
    likeness = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    same = np.array([True, True, True, False, True])
    assert threshold(likeness, same, 0.95) == 0.7
    assert threshold(likeness, same, 0.75) == 0.5
    assert threshold(likeness, ~same, 0.95) > 1


def test_equal_likenesses_are_shown_together_or_not_at_all() -> None:
    assert threshold(np.array([0.9, 0.9]), np.array([True, False]), 0.95) > 1


def test_paraphrases_find_each_other_without_their_place() -> None:
    """Of composed voices in groups of one matter, most find another of theirs among the five nearest."""
    rows = [json.loads(line) for line in COMPOSED.read_text(encoding="utf-8").splitlines()]
    found = [grams(row["text"]) for row in rows]
    block, sizes = Block(found, rarity_of(found)), Counter(row["group"] for row in rows if row["group"])
    hits = []
    for number, row in enumerate(rows):
        if sizes[row["group"]] > 1:
            alike = block.cosines(found[number])
            alike[number] = -1
            hits.append(any(rows[other]["group"] == row["group"] for other in nearest(alike, 5)))
    assert len(hits) > 150
    assert sum(hits) / len(hits) > 0.84
