"""Which cases teach, when a model is used, how one goes back, and how suggestions are judged."""

from collections.abc import Iterator
from typing import Any

import pytest

from langnghe.cases import actions as cases
from langnghe.cases.models import Case, Voice
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Topic
from langnghe.situation import actions
from langnghe.situation import topics as situation
from langnghe.situation.judging_topics import judge_topics
from langnghe.situation.models import TopicModel
from tests.cast import Cast, assigned, moment, received, staff

pytestmark = pytest.mark.django_db
MATTERS = {"chieu_sang": "Đèn đường ngõ {n} không sáng", "rac_thai": "Rác ở ngõ {n} không ai thu gom"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(law, "rule", lambda code: 6 if code == "topic_training_cases" else rule(code))
    situation.suggester.cache_clear()
    yield
    situation.suggester.cache_clear()


rule = law.rule


def confirmed_case(topic: str, number: int) -> Case:
    return assigned(moment(8), text=MATTERS[topic].format(n=number), topic=law.topics()[topic])[0]


def teach(count: int = 8) -> None:
    for number in range(count):
        confirmed_case(sorted(MATTERS)[number % 2], number)


def kept_model(*, active: bool = False, accuracy: float | None = 1.0) -> TopicModel:
    card: dict[str, Any] = {"test": {"accuracy_on_accepted": accuracy}}
    row = TopicModel(trained_at=moment(), until=moment().date(), cases=6, card=card, content=b"x", is_active=active)
    row.save()
    return row


def texts() -> list[str]:
    return [example.text for example in situation.confirmed().examples]


def test_only_what_staff_worked_on_teaches(cast: Cast) -> None:
    received(text="Chưa ai xem")
    case = confirmed_case("rac_thai", 1)
    found = situation.confirmed()
    assert [(example.topic, example.group) for example in found.examples] == [("rac_thai", str(case.pk))]
    assert (found.cases, found.until) == (1, moment(8).date())


def test_handing_over_confirms_no_topic(cast: Cast) -> None:
    case, _answer = received()
    cases.refer_up(case, reason="Không thuộc thẩm quyền", actor=staff(case), at=moment(9))
    assert texts() == []


@pytest.mark.parametrize("kind", [code for code, kind in law.kinds().items() if kind.is_sealed])
def test_nothing_of_the_sealed_lane_teaches(cast: Cast, kind: str) -> None:
    voice, case = confirmed_case("rac_thai", 1), confirmed_case("rac_thai", 2)
    Voice.objects.filter(case=voice).update(kind=kind)
    Case.objects.filter(pk=case.pk).update(kind=kind)
    assert texts() == []


def test_a_case_that_went_to_the_sealed_lane_teaches_no_more(cast: Cast) -> None:
    case = confirmed_case("rac_thai", 1)
    Case.objects.filter(pk=case.pk).update(state=Case.State.SEALED)
    assert texts() == []


def test_deleted_words_and_cases_not_classified_teach_nothing(cast: Cast) -> None:
    Voice.objects.filter(case=confirmed_case("rac_thai", 1)).update(text="")
    Case.objects.filter(pk=confirmed_case("rac_thai", 2).pk).update(topic=law.topics()["chua_phan_loai"])
    assert texts() == []


def test_merged_cases_are_one_group(cast: Cast) -> None:
    first, second = confirmed_case("rac_thai", 1), confirmed_case("rac_thai", 2)
    cases.merge(second, into=first, actor=staff(second), at=moment(9))
    assert {example.group for example in situation.confirmed().examples} == {str(first.pk)}


def test_too_few_cases_are_refused_with_what_to_do(cast: Cast) -> None:
    teach(5)
    with pytest.raises(Refused, match="cần 6"):
        actions.train_topics(at=moment(10))
    assert not TopicModel.objects.exists()


def test_a_model_that_is_never_sure_is_kept_but_not_used(cast: Cast) -> None:
    before = kept_model(active=True)
    teach()
    model = actions.train_topics(at=moment(10))
    assert (model.is_active, model.cases, model.card["test"]["accepted"]) == (False, 8, 0)
    assert TopicModel.objects.get(is_active=True) == before


def test_a_model_that_reaches_the_goal_replaces_the_one_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.core.topics.lowest", lambda sure, right: 0.5)
    before = kept_model(active=True)
    teach(20)
    model = actions.train_topics(at=moment(10))
    assert list(TopicModel.objects.order_by("pk").values_list("pk", "is_active")) == [
        (before.pk, False),
        (model.pk, True),
    ]
    best = situation.suggest("đèn đường không sáng").guesses[0]
    assert (best.topic, "không sáng" in " ".join(best.words)) == ("chieu_sang", True)


def test_a_keyword_that_was_added_is_known_once_the_law_is_read_again() -> None:
    words, row = "Khung cửu tình đầu ngõ bị đổ", Topic.objects.get(code="chieu_sang")
    before = [word for guess in situation.suggest(words).guesses for word in guess.words]
    Topic.objects.filter(pk=row.pk).update(keywords=f"{row.keywords}|khung cuu tinh")
    law.forget()
    found = situation.suggest(words).guesses[0]
    Topic.objects.filter(pk=row.pk).update(keywords=row.keywords)
    law.forget()
    assert ("khung" in " ".join(before).lower(), "khung" in " ".join(found.words).lower()) == (False, True)
    assert found.topic == "chieu_sang"


def test_keywords_suggest_while_there_is_no_model() -> None:
    found = situation.suggest("Đường bê tông đầy ổ gà, mặt đường lún")
    assert (found.guesses[0].topic, found.abstains, found.is_calibrated) == ("giao_thong", False, False)


def test_going_back_passes_by_models_that_missed_the_goal() -> None:
    first = kept_model()
    kept_model(accuracy=0.8)
    kept_model(accuracy=None)
    kept_model(active=True)
    assert actions.roll_back_topics() == first
    assert actions.roll_back_topics() is None
    with pytest.raises(Refused, match="từ khóa"):
        actions.roll_back_topics()


def row(number: int, topic: str, **changes: str) -> dict[str, str]:
    words = MATTERS[topic].format(n=number)
    return {"id": f"v{number}", "text": words, "topic": topic, "group": f"g{number}", "style": "chuan"} | changes


def rows(first: int, count: int) -> list[dict[str, str]]:
    return [row(number, sorted(MATTERS)[number % 2]) for number in range(first, first + count)]


def test_voices_never_seen_are_judged_by_one_model_and_per_style() -> None:
    unseen = [*rows(100, 6), row(107, "rac_thai", style="sms")]
    found = judge_topics(unseen, rows(0, 40), situation.keywords())
    assert (found["voices"], found["folds"], found["shared_texts"]) == (7, 1, 0)
    assert (found["linear"]["accuracy"], found["linear"]["styles"]["sms"]["texts"]) == (1, 1)
    assert found["keywords"]["texts"] == 7


def test_voices_that_also_teach_are_judged_by_models_that_never_saw_their_group() -> None:
    same = rows(0, 10)
    alone = [row(50, "rac_thai", text="Chuyện riêng hẳn hoi khác biệt"), row(51, "rac_thai", text="Chẳng giống ai")]
    found = judge_topics([*same, *alone], [*same, *alone], situation.keywords())
    assert (found["folds"], found["shared_texts"]) == (5, 12)


@pytest.mark.parametrize("kind", ["denunciation", "to_cao"])
def test_voices_of_a_sealed_kind_are_not_judged(kind: str) -> None:
    sealed = row(1, "rac_thai", kind=kind)
    assert judge_topics([sealed, *rows(2, 2)], rows(10, 20), situation.keywords())["voices"] == 2
