"""The site itself: language, source, state, crawlers, and the pages for what goes wrong."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from langnghe import installation
from langnghe.web.public import source
from tests.cast import moment, received

pytestmark = pytest.mark.django_db
OWN = ("home", "speak", "look_up", "cases", "status")


@pytest.fixture
def demo(settings: Any) -> None:
    settings.INSTALLATION = replace(settings.INSTALLATION, demo=True)
    settings.CLOCK = moment()


@pytest.mark.parametrize("name", OWN)
def test_a_demo_is_marked_and_found_by_no_crawler(client: Client, demo: None, name: str) -> None:
    answer = client.get(reverse(name))
    shown = answer.content.decode()
    assert answer["X-Robots-Tag"].startswith("noindex") and '<meta name="robots" content="noindex">' in shown
    assert "Dữ liệu minh hoạ" in shown and "08/06/2026" in shown


@pytest.mark.parametrize("name", OWN)
def test_a_real_installation_may_be_found(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert "X-Robots-Tag" not in answer and "noindex" not in answer.content.decode()


def test_crawlers_are_told(client: Client, settings: Any) -> None:
    real = client.get("/robots.txt").content.decode()
    settings.INSTALLATION = replace(settings.INSTALLATION, demo=True)
    assert "Disallow: /vu-viec-cua-toi" in real and "Disallow: /\n" not in real
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_a_language_is_remembered(client: Client) -> None:
    answer = client.post("/ngon-ngu", {"language": "en", "next": "/vu-viec?noi=n13264"})
    assert answer.headers["Location"] == "/vu-viec?noi=n13264"
    assert '<html lang="en">' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "javascript:alert(1)", "", "\\\\x.com"])
def test_a_language_never_leads_to_another_site(client: Client, target: str) -> None:
    assert client.post("/ngon-ngu", {"language": "xx", "next": target}).headers["Location"] == "/"


def read(client: Client) -> bytes:
    answer: Any = client.get("/ma-nguon")
    return b"".join(answer.streaming_content)


def test_the_source_is_whole_the_same_each_time_and_holds_no_secret(client: Client) -> None:
    first = read(client)
    bundle = zipfile.ZipFile(io.BytesIO(first))
    names = set(bundle.namelist())
    assert {"langnghe/langnghe/web/public/source.py", "langnghe/langnghe/core/tables/terms.csv"} <= names
    assert not [name for name in names if "/keys/" in name or name.endswith((".sqlite3", ".pyc"))]
    for made in installation.home().glob("ma-nguon-*.zip"):
        made.unlink()
    assert read(client) == first
    keys = [path.read_bytes() for path in (installation.home() / "keys").rglob("*") if path.is_file()]
    assert not any(key in bundle.read(name) for name in names for key in keys)


def test_the_source_leaves_out_the_folder_of_the_installation(monkeypatch: Any) -> None:
    monkeypatch.setattr(installation, "home", lambda: source.PACKAGE / "core")
    assert not [path for path in source.files() if Path(path).is_relative_to(source.PACKAGE / "core")]


def test_the_state_of_the_system_is_said(client: Client, settings: Any) -> None:
    settings.CLOCK = moment(9, hour=7)
    received(moment(8))
    shown = client.get("/trang-thai").content.decode()
    assert "07:00 09/06/2026" in shown and "hoạt động" in shown and "09:00 08/06/2026" in shown


def test_a_database_that_does_not_answer_is_said_too(client: Client, monkeypatch: Any) -> None:
    from django.db import OperationalError

    from langnghe.cases.models import Voice

    def broken(*_arguments: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(Voice.objects, "order_by", broken)
    answer = client.get("/trang-thai")
    assert answer.status_code == 503 and "không trả lời" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_with_the_words_on_the_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/gui-phan-anh", {"text": "Lời đã viết <b>"})
    assert answer.status_code == 403
    assert "Lời đã viết &lt;b&gt;" in answer.content.decode()


def test_an_error_of_the_server_has_a_page_of_its_own(monkeypatch: Any) -> None:
    from langnghe.cases.models import Voice

    monkeypatch.setattr(Voice, "objects", None)
    answer = Client(raise_request_exception=False).get("/trang-thai")
    assert answer.status_code == 500
    assert "không tạo vụ việc thứ hai" in answer.content.decode()


def test_an_address_that_is_none_has_a_page_of_its_own(client: Client) -> None:
    answer = client.get("/khong-co-trang-nay")
    assert answer.status_code == 404 and "Không tìm thấy trang này" in answer.content.decode()


def test_every_address_declares_who_may_enter() -> None:
    patterns = [each for part in get_resolver().url_patterns for each in getattr(part, "url_patterns", [part])]
    views = [each.callback for each in patterns if getattr(each, "callback", None)]
    assert views and [view for view in views if not hasattr(view, "access")] == []
