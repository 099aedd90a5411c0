"""Leave: a colleague stands in between two days, does no more than stand in, and the delegation is taken back early."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from langnghe.registry import actions as registry
from langnghe.registry.models import Account, Invitation, Member, RegisterChange
from tests.cast import Cast, assigned, member, moment
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)
    settings.SECOND_FACTOR = False


def test_a_colleague_stands_in_between_two_days(cast: Cast, settings: Any) -> None:
    said = {"colleague": cast.officer.account.pk, "since": "2026-06-15", "until": "2026-06-19"}
    assert signed_in(cast.leader).post(reverse("account_change", args=["thay"]), said).status_code == 302
    roles = {}
    for day in (14, 15, 19, 20):
        on = moment(day).date()
        roles[day] = set(Member.objects.on(on).filter(account=cast.officer.account).values_list("role", flat=True))
    assert [len(roles[day]) for day in (14, 15, 19, 20)] == [1, 2, 2, 1] and "leader" in roles[15]


def delegate(by: Member, to: Account, since: str = "2026-06-10", until: str = "2026-06-10") -> Any:
    said = {"colleague": to.pk, "since": since, "until": until}
    client = signed_in(by)
    client.post(reverse("account_change", args=["vai"]), {"hat": by.pk})
    return client.post(reverse("account_change", args=["thay"]), said)


def test_who_stands_in_delegates_invites_and_lets_go_nobody(cast: Cast) -> None:
    third = member("third", cast.committee, "officer")
    assert delegate(cast.leader, cast.officer.account).status_code == 302
    hat = Member.objects.get(account=cast.officer.account, role="leader")
    answer = delegate(hat, third.account, until="2036-06-10")
    assert answer.status_code == 422 and "không cử tiếp" in answer.content.decode()
    client = signed_in(cast.officer)
    client.post(reverse("account_change", args=["vai"]), {"hat": hat.pk})
    assert client.post(reverse("people"), {"username": "ai-do", "role": "officer"}).status_code == 422
    assert client.post(reverse("let_go", args=[third.pk])).status_code == 404
    told = client.get(reverse("people")).content.decode()
    assert "Tạo mã mời" not in told and "thay leader" in told
    assert "thay leader" in client.get(reverse("account")).content.decode()
    assert third.account.memberships.count() == 1 and not Invitation.objects.exists()


def test_nobody_stands_in_longer_than_the_role_lasts(cast: Cast) -> None:
    Member.objects.filter(pk=cast.leader.pk).update(valid_to=date(2026, 6, 20))
    answer = delegate(cast.leader, cast.officer.account, until="2026-06-21")
    assert answer.status_code == 422 and "20/06/2026" in answer.content.decode()
    assert delegate(cast.leader, cast.officer.account, until="2026-06-20").status_code == 302
    registry.end_membership(cast.leader, by=cast.commission, today=date(2026, 6, 15))
    assert Member.objects.get(stands_in=cast.leader).valid_to == date(2026, 6, 14)


def test_a_year_typed_wrongly_is_asked_about(cast: Cast) -> None:
    answer = delegate(cast.leader, cast.officer.account, until="2036-06-10")
    assert answer.status_code == 422 and "xem lại năm" in answer.content.decode()
    assert not Member.objects.filter(stands_in=cast.leader).exists()


def test_the_same_delegation_twice_gives_one_hat(cast: Cast) -> None:
    answers = [delegate(cast.leader, cast.officer.account).status_code for _number in range(2)]
    assert answers == [302, 422] and cast.officer.account.memberships.count() == 2


def test_who_gave_a_delegation_sees_it_and_takes_it_back_and_both_are_logged(cast: Cast) -> None:
    delegate(cast.leader, cast.officer.account, until="2026-06-25")
    row, client = Member.objects.get(stands_in=cast.leader), signed_in(cast.leader)
    assert "25/06/2026" in client.get(reverse("account")).content.decode()
    signed_in(cast.officer).post(reverse("account_change", args=["thoi-thay"]), {"member": row.pk})
    assert Member.objects.on(date(2026, 6, 10)).filter(pk=row.pk).exists()  # not theirs to take back
    client.post(reverse("account_change", args=["thoi-thay"]), {"member": row.pk})
    assert not Member.objects.on(date(2026, 6, 10)).filter(pk=row.pk).exists()
    changes = RegisterChange.objects.filter(account=cast.leader.account, row="officer").order_by("pk")
    assert list(changes.values_list("after__valid_to", flat=True)) == ["2026-06-25", "2026-06-09"]


def test_nobody_of_another_body_stands_in(cast: Cast) -> None:
    said = {"colleague": cast.other_officer.account.pk, "since": "2026-06-15", "until": "2026-06-19"}
    assert signed_in(cast.leader).post(reverse("account_change", args=["thay"]), said).status_code == 422


def test_who_is_to_stand_in_reads_so_on_the_desk(cast: Cast) -> None:
    assert delegate(cast.leader, cast.officer.account).status_code == 302
    told = f"Lãnh đạo, {cast.committee}, thay {cast.leader.account.username}"
    assert told in signed_in(cast.officer).get(reverse("queue")).content.decode()
    assert "Vai khác" not in signed_in(cast.leader).get(reverse("queue")).content.decode()


def test_who_stands_in_is_offered_once_for_a_case_and_for_the_next_leave(cast: Cast) -> None:
    assert delegate(cast.leader, cast.officer.account).status_code == 302
    case, *_rest = assigned()
    client, name = signed_in(cast.leader), cast.officer.account.username
    form = client.get(reverse("desk_case", args=[case.code]), {"lam": "assign"}).context["moves"].chosen.form
    assert [label for _key, label in form.fields["officer"].choices].count(name) == 1
    form = client.get(reverse("account")).context["stand_in"]
    assert [label for _key, label in form.fields["colleague"].choices].count(name) == 1
