"""Signing in with an OpenID Connect provider: a real one, of another hand, in a process of its own on this machine."""

import base64
import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from langnghe import settings as own_settings
from langnghe.registry.models import Account
from langnghe.web import openid
from tests.cast import Cast, moment
from tests.web.test_accounts import code, password_given, with_factor

pytestmark = pytest.mark.django_db
SUBJECT = "can-bo-7"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _turn in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture(autouse=True)
def province(settings: Any, issuer: str, cast: Cast) -> None:
    cache.clear()
    settings.CLOCK = moment(10)
    settings.OPENID = {"issuer": issuer, "client": "langnghe", "secret": "bi-mat", "name": "Cổng của tỉnh"}


def agreed(url: str, subject: str = SUBJECT) -> str:
    """Say who one is at the provider; return where it sends the browser."""
    return requests.post(url, data={"sub": subject}, allow_redirects=False, timeout=10).headers["Location"]


def asked(client: Client, **changes: str) -> str:
    """Press the button; return the address at the provider, with changes made on the way."""
    url = client.post(reverse("openid"))["Location"]
    parts = urlsplit(url)
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode(said | changes)).geturl()


def back(client: Client, url: str) -> Any:
    return client.get(urlsplit(url)._replace(scheme="", netloc="").geturl(), follow=True)


def linked(account: Account, subject: str = SUBJECT) -> Client:
    client = password_given(account)
    assert "Đã liên kết" in back(client, agreed(asked(client), subject)).content.decode()
    return client


def enters(client: Client) -> bool:
    return client.get(reverse("queue")).status_code == 200


def test_who_has_linked_who_they_are_signs_in(cast: Cast) -> None:
    linked(cast.officer.account)
    client = Client()
    back(client, agreed(asked(client)))
    assert enters(client) and client.session["_auth_user_id"] == str(cast.officer.account.pk)
    assert not SocialToken.objects.exists() and "eyJ" not in str(dict(client.session.items()))  # no token stays


def test_the_second_factor_is_asked_for_all_the_same(cast: Cast, settings: Any) -> None:
    linked(cast.officer.account)
    with_factor(cast.officer.account)
    settings.SECOND_FACTOR = True
    client = Client()
    assert back(client, agreed(asked(client))).redirect_chain[-1][0] == reverse("second_step")
    assert not enters(client)
    client.post(reverse("second_step"), {"code": code(steps=1)})
    assert enters(client)


def test_a_person_unknown_here_is_told_what_to_do_and_gets_no_account(cast: Cast) -> None:
    cast.officer.account.email = "nguoi-la@example.vn"  # nor does an address at the provider open an account
    cast.officer.account.save()
    client, count = Client(), Account.objects.count()
    page = back(client, agreed(asked(client), "nguoi-la@example.vn")).content.decode()
    assert "chưa tài khoản nào ở đây liên kết" in page and not enters(client)
    assert (Account.objects.count(), SocialAccount.objects.count()) == (count, 0)


def test_an_account_that_has_ended_stays_out(cast: Cast) -> None:
    linked(cast.officer.account)
    Account.objects.filter(pk=cast.officer.account.pk).update(is_active=False)
    client = Client()
    back(client, agreed(asked(client)))
    assert not enters(client)


def test_one_identity_belongs_to_one_account(cast: Cast) -> None:
    linked(cast.officer.account)
    client = password_given(cast.leader.account)
    assert "tài khoản khác" in back(client, agreed(asked(client))).content.decode()
    assert SocialAccount.objects.get().user == cast.officer.account


def test_undoing_the_link_closes_that_way(cast: Cast) -> None:
    linked(cast.officer.account).post(reverse("account_change", args=["bo-lien-ket"]))
    client = Client()
    back(client, agreed(asked(client)))
    assert not enters(client)


@pytest.mark.parametrize("changes", [{"nonce": "khac"}, {"client_id": "he-thong-khac"}, {"state": "khac"}])
def test_an_answer_to_another_question_is_refused(cast: Cast, changes: dict[str, str]) -> None:
    linked(cast.officer.account)
    client = Client()
    assert "không thành" in back(client, agreed(asked(client, **changes))).content.decode()
    assert not enters(client)


def test_an_answer_counts_once_and_in_the_session_that_asked(cast: Cast) -> None:
    linked(cast.officer.account)
    client, other = Client(), Client()
    answer = agreed(asked(client))
    back(other, answer)
    assert not enters(other)
    back(client, answer)
    assert enters(client)
    client.post(reverse("logout"))
    back(client, answer)
    assert not enters(client)


def test_who_says_no_at_the_provider_is_back_at_sign_in(cast: Cast) -> None:
    client = Client()
    url = asked(client)
    state = parse_qs(urlsplit(url).query)["state"][0]
    page = client.get(reverse("openid_return"), {"error": "access_denied", "state": state}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("login") and "không thành" in page.content.decode()


def test_the_code_is_bound_to_a_proof_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client, sent = Client(), []
    url = asked(client)
    real = requests.Session.request

    def seen(*args: Any, **said: Any) -> requests.Response:
        sent.append(said.get("data") or {})
        return real(*args, **said)

    monkeypatch.setattr(requests.Session, "request", seen)
    back(client, agreed(url))
    said = parse_qs(urlsplit(url).query)
    verifier = next(each["code_verifier"] for each in sent if "code_verifier" in each)
    assert said["code_challenge_method"] == ["S256"] and said["scope"] == ["openid"]
    assert said["code_challenge"] == [challenge_of(verifier)]


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def token(issuer: str, client: str, nonce: str) -> tuple[str, dict[str, Any]]:
    """Return a true token of the provider and what it says of itself."""
    config = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    there = "http://127.0.0.1/ve"
    asking = {"client_id": client, "redirect_uri": there, "scope": "openid", "response_type": "code", "nonce": nonce}
    answer = agreed(f"{config['authorization_endpoint']}?{urlencode(asking)}")
    said = {"grant_type": "authorization_code", "code": parse_qs(urlsplit(answer).query)["code"][0]}
    said |= {"client_id": client, "client_secret": "bi-mat", "redirect_uri": there}
    return requests.post(config["token_endpoint"], data=said, timeout=10).json()["id_token"], config


def test_a_true_token_for_another_client_another_question_or_issuer_is_refused(issuer: str) -> None:
    true, config = token(issuer, "langnghe", "mot-lan")
    assert openid.checked(true, config, "langnghe", "mot-lan")["sub"] == SUBJECT
    with pytest.raises(jwt.InvalidAudienceError):
        openid.checked(true, config, "he-thong-khac", "mot-lan")
    with pytest.raises(OAuth2Error):
        openid.checked(true, config, "langnghe", "lan-khac")
    with pytest.raises(OAuth2Error):
        openid.checked(true, config | {"issuer": "https://noi-khac.example"}, "langnghe", "mot-lan")


def test_a_token_that_the_provider_has_not_signed_is_refused(issuer: str) -> None:
    true, config = token(issuer, "langnghe", "mot-lan")
    claims = jwt.decode(true, options={"verify_signature": False})
    forged = jwt.encode(claims, key="a" * 40, algorithm="HS256")
    for wrong in (forged, jwt.encode(claims, key="", algorithm="none"), true[:-8] + "AAAAAAAA", "khong.phai.the"):
        with pytest.raises(openid.FAILED):
            openid.checked(wrong, config, "langnghe", "mot-lan")


def test_a_provider_that_does_not_answer_leaves_the_password(settings: Any) -> None:
    settings.OPENID = settings.OPENID | {"issuer": "http://127.0.0.1:9"}
    page = Client().post(reverse("openid"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("login") and "bằng mật khẩu" in page.content.decode()


def test_without_a_provider_there_is_no_such_page(settings: Any) -> None:
    settings.OPENID = {}
    assert Client().post(reverse("openid")).status_code == Client().get(reverse("openid_return")).status_code == 404
    assert "openid" not in Client().get(reverse("login")).content.decode()


def test_the_provider_is_read_from_the_environment_its_secret_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "secret").write_text("bi-mat\n")
    monkeypatch.setenv("LANGNGHE_OIDC_ISSUER", "https://sso.tinh.example/realm")
    monkeypatch.setenv("LANGNGHE_OIDC_CLIENT", "langnghe")
    monkeypatch.setenv("LANGNGHE_OIDC_SECRET_FILE", str(tmp_path / "secret"))
    assert (own_settings.openid()["secret"], own_settings.openid()["name"]) == ("bi-mat", "OpenID")
    show = "from langnghe.settings import *; print(*CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["'self'", "https://sso.tinh.example"]
    monkeypatch.setenv("LANGNGHE_OIDC_ISSUER", "http://sso.tinh.example")
    with pytest.raises(ImproperlyConfigured):
        own_settings.openid()
