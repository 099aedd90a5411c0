"""Text pasted in letters of an old encoding is shown as we read it, and the resident says which one to use."""

from typing import Any

import pytest
from django.test import Client

from langnghe.cases.models import Voice
from langnghe.web import replay
from langnghe.web.public.payload import payload
from tests.cast import moment
from tests.core.test_legacy import in_tcvn3
from tests.web.test_speak import GOOD, original, page, send

pytestmark = pytest.mark.django_db
READ = "Cống trước nhà văn hóa tắc đã hai tháng, nước tràn ra đường."
OLD = in_tcvn3(READ)
KEY = "5c8f2a9e-7c1e-4a57-9d4b-0f1e2d3c4b5a"


@pytest.fixture(autouse=True)
def monday(settings: Any) -> None:
    settings.CLOCK = moment()


def test_the_converted_text_is_offered_and_what_was_pasted_is_kept(client: Client) -> None:
    answer = send(client, KEY, text=OLD)
    assert Voice.objects.count() == 0
    assert READ in page(answer) and OLD in page(answer) and "Dùng bản nào?" in page(answer)


@pytest.mark.parametrize(("chosen", "text"), [("converted", READ), ("typed", OLD)])
def test_the_resident_chooses_which_one_is_received(client: Client, chosen: str, text: str) -> None:
    send(client, KEY, text=OLD, letters=chosen)
    assert Voice.objects.get().text == text
    assert original()["text"] == OLD


def test_text_that_is_unicode_already_is_not_asked_about(client: Client) -> None:
    send(client, KEY, text=READ)
    assert Voice.objects.get().text == READ


def test_what_waited_while_the_database_was_down_is_read_without_asking() -> None:
    sent = GOOD | {"key": KEY, "text": OLD}
    found = replay._arrival({"door": "web", "sent": sent}, KEY, payload(sent), moment().date())
    assert found is not None and found.text == READ
