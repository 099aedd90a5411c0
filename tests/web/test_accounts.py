"""Accounts of staff: a second factor, hats, sessions, invitations, standing in, going without leaving work."""

import json
import re
import time
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case, Step
from langnghe.cli import main
from langnghe.core.text import fold
from langnghe.registry import actions as registry
from langnghe.registry.models import Account, Invitation, Member, SignInFailure, StaffSession
from langnghe.web import second_factor
from tests.cast import OTHER_COMMUNE, PASSWORD, Cast, assigned, body, moment
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG = "một mật khẩu thật dài khác"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK, settings.SECOND_FACTOR = moment(10), True
    cache.clear()


def code(secret: str = SECRET, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def with_factor(account: Account) -> list[str]:
    return second_factor.begin(account, SECRET, code())


def password_given(account: Account) -> Client:
    account.refresh_from_db()
    if not account.check_password(PASSWORD):
        account.set_password(PASSWORD)
        account.save()
    client = Client()
    answer = client.post(reverse("login"), {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_without_a_second_factor_the_desk_stays_closed(cast: Cast) -> None:
    client = signed_in(cast.officer)
    for name in ("queue", "intake", "receptions"):
        assert client.get(reverse(name))["Location"] == reverse("second_factor")


def test_setting_it_up_gives_recovery_codes_once_and_opens_the_desk(cast: Cast) -> None:
    client = signed_in(cast.officer)
    page = client.get(reverse("second_factor"))
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["secret"]
    assert client.post(reverse("second_factor"), {"code": "000000"}).status_code == 422
    codes = client.post(reverse("second_factor"), {"code": code(secret)}).context["codes"]
    assert len(codes) == 10 and client.get(reverse("queue")).status_code == 200


def test_its_secrets_lie_encrypted(cast: Cast) -> None:
    codes = with_factor(cast.officer.account)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored and codes[0] not in stored


def test_the_password_alone_enters_nothing(cast: Cast) -> None:
    with_factor(cast.officer.account)
    client = password_given(cast.officer.account)
    assert client.get(reverse("queue"))["Location"].startswith(reverse("login"))
    assert client.post(reverse("second_step"), {"code": "123456"}).status_code == 422
    assert client.post(reverse("second_step"), {"code": code(steps=1)})["Location"] == reverse("queue")
    assert client.get(reverse("queue")).status_code == 200


def test_a_code_counts_once(cast: Cast) -> None:
    with_factor(cast.officer.account)
    told = code(steps=1)
    assert password_given(cast.officer.account).post(reverse("second_step"), {"code": told}).status_code == 302
    assert password_given(cast.officer.account).post(reverse("second_step"), {"code": told}).status_code == 422


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_minute_enters_nothing(cast: Cast, steps: int) -> None:
    with_factor(cast.officer.account)
    assert (
        password_given(cast.officer.account).post(reverse("second_step"), {"code": code(steps=steps)}).status_code
        == 422
    )


def test_a_recovery_code_enters_once(cast: Cast) -> None:
    codes = with_factor(cast.officer.account)
    client = password_given(cast.officer.account)
    told = client.post(reverse("second_step"), {"code": codes[3]}, follow=True).content.decode()
    assert "Vừa dùng một mã khôi phục, còn 9." in told
    assert "Mã khôi phục chưa dùng: 9." in client.get(reverse("second_factor")).content.decode()
    assert password_given(cast.officer.account).post(reverse("second_step"), {"code": codes[3]}).status_code == 422


def test_wrong_codes_wait_longer_each_time_and_lock_nobody_out(cast: Cast) -> None:
    codes = with_factor(cast.officer.account)
    client = password_given(cast.officer.account)
    answers = [client.post(reverse("second_step"), {"code": "000000"}).status_code for _number in range(6)]
    assert answers == [422] * 5 + [429]
    SignInFailure.objects.update(last=F("last") - timedelta(seconds=61))  # the wait is over
    assert client.post(reverse("second_step"), {"code": codes[0]}).status_code == 302


def test_the_half_way_ends_after_ten_minutes(cast: Cast) -> None:
    with_factor(cast.officer.account)
    client = password_given(cast.officer.account)
    session = client.session
    session["halfway"] = session["halfway"] | {"at": int(time.time()) - 601}
    session.save()
    assert client.post(reverse("second_step"), {"code": code(steps=1)})["Location"] == reverse("login")


def proved(account: Account) -> Client:
    """Return a client that has signed in with password and recovery code."""
    codes = with_factor(account)
    client = password_given(account)
    client.post(reverse("second_step"), {"code": codes[0]})
    return client


def some_time_later(client: Client, **keys: int) -> None:
    """Let what the session notes have happened so many seconds ago."""
    session = client.session
    session.update({name: int(time.time()) - seconds for name, seconds in keys.items()})
    session.save()


def test_a_code_counts_once_whichever_process_it_reaches(cast: Cast) -> None:
    with_factor(cast.officer.account)
    told = code(steps=1)
    assert second_factor.proves(cast.officer.account, told)
    cache.clear()  # as another process sees it
    assert not second_factor.proves(cast.officer.account, told)
    assert not second_factor.proves(cast.officer.account, code())  # nor one from before


def test_changing_the_factors_asks_for_one_again_when_the_last_proof_is_long_ago(cast: Cast) -> None:
    client = proved(cast.officer.account)
    some_time_later(client, proved=601)
    for name, verb in (("second_factor", []), ("new_passkey", []), ("change_factors", ["ma-khoi-phuc"])):
        assert client.post(reverse(name, args=verb))["Location"] == reverse("second_step")
    assert StaffSession.objects.filter(key=client.session.session_key).exists()  # it can still be ended
    answer = client.post(reverse("second_step"), {"code": code(steps=1)})
    assert answer["Location"] == reverse("second_factor")
    secret = client.get(reverse("second_factor")).context["secret"]
    assert len(client.post(reverse("second_factor"), {"code": code(secret)}).context["codes"]) == 10
    assert client.get(reverse("queue")).status_code == 200


@pytest.mark.parametrize("verb", ["phien", "bo-lien-ket"])
def test_who_finds_a_desk_left_open_does_not_shut_its_owner_out(cast: Cast, verb: str) -> None:
    other = password_given(cast.officer.account)
    client = proved(cast.officer.account)
    SocialAccount.objects.create(user=cast.officer.account, provider="https://sso.example", uid="7")
    some_time_later(client, proved=601)
    answer = client.post(reverse("account_change", args=[verb]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("second_step") and "hãy bấm lại" in answer.content.decode()
    assert SocialAccount.objects.exists() and other.get(reverse("account")).status_code == 200
    client.post(reverse("second_step"), {"code": code(steps=1)})
    client.post(reverse("account_change", args=[verb]))
    assert (other.get(reverse("account")).status_code, SocialAccount.objects.count()) in {(302, 1), (200, 0)}


def test_every_change_of_what_proves_somebody_is_a_line_of_the_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client = proved(cast.officer.account)
    client.post(reverse("second_step"), {"code": "000000"})
    client.post(reverse("change_factors", args=["ma-khoi-phuc"]))
    said = {"old_password": PASSWORD, "new_password1": LONG, "new_password2": LONG}
    client.post(reverse("account_change", args=["mat-khau"]), said)
    client.post(reverse("account_change", args=["phien"]))
    some_time_later(client, active=3601)
    client.get(reverse("queue"))
    found = [(each.msg, each.how) for each in caplog.records if each.name == "langnghe.web.noted"]
    assert found == [
        *(("signed in", "code"), ("second factor changed", "recovery codes"), ("password changed", "")),
        *(("sessions ended", ""), ("session idle", "")),
    ]
    assert {each.account for each in caplog.records if each.name == "langnghe.web.noted"} == {cast.officer.account.pk}


def test_new_recovery_codes_replace_the_old_ones(cast: Cast) -> None:
    client = proved(cast.officer.account)
    codes = client.post(reverse("change_factors", args=["ma-khoi-phuc"])).context["codes"]
    assert len(codes) == 10 and second_factor.proves(cast.officer.account, codes[0])
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1


def test_the_last_factor_stays_while_one_is_demanded(cast: Cast, settings: Any) -> None:
    client = proved(cast.officer.account)
    said = {"factor": second_factor.factors(cast.officer.account)[0].pk}
    assert "duy nhất" in client.post(reverse("change_factors", args=["bo"]), said, follow=True).content.decode()
    assert second_factor.has_one(cast.officer.account)
    settings.SECOND_FACTOR = False
    client.post(reverse("change_factors", args=["bo"]), said)
    assert not Authenticator.objects.exists()


def test_nobody_removes_anothers_factor(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    with_factor(cast.leader.account)
    said = {"factor": second_factor.factors(cast.leader.account)[0].pk}
    proved(cast.officer.account).post(reverse("change_factors", args=["bo"]), said)
    assert second_factor.has_one(cast.leader.account)


NOT_A_PASSKEY = ["", "null", "[]", "{}", "[" * 9000, '{"response": 1}', '{"id": "a", "rawId": "a", "response": {}}']
CHOSEN = json.dumps({"type": "public-key", "response": {"userHandle": "MQ", "clientDataJSON": "e30"}})


@pytest.mark.parametrize("said", [*NOT_A_PASSKEY, CHOSEN])
def test_what_is_no_passkey_proves_nothing(cast: Cast, said: str) -> None:
    client = Client()
    assert client.get(reverse("passkey")).json()["publicKey"]["userVerification"] == "required"
    assert client.post(reverse("passkey"), {"credential": said})["Location"] == reverse("login")
    assert client.get(reverse("queue")).status_code == 302
    client = signed_in(cast.officer)
    client.get(reverse("new_passkey"))
    assert client.post(reverse("new_passkey"), {"credential": said})["Location"] == reverse("second_factor")
    assert not Authenticator.objects.exists()


def test_who_does_nothing_for_an_hour_signs_in_again(cast: Cast) -> None:
    client = proved(cast.officer.account)
    some_time_later(client, active=3590)
    assert client.get(reverse("queue"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    assert client.session["active"] < time.time() - 3000  # a page that asks by itself is nobody's doing
    assert client.get(reverse("queue")).status_code == 200
    assert client.session["active"] > time.time() - 60
    some_time_later(client, active=3601)
    assert client.get(reverse("queue"))["Location"].startswith(reverse("login"))
    assert "_auth_user_id" not in client.session


class TestWithoutIt:
    @pytest.fixture(autouse=True)
    def off(self, settings: Any) -> None:
        settings.SECOND_FACTOR = False

    def test_who_has_several_roles_chooses_the_hat(self, cast: Cast) -> None:
        account = cast.officer.account
        other = registry.appoint(account, body("committee_commune", OTHER_COMMUNE), "officer", date(2026, 1, 1))
        client = signed_in(cast.officer)
        assert cast.committee.name in client.get(reverse("queue")).content.decode()
        told = client.post(reverse("account_change", args=["vai"]), {"hat": other.pk}, follow=True).content.decode()
        assert f"với vai: Cán bộ, {other.body.name}" in told
        assert other.body.name in client.get(reverse("queue")).content.decode()
        Member.objects.filter(pk=other.pk).update(valid_to=date(2026, 6, 9))
        assert cast.committee.name in client.get(reverse("queue")).content.decode()

    def test_nobody_wears_anothers_hat(self, cast: Cast) -> None:
        client = signed_in(cast.officer)
        client.post(reverse("account_change", args=["vai"]), {"hat": cast.commission.pk})
        assert client.get(reverse("jobs")).status_code == 404

    def test_the_other_sessions_are_ended(self, cast: Cast) -> None:
        first, second = (password_given(cast.officer.account) for _number in range(2))
        assert StaffSession.objects.count() == 2
        first.post(reverse("account_change", args=["phien"]))
        assert (first.get(reverse("queue")).status_code, second.get(reverse("queue")).status_code) == (200, 302)

    def test_one_session_is_ended_and_nobody_elses(self, cast: Cast) -> None:
        clients = [password_given(cast.officer.account) for _number in range(3)]
        theirs = password_given(cast.leader.account)
        for client in clients[1], theirs:
            row = StaffSession.objects.get(key=client.session.session_key)
            clients[0].post(reverse("account_change", args=["phien"]), {"session": row.pk})
        statuses = [client.get(reverse("queue")).status_code for client in (*clients, theirs)]
        assert statuses == [200, 302, 200, 200]

    def test_a_session_ends_after_half_a_day_and_says_nothing_of_the_device(self, cast: Cast) -> None:
        client = password_given(cast.officer.account)
        assert client.session.get_expiry_age() == 12 * 3600
        assert {field.name for field in StaffSession._meta.fields} == {"id", "account", "key", "since"}

    def test_a_new_password_is_long_and_ends_the_other_sessions(self, cast: Cast) -> None:
        first, second = (password_given(cast.officer.account) for _number in range(2))
        said = {"old_password": PASSWORD, "new_password1": "ngắn", "new_password2": "ngắn"}
        assert first.post(reverse("account_change", args=["mat-khau"]), said).status_code == 422
        said |= {"new_password1": LONG, "new_password2": LONG}
        assert first.post(reverse("account_change", args=["mat-khau"]), said).status_code == 302
        assert (first.get(reverse("queue")).status_code, second.get(reverse("queue")).status_code) == (200, 302)

    def invited(self, by: Member, **changes: str) -> str:
        said = {"username": "can-bo-moi", "role": "officer"} | changes
        page = signed_in(by).post(reverse("people"), said).content.decode()
        found = re.search(r'<p class="codes" translate="no">([^<]+)</p>', page)
        return found[1] if found else ""

    def join(self, code_: str, **changes: str) -> Any:
        return Client().post(reverse("join"), {"code": code_, "password": LONG, "again": LONG} | changes)

    def test_an_invited_officer_joins_with_a_password_of_their_own(self, cast: Cast) -> None:
        told = self.invited(cast.leader)
        page = signed_in(cast.leader).post(reverse("people"), {"username": "nguoi-khac", "role": "officer"})
        assert f"testserver{reverse('join')}" in page.content.decode()
        Invitation.objects.filter(username="nguoi-khac").delete()
        assert told and told.encode() not in bytes(Invitation.objects.get().code_hash)
        for wrong in ({"again": "khác"}, {"password": "ngắn", "again": "ngắn"}):
            assert self.join(told, **wrong).status_code == 422
        assert self.join(told)["Location"] == reverse("second_factor")
        made = Member.objects.get(account__username="can-bo-moi")
        assert (made.body, made.role, made.valid_from) == (cast.committee, "officer", date(2026, 6, 10))
        assert self.join(told).status_code == 422

    def test_a_password_is_kept_as_it_was_typed_blanks_at_its_ends_too(self, cast: Cast) -> None:
        typed = f" {LONG} "
        assert self.join(self.invited(cast.leader), password=typed, again=typed).status_code == 302
        made = Account.objects.get(username="can-bo-moi")
        assert made.check_password(typed) and not made.check_password(LONG)

    def test_a_leader_ends_the_sessions_of_the_own_people_alone(self, cast: Cast) -> None:
        own, theirs = (password_given(each.account) for each in (cast.officer, cast.other_officer))
        for who in (cast.officer, cast.other_officer):
            signed_in(cast.leader).post(reverse("sign_somebody_out", args=[who.pk]))
        assert (own.get(reverse("queue")).status_code, theirs.get(reverse("queue")).status_code) == (302, 200)
        assert Member.objects.on(date(2026, 6, 10)).filter(pk=cast.officer.pk).exists()

    def test_an_invitation_ends_after_a_week_or_when_withdrawn(self, cast: Cast, settings: Any) -> None:
        told = self.invited(cast.leader)
        settings.CLOCK = moment(10) + timedelta(days=7, minutes=1)
        assert self.join(told).status_code == 422
        settings.CLOCK = moment(10)
        row = Invitation.objects.get()
        signed_in(cast.other_officer).post(reverse("withdraw_invitation", args=[row.pk]))
        signed_in(cast.leader).post(reverse("withdraw_invitation", args=[row.pk]))
        assert self.join(told).status_code == 422 and not Invitation.objects.exists()

    @pytest.mark.parametrize("changes", [{"role": "leader"}, {"role": "commission"}])
    def test_a_leader_invites_officers_of_the_own_body_alone_whatever_is_posted(
        self, cast: Cast, changes: dict[str, str]
    ) -> None:
        assert self.invited(cast.leader, **changes) == ""
        self.invited(cast.leader, body="committee_province.n33")
        assert Invitation.objects.get().body == cast.committee

    def test_the_commission_invites_anybody(self, cast: Cast) -> None:
        told = self.invited(cast.commission, role="leader", body=body("police_commune").code)
        assert told and Invitation.objects.get().role == "leader"
        assert self.invited(cast.commission, body="khong-co") == ""

    def test_a_body_is_found_by_its_name_and_of_several_one_is_chosen(self, cast: Cast) -> None:
        wanted, words = body("police_commune"), fold(cast.committee.place.name)
        client, said = signed_in(cast.commission), {"username": "nguoi-moi", "role": "officer"}
        assert "Hãy gõ đủ tên hơn" in client.post(reverse("people"), said | {"body": "cong an"}).content.decode()
        offered = client.post(reverse("people"), said | {"body": words}).context["form"].fields["which"].choices
        assert wanted.code in dict(offered)
        assert self.invited(cast.commission, body=words, which=wanted.code)
        assert Invitation.objects.get().body == wanted

    @pytest.mark.parametrize("name", ["name", "short_name"])
    def test_the_full_name_of_a_body_is_enough_or_the_one_everybody_types(self, cast: Cast, name: str) -> None:
        assert self.invited(cast.commission, body=fold(getattr(cast.committee, name)))
        assert Invitation.objects.get().body == cast.committee

    def test_who_has_an_account_is_given_a_further_role_in_the_table_of_members(self, cast: Cast) -> None:
        said = {"username": cast.officer.account.username, "role": "officer"}
        assert "ở bảng Thành viên" in signed_in(cast.leader).post(reverse("people"), said).content.decode()

    def test_who_lost_every_factor_sets_up_a_new_one_after_the_password(self, cast: Cast, settings: Any) -> None:
        settings.SECOND_FACTOR = True
        client = proved(cast.officer.account)
        settings.SECOND_FACTOR = False
        signed_in(cast.leader).post(reverse("lost_factor", args=[cast.officer.pk]))
        settings.SECOND_FACTOR = True
        assert not Authenticator.objects.exists() and client.get(reverse("queue")).status_code == 302
        assert password_given(cast.officer.account).get(reverse("queue"))["Location"] == reverse("second_factor")

    def test_the_one_member_of_the_commission_comes_back_by_a_second_whom_the_operator_appoints(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines: list[Any] = []
        monkeypatch.setattr("langnghe.cli.verbs.note", lambda *said: lines.append(said))
        with_factor(cast.commission.account)
        monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
        assert main(["appoint", "ban-2", "--body", cast.commission.body.code, "--role", "commission"]) == 0
        assert f"ban-2 nay là Ban tham mưu công tác dân vận tại {cast.commission.body}." in capsys.readouterr().out
        second = Member.objects.get(account__username="ban-2")
        assert lines == [("account opened", second.account, "appointed by the operator")]
        signed_in(second).post(reverse("lost_factor", args=[cast.commission.pk]))
        assert not second_factor.has_one(cast.commission.account)

    def test_a_leader_resets_nobody_who_has_a_role_elsewhere_too(self, cast: Cast) -> None:
        with_factor(cast.officer.account)
        elsewhere = registry.appoint(cast.officer.account, cast.commission.body, "commission", date(2026, 1, 1))
        lost = reverse("lost_factor", args=[cast.officer.pk])
        signed_in(cast.leader).post(lost)
        assert second_factor.has_one(cast.officer.account)
        Member.objects.filter(pk=elsewhere.pk).update(valid_to=date(2026, 6, 9))
        signed_in(cast.leader).post(lost)
        assert not second_factor.has_one(cast.officer.account)

    def test_the_same_invitation_twice_is_refused(self, cast: Cast) -> None:
        assert self.invited(cast.leader) and not self.invited(cast.leader)
        assert Invitation.objects.count() == 1

    def test_before_somebody_goes_it_is_said_what_goes_with_them(self, cast: Cast) -> None:
        assigned()
        page = signed_in(cast.commission).get(reverse("let_go", args=[cast.officer.pk])).content.decode()
        assert '<strong class="num">1</strong>' in page
        assert f'<option value="{cast.leader.account.pk}">leader</option>' in page  # a colleague of that body

    def test_people_are_found_by_name_and_body(self, cast: Cast) -> None:
        names = [cast.officer.account.username, cast.supervisor.account.username]
        front = cast.supervisor.body.name[-12:]
        for sought, found in ((names[0], [True, False]), (front, [False, True]), (fold(front), [False, True])):
            rows = signed_in(cast.commission).get(reverse("people"), {"tim": sought}).context["rows"]
            shown = {row["member"].account.username for row in rows}
            assert [name in shown for name in names] == found

    @pytest.mark.parametrize("hands_on", [True, False])
    def test_who_goes_leaves_no_open_case_behind(self, cast: Cast, hands_on: bool) -> None:
        cases = [assigned()[0] for _number in range(3)]
        leaver = password_given(cast.officer.account)
        to = cast.leader.account.pk if hands_on else ""
        signed_in(cast.leader).post(reverse("let_go", args=[cast.officer.pk]), {"to": to})
        assert set(Case.objects.values_list("officer", flat=True)) == {to or None}
        assert Step.objects.filter(verb="hand_on", case__in=cases).count() == 3
        assert leaver.get(reverse("queue")).status_code == 302
        assert not Member.objects.on(date(2026, 6, 10)).filter(pk=cast.officer.pk).exists()

    def test_who_cannot_take_the_work_over_keeps_the_leaver_in_the_role(self, cast: Cast) -> None:
        case = assigned()[0]
        said = {"to": cast.other_officer.account.pk}
        signed_in(cast.leader).post(reverse("let_go", args=[cast.officer.pk]), said)
        assert Member.objects.on(date(2026, 6, 10)).filter(pk=cast.officer.pk).exists()
        assert Case.objects.get(pk=case.pk).officer == cast.officer.account

    def test_nobody_lets_go_whom_they_do_not_manage(self, cast: Cast) -> None:
        for who in (cast.other_officer, cast.leader):
            signed_in(cast.leader).post(reverse("let_go", args=[who.pk]))
            assert Member.objects.on(date(2026, 6, 10)).filter(pk=who.pk).exists()
