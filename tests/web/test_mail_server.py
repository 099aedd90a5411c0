"""E-mail through a real mail server (Dovecot): a letter becomes a case, and its answer comes back to the mailbox."""

import grp
import imaplib
import os
import pwd
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from langnghe.cases.models import Case
from langnghe.cli import main
from tests.cases.doing import do
from tests.cast import Cast, moment, run_next_job
from tests.web.test_mail import LAN, TEXT, letter

pytestmark = pytest.mark.django_db
OFFICE, WORD = "phananh@vidu.vn", "mat-khau"
SETTINGS = """
base_dir = {at}/run
state_dir = {at}/state
log_path = {at}/log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{at}/mail/%u
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={word}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={at}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A mail server of this machine: ports of its mailboxes and of its door for letters."""

    imap: int
    lmtp: int

    def deliver(self, raw: bytes, to: str) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp) as door:
            door.sendmail(LAN, [to], raw)

    def mailbox(self, who: str, folder: str = "INBOX") -> list[EmailMessage]:
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(who, WORD)
            box.select(folder, readonly=True)
            numbers = box.search(None, "ALL")[1][0].split()
            raws = [cast(Any, box.fetch(number, "(RFC822)")[1][0])[1] for number in numbers]
        return [cast(EmailMessage, message_from_bytes(raw, policy=policy.default)) for raw in raws]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return cast(int, one.getsockname()[1])


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    at = tmp_path_factory.mktemp("d")
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    if os.getuid() == 0:
        for folder in (at, *list(at.parents)[:2]):
            folder.chmod(0o711)
    (at / "mail").mkdir()
    os.chown(at / "mail", user.pw_uid, user.pw_gid)
    made = Server(imap=free_port(), lmtp=free_port())
    names = {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name, "word": WORD}
    (at / "conf").write_text(SETTINGS.format(at=at, imap=made.imap, lmtp=made.lmtp, **names))
    process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(at / "conf")])
    try:
        wait_for(made.imap, at / "log")
        yield made
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, log: Path) -> None:
    for _time in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "no server")


class Relay:
    """The server through which this site sends: it hands each letter on to the mailboxes."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        for to in envelope.rcpt_tos:
            self.server.deliver(cast(bytes, envelope.content), to)
        return "250 OK"


@pytest.fixture
def site(server: Server, settings: Any, cast: Cast) -> Iterator[Server]:
    port = free_port()
    relay = Controller(Relay(server), hostname="127.0.0.1", port=port)
    relay.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = OFFICE
    settings.IMAP = f"imap://{OFFICE.replace('@', '%40')}:{WORD}@127.0.0.1:{server.imap}/INBOX"
    settings.CLOCK = moment(10)
    yield server
    relay.stop()


def send_out() -> None:
    while run_next_job(moment(28)):
        pass


def test_a_letter_becomes_a_case_and_the_answer_comes_back(site: Server, capsys: pytest.CaptureFixture[str]) -> None:
    site.deliver(letter().as_bytes(), OFFICE)
    assert main(["fetch-mail"]) == 0
    assert "1 tiếp nhận" in capsys.readouterr().out
    case = Case.objects.get()
    assert case.voices.get().text.endswith(TEXT)
    assert [one["Message-ID"] for one in site.mailbox(OFFICE, "Langnghe")] == ["<m1@vidu.vn>"]
    assert site.mailbox(OFFICE) == []
    for verb in ("accept", "assign", "draft", "approve", "reply"):
        case = do(verb, case, None)
    send_out()
    answers = site.mailbox(LAN)
    assert len(answers) == 3  # received, accepted, answered
    assert {one["In-Reply-To"] for one in answers} == {"<m1@vidu.vn>"}
    assert case.replies.get().text in answers[-1].get_content()


def test_an_answer_to_our_letter_finds_its_case(site: Server) -> None:
    site.deliver(letter().as_bytes(), OFFICE)
    main(["fetch-mail"])
    send_out()
    first = site.mailbox(LAN)[0]
    reply = letter("Cảm ơn, nhưng bóng lại cháy rồi.", In_Reply_To=first["Message-ID"], Message_ID="<m2@vidu.vn>")
    site.deliver(reply.as_bytes(), OFFICE)
    site.deliver(reply.as_bytes(), OFFICE)  # the same letter twice
    main(["fetch-mail"])
    assert Case.objects.get().voices.count() == 2


def test_the_office_does_not_answer_itself_for_ever(site: Server) -> None:
    away = letter("Tôi đi vắng đến 20/06.", Auto_Submitted="auto-replied", Message_ID="<away@vidu.vn>")
    site.deliver(letter().as_bytes(), OFFICE)
    main(["fetch-mail"])
    send_out()
    before = len(site.mailbox(LAN))
    for _time in range(3):
        site.deliver(away.as_bytes(), OFFICE)
        main(["fetch-mail"])
        send_out()
    assert len(site.mailbox(LAN)) == before
    assert Case.objects.get().voices.count() == 1
