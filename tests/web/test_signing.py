"""Signing in: back to the page one came from, and a wait that grows after failures but never locks."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse

from langnghe.logs import JsonLines
from langnghe.registry.models import SignInFailure
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
WRONG = "sai mat khau"


@pytest.fixture(autouse=True)
def officer(cast: Cast) -> None:
    assert cast.officer.account.username == "officer"


def enter(client: Client, name: str = "officer", password: str = PASSWORD, after: str = "") -> Any:
    return client.post(reverse("login") + after, {"username": name, "password": password})


def fail(client: Client, times: int, name: str = "officer") -> list[int]:
    return [enter(client, name, WRONG).status_code for _ in range(times)]


def wait_over() -> None:
    """Let every wait that is kept now be over."""
    pass_time(timedelta(seconds=61))


def pass_time(time: timedelta) -> None:
    SignInFailure.objects.update(last=F("last") - time)


def test_the_right_password_opens_the_queue() -> None:
    answer = enter(Client())
    assert (answer.status_code, answer["Location"]) == (302, reverse("queue"))


def test_a_wrong_password_does_not_say_which_part_was_wrong() -> None:
    wrong, unknown = enter(Client(), password=WRONG), enter(Client(), name="nobody")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert "chưa đúng" in wrong.content.decode()


def test_the_name_typed_comes_back_and_the_password_does_not() -> None:
    assert 'type="password"' in Client().get(reverse("login")).content.decode()
    page = enter(Client(), password=WRONG).content.decode()
    assert 'value="officer"' in page
    assert WRONG not in page


def test_five_failures_make_the_account_wait_even_with_the_right_password() -> None:
    client = Client()
    assert fail(client, 6) == [200] * 5 + [429]
    answer = enter(client)
    assert answer.status_code == 429
    assert "Hãy đợi 4 giây" in answer.content.decode()


def test_after_the_wait_the_right_password_opens() -> None:
    client = Client()
    fail(client, 6)
    wait_over()
    assert enter(client).status_code == 302


def test_each_further_failure_doubles_the_wait_up_to_a_minute() -> None:
    client, waits = Client(), []
    fail(client, 5)
    for _ in range(6):
        text = enter(client, password=WRONG).content.decode()
        waits.append(int(text.partition("Hãy đợi ")[2].split()[0]))
        wait_over()
        fail(client, 1)
    assert waits == [4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("typed", [" officer", "officer  ", "OFFICER", "ｏfficer", " " * 200 + "officer"])
def test_another_way_of_typing_the_name_does_not_get_new_tries(typed: str) -> None:
    fail(Client(), 5)
    assert enter(Client(), typed, WRONG).status_code == 429


def test_failures_of_strangers_do_not_stop_a_browser_that_was_here_before() -> None:
    usual = Client()
    enter(usual)
    usual.post(reverse("logout"))
    fail(Client(), 6)
    assert enter(usual).status_code == 302


def test_a_browser_that_was_here_before_waits_for_its_own_failures() -> None:
    usual = Client()
    enter(usual)
    assert fail(usual, 6) == [200] * 5 + [429]


def test_failures_count_whichever_process_they_reach() -> None:
    fail(Client(), 4)
    cache.clear()  # as another process sees it
    assert fail(Client(), 2) == [200, 429]


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    fail(Client(), 4)
    pass_time(timedelta(minutes=15, seconds=1))
    assert fail(Client(), 5) == [200] * 5
    assert SignInFailure.objects.count() == 1


def test_who_signs_in_begins_anew_and_nothing_typed_is_kept() -> None:
    fail(Client(), 4)
    assert "officer" not in str(SignInFailure.objects.values())
    enter(Client())
    assert not SignInFailure.objects.exists()


def test_another_account_does_not_wait(cast: Cast) -> None:
    fail(Client(), 6)
    assert enter(Client(), cast.leader.account.username).status_code == 302


@pytest.mark.parametrize("fields", [{}, {"username": "\x00", "password": "\x00"}, {"username": "x" * 10_000}])
def test_nothing_that_is_sent_breaks_the_page(fields: dict[str, str]) -> None:
    assert Client().post(reverse("login"), fields).status_code == 200


def test_signing_in_leads_back_to_the_page_with_its_filters() -> None:
    client = Client()
    asked = reverse("queue") + "?loc=qua-han&linh-vuc=rac_thai"
    sent = client.get(asked)["Location"]
    answer = client.post(sent, {"username": "officer", "password": PASSWORD})
    assert answer["Location"] == asked


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "javascript:alert()", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(wanted: str) -> None:
    assert enter(Client(), after=f"?next={wanted}")["Location"] == reverse("queue")


def test_signing_out_needs_a_form_and_ends_the_session() -> None:
    client = Client()
    enter(client)
    assert client.get(reverse("logout")).status_code == 405
    answer = client.post(reverse("logout"))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get(reverse("queue")).status_code == 302


def test_each_try_is_a_line_of_the_log_with_the_accounts_number_alone(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(headers={"User-Agent": "Canary-Phone"}, REMOTE_ADDR="203.0.113.77")
    fail(client, 1)
    fail(client, 5, "nobody.here")
    assert enter(client, "nobody.here").status_code == 429
    enter(client)
    client.post(reverse("logout"))
    records = [each for each in caplog.records if each.name == "langnghe.web.noted"]
    found = [json.loads(JsonLines().format(each)) for each in records]
    number = cast.officer.account.pk
    assert [(each["message"], each["account"], each["how"]) for each in found] == [
        ("sign-in refused", number, "password"),
        *[("sign-in refused", None, "password")] * 5,
        ("sign-in delayed", None, "password"),
        ("signed in", number, "password"),
        ("signed out", number, ""),
    ]
    assert not [word for word in ("officer", "nobody", "203.0.113", "Canary") if word in json.dumps(found)]
