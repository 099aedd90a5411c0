"""A walk over every address, as each kind of person: guards on each answer, nothing written, nobody led elsewhere."""

import json
import logging
import re
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.cases import actions, filing
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Attachment, Case, Voice
from langnghe.logs import JsonLines
from langnghe.registry import actions as registry
from langnghe.registry.models import Account
from langnghe.web.desk import urls as desk_urls
from langnghe.web.public import urls as public_urls
from tests.cast import COMMUNE, Cast, moment, received
from tests.web.test_desk import signed_in
from tests.web.test_desk_reach import address

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
ELSEWHERE = ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)")
CANARY = "canary0912345678 Nguyễn Thị Mẫu"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)


@pytest.fixture
def case(cast: Cast) -> Case:
    photo = filing.keep(SimpleUploadedFile("anh.jpg", b"\xff\xd8\xff0", "image/jpeg"), moment().date())
    made, _answer = received(files=(photo,), shows_text=True)
    Attachment.objects.update(id=1)
    actions.publish(made, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    return made


def addresses(case: Case) -> list[str]:
    """Return every address of the two doors of people, with arguments as near the truth as one case allows."""
    named = {"slug:kind": "complaint", "slug:verb": "rate", "str:token": "x", "str:code": case.code, "int:pk": 1}
    named |= {"slug:place": "x", "slug:key": case.place.key, "slug:code": case.topic, "int:index": 0}
    named |= {"path:path": "checkpoint", "int:number": 1}
    found = []
    for each in public_urls.urlpatterns:
        path = str(each.pattern)
        for kind, value in named.items():
            path = path.replace(f"<{kind}>", str(value))
        found.append(f"/{path}")
    slugs = {"account_change": ["phien"], "change_factors": ["bo"]}
    return found + [
        reverse(each.name, args=slugs[each.name]) if each.name in slugs else address(each.name, case)
        for each in desk_urls.urlpatterns
    ]


def people() -> dict[str, Client]:
    cast = Cast()
    staff = {name: signed_in(getattr(cast, name)) for name in ("officer", "commission")}
    return {"resident": Client()} | staff


def unguarded(answer: Any) -> list[str]:
    """Return which guards the answer lacks."""
    policy = answer.get("Content-Security-Policy", "")
    lacks = [] if "frame-ancestors 'none'" in policy or "sandbox" in policy else ["frame-ancestors"]
    lacks += [] if "object-src 'none'" in policy or "default-src 'none'" in policy else ["object-src"]
    lacks += [] if answer.get("X-Content-Type-Options") == "nosniff" else ["nosniff"]
    lacks += [] if answer.get("Referrer-Policy") in {"same-origin", "no-referrer"} else ["referrer"]
    is_text = answer.get("Content-Type", "").startswith("text/")
    return lacks + ([] if not is_text or "charset" in answer["Content-Type"] else ["charset"])


def test_asking_writes_nothing_and_every_answer_is_guarded(case: Case) -> None:
    written: dict[str, str] = {}
    bare: dict[str, list[str]] = {}
    broken: dict[str, int] = {}
    for who, client in people().items():
        for path in addresses(case):
            if path == reverse("source"):  # made once and kept as a file; the same guards as any file
                continue
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = client.get(path)
            wrote = [each["sql"] for each in asked.captured_queries if each["sql"].lstrip().startswith(WRITES)]
            wrote = [each for each in wrote if '"django_session"' not in each]  # what only its owner holds
            if wrote:
                written[f"{who} {path}"] = wrote[0][:100]
            if lacks := unguarded(answer):
                bare[f"{who} {path}"] = lacks
            if answer.status_code >= 500:
                broken[f"{who} {path}"] = answer.status_code
    assert (written, bare, broken) == ({}, {}, {})


def test_answers_to_what_is_wrong_are_guarded_too(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    length = str(26 * 2**20)
    answers = {
        404: client.get("/khong-co-trang-nay"),
        400: client.get("/", HTTP_HOST="evil.example"),
        403: Client(enforce_csrf_checks=True).post(reverse("speak"), {"text": "x"}),
        405: client.put(reverse("cases")),
        413: client.post(reverse("speak"), b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length),
        401: client.post("/api/v1/voices", "{}", content_type="application/json"),
    }
    monkeypatch.setattr(Voice, "objects", None)
    answers[500] = client.get("/trang-thai")
    assert {status: answer.status_code for status, answer in answers.items()} == {each: each for each in answers}
    assert {status: unguarded(answer) for status, answer in answers.items() if unguarded(answer)} == {}


def test_no_parameter_leads_to_another_site(case: Case) -> None:
    names = ("next", "back", "url", "return", "redirect", "query", "ve", "tim")
    client, led = signed_in(Cast().officer), {}
    for number, path in enumerate(addresses(case)):
        onward = ELSEWHERE[number % len(ELSEWHERE)]
        said = dict.fromkeys(names, onward)
        for answer in (client.get(path, said, HTTP_REFERER=onward), client.post(path, said, HTTP_REFERER=onward)):
            where = urlsplit(answer.get("Location", "").replace("\\", "/"))
            if where.netloc or where.scheme:
                led[path] = answer["Location"]
    assert led == {}


@pytest.mark.parametrize("path", ["/", "/vu-viec", "/dang-nhap", "/ban-lam-viec", "/api/v1/voices", "/log/checkpoint"])
def test_nobody_is_told_back_what_they_sent(cast: Cast, path: str) -> None:
    assert signed_in(cast.officer).generic("TRACE", path, HTTP_X_SECRET=CANARY[:6]).status_code == 405


FORGED = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_PORT": "444",
    "HTTP_X_FORWARDED_PREFIX": "/evil.example",
    "HTTP_X_FORWARDED_FOR": "127.0.0.1",
    "HTTP_X_REAL_IP": "127.0.0.1",
    "HTTP_FORWARDED": "for=127.0.0.1;host=evil.example;proto=https",
    "HTTP_X_ORIGINAL_URL": "/ban-lam-viec",
    "HTTP_X_REWRITE_URL": "/ban-lam-viec",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    "HTTP_X_REMOTE_USER": "officer",
    "HTTP_REMOTE_USER": "officer",
}


def test_a_fresh_installation_has_no_account_at_all(db: None) -> None:
    assert not Account.objects.exists()


def untokened(answer: Any) -> str:
    return re.sub(r'value="\w{64}"', "", answer.content.decode())


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_header_of_a_proxy_changes_nothing(case: Case, name: str) -> None:
    for path in (reverse("cases"), reverse("log"), reverse("queue"), "/sw.js"):
        plain, forged = Client().get(path), Client(headers={}, **{name: FORGED[name]}).get(path)  # type: ignore[arg-type]
        assert (forged.status_code, untokened(forged)) == (plain.status_code, untokened(plain)), path


def test_fields_nobody_offered_change_nothing_at_the_door_of_other_systems(cast: Cast) -> None:
    key = registry.admit_client("Cổng thử")
    said = {"text": "Cống tắc.", "place": COMMUNE, "topic": "thoat_nuoc"}
    extra = {
        "state": "closed",
        "holder": 1,
        "officer": 1,
        "is_public": True,
        "case": 1,
        "id": 7,
        "client": 9,
        "due": "",
    }
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "khoa-chong-trung-0001"}
    answer = Client().post("/api/v1/voices", json.dumps(said | extra), "application/json", headers=headers)
    made = Case.objects.get()
    assert answer.status_code == 201
    assert (made.state, made.holder, made.officer) == ("received", cast.committee, None)
    assert made.pk != 7 and Voice.objects.get().client_id != 9
    assert set(answer.json()) == {"receipt", "due", "body", "is_repeat"}


def test_fields_nobody_offered_change_nothing_on_any_form(case: Case) -> None:
    before = list(Case.objects.values()), list(Voice.objects.values())
    names = [field.name for model in (Case, Voice) for field in model._meta.concrete_fields]
    said = dict.fromkeys(names, "1") | {"state": "closed", "pk": str(case.pk), "is_staff": "1", "is_superuser": "1"}
    for client in people().values():
        for path in addresses(case):
            if "/dang-xuat" not in path and "/thoat" not in path:
                client.post(path, said)
    after = list(Case.objects.values()), list(Voice.objects.values())
    changed = {name for old, new in zip(before[0], after[0], strict=False) for name in old if old[name] != new[name]}
    assert changed <= {"state", "officer_id", "accepted", "version"} and after[1] == before[1]
    assert Case.objects.get(pk=case.pk).state in {"received", "accepted"}


def test_what_was_typed_is_in_no_line_of_the_log(case: Case) -> None:
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        client = Client(raise_request_exception=False)
        client.get(f"/{CANARY}")
        client.get(reverse("cases"), {"tim": CANARY, "noi": CANARY})
        client.post(reverse("login"), {"username": CANARY, "password": CANARY})
        client.post(reverse("speak"), {"text": CANARY, "name": CANARY, "phone": CANARY, "place": CANARY})
        client.post("/api/v1/voices", json.dumps({"text": CANARY}), "application/json")
        client.post("/api/v1/voices", CANARY, "application/json", headers={"Authorization": f"Bearer {CANARY}"})
        client.get("/", HTTP_HOST=f"{CANARY}.example", HTTP_USER_AGENT=f"{CANARY}\r\nforged")
        Client(enforce_csrf_checks=True).post(reverse("speak"), {"text": CANARY})
        signed_in(Cast().officer).post(reverse("intake"), {"text": CANARY, "name": CANARY, "phone": CANARY})
    finally:
        logging.getLogger().removeHandler(handler)
    found = lines.getvalue().splitlines()
    assert len(found) >= 3 and all(json.loads(line) for line in found)
    assert not [line for line in found if "canary" in line.lower() or "Nguyễn" in line]
