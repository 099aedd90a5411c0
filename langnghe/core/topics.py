"""What a text is about: keywords at first, later a calibrated linear model learnt from cases; both may abstain.

Multinomial logistic regression on hashed grams; temperature scaling (Guo 2017), reject option (Chow 1970).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from langnghe.core.intervals import wilson
from langnghe.core.similarity import Grams, Ids, grams, plain, rarity_of
from langnghe.core.text import decode_telex

GOAL = 0.95  # the accuracy that what is suggested must have
ONE_SIDED = 1.645  # normal quantile of a one-sided bound of 95 %
BEST = 3
MARKS = ".,;:!?()[]\"'“”…-"
NEVER = 2.0  # a threshold that no probability reaches
MOST_GRAMS = 1 << 16
MOST_WORDS = 4
STRENGTH = 10.0  # inverse of the penalty; of 10, 30 and 100 the most accurate on calibration texts
LEARNT, CALIBRATED = 0.6, 0.8  # the oldest cases teach, the next set temperature and threshold, the newest test
LEAST, AHEAD = 4, 3  # keywords: how many words the first topic must have, and how many times those of the next
BINS = 10
Floats = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]


class Example(NamedTuple):
    """A text, its true topic, and the case (or group of the same matter) that may lie in one split only."""

    text: str
    topic: str
    group: str


class Guess(NamedTuple):
    """A topic, how probable it is (0 to 1), and the words of the text, as typed, that spoke most for it."""

    topic: str
    probability: float
    words: tuple[str, ...]


class Suggestion(NamedTuple):
    """The most probable topics, best first, at most three; `abstains` when the first is not sure enough."""

    guesses: tuple[Guess, ...]
    abstains: bool
    is_calibrated: bool = False  # whether the probabilities are shares of right ones among such suggestions


class Suggester(Protocol):
    """What suggests topics: keywords or a model."""

    def suggest(self, text: str) -> Suggestion: ...


def _typed(text: str) -> list[tuple[str, str]]:
    """Return each plain word of the text with the word as it was typed."""
    pairs = zip(text.split(), decode_telex(text).split(), strict=False)
    return [(word, typed) for typed, decoded in pairs for word in plain(decoded).split()]


def _phrases(typed: Sequence[str], chosen: Iterable[int]) -> tuple[str, ...]:
    """Return the chosen words, neighbours without a comma between them as one phrase, each once, in text order."""
    found: list[list[str]] = []
    last = -2
    for at in sorted(set(chosen)):
        if at > last + 1 or (not typed[last][-1:].isalnum() and typed[at] != typed[last]):
            found.append([])
        if found[-1][-1:] != [typed[at]]:  # a short form written out is one typed word
            found[-1].append(typed[at])
        last = at
    return tuple(dict.fromkeys(" ".join(words).strip(MARKS) for words in found))


class Keywords:
    """Suggests by how many words of the text belong to keywords of a topic.

    The probability is the topic's share of such words, with one more for none of them; it is not calibrated. It
    abstains unless the first topic has at least four words, and three times as many as the next.
    """

    def __init__(self, keywords: Mapping[str, Iterable[str]]) -> None:
        self.keywords = {
            topic: {tuple(plain(each).split()) for each in several if plain(each)}
            for topic, several in keywords.items()
        }

    def suggest(self, text: str) -> Suggestion:
        pairs = _typed(text)
        words, typed = [word for word, _ in pairs], [as_typed for _, as_typed in pairs]
        found = {topic: self._places(topic, words) for topic in self.keywords}
        scores = {topic: len(places) for topic, places in found.items() if places}
        best = sorted(scores, key=lambda topic: (-scores[topic], topic))[:BEST]
        total = sum(scores.values()) + 1
        guesses = tuple(Guess(topic, scores[topic] / total, _phrases(typed, found[topic])) for topic in best)
        first, second = [*(scores[topic] for topic in best), 0, 0][:2]
        return Suggestion(guesses, first < LEAST or first < AHEAD * second)

    def examples(self) -> list[Example]:
        """Return each keyword as a text of its topic: what a model is told of topics with few cases."""
        rows = ((" ".join(words), topic) for topic, several in self.keywords.items() for words in sorted(several))
        return [Example(text, topic, "") for text, topic in rows]

    def _places(self, topic: str, words: Sequence[str]) -> set[int]:
        """Return the places of the words that belong to a keyword of the topic."""
        return {
            at + offset
            for keyword in self.keywords[topic]
            for at in range(len(words) - len(keyword) + 1)
            if tuple(words[at : at + len(keyword)]) == keyword
            for offset in range(len(keyword))
        }


class Model(NamedTuple):
    """A learnt model: for each gram kept (places rising) its rarity and its weight for each topic."""

    topics: tuple[str, ...]
    ids: Ids
    rarity: Floats
    weights: Floats  # grams x topics
    bias: Floats
    temperature: float
    threshold: float

    def to_bytes(self) -> bytes:
        file = BytesIO()
        numbers = np.array([self.temperature, self.threshold])
        np.savez_compressed(
            file,
            topics=np.array(self.topics, dtype=np.str_),
            ids=self.ids,
            rarity=self.rarity,
            weights=self.weights,
            bias=self.bias,
            numbers=numbers,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Model":
        with np.load(BytesIO(content), allow_pickle=False) as kept:
            topics = tuple(kept["topics"].tolist())
            temperature, threshold = kept["numbers"].tolist()
            ids, rarity, weights, bias = (kept[name] for name in ("ids", "rarity", "weights", "bias"))
            return cls(topics, ids, rarity, weights, bias, temperature, threshold)

    def suggest(self, text: str) -> Suggestion:
        """Return the three most probable topics of a text as typed."""
        row, values = self._row(grams(text))
        probabilities = _softmax(self._scores(row, values)[None, :] / self.temperature)[0]
        best = np.argsort(-probabilities, kind="stable")[:BEST].tolist()
        words = self._words(text, row, values, best)
        guesses = [Guess(self.topics[at], float(probabilities[at]), words[at]) for at in best]
        return Suggestion(tuple(guesses), guesses[0].probability < self.threshold, is_calibrated=True)

    def scores(self, texts: Sequence[Grams]) -> Reals:
        """Return texts x topics: the scores before temperature."""
        return np.array([self._scores(*self._row(text)) for text in texts], np.float64).reshape(-1, len(self.topics))

    def _row(self, text: Grams) -> tuple[npt.NDArray[np.intp], Floats]:
        """Return the rows of the grams known to the model, and their values, together of length 1."""
        if not len(self.ids):
            return np.empty(0, np.intp), np.empty(0, np.float32)
        at = np.minimum(np.searchsorted(self.ids, text.places), len(self.ids) - 1)
        known = self.ids[at] == text.places
        return at[known], _normed(np.frombuffer(text.counts, np.uint8)[known], self.rarity[at[known]])

    def _scores(self, row: npt.NDArray[np.intp], values: Floats) -> Reals:
        return np.asarray(values @ self.weights[row] + self.bias, np.float64)

    def _words(
        self, text: str, row: npt.NDArray[np.intp], values: Floats, topics: Sequence[int]
    ) -> dict[int, tuple[str, ...]]:
        """Return for each topic the words that speak for it: a word's own grams, and half of each pair it is in."""
        pairs = _typed(text)
        words, known = [word for word, _ in pairs], self.ids[row]
        own = [np.isin(known, grams(word).places) for word in words]
        both = [np.isin(known, grams(" ".join(words[at : at + 2])).places) for at in range(len(words) - 1)]
        doubles = [pair & ~own[at] & ~own[at + 1] for at, pair in enumerate(both)]
        found = {}
        for topic in topics:
            worth = values * (self.weights[row, topic] - self.weights[row].mean(axis=1))
            sums = np.array([worth[each].sum() for each in own])
            for at, double in enumerate(doubles):
                sums[at : at + 2] += worth[double].sum() / 2
            most = [int(at) for at in np.argsort(-sums, kind="stable")[:MOST_WORDS] if sums[at] > 0]
            found[topic] = _phrases([typed for _, typed in pairs], most)
        return found


def _normed(counts: npt.NDArray[np.uint8], rarity: Floats) -> Floats:
    values = ((1 + np.log(counts)) * rarity).astype(np.float32)
    length = float(np.sqrt((values**2).sum()))
    return values / np.float32(length) if length else values


def _softmax(scores: Reals) -> Reals:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example], list[Example]]:
    """Split examples in order of time into those that teach, calibrate and test, never a group in two of them.

    A group lies where its first example does: the oldest 60 % teach, the next 20 % calibrate, the newest test.
    """
    first: dict[str, int] = {}
    for example in examples:
        first.setdefault(example.group, len(first))
    parts: tuple[list[Example], list[Example], list[Example]] = ([], [], [])
    for example in examples:
        share = first[example.group] / len(first)
        parts[(share >= LEARNT) + (share >= CALIBRATED)].append(example)
    return parts


def learn(examples: Sequence[Example], calibration: Sequence[Example], keywords: Keywords) -> Model:
    """Fit on the examples and the keywords, then set temperature and threshold on the calibration texts.

    ValueError when there are fewer than two topics.
    """
    taught = [*examples, *keywords.examples()]
    texts = [grams(example.text) for example in taught]
    rarity = rarity_of(texts)
    ids = _kept(rarity.counts)
    nothing = np.empty((len(ids), 0), np.float32), np.empty(0, np.float32)
    rare = rarity.weights[ids].astype(np.float32)
    model = _fitted(Model((), ids, rare, *nothing, 1.0, NEVER), texts, [each.topic for each in taught])
    scores = model.scores([grams(example.text) for example in calibration])
    if not len(scores):
        return model
    right = np.array(model.topics)[scores.argmax(axis=1)] == [example.topic for example in calibration]
    temperature = _temperature(scores, right)
    return model._replace(temperature=temperature, threshold=lowest(_softmax(scores / temperature).max(axis=1), right))


def _fitted(model: Model, texts: Sequence[Grams], truth: Sequence[str]) -> Model:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [model._row(text) for text in texts]
    starts = np.cumsum([0, *(len(at) for at, _ in rows)])
    columns, values = (np.concatenate(part) for part in zip(*rows, strict=True))
    matrix = csr_matrix((values, columns, starts), shape=(len(texts), len(model.ids)))
    fitted = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3).fit(matrix, truth)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(weights) == 1:  # of two topics the library keeps only what speaks for the second
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return model._replace(
        topics=tuple(str(topic) for topic in fitted.classes_),
        weights=np.ascontiguousarray(weights.T, np.float32),
        bias=bias.astype(np.float32),
    )


def _kept(counts: npt.NDArray[np.uint32]) -> Ids:
    """Return the places of the grams that occur in two texts and more, of too many the most frequent."""
    ids = np.flatnonzero(counts > 1)
    if len(ids) > MOST_GRAMS:
        ids = np.sort(ids[np.argsort(-counts[ids].astype(np.int64), kind="stable")[:MOST_GRAMS]])
    return ids.astype(np.uint32)


def _temperature(scores: Reals, right: npt.NDArray[np.bool_]) -> float:
    """Return the divisor of the scores under which the first topic's being right or wrong is most likely."""
    tried = np.exp(np.linspace(np.log(0.05), np.log(10), 160))

    def loss(temperature: float) -> float:
        first = np.clip(_softmax(scores / temperature).max(axis=1), 1e-9, 1 - 1e-9)
        return -float(np.where(right, np.log(first), np.log(1 - first)).mean())

    return float(min(tried, key=loss))


def lowest(probabilities: Reals, right: npt.NDArray[np.bool_]) -> float:
    """Return the lowest probability from which on accuracy is at least GOAL by a one-sided bound, NEVER if none."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(right[order])
    for count in range(len(order), 0, -1):
        is_last = count == len(order) or probabilities[order[count]] < probabilities[order[count - 1]]
        if is_last and wilson(int(hits[count - 1]), count, ONE_SIDED)[0] >= GOAL:
            return float(probabilities[order[count - 1]])
    return NEVER


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean gap, weighed by count, between probability and share of right ones in ten equal bins."""
    if not probabilities:
        return 0.0
    given, hit = np.array(probabilities), np.array(right, np.float64)
    bins = np.minimum((given * BINS).astype(int), BINS - 1)
    gaps = [abs(float((hit[bins == each] - given[bins == each]).sum())) for each in np.unique(bins)]
    return sum(gaps) / len(given)


def figures(found: Sequence[tuple[str, Suggestion]]) -> dict[str, Any]:
    """Return how well the true topics were suggested; a share is None where nothing is counted."""
    names = [[guess.topic for guess in suggestion.guesses] for _, suggestion in found]
    right = [names[at][:1] == [topic] for at, (topic, _) in enumerate(found)]
    accepted = [at for at, (_, suggestion) in enumerate(found) if not suggestion.abstains]
    sure = [suggestion.guesses[0].probability if suggestion.guesses else 0.0 for _, suggestion in found]
    return {
        "texts": len(found),
        "accuracy": _share(sum(right), len(found)),
        "top3": _share(sum(topic in names[at] for at, (topic, _) in enumerate(found)), len(found)),
        "accepted": len(accepted),
        "accuracy_on_accepted": _share(sum(right[at] for at in accepted), len(accepted)),
        "coverage": _share(len(accepted), len(found)),
        "ece": round(expected_calibration_error(sure, right), 4),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def suggested(suggester: Suggester, examples: Iterable[Example]) -> list[tuple[str, Suggestion]]:
    """Return the true topic of each text with what was suggested."""
    return [(example.topic, suggester.suggest(example.text)) for example in examples]


def train(examples: Sequence[Example], keywords: Keywords) -> tuple[Model, dict[str, Any]]:
    """Return a model and its evaluation card, from examples in order of time; the newest cases only test it.

    ValueError when what teaches has fewer than two topics.
    """
    teaching, calibration, test = split(examples)
    model = learn(teaching, calibration, keywords)
    found = suggested(model, test)
    usual = Counter(example.topic for example in teaching).most_common(1)[0][0]
    topics = sorted({topic for topic, _ in found})
    return model, {
        "teaching": len(teaching),
        "calibration": len(calibration),
        "grams": len(model.ids),
        "temperature": round(model.temperature, 3),
        "threshold": None if model.threshold == NEVER else round(model.threshold, 4),
        "test": figures(found),
        "keywords": figures(suggested(keywords, test)),
        "majority": {"topic": usual, "accuracy": _share(sum(each.topic == usual for each in test), len(test))},
        "topics": {topic: figures([pair for pair in found if pair[0] == topic]) for topic in topics},
    }
