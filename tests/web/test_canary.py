"""A sealed record with names that stand nowhere else: no list, search, file, letter, log or public page has them."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from langnghe.cases import actions
from langnghe.cases.actions import NewStage
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed.models import SealedRecord
from langnghe.ledger import actions as ledger
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import PASSPHRASE, recipient, recovery
from tests.cast import Cast, moment, received, run_next_job
from tests.web.test_desk import post, signed_in
from tests.web.test_lane import everywhere

pytestmark = pytest.mark.django_db
NAME, ADDRESS, PHONE, ACCUSED = "Trần Thị Hồng Nhạn", "Ngõ Kín 77", "0987 010 203", "Hoàng Văn Canary"
FILE = "anh-canary.jpg"
CANARIES = (NAME, ADDRESS, PHONE, PHONE.replace(" ", ""), ACCUSED, FILE)
TEXT = f"Tôi tố cáo ông {ACCUSED} nhận tiền của dân."
SOUGHT = ("Canary", "Nhạn", "Kín 77", "tố cáo ông")
WHO = ("officer", "leader", "supervisor", "commission")


class Heard(logging.Handler):
    """All that any logger says, at every level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__.get('exc_text')}")


@pytest.fixture(autouse=True)
def heard(settings: Any, cast: Cast) -> Iterator[Heard]:
    settings.CLOCK = moment(10)
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    recipient()
    recovery()
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def sent(client: Client) -> SealedRecord:
    """Return a record sent by a resident, read by the leader and accepted, with a paper and a request about it."""
    said = {"kind": "denunciation", "text": TEXT, "name": NAME, "address": ADDRESS, "phone": PHONE, "against": ACCUSED}
    said |= {"place": "xã Thư Vũ", "key": "5c8f2a9e-7c1e-4a57-9d4b-0f1e2d3c4b5a"}
    evidence = SimpleUploadedFile(FILE, b"\xff\xd8\xff0", "image/jpeg")
    assert client.post(reverse("send_sealed"), said | {"evidence": [evidence]}).status_code == 200
    record, leader = SealedRecord.objects.get(), signed_in(Cast().leader)
    actions.advance_sealed(
        record, NewStage("accept", moment(10).date(), "1/TB", "complex"), actor=acting(Cast().leader), at=moment(10)
    )
    said_there = {"verb": "ask", "channel": "reception", "wish": "correct", "words": f"{NAME} ở {ADDRESS}, {PHONE}"}
    assert leader.post(reverse("sealed_record", args=[record.pk]), said_there).status_code == 302
    opening = {"passphrase": PASSPHRASE, "reason": "handle", "paper": "accept"}
    page = leader.post(reverse("sealed_record", args=[record.pk]), opening).content.decode()
    assert NAME in page  # the recipient does read it
    return record


def plain_addresses(patterns: Any, prefix: str = "") -> Iterator[str]:
    """Yield every address of the site that takes no argument."""
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from plain_addresses(each.url_patterns, path)
        elif isinstance(each, URLPattern) and "<" not in path and "(" not in path:
            yield f"/{path}"


def words_of(answer: Any) -> str:
    """Return what an answer says, headers too; of a workbook or document all parts."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return f"{answer.headers}\n{content.decode(errors='replace')}"


def leaks(words: str) -> list[str]:
    return [canary for canary in CANARIES if canary in words]


def test_no_page_list_file_or_feed_has_a_name_of_a_sealed_record(client: Client, cast: Cast) -> None:
    record = sent(client)
    addresses = {*plain_addresses(get_resolver().url_patterns), reverse("sealed_record", args=[record.pk])}
    addresses -= {reverse("source")}  # the program itself, slow to pack
    days = {"tu": "2026-06-01", "den": "2026-06-10", "tai": "xlsx"}
    asked = [(each, {}) for each in sorted(addresses)] + [(reverse("statistics"), days)]
    found = {}
    for visitor in (Client(), *(signed_in(getattr(cast, who)) for who in WHO)):
        for path, query in asked:
            found[path] = leaks(words_of(visitor.get(path, query)))
    assert len(found) > 60
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("words", SOUGHT)
def test_no_search_finds_a_word_of_a_sealed_record(client: Client, cast: Cast, words: str) -> None:
    sent(client)
    for visitor in (Client(), *(signed_in(getattr(cast, who)) for who in WHO)):
        for name, asked in (("queue", "tim"), ("cases", "tim"), ("log", "ma")):
            assert leaks(words_of(visitor.get(reverse(name), {asked: words}))) == []


def test_no_letter_job_row_or_log_line_has_a_name_of_a_sealed_record(client: Client, cast: Cast, heard: Heard) -> None:
    sent(client)
    contact = {"name": NAME, "email": "nguoi-gui@example.org", "phone": PHONE}
    case, _answer = received(text=TEXT, contact=contact)
    assert post(cast.officer, case, "seal", kind="denunciation", to=cast.committee.code).status_code == 302
    actions.batch_sealed(moment(11))
    ledger.number(500)
    while run_next_job(moment(11)):
        pass
    letters = [f"{letter.subject} {letter.body} {letter.extra_headers}" for letter in mail.outbox]
    assert leaks("\n".join(letters)) == [] and leaks("\n".join(heard.lines)) == [] and leaks(everywhere()) == []
