"""Some weeks after an answer its residents are asked, once each, whether the matter came back."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.models import Recheck, Step
from langnghe.core.refusal import Refused
from tests.cast import Cast, answered, moment, received, resident

pytestmark = pytest.mark.django_db
ANSWERED = moment(10)  # 10/06/2026; 28 days later it is 08/07/2026


def test_it_is_asked_from_the_28th_day_on_and_once(cast: Cast) -> None:
    case, answer, *_ = answered(ANSWERED)
    who = resident(answer)
    with pytest.raises(Refused, match="28 ngày"):
        actions.recheck(case, came_back=True, actor=who, at=ANSWERED + timedelta(days=27))
    case = actions.recheck(case, came_back=True, actor=who, at=ANSWERED + timedelta(days=28))
    assert (Recheck.objects.get().came_back, Step.objects.latest("pk").cause) == (True, "came_back")
    assert case.state == "answered"
    with pytest.raises(Refused, match="đã trả lời"):
        actions.recheck(case, came_back=False, actor=who, at=ANSWERED + timedelta(days=29))


@pytest.mark.parametrize(("said", "shown"), [("yes", "Việc đã trở lại"), ("no", "Việc không trở lại")])
def test_the_resident_is_asked_on_their_page(client: Client, cast: Cast, settings: Any, said: str, shown: str) -> None:
    _case, answer, *_ = answered(ANSWERED)
    question = "Việc này có trở lại không?"
    for day, is_asked in ((27, False), (28, True)):
        settings.CLOCK = ANSWERED + timedelta(days=day)
        client.post(reverse("look_up"), {"code": answer.receipt})
        page = client.get(reverse("mine"))
        assert (question in html.unescape(page.content.decode())) is is_asked
    seen = next(move for move in page.context["moves"] if move["verb"] == "recheck")["form"]["seen"].value()
    after = client.post(reverse("act", args=["recheck"]), {"came_back": said, "seen": seen}, follow=True)
    words = html.unescape(after.content.decode())
    assert shown in words and question not in words


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (8, "Muộn nhất ngày 17/06/2026 phải trả lời, còn 7 ngày làm việc."),
        (16, "Ngày mai là hạn trả lời."),
        (17, "Hôm nay là hạn trả lời."),
        (18, "Đã quá hạn trả lời 1 ngày làm việc. Ông/bà có quyền đề nghị cấp trên xem xét ngay."),
    ],
)
def test_the_due_day_is_said_as_one_would_say_it(
    client: Client, cast: Cast, settings: Any, days: int, says: str
) -> None:
    """Received on Monday 08/06/2026; ... working days (worked out on a calendar)."""

    _case, answer = received()
    settings.CLOCK = moment(days)
    client.post(reverse("look_up"), {"code": answer.receipt})
    assert says in html.unescape(client.get(reverse("mine")).content.decode())
