"""The e-mail door: a letter (RFC 5322) becomes a voice once, a reply goes to its case, an automaton gets no answer."""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from enum import Enum
from html.parser import HTMLParser
from itertools import islice
from typing import Any, cast

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage as Answer
from django.db import IntegrityError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import actions, filing, notices
from langnghe.cases.arrival import Arrival
from langnghe.cases.filing import Stored
from langnghe.cases.intake.kind_words import usual_words
from langnghe.cases.kinds import proposed
from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.models import RawIntake, Voice
from langnghe.cases.sealing import unseal_contact
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.legacy import to_unicode
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.registry import law
from langnghe.web import sealed
from langnghe.web.fields import LONGEST, UNKNOWN_TOPIC
from langnghe.web.places import commune_in

MOST_BYTES = 25 * 2**20
MOST_PARTS = 200
MOST_ANSWERED = 10  # letters of one address that are acknowledged in a day; more are received without a word
DAY = 24 * 3600
QUOTED = re.compile(
    r"^(?:>.*|-{2,}\s*(?:Original Message|Thư gốc|Tin nhắn gốc)\b.*|On .{0,200} wrote:|Vào .{0,200} đã viết:|-- )$",
    re.M,
)
CODE = re.compile(r"VV-\d{6,}-\d")
PROCEDURE = "/gui-phan-anh/thu-tuc/"
BULK = {"bulk", "list", "junk", "auto_reply"}
ROBOTS = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}


class Outcome(Enum):
    """What became of a letter: a voice, kept aside unread by anyone, or turned away by its lawful procedure."""

    TAKEN = "taken"
    KEPT = "kept"
    PROCEDURE = "procedure"


class TooLarge(Refused):
    """The letter is larger than any door takes."""


@dataclass
class _Upload:
    """A part of a letter as `filing` wants an upload."""

    name: str | None
    size: int | None
    file: Any


def receive(raw: bytes, at: datetime) -> Outcome:
    """Receive one letter, once by its Message-ID; TooLarge when no door takes it.

    What an automaton sent, or nobody can read, is kept in quarantine and gets no answer (RFC 3834).
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge(_("Thư lớn hơn 25 MB. Hãy gửi lại với tệp nhỏ hơn."))
    letter = message_from_bytes(raw, policy=policy.default)
    key, address = _key(letter, raw), _address(letter)
    text, names = _text(letter)
    if not address or _is_automatic(letter, address) or not (text or names):
        actions.quarantine(Voice.Channel.EMAIL, key, raw, at=at)
        return Outcome.KEPT
    if kind := sealed.kind_of(text, "") or usual_words().opening(text):
        _explain(kind, letter, address)
        return Outcome.PROCEDURE
    arrival = _arrival(letter, raw, key, address, at)
    try:
        _receive(arrival, at)
    except actions.KeyConflict:
        return Outcome.KEPT
    return Outcome.TAKEN


def _receive(arrival: Arrival, at: datetime) -> None:
    """Receive the voice; of two processes at one moment the later finds what the earlier wrote."""
    try:
        actions.receive(arrival, actor=Actor(RESIDENT), at=at)
    except IntegrityError:
        actions.receive(arrival, actor=Actor(RESIDENT), at=at)


def _arrival(letter: EmailMessage, raw: bytes, key: str, address: str, at: datetime) -> Arrival:
    text, _names = _text(letter)
    files, refused = _files(letter, at)
    before = _thread(letter, address)
    place = before.case.place if before else commune_in(text, localdate(at)).place
    lines = [text or _("(Xem tệp gửi kèm.)")]
    if refused:
        lines.append(_("(Tệp không nhận được: %(names)s)") % {"names": ", ".join(refused)})
    answered = before is None and _may_answer(address, key)
    return Arrival(
        channel=Voice.Channel.EMAIL,
        key=key,
        payload=raw,
        text="\n".join(lines)[:LONGEST],
        kind=proposed(text),
        day=localdate(at),
        place=place or law.place(settings.INSTALLATION.place),
        topic=before.case.topic if before else law.topics()[UNKNOWN_TOPIC],
        people=0 if before else 1,
        contact={"email" if answered else "sender": address},  # letters go to an "email" alone
        files=files,
        joins=before.case if before else None,
    )


def _key(letter: EmailMessage, raw: bytes) -> str:
    """Return the idempotency key: of the Message-ID, or of the whole letter where it has none."""
    return hashlib.sha256(_header(letter, "Message-ID").encode() or raw).hexdigest()


def _header(letter: EmailMessage, name: str) -> str:
    """Return a header in one line; "" where it is missing or cannot be read."""
    try:
        return " ".join(str(letter.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # what its parser stumbles over
        return ""


def _address(letter: EmailMessage) -> str:
    address = parseaddr(_header(letter, "Reply-To") or _header(letter, "From"))[1]
    is_plain = re.fullmatch(r"[^\s@<>\",;:]{1,64}@[^\s@<>\",;:]{1,190}", address)
    return address if is_plain else ""


def _is_automatic(letter: EmailMessage, address: str) -> bool:
    """Return whether a machine sent it, so that no machine answers (RFC 3834, RFC 2919)."""
    says = _header(letter, "Auto-Submitted").lower() or "no"
    local = address.lower().partition("@")[0]
    return (
        not says.startswith("no")
        or _header(letter, "Precedence").lower() in BULK
        or bool(_header(letter, "List-Id") or _header(letter, "X-Autoreply"))
        or _header(letter, "Return-Path") == "<>"
        or local in ROBOTS
        or address.lower() == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
        or notices.replied_to(_header(letter, "Message-ID")) is not None
    )


def _parts(letter: EmailMessage) -> Iterator[EmailMessage]:
    yield from islice((part for part in letter.walk() if not part.is_multipart()), MOST_PARTS)


def _text(letter: EmailMessage) -> tuple[str, list[str]]:
    """Return subject and words without the letters quoted below them, and the names of the files."""
    plain, rich, names = "", "", []
    for part in _parts(letter):
        media = part.get_content_type()
        if part.get_filename() or part.get_content_disposition() == "attachment":
            names.append(filing.plain_name(str(part.get_filename() or "tep")))
        elif media == "text/plain":
            plain = plain or _decoded(part)
        elif media == "text/html":
            rich = rich or _without_tags(_decoded(part))
    said = _clean(plain or rich)
    said = QUOTED.split(said)[0].strip() or said
    subject = _clean(_header(letter, "Subject"))
    is_reply = re.match(r"(?:re|fwd?|tr|trả lời)\s*:", subject, re.IGNORECASE)
    return ("\n".join(filter(None, ["" if is_reply else subject, said])), names)


def _decoded(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    found = content if isinstance(content, bytes) else b""
    try:
        return found.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return found.decode("utf-8", "replace")


def _clean(text: str) -> str:
    lines = nfc(to_unicode(text.replace("\x00", ""))[0]).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() if line != "-- " else line for line in lines).strip()


class _Words(HTMLParser):
    """Gathers the words of a page; nothing of it is run or kept."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.unseen += tag in {"script", "style", "head"}
        if tag in {"br", "p", "div", "li", "tr"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in {"script", "style", "head"}))

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(data)


def _without_tags(page: str) -> str:
    words = _Words()
    words.feed(page[: 10 * LONGEST])
    return re.sub(r"\n\s*\n+", "\n", "".join(words.found))


def _files(letter: EmailMessage, at: datetime) -> tuple[tuple[Stored, ...], list[str]]:
    """Keep the files that a door takes, and return them with the names of those it does not."""
    taken: list[_Upload] = []
    refused: list[str] = []
    for part in _parts(letter):
        if not part.get_filename() and part.get_content_disposition() != "attachment":
            continue
        content = part.get_payload(decode=True)
        found = content if isinstance(content, bytes) else b""
        upload = _Upload(filing.plain_name(str(part.get_filename() or "tep")), len(found), io.BytesIO(found))
        try:
            filing.check([*taken, upload])
        except Refused:
            refused.append(upload.name or "tep")
        else:
            taken.append(upload)
    return tuple(filing.keep(cast(Any, upload), localdate(at)) for upload in taken), refused


def _thread(letter: EmailMessage, address: str) -> Voice | None:
    """Return the voice that the letter goes on with: by the letters it answers or the case its subject names.

    Only that of the same address: whoever got the letter from somebody else speaks for themselves.
    """
    named = re.findall(r"<[^<>\s]{1,250}>", _header(letter, "In-Reply-To") + " " + _header(letter, "References"))
    for message_id in reversed(named[-20:]):
        if _is_of(voice := notices.replied_to(message_id) or _first(message_id), address):
            return voice
    code = CODE.search(_header(letter, "Subject"))
    return next((voice for voice in _of_case(code[0]) if _is_of(voice, address)), None) if code else None


def _first(message_id: str) -> Voice | None:
    key = hashlib.sha256(message_id.encode()).hexdigest()
    raw = RawIntake.objects.filter(channel=Voice.Channel.EMAIL, key=key, outcome=RawIntake.Outcome.VOICE).first()
    return Voice.objects.select_related("case__place", "case__topic", "person").filter(raw=raw).first() if raw else None


def _of_case(code: str) -> list[Voice]:
    try:
        number = parse_case(code)
    except BadCode:
        return []
    return list(Voice.objects.select_related("case", "person").filter(case=number).exclude(person=None)[:MOST_PARTS])


def _is_of(voice: Voice | None, address: str) -> bool:
    if voice is None or voice.person is None:
        return False
    return address.lower() in {value.lower() for value in unseal_contact(bytes(voice.person.sealed)).values()}


def _may_answer(address: str, key: str) -> bool:
    """Return whether the letter is acknowledged: not the eleventh of a day, should two machines write to each other."""
    name = f"mail:{hashlib.sha256(address.lower().encode() + settings.SECRET_KEY.encode()).hexdigest()}"
    cache.add(name, 0, DAY)
    return int(cache.incr(name)) <= MOST_ANSWERED


def _explain(kind: str, letter: EmailMessage, address: str) -> None:
    """Answer with the lawful procedure; nothing of the letter is kept here."""
    if not settings.EMAIL_HOST or not _may_answer(address, ""):
        return
    named = law.kinds()[kind].name
    words = [
        _("Thư của ông/bà có vẻ là đơn %(kind)s. Cửa này không nhận đơn đó, và không lưu gì từ thư.") % {"kind": named},
        _("Thủ tục theo luật, nơi nộp và thời hạn: %(url)s") % {"url": f"{settings.ADDRESS}{PROCEDURE}{kind}"},
    ]
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": _header(letter, "Message-ID")}
    Answer(_("Về thư của ông/bà"), "\n".join(words), to=[address], headers=headers).send()
