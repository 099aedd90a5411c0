"""Files that residents send with a voice: checked by their first bytes, encrypted each under a key of its own, lasting.

A file is written and synced before the row that names it can commit. Its name is the SHA-256 of its encrypted bytes,
so whoever holds the files can check them, and two residents who send the same photo leave no trace of that.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol

from django.utils.translation import gettext as _

from langnghe import installation
from langnghe.cases import sealing
from langnghe.cases.models import Attachment, ProofPaper, ProofPhoto, PublishedPhoto, Redaction
from langnghe.core.refusal import Refused
from langnghe.ledger.tree import store
from langnghe.registry import law

RING = "files"
HEAD = 32
LONGEST_NAME = 100
MEGABYTE = 2**20
# The first bytes of what a telephone records or photographs, and of PDF; nothing that a browser would run.
KINDS: tuple[tuple[str, re.Pattern[bytes]], ...] = tuple(
    (media, re.compile(first, re.DOTALL))
    for media, first in (
        ("image/jpeg", rb"\xff\xd8\xff"),
        ("image/png", rb"\x89PNG\r\n\x1a\n"),
        ("image/webp", rb"RIFF....WEBP"),
        ("image/heic", rb"....ftyp(hei[cxms]|hev[cx]|mif1|msf1)"),
        ("audio/mp4", rb"....ftypM4[AB] "),
        ("video/mp4", rb"....ftyp(iso[m2-9]|mp4[12]|avc1|M4V |qt  |3g[ep2][0-9a-z]|dash)"),
        ("video/webm", rb"\x1a\x45\xdf\xa3"),
        ("audio/ogg", rb"OggS"),
        ("audio/amr", rb"#!AMR"),
        ("audio/wav", rb"RIFF....WAVE"),
        ("audio/mpeg", rb"ID3|\xff[\xfb\xf3\xf2]"),
        ("application/pdf", rb"%PDF-"),
    )
)


class Upload(Protocol):
    """What a form gives for a file; `name` is the sender's, `size` in bytes."""

    name: str | None
    size: int | None
    file: BinaryIO


@dataclass(frozen=True)
class Stored:
    """A file that lies encrypted on the disk, before or after a voice has it."""

    name: str
    media: str
    size: int
    digest: bytes
    place: str
    key_name: str


def folder() -> Path:
    return installation.home() / "files"


def path(place: str) -> Path:
    return folder() / place[:2] / place


def check(uploads: Iterable[Upload]) -> None:
    """Refuse, before any is read whole, files that are too many, too large, or no photo, sound, film or PDF."""
    found = list(uploads)
    most, each, together = (law.rule(f"attachment{name}") for name in ("s_most", "_megabytes", "s_megabytes"))
    if len(found) > most:
        raise Refused(_("Chỉ gửi được nhiều nhất %(most)d tệp một lần.") % {"most": most})
    for upload in found:
        name = plain_name(upload.name or "")
        if (upload.size or 0) > each * MEGABYTE:
            raise Refused(_("Tệp “%(name)s” lớn hơn %(each)d MB.") % {"name": name, "each": each})
        if not upload.size:
            raise Refused(_("Tệp “%(name)s” trống.") % {"name": name})
        if not media_of(upload):
            words = _("Tệp “%(name)s” không phải ảnh, ghi âm, phim hay PDF đọc được.")
            raise Refused(words % {"name": name})
    if sum(upload.size or 0 for upload in found) > together * MEGABYTE:
        raise Refused(_("Các tệp cộng lại lớn hơn %(together)d MB.") % {"together": together})


def media_of(upload: Upload) -> str:
    """Return the media type that the first bytes tell, whatever the name says; "" for any other."""
    upload.file.seek(0)
    head = upload.file.read(HEAD)
    upload.file.seek(0)
    return next((media for media, first in KINDS if first.match(head)), "")


def plain_name(name: str) -> str:
    """Return the last part of the sender's name for the file, without unseen characters."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem, dot, ending = seen.strip(" .").rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending[:LONGEST_NAME]}" or "tep"


def keep(upload: Upload, day: date) -> Stored:
    """Write the checked file, encrypted, so that it survives a power cut, and return where it lies."""
    media = media_of(upload)
    content = upload.file.read()
    key_name, sealed = sealing.seal_apart(content, RING, day)
    place = hashlib.sha256(sealed).hexdigest()
    store(path(place), sealed)
    digest = hashlib.sha256(content).digest()
    return Stored(plain_name(upload.name or ""), media, len(content), digest, place, key_name)


def lay_open(content: bytes) -> str:
    """Write a file that everyone may see, so that it survives a power cut; return its place, the SHA-256."""
    place = hashlib.sha256(content).hexdigest()
    store(path(place), content)
    return place


def content(attachment: Attachment) -> bytes:
    """Return the file as it was sent. KeyDestroyed or FileNotFoundError when it is gone, InvalidTag when changed."""
    return sealing.unseal_apart(path(attachment.place).read_bytes(), RING, attachment.key_name)


def is_held(place: str) -> bool:
    """Return whether a row still needs the file; of a proof that was taken down only the place is kept."""
    proofs = (model.objects.filter(taken_down=None) for model in (ProofPhoto, ProofPaper))
    return any(rows.filter(place=place).exists() for rows in (Attachment.objects, PublishedPhoto.objects, *proofs))


def _fault(place: str) -> str:
    if not path(place).is_file():
        return "mất tệp"
    with path(place).open("rb") as handle:
        changed = hashlib.file_digest(handle, "sha256").hexdigest() != place
    return "tệp đã đổi" if changed else ""


def differences() -> Iterator[str]:
    """Yield a line for each attachment, photo shown and proof whose file is missing or changed, and was not removed."""
    for row in Attachment.objects.select_related("voice__case").order_by("pk").iterator(500):
        if not row.digest:
            emptied = Redaction.objects.filter(step__verb="receive", step__case=row.voice.case)
            problem = "" if emptied.exists() else "bị bỏ trống mà nhật ký không ghi"
        else:
            problem = _fault(row.place)
        if problem:
            yield f"{row.voice.case.code}: tệp đính kèm #{row.pk} {problem}"
    for shown in PublishedPhoto.objects.select_related("case").order_by("pk").iterator(500):
        if problem := _fault(shown.place):
            yield f"{shown.case.code}: ảnh công khai #{shown.pk} {problem}"
    for proof in ProofPhoto.objects.select_related("reply__case", "taken_down").order_by("pk").iterator(500):
        if problem := _fault_of_proof(proof):
            yield f"{proof.reply.case.code}: ảnh bằng chứng #{proof.pk} {problem}"
    for paper in ProofPaper.objects.select_related("reply__case", "taken_down").order_by("pk").iterator(500):
        if problem := _fault_of_proof(paper):
            yield f"{paper.reply.case.code}: tệp bằng chứng #{paper.pk} {problem}"


def _fault_of_proof(proof: ProofPhoto | ProofPaper) -> str:
    step = proof.taken_down
    if step is None:
        return _fault(proof.place)
    told = step.verb == "take_down" and step.case_id == proof.reply.case_id
    return "" if told and bytes(step.digest).hex() == proof.place else "bị gỡ mà nhật ký không ghi"
