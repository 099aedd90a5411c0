"""A finding is proposed where its rule holds, says the figure's own number, and rests on that figure."""

from datetime import date

import pytest

from langnghe.core import tables
from langnghe.reviews.figures import definition
from langnghe.reviews.findings import holds, propose, sentence
from langnghe.reviews.models import Figure

DAY = date(2026, 6, 30)


def figure(value: int, base: int | None = None, previous: int | None = None, key: str = "received") -> Figure:
    return Figure(key=key, value=value, base=base, previous=previous, previous_base=base)


def rules(*figures: Figure) -> list[str]:
    return [finding.rule for finding, _figure in propose({each.key: each for each in figures}, DAY)]


@pytest.mark.parametrize(
    ("test", "said", "answer"),
    [
        ("value>0", figure(1), True),
        ("value>0", figure(0), False),
        ("amount>=90", figure(9, 10), True),
        ("amount>=90", figure(89, 100), False),
        ("amount<90", figure(0, 0), False),
        ("change<0", figure(9, previous=10), True),
        ("change<-10", figure(9, previous=10), False),
        ("change>0", figure(9), False),
    ],
)
def test_a_rule_holds_only_for_a_number_that_is_there(test: str, said: Figure, answer: bool) -> None:
    assert holds(test, said) is answer


@pytest.mark.parametrize("test", ["amount==3", "total>3", "amount>=x", "", "value>0 or value<9"])
def test_a_rule_that_cannot_be_read_is_an_error(test: str) -> None:
    with pytest.raises(ValueError, match="finding rule test"):
        holds(test, figure(1))


def test_good_and_bad_shares_give_opposite_findings() -> None:
    assert rules(figure(95, 100, key="on_time")) == ["settled_on_time"]
    assert rules(figure(60, 100, key="on_time")) == ["late_many"]


def test_nothing_counted_gives_no_finding() -> None:
    assert rules(*(figure(0, 0, key=row["figure"]) for row in tables.rows("finding_rules"))) == []


def test_a_finding_says_the_number_and_its_change_and_rests_on_its_figure() -> None:
    overdue = figure(6, previous=8, key="overdue")
    (first, rests_on), *_tasks = propose({"overdue": overdue}, DAY)
    assert first.text == "Còn 6 vụ việc để quá hạn trả lời (-25,0% so với cùng kỳ)."
    assert rests_on is overdue


def test_without_a_year_before_no_comparison_is_made() -> None:
    assert sentence("Có {value} ({change} so với cùng kỳ).", figure(6)) == "Có 6."


def test_a_rule_speaks_only_while_it_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"code": "x", "kind": "result", "figure": "received", "test": "value>0", "text_vi": "{value}"}
    ended = row | {"code": "old", "valid_from": "", "valid_to": "2026-06-29"}
    begun = row | {"code": "new", "valid_from": "2026-06-30", "valid_to": ""}
    monkeypatch.setattr(tables, "rows", lambda _name: [ended, begun])
    assert rules(figure(1)) == ["new"]


@pytest.mark.django_db
def test_each_rule_of_the_table_is_of_a_figure_and_can_be_said() -> None:
    for row in tables.rows("finding_rules"):
        assert definition(row["figure"])
        assert holds(row["test"], figure(1)) in {True, False}
        assert "{" not in sentence(row["text_vi"], figure(1, 2, 1))
