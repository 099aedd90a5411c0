"""Topics are suggested from words, with a probability that means something, or not at all."""

from random import Random

import numpy as np
import pytest

from langnghe.core.topics import (
    NEVER,
    Example,
    Guess,
    Keywords,
    Model,
    Suggestion,
    expected_calibration_error,
    figures,
    learn,
    lowest,
    split,
    train,
)

WORDS = Keywords({"duong": ["o ga", "mat duong"], "den": ["den duong", "bong den", "toi om"], "rac": ["rac"]})
MATTERS = {
    "duong": ("mặt đường nhiều ổ gà", "đường hỏng nặng", "hố sâu giữa đường"),
    "den": ("đèn đường không sáng", "bóng đèn cháy", "ngõ tối om không có đèn"),
    "rac": ("rác chất đống", "không ai thu gom rác", "bãi rác bốc mùi"),
}


def examples(count: int, seed: int = 1, wrong: float = 0.0) -> list[Example]:
    """Return texts about three matters, in pairs of one case; a share has a topic drawn by chance."""
    chance, found = Random(seed), []
    for number in range(count):
        topic = chance.choice(sorted(MATTERS))
        text = f"{chance.choice(MATTERS[topic])} ở thôn {chance.randint(1, 9)}, mong xem xét"
        truth = chance.choice(sorted(MATTERS)) if chance.random() < wrong else topic
        found.append(Example(text, truth, f"case {number // 2}"))
    return found


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(examples(200), examples(120, seed=2), WORDS)


def test_keywords_suggest_a_topic_with_the_words_as_they_were_typed() -> None:
    found = WORDS.suggest("Mặt đường đầu xóm đầy ổ gà!")
    assert found.guesses[0] == Guess("duong", 0.8, ("Mặt đường", "ổ gà"))
    assert not found.abstains


@pytest.mark.parametrize("text", ["rác", "Đèn đường hỏng, rác đầy", "", "?!", "Kính gửi ủy ban"])
def test_keywords_abstain_unless_one_topic_is_clearly_ahead(text: str) -> None:
    assert WORDS.suggest(text).abstains


@pytest.mark.parametrize(
    "typed", ["bóng đèn cháy ngõ tối om", "bong den chay ngo toi om", "bongs ddefn chasy ngox toosi om"]
)
def test_however_it_is_typed_the_topic_is_the_same(model: Model, typed: str) -> None:
    assert WORDS.suggest(typed).guesses[0].topic == "den"
    assert model.suggest(typed).guesses[0].topic == "den"


def test_a_model_says_why_in_the_words_that_were_typed(model: Model) -> None:
    best = model.suggest("Kính gửi xã, RÁC chất đống trước chợ.").guesses[0]
    assert (best.topic, best.probability > 0.9) == ("rac", True)
    assert any("RÁC" in words for words in best.words)


def test_the_probabilities_of_all_topics_sum_to_one(model: Model) -> None:
    assert sum(guess.probability for guess in model.suggest("đường tối").guesses) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "!!!", "zzz qqq xxx"])
def test_a_text_without_a_known_word_gets_no_suggestion(model: Model, text: str) -> None:
    assert model.suggest(text).abstains


def test_a_model_comes_back_from_its_bytes_as_it_was(model: Model) -> None:
    again = Model.from_bytes(model.to_bytes())
    assert again.suggest("hố sâu giữa đường") == model.suggest("hố sâu giữa đường")
    assert (again.topics, again.threshold) == (model.topics, model.threshold)


def test_two_topics_can_be_learnt_and_one_cannot() -> None:
    two = [example for example in examples(80) if example.topic != "rac"]
    assert learn(two, [], Keywords({})).suggest("bóng đèn cháy").guesses[0].topic == "den"
    with pytest.raises(ValueError):
        learn([example for example in two if example.topic == "den"], [], Keywords({}))


def test_without_enough_calibration_texts_a_model_always_abstains() -> None:
    assert learn(examples(200), examples(40, seed=2), WORDS).suggest("rác chất đống").abstains


def test_what_a_model_accepts_is_as_right_as_promised_on_texts_it_never_saw() -> None:
    noisy = examples(1500, wrong=0.015)
    noisy += [Example("mong xem xét việc ở thôn", example.topic, f"{example.group} b") for example in noisy[::5]]
    Random(3).shuffle(noisy)
    _model, card = train(noisy, WORDS)
    assert card["test"]["accuracy_on_accepted"] >= 0.95 - 0.02
    assert 0.5 < card["test"]["coverage"] < 1
    assert card["test"]["ece"] <= 0.05
    assert card["test"]["accuracy"] > card["majority"]["accuracy"]


def test_a_case_lies_in_one_part_and_the_parts_follow_one_another() -> None:
    parts = split(examples(100))
    groups = [{example.group for example in part} for part in parts]
    assert [len(part) for part in parts] == [60, 20, 20]
    assert not groups[0] & groups[1] | groups[1] & groups[2] | groups[0] & groups[2]


@pytest.mark.parametrize(
    ("right", "wanted"),
    [([True] * 60, 0.41), ([True] * 52 + [False] * 8, 0.49), ([True] * 51, NEVER), ([False] * 60, NEVER), ([], NEVER)],
)
def test_the_threshold_is_the_lowest_with_enough_proof(right: list[bool], wanted: float) -> None:
    sure = np.array([1 - at / 100 for at in range(len(right))])
    assert lowest(sure, np.array(right, bool)) == pytest.approx(wanted)


def test_equal_probabilities_are_accepted_or_left_together() -> None:
    assert lowest(np.full(100, 0.9), np.array([True] * 60 + [False] * 40)) == NEVER


@pytest.mark.parametrize(
    ("sure", "right", "error"),
    [
        ([], [], 0.0),
        ([1.0, 1.0], [True, True], 0.0),
        ([0.75] * 4, [True, True, True, False], 0.0),
        ([0.9], [False], 0.9),
    ],
)
def test_the_calibration_error_is_the_gap_between_said_and_seen(
    sure: list[float], right: list[bool], error: float
) -> None:
    assert expected_calibration_error(sure, right) == pytest.approx(error)


def test_figures_count_the_accepted_apart() -> None:
    sure = Suggestion((Guess("den", 0.9, ()),), False)
    unsure = Suggestion((Guess("rac", 0.4, ()), Guess("den", 0.3, ())), True)
    found = figures([("den", sure), ("den", unsure)])
    assert (found["accuracy"], found["top3"], found["accuracy_on_accepted"], found["coverage"]) == (0.5, 1, 1, 0.5)
    assert figures([("den", unsure)])["accuracy_on_accepted"] is None
