"""Many wrong receipt codes slow everyone a little, and block nobody."""

import hashlib
import html
import re
import time
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.core.codes import receipt_code
from langnghe.web.public import patience
from tests.cast import Cast, received

pytestmark = pytest.mark.django_db
WRONG = receipt_code(b"another key" * 3, "web", "k", b"d")
WAITS = "mỗi lượt phải chờ chút"


@pytest.fixture(autouse=True)
def calm() -> Any:
    cache.clear()
    yield
    cache.clear()


def look(client: Client, code: str, **more: str) -> Any:
    return client.post(reverse("look_up"), {"code": code, **more})


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def busy(client: Client) -> None:
    for _try in range(patience.MOST):
        assert "Không có vụ việc nào" in page(look(client, WRONG))


def solved(ticket: str) -> str:
    for proof in count():
        if int(hashlib.sha256(f"{ticket}.{proof}".encode()).hexdigest()[:8], 16) >> (32 - patience.BITS) == 0:
            return str(proof)
    raise AssertionError


def given(answer: Any) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page(answer))
    assert found
    return found[1]


def test_a_few_wrong_codes_cost_nothing(client: Client, cast: Cast) -> None:
    _case, answer = received()
    assert WAITS not in page(look(client, WRONG))
    assert look(client, answer.receipt)["Location"] == reverse("mine")


def test_after_many_a_right_and_a_wrong_code_wait_alike(client: Client, cast: Cast) -> None:
    _case, answer = received()
    busy(client)
    right, wrong = look(client, answer.receipt), look(client, WRONG)
    assert WAITS in page(right) and WAITS in page(wrong)
    bare = [re.sub(r'value="[^"]*"|data-ticket="[^"]*"', "", page(one)) for one in (right, wrong)]
    assert bare[0] == bare[1]
    assert answer.receipt in page(right)  # nothing typed is lost


def test_work_opens_the_case_at_once(client: Client, cast: Cast) -> None:
    _case, answer = received()
    busy(client)
    ticket = given(look(client, answer.receipt))
    assert WAITS in page(look(client, answer.receipt, ticket=ticket, proof="1"))
    assert look(client, answer.receipt, ticket=ticket, proof=solved(ticket))["Location"] == reverse("mine")


def test_waiting_opens_it_without_a_script(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, answer = received()
    busy(client)
    ticket = given(look(client, answer.receipt))
    assert WAITS in page(look(client, answer.receipt, ticket=ticket, proof=""))
    now = time.time()
    monkeypatch.setattr("langnghe.web.public.patience.time.time", lambda: now + patience.WAIT + 1)
    assert look(client, answer.receipt, ticket=ticket, proof="")["Location"] == reverse("mine")


def test_a_ticket_is_good_for_its_own_code_only(client: Client, cast: Cast) -> None:
    _case, answer = received()
    busy(client)
    ticket = given(look(client, WRONG))
    assert WAITS in page(look(client, answer.receipt, ticket=ticket, proof=solved(ticket)))


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "\x00", ":" * 50, "ế" * 100])
def test_a_forged_ticket_is_worth_nothing(client: Client, cast: Cast, ticket: str) -> None:
    _case, answer = received()
    busy(client)
    for proof in ("", "0", "９", "-1", "9" * 500):
        assert WAITS in page(look(client, answer.receipt, ticket=ticket, proof=proof))
