"""Chores come at their hours, each at most once in its period, and a failing one stops nothing."""

from datetime import datetime
from typing import Any

from langnghe.cli.working import Chore
from tests.cast import moment


def test_a_chore_is_done_once_in_its_period() -> None:
    done: list[datetime] = []
    chore = Chore(done.append, lambda at: at.date())
    for at in (moment(8), moment(8, hour=10), moment(9)):
        chore.turn(at)
    assert done == [moment(8), moment(9)]


def test_a_chore_that_fails_is_tried_again_in_the_next_period(caplog: Any) -> None:
    def failing(_at: datetime) -> None:
        raise OSError("no line")

    chore = Chore(failing, lambda at: at.date())
    chore.turn(moment(8))
    chore.turn(moment(9))
    assert caplog.text.count("no line") >= 2
