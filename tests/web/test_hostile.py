"""Hostile input at every address: it stays text, moves nothing without a token, and every answer carries its guards."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Voice
from langnghe.web.access import PUBLIC
from langnghe.web.desk import urls as desk_urls
from langnghe.web.public import urls as public_urls
from tests.cast import PASSWORD, Cast, moment, received
from tests.web.test_desk import signed_in
from tests.web.test_desk_reach import address

pytestmark = pytest.mark.django_db
MARK = (
    "\"'><img src=dau onerror=alert(1)><script>dau()</script><svg/onload=alert(1)>{{7*7}}{% load dau %}javascript:dau()"
)
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.fixture
def marked(cast: Cast) -> Case:
    """Return a published case with the mark wherever somebody may type."""
    case, _answer = received(text=MARK, spot=MARK[:100], place_words=MARK, shows_text=True)
    actions.publish(case, title=MARK[:190], summary=MARK, actor=acting(cast.officer), at=moment())
    actions.extend(case, days=1, document_no=MARK[:70], reason=MARK, actor=acting(cast.officer), at=moment())
    return Case.objects.get(pk=case.pk)


class Elements(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_script = (value or "").strip().lower().startswith("javascript:")
            if name.startswith("on") or is_script or (name, value) == ("src", "dau"):
                self.found.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src") and dict(attrs).get("type") not in {"application/json"}:
            self.found.append("script")
        if "style" in dict(attrs):
            self.found.append(f"{tag} style")


def pages(case: Case) -> dict[str, Client]:
    public, officer, leader = Client(), signed_in(Cast().officer), signed_in(Cast().leader)
    found = {reverse("case", args=[case.code]): public, reverse("cases") + "?tim=dau": public, reverse("home"): public}
    found |= {reverse("place", args=[case.place.key]): public, reverse("all_feed"): public, reverse("map"): public}
    desk = [reverse("queue"), reverse("desk_case", args=[case.code]), f"{reverse('printed')}?viec={case.code}"]
    desk += [f"{reverse('queue')}?tim={MARK}", reverse("calls"), reverse("case_groups")]
    return found | dict.fromkeys(desk, officer) | {reverse("overview"): leader}


def test_what_somebody_types_stays_text_on_every_page(marked: Case) -> None:
    actions.index_voices()
    run = {}
    for path, client in pages(marked).items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        content = answer.content.decode()
        if "html" in answer["Content-Type"] and (found := Elements(content).found):
            run[path] = found
        assert "49{%" not in content and "<script>dau" not in content, path
    assert run == {}


def test_every_answer_carries_its_guards(marked: Case) -> None:
    for path, client in (*pages(marked).items(), ("/khong-co-trang-nay", Client())):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy, path
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY"), path
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
        assert "charset" in answer["Content-Type"], path


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    answer = Client().get(reverse("login"))
    assert answer.cookies
    for cookie in answer.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", cookie.key
    assert django_settings.SESSION_COOKIE_HTTPONLY and django_settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_behind_tls_only_this_host_sets_the_cookies_of_sign_in() -> None:
    show = "from langnghe.settings import *; print(SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, SESSION_COOKIE_SECURE)"
    environment = os.environ | {"LANGNGHE_TLS": "1"}
    done = subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True"]
    assert (django_settings.SESSION_COOKIE_PATH, django_settings.SESSION_COOKIE_DOMAIN) == ("/", None)


def test_other_systems_are_refused_not_led_on_when_they_come_without_tls(cast: Cast, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    sent = [client.post("/api/v1/voices", "{}", "application/json", secure=safe) for safe in (False, True)]
    assert [answer.status_code for answer in sent] == [403, 401]
    assert client.get("/")["Location"].startswith("https://")


def test_what_stands_in_the_address_is_not_taken_for_what_was_posted(cast: Cast) -> None:
    client, said = Client(), {"username": cast.officer.account.username, "password": PASSWORD}
    client.post(f"{reverse('login')}?{urlencode(said)}")
    assert client.get(reverse("queue")).status_code == 302
    client.post(f"{reverse('login')}?{urlencode(said | {'username': 'leader'})}", said)
    assert client.session["_auth_user_id"] == str(cast.officer.account.pk)
    assert client.get(f"{reverse('queue')}?loc=qua-han&loc=x&tim=a&tim=b&sau=1&sau=2").status_code == 200


def _posting(case: Case) -> list[tuple[str, Client]]:
    arguments = {"act": ["rate"], "notices_by_link": ["x"], "follow_by_link": ["x"], "flag": [case.code]}
    known = {"account_change": ["phien"], "change_factors": ["bo"]}
    strict, officer = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    officer.force_login(Cast().leader.account)
    rows = []
    for each in public_urls.urlpatterns:
        if each.name in arguments or "<" not in str(each.pattern):
            rows.append((reverse(each.name, args=arguments.get(each.name, [])), strict))
    for each in desk_urls.urlpatterns:
        path = reverse(each.name, args=known[each.name]) if each.name in known else address(each.name, case)
        rows.append((path, strict if each.callback.access == PUBLIC else officer))
    return rows


def test_no_address_is_moved_by_another_site(marked: Case) -> None:
    """A POST without the token is refused, or none is taken; links of one click in letters are the exception."""
    before = Voice.objects.count(), Case.objects.get(pk=marked.pk).state
    answers = {path: client.post(path, {"x": "1"}).status_code for path, client in _posting(marked)}
    allowed = {path: status for path, status in answers.items() if status not in {302, 403, 404, 405}}
    assert set(allowed) <= {reverse("notices_by_link", args=["x"]), reverse("follow_by_link", args=["x"])}
    assert (Voice.objects.count(), Case.objects.get(pk=marked.pk).state) == before


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(cast: Cast, onward: str) -> None:
    cast.officer.account.set_password("mot mat khau that dai")
    cast.officer.account.save()
    said = {"username": cast.officer.account.username, "password": "mot mat khau that dai"}
    answer = Client().post(f"{reverse('login')}?next={onward}", said)
    assert answer["Location"] == reverse("queue")


def test_fields_nobody_offered_change_nothing(cast: Cast) -> None:
    case, _answer = received()
    said = {"title": "Đèn tắt", "state": "closed", "holder": "1", "is_public": "x", "officer": "1", "merged_into": "1"}
    signed_in(cast.officer).post(reverse("move", args=[case.code, "publish"]), said)
    found = Case.objects.get()
    assert (found.state, found.holder, found.officer, found.merged_into) == ("received", cast.committee, None, None)


@pytest.mark.parametrize("forged", [{"HTTP_X_FORWARDED_HOST": "evil.example"}, {"HTTP_X_FORWARDED_PROTO": "https"}])
def test_forged_headers_of_a_proxy_lead_nowhere(client: Client, forged: dict[str, str]) -> None:
    page = client.get(reverse("home"), **forged)  # type: ignore[arg-type]
    assert page.status_code == 200 and "evil.example" not in page.content.decode()


def test_another_host_is_refused(client: Client) -> None:
    assert client.get(reverse("home"), HTTP_HOST="evil.example").status_code == 400
