"""Signed notes, checkpoints of a log and the cosignatures of its witnesses (C2SP signed-note, tlog-checkpoint,
tlog-cosignature)."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # the type byte before the public key
DASH = "\u2014"
MOST_SIGNATURES = 100  # a note with more is refused before anything is checked
_LINE = re.compile(rf"{DASH} ([^\s+]+) ([A-Za-z0-9+/]+={{0,2}})")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters, and what UTF-8 cannot say
_VERIFIER = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class NoteError(ValueError):
    """The note, key or checkpoint cannot be right; the message says what is wrong."""


@dataclass(frozen=True)
class Verifier:
    """A public key with its name and type; `check(body, signature)` says whether the signature holds."""

    name: str
    type: int
    public: bytes

    @cached_property
    def id(self) -> bytes:
        """Return the 4 bytes by which a signature line names the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    def check(self, body: str, signature: bytes) -> bool:
        return self.type in CHECKS and CHECKS[self.type](self.public, body, signature)


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _cosigned(public: bytes, body: str, signature: bytes) -> bool:
    time, rest = int.from_bytes(signature[:8], "big"), signature[8:]
    if time >= 1 << 63:
        return False
    return _ed25519(public, _witnessed(body, time), rest)


def _witnessed(body: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{body}".encode()


# Another algorithm is one more row here and one more branch of whoever signs.
CHECKS: dict[int, Callable[[bytes, str, bytes], bool]] = {
    ED25519: lambda public, body, signature: _ed25519(public, body.encode(), signature),
    COSIGNATURE: _cosigned,
}


def parse_verifier(text: str) -> Verifier:
    """Return the key of a line name+id+base64. NoteError when it is not one."""
    found = _VERIFIER.fullmatch(_clean(text.strip()))
    data = _decoded(found[3]) if found else b""
    if not found or len(data) < 2:  # noqa: PLR2004 a type byte and a key
        raise NoteError("a public key has the form name+id+base64")
    verifier = Verifier(found[1], data[0], data[1:])
    if verifier.id.hex() != found[2]:
        raise NoteError("the id of the public key does not fit the key")
    return verifier


def _decoded(text: str) -> bytes:
    """Return the bytes. NoteError unless this is the one way to write them in base64."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise NoteError("not base64") from error
    if b64encode(data).decode() != text:
        raise NoteError("not the usual base64 of its bytes")
    return data


def _clean(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise NoteError("a control character, or one that is not in Unicode")
    return text


class Signer:
    """An Ed25519 key with its name; `private_key` is the 32-byte seed (RFC 8032); a witness's has the type COSIGNATURE.

    NoteError for a bad name or seed.
    """

    def __init__(self, name: str, private_key: bytes, type_: int = ED25519) -> None:
        if not re.fullmatch(r"[^\s+]+", _clean(name)):
            raise NoteError("a key's name has no space and no plus")
        if len(private_key) != 32:  # noqa: PLR2004 Ed25519
            raise NoteError("an Ed25519 seed has 32 bytes")
        self.name, self.type = name, type_
        self._key = Ed25519PrivateKey.from_private_bytes(private_key)
        self._public = Verifier(name, type_, self._key.public_key().public_bytes_raw())

    @property
    def verifier(self) -> str:
        """Return the public key as name+id+base64."""
        public = self._public
        return f"{public.name}+{public.id.hex()}+{b64encode(bytes([public.type]) + public.public).decode()}"

    def line(self, message: bytes, before: bytes = b"") -> str:
        """Return the signature line over the message; `before` goes before the signature in it."""
        value = b64encode(self._public.id + before + self._key.sign(message)).decode()
        return f"{DASH} {self.name} {value}"


def sign(text: str, signer: Signer) -> str:
    """Return the note: the text, an empty line, the signature line.

    NoteError for a text that ends in no newline or has control characters, and for a witness's key.
    """
    if not _clean(text).endswith("\n"):
        raise NoteError("the text of a note ends in a newline")
    if signer.type != ED25519:
        raise NoteError("a witness's key signs only cosignatures")
    return f"{text}\n{signer.line(text.encode())}\n"


def cosign(note: str, witness: Signer, time: int) -> str:
    """Return the witness's line for the checkpoint in the note; `time` in seconds since 1970 (tlog-cosignature).

    NoteError when the note holds no checkpoint, the key is not of the type COSIGNATURE, or the time is out of range.
    """
    text = _parted(note)[0]
    parse_checkpoint(text)
    if witness.type != COSIGNATURE or not 0 <= time < 1 << 63:
        raise NoteError("a cosignature needs a witness's key and a time since 1970")
    return witness.line(_witnessed(text, time), time.to_bytes(8, "big"))


def add_signature(note: str, line: str) -> str:
    """Return the note with one more signature line. NoteError when the line is not one."""
    if not _LINE.fullmatch(line.strip()):
        raise NoteError("not a signature line")
    return f"{note}{line.strip()}\n"


def _parted(note: str) -> tuple[str, list[str]]:
    text, gap, rest = _clean(note).rpartition("\n\n")
    if not gap or not rest.endswith("\n") or rest.count("\n") > MOST_SIGNATURES:
        raise NoteError("a note is a text, an empty line, and signature lines, 100 at most")
    return text + "\n", rest[:-1].split("\n")


def _signatures(lines: list[str]) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield name, key id and signature of each line."""
    for line in lines:
        found = _LINE.fullmatch(line)
        if not found:
            raise NoteError("a signature line is a dash, a name and base64")
        data = _decoded(found[2])
        if len(data) < 5:  # noqa: PLR2004 the key's id and at least a byte
            raise NoteError("a signature line is too short")
        yield found[1], data[:4], data[4:]


def open_note(note: str, verifiers: Sequence[str]) -> tuple[str, list[str]]:
    """Return the text and the names of the keys whose signature holds, unknown keys passed over.

    NoteError when a signature by a given key is wrong, or none of them signed.
    """
    text, lines = _parted(note)
    keys = {(key.name, key.id): key for key in map(parse_verifier, verifiers)}
    names = []
    for name, key_id, signature in _signatures(lines):
        key = keys.get((name, key_id))
        if key is None:
            continue
        if not key.check(text, signature):
            raise NoteError(f"the signature of {name} is wrong")
        names.append(name)
    if not names:
        raise NoteError("none of the given keys signed this note")
    return text, list(dict.fromkeys(names))


@dataclass(frozen=True)
class Checkpoint:
    """What a log signs: its name, the number of its leaves, and the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text (or of a whole note); further lines are passed over. NoteError if none."""
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII) or not lines[0]:  # noqa: PLR2004
        raise NoteError("a checkpoint is a name, a size and a root, a line each")
    root = _decoded(lines[2])
    if len(root) != 32:  # noqa: PLR2004 SHA-256
        raise NoteError("the root has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)
