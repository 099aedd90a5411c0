"""The page of background jobs: who looks after the installation sees what waits and runs dead letters again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.ledger import readiness
from langnghe.ledger.actions import enqueue
from langnghe.ledger.models import OutboxJob
from tests.cast import Cast, body, member, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.fixture
def keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def dead(error: str = "OSError: Nguyễn Văn A, 0912345678") -> OutboxJob:
    job = enqueue("mail.send", {"to": "nguyen.van.a@vidu.vn"}, moment(9))
    OutboxJob.objects.filter(pk=job.pk).update(state="dead", attempts=6, error=error)
    return job


def test_a_dead_letter_is_shown_without_anybodys_data(keeper: Client) -> None:
    job = dead()
    page = keeper.get(reverse("jobs")).content.decode()
    assert f'mail.send <span class="codes">#{job.pk}</span>' in page and "OSError" in page
    assert not [word for word in ("Nguyễn", "0912345678", "vidu.vn") if word in page]


def test_a_dead_letter_runs_again_and_a_second_click_says_so(keeper: Client, cast: Cast) -> None:
    job = dead()
    address = reverse("retry_job", args=[job.pk])
    assert "chạy lại ngay" in keeper.post(address, follow=True).content.decode()
    assert "đã được cho chạy lại" in keeper.post(address, follow=True).content.decode()
    job.refresh_from_db()
    assert (job.state, job.retried_by) == ("waiting", cast.commission.account.username)


def test_the_page_is_in_the_menu_of_its_readers_only(keeper: Client, cast: Cast) -> None:
    assert reverse("jobs") in keeper.get(reverse("queue")).content.decode()
    officer = Client()
    officer.force_login(cast.officer.account)
    assert reverse("jobs") not in officer.get(reverse("queue")).content.decode()


def test_the_commission_of_a_commune_does_not_look_after_the_installation() -> None:
    client = Client()
    client.force_login(member("small", body("committee_commune"), "commission").account)
    assert client.get(reverse("jobs")).status_code == 404


def test_dead_letters_are_paged_with_few_queries(keeper: Client, django_assert_max_num_queries: Any) -> None:
    for _time in range(30):
        dead()
    first = keeper.get(reverse("jobs"))
    with django_assert_max_num_queries(10):
        second = keeper.get(reverse("jobs") + first.context["pager"]["next_href"])
    assert (len(first.context["dead"]), len(second.context["dead"])) == (25, 5)


def test_the_operator_sees_what_wants_a_person(keeper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    readiness.backup_mark().unlink(missing_ok=True)
    assert "Chưa có bản sao lưu nào" in keeper.get(reverse("jobs")).content.decode()
    monkeypatch.setattr(readiness, "LEAST_FREE", 2**60)
    page = keeper.get(reverse("jobs")).content.decode()
    assert "Hãy dọn ổ đĩa" in page and "Sức khỏe máy chủ" in page
