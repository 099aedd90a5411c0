"""A promise has words and a date, is kept with evidence or dropped with a reason, and falls late once."""

from datetime import date

import pytest

from langnghe.commitments import actions
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db


def promised(cast: Cast, text: str = "Sửa đoạn đường thôn 3", due: date = date(2026, 6, 20)) -> Commitment:
    return actions.commit(
        body=cast.committee, place=cast.commune, text=text, due=due, origin="VV-000001-3", account=None, at=moment(8)
    )


def verbs(commitment: Commitment) -> list[str]:
    return list(commitment.steps.order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize(("text", "due"), [(" ", date(2026, 6, 20)), ("Sửa đường", date(2026, 6, 7))])
def test_a_promise_needs_words_and_a_day_to_come(cast: Cast, text: str, due: date) -> None:
    with pytest.raises(Refused):
        promised(cast, text, due)


def test_keeping_needs_evidence_and_ends_the_promise(cast: Cast) -> None:
    commitment = promised(cast)
    with pytest.raises(Refused):
        actions.keep(commitment, account=None, at=moment(15), evidence="")
    actions.keep(commitment, account=None, at=moment(15), evidence="Biên bản nghiệm thu")
    assert (commitment.state, commitment.ended, verbs(commitment)) == ("kept", date(2026, 6, 15), ["made", "kept"])


def test_an_ended_promise_takes_no_more_steps(cast: Cast) -> None:
    commitment = promised(cast)
    actions.drop(commitment, account=None, at=moment(9), reason="Đã có dự án khác")
    with pytest.raises(Refused):
        actions.record_progress(commitment, account=None, at=moment(10), text="Đang làm")


def test_a_promise_falls_late_once_on_the_day_after_its_due_date(cast: Cast) -> None:
    commitment = promised(cast)
    assert actions.note_late(moment(20)) == 0
    assert (actions.note_late(moment(21)), actions.note_late(moment(22))) == (1, 0)
    assert verbs(commitment) == ["made", "late"]
