"""Nothing of who asks is kept: no address, no browser, in no row, no file, no line of the log; nobody else is asked."""

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from langnghe import installation
from langnghe.cases.models import Voice
from langnghe.registry.actions import admit_client
from tests.cast import COMMUNE, Cast, moment
from tests.web.test_public_cases import public_case
from tests.web.test_speak import receipt, send

pytestmark = pytest.mark.django_db
ADDRESS, BROWSER = "203.0.113.77", "Canary-Phone/7.7"
HEADERS = {"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS, "X-Real-IP": ADDRESS, "Forwarded": f"for={ADDRESS}"}
FETCHED = re.compile(r'<(?:script|img|link|iframe|audio|video|source)\b[^>]*?(?:src|href)="([^"]+)"')
ELSEWHERE = re.compile(r"""(?:url\(|fetch\(|import )\s*["'`]?(?:https?:)?//""")


@pytest.fixture
def visitor(settings: Any, cast: Cast) -> Client:
    settings.CLOCK = moment(11)
    return Client(headers=HEADERS, REMOTE_ADDR=ADDRESS)


def kept() -> str:
    """Return every value of every table, and what lies in the files of the installation."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 names of our own tables
            rows += [str([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]) for row in cursor]
    files = [path.read_bytes().decode("latin-1") for path in Path(installation.home()).rglob("*") if path.is_file()]
    return "\n".join(rows + files)


def test_every_door_forgets_who_knocked(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = receipt(send(visitor, visitor.get(reverse("speak")).context["form"]["key"].value()))
    key, secret = admit_client("Cổng tỉnh"), {"text": "Đèn tắt ở ngõ 5.", "place": COMMUNE, "topic": "chieu_sang"}
    sent = visitor.post(
        "/api/v1/voices",
        json.dumps(secret | {"kind": "feedback"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "a" * 20},
    )
    visitor.post(reverse("look_up"), {"code": code})
    visitor.post(reverse("look_up"), {"code": "0000-0000-0000-0000-0000-0000"})
    visitor.get("/khong-co-trang-nay")
    assert (Voice.objects.count(), sent.status_code) == (2, 201)
    found = kept() + caplog.text
    assert "Đèn tắt ở ngõ 5." in found  # so that the test would see it
    assert ADDRESS not in found and BROWSER not in found


@pytest.mark.parametrize("name", ["home", "speak", "look_up", "cases", "map", "situation", "verify_page", "reviews"])
def test_no_page_asks_another_host_or_lets_scripts_in(visitor: Client, name: str) -> None:
    answer = visitor.get(reverse(name))
    fetched = re.findall(FETCHED, answer.content.decode())
    assert [one for one in fetched if re.match(r"(?:https?:)?//", one)] == []
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "default-src" in policy
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}


def test_no_style_sheet_or_script_asks_another_host() -> None:
    files = [*Path("langnghe/web/static").glob("*.css"), *Path("langnghe/web/static").glob("*.js")]
    assert len(files) >= 6
    assert [path.name for path in files if ELSEWHERE.search(path.read_text("utf-8"))] == []


def test_the_receipt_is_in_no_address(visitor: Client) -> None:
    public_case()
    told = send(visitor, visitor.get(reverse("speak")).context["form"]["key"].value())
    code, text = receipt(told), told.content.decode()
    answer = visitor.post(reverse("look_up"), {"code": code}, follow=True)
    addresses = [address for address, _status in answer.redirect_chain] + re.findall(
        r'(?:href|action|src)="([^"]*)"', text + answer.content.decode()
    )
    assert [one for one in addresses if code in one.partition("#")[0]] == []
