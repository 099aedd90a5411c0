"""Following by e-mail: nothing comes without a yes, everything ends with a no, and nothing private is in a letter."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.ledger.models import OutboxJob
from langnghe.situation import actions, jobs
from langnghe.situation.models import Follow
from tests.cast import COMMUNE, Cast, answered, moment, run_next_job
from tests.web.test_public_cases import page, public_case, publish

pytestmark = pytest.mark.django_db
ADDRESS = "dan@example.vn"
assert jobs.tell_follower  # registered by being imported


@pytest.fixture(autouse=True)
def outgoing(settings: Any) -> None:
    settings.CLOCK = moment(11)
    settings.EMAIL_HOST = "localhost"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


def ask(client: Client, about: str = f"noi={COMMUNE}", email: str = ADDRESS) -> str:
    return page(client.post(f"/theo-doi?{about}", {"email": email}))


def sent() -> Any:
    """Return the letter that the next job sends."""
    run_next_job(moment(20))
    return mail.outbox[-1]


def link_in(letter: Any) -> str:
    return re.search(r"(/theo-doi/\S+)", letter.body)[1]  # type: ignore[index]


def followed(client: Client, about: str = f"noi={COMMUNE}") -> str:
    """Return the link of a wish that its holder confirmed."""
    ask(client, about)
    link = link_in(sent())
    client.post(link, {"wish": "yes"})
    return link


def test_nothing_comes_without_a_yes(client: Client) -> None:
    public_case()
    assert "Đã gửi một thư" in ask(client)
    letter = sent()
    assert letter.to == [ADDRESS] and "Đồng ý nhận thư" in letter.body
    client.get(link_in(letter))  # a mailbox that looks at links says no yes
    publish(answered()[0])
    assert actions.tell_followers(moment(12)) == 0


def test_news_come_once_a_day_and_once(client: Client) -> None:
    public_case()
    followed(client)
    case = publish(answered()[0], "Cầu gãy")
    assert actions.tell_followers(moment(12)) == 1
    letter = sent()
    assert (
        letter.subject.startswith("Tin mới: ") and "Cầu gãy" in letter.body and f"/vu-viec/{case.code}" in letter.body
    )
    assert "Đèn đường tổ 5 hỏng" not in letter.body  # published before the wish
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert actions.tell_followers(moment(13)) == 0


@pytest.mark.parametrize("how", ["unpublish", "redact"])
def test_what_was_taken_back_meanwhile_is_not_told(client: Client, how: str) -> None:
    followed(client)
    case = publish(answered()[0], "Cầu gãy")
    actions.tell_followers(moment(12))
    who = acting(Cast().leader) if how == "redact" else acting(Cast().officer)
    getattr(cases, how)(case, reason="Luật", actor=who, at=moment(12))
    run_next_job(moment(20))
    assert len(mail.outbox) == 1  # the question alone


def test_a_sealed_kind_is_never_told(client: Client) -> None:
    followed(client)
    publish(answered()[0])
    Case.objects.update(kind="complaint")
    assert actions.tell_followers(moment(12)) == 0


def test_a_case_may_be_followed_with_its_steps(client: Client) -> None:
    case, _answer, officer, leader = answered()
    publish(case)
    followed(client, f"vu_viec={case.code}")
    assert actions.tell_followers(moment(12)) == 0
    cases.publish(case, title="Mới", summary="", actor=officer, at=moment(12))
    assert actions.tell_followers(moment(13)) == 1


@pytest.mark.parametrize("body", [{"wish": "no"}, {"List-Unsubscribe": "One-Click"}])
def test_it_ends_with_everything(client: Client, body: dict[str, str]) -> None:
    link = followed(client)
    assert Follow.objects.get().is_confirmed
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, body).status_code == 302
    assert not Follow.objects.exists()
    assert "Không còn thư nào" in page(client.get(link))


def test_whoever_asks_learns_nothing_of_who_follows(client: Client) -> None:
    first = ask(client)
    client.post(link_in(sent()), {"wish": "yes"})
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", ask(client, email=ADDRESS.upper())) == strip.sub("", first)
    assert OutboxJob.objects.filter(name="situation.ask_follower").count() == 1


def test_an_address_is_not_flooded(client: Client) -> None:
    for about in ("noi=n13264", "linh_vuc=giao_thong", "linh_vuc=chieu_sang", "linh_vuc=tieng_on", "linh_vuc=y_te"):
        ask(client, about)
    assert OutboxJob.objects.filter(name="situation.ask_follower").count() == 3


def test_who_never_confirms_is_forgotten(client: Client) -> None:
    ask(client)
    actions.tell_followers(moment(11) + timedelta(days=3))
    assert not Follow.objects.exists()


def test_the_address_is_nowhere_in_the_clear(client: Client) -> None:
    followed(client)
    wish = Follow.objects.get()
    assert ADDRESS.encode() not in bytes(wish.sealed) + bytes(wish.follower)
    assert ADDRESS not in str(list(OutboxJob.objects.values_list("arguments", flat=True)))


@pytest.mark.parametrize("query", ["", "noi=n00001", "linh_vuc=x", "vu_viec=VV-1", "vu_viec=", "noi=%00", "khac=1"])
def test_what_is_not_there_cannot_be_followed(client: Client, query: str) -> None:
    assert client.get(f"/theo-doi?{query}").status_code == 404


@pytest.mark.parametrize("email", ["", "khong phai", "a@b", "a@b.vn\r\nBcc: c@d.vn", "x" * 300 + "@d.vn"])
def test_a_wrong_address_comes_back_with_what_to_do(client: Client, email: str) -> None:
    answer = client.post(f"/theo-doi?noi={COMMUNE}", {"email": email})
    assert answer.status_code == 200 and not Follow.objects.exists()
    assert "error" in page(answer)


@pytest.mark.parametrize("token", ["x", "1:abc", "%F0%9F%98%80", "1"])
def test_a_feigned_link_opens_nothing(client: Client, token: str) -> None:
    assert "Không còn thư nào" in page(client.get(f"/theo-doi/{token}"))


def test_without_a_mail_server_the_feed_is_offered(client: Client, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert f"/noi/{COMMUNE}.atom" in page(client.get(f"/theo-doi?noi={COMMUNE}"))
    ask(client)
    assert not Follow.objects.exists()
