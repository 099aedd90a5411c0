"""The weekly letter reaches leaders over real SMTP, once, and holds counts, never a resident's words."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from langnghe.ledger.models import OutboxJob
from langnghe.registry.models import Member
from langnghe.situation import actions, digest
from langnghe.situation import jobs as _jobs  # noqa: F401 registers its jobs
from tests.cast import Cast, moment, received, run_next_job
from tests.web.test_pressing import hot_spot

pytestmark = pytest.mark.django_db
MONDAY = moment(29, hour=7)
SECRET = "Nhà ông Bảy đổ rác ra mương"


class Box:
    """A mailbox that keeps what a real SMTP server hands it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "451 try later"
        content = cast(bytes, envelope.content)
        self.letters.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    made = Box()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield made
    server.stop()


@pytest.fixture
def leader(cast: Cast) -> Member:
    member = cast.leader
    member.account.email = "lanh-dao@vidu.vn"
    member.account.save()
    return member


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_a_leader_gets_last_weeks_counts_by_mail_once(box: Box, leader: Member, cast: Cast) -> None:
    for day in (15, 22, 23, 28):
        received(moment(day), text=SECRET)
    hot_spot("open")
    assert cast.commission.account.email == ""
    assert actions.send_digests(MONDAY) == 1 and actions.send_digests(MONDAY + timedelta(days=1)) == 0
    assert run_next_job(MONDAY) and not run_next_job(MONDAY)
    (letter,) = box.letters
    assert letter["To"] == "lanh-dao@vidu.vn" and "28/06/2026" in letter["Subject"]
    text = text_of(letter)
    assert "Tiếp nhận: 3 (tuần trước 1)" in text and "Đang mở: 4" in text
    assert "DN-" in text and "chờ quyết định" in text
    assert "ông Bảy" not in text


def test_a_refused_letter_is_tried_again_under_the_same_message_id(box: Box, leader: Member) -> None:
    actions.send_digests(MONDAY)
    job = OutboxJob.objects.get()
    box.refuses = True
    run_next_job(MONDAY)
    assert OutboxJob.objects.get().state == "waiting"
    box.refuses = False
    assert run_next_job(MONDAY + timedelta(hours=1))
    assert [letter["Message-ID"] for letter in box.letters] == [f"<{job.key}@langnghe>"]


def test_a_commune_is_not_told_of_hot_spots_elsewhere(leader: Member, cast: Cast) -> None:
    spot = hot_spot("confirmed")
    spot.places.clear()
    assert "DN-" not in digest.letter(leader, MONDAY)[1]
    assert "DN-" in digest.letter(cast.commission, MONDAY)[1]


def test_the_next_week_has_its_own_letter_and_no_server_means_none(leader: Member, settings: Any) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    assert actions.send_digests(MONDAY) == 1 and actions.send_digests(MONDAY + timedelta(days=7)) == 1
    settings.EMAIL_HOST = ""
    assert actions.send_digests(MONDAY + timedelta(days=14)) == 0
