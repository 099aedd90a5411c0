"""The cryptography of the sealed lane, all of it libsodium's: no word or key of it lies open in any table or file.

A record is closed under a data key of its own; the data key is boxed for each recipient's public key; the private
half of that key is wrapped under the recipient's passphrase.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.utils import random

# About 0.4 s and 128 MiB a try, also for a thief of the database; each key keeps the cost it was wrapped at.
OPERATIONS, MEMORY = 4, 128 << 20
_one = Lock()  # nor may a burst of tries claim that memory many times at once: the others wait their turn
SMALLEST, STEP, LENGTH = 4096, 4, 4  # bytes of the smallest record, growth from size to size, bytes of the length


class Closed(Exception):
    """The key or passphrase does not open it, or it was changed."""


@dataclass(frozen=True)
class Wrapped:
    """A private key under a passphrase, with what is needed to try one."""

    content: bytes
    salt: bytes
    operations: int
    memory: int


def new_key() -> PrivateKey:
    return PrivateKey.generate()


def private_key(secret: bytes) -> PrivateKey:
    """Return the key of these 32 bytes; Closed when there are not as many."""
    try:
        return PrivateKey(secret)
    except (CryptoError, ValueError):
        raise Closed from None


def wrap(private: PrivateKey, passphrase: str) -> Wrapped:
    salt = random(argon2id.SALTBYTES)
    box = SecretBox(_stretched(passphrase, salt, OPERATIONS, MEMORY))
    return Wrapped(box.encrypt(bytes(private)), salt, OPERATIONS, MEMORY)


def unwrap(wrapped: Wrapped, passphrase: str) -> PrivateKey:
    """Return the private key; Closed when the passphrase is another."""
    key = _stretched(passphrase, wrapped.salt, wrapped.operations, wrapped.memory)
    try:
        return PrivateKey(SecretBox(key).decrypt(wrapped.content))
    except (CryptoError, ValueError):
        raise Closed from None


def _stretched(passphrase: str, salt: bytes, operations: int, memory: int) -> bytes:
    """Return 32 bytes by Argon2id (RFC 9106); keyboards write one Vietnamese letter in several ways, so NFKC first."""
    words = unicodedata.normalize("NFKC", passphrase).encode()
    with _one:
        return argon2id.kdf(SecretBox.KEY_SIZE, words, salt, opslimit=operations, memlimit=memory)


def close(content: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Return a fresh data key and the ciphertext under it of the content, padded to 4 KiB, 16 KiB, 64 KiB, and on."""
    key = random(SecretBox.KEY_SIZE)
    return key, SecretBox(key).encrypt(_padded(content))


def _padded(content: Mapping[str, Any]) -> bytes:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    size = SMALLEST
    while size < LENGTH + len(plain):
        size *= STEP
    return (len(plain).to_bytes(LENGTH, "big") + plain).ljust(size, b"\0")


def _unpadded(padded: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(padded[LENGTH : LENGTH + int.from_bytes(padded[:LENGTH], "big")])
    return content


def open_record(ciphertext: bytes, key: bytes) -> dict[str, Any]:
    """Return the content; Closed when the key is another or the ciphertext was changed."""
    try:
        padded = SecretBox(key).decrypt(ciphertext)
    except (CryptoError, ValueError):
        raise Closed from None
    return _unpadded(padded)


def box_for(public: bytes, key: bytes) -> bytes:
    """Return the data key as only the holder of the private half can read it."""
    return SealedBox(PublicKey(public)).encrypt(key)


def unbox(box: bytes, private: PrivateKey) -> bytes:
    """Return the data key; Closed when it is for someone else or was changed."""
    try:
        return SealedBox(private).decrypt(box)
    except (CryptoError, ValueError):
        raise Closed from None


def pair_of(key: bytes) -> PrivateKey:
    """Return a record's own pair, drawn from its data key: who knows only the public half can add, and not read."""
    return PrivateKey(blake2b(b"", key=key, person=b"langnghe record", encoder=RawEncoder))


def public_half(key: bytes) -> bytes:
    return bytes(pair_of(key).public_key)


def add_to(public: bytes, content: Mapping[str, Any]) -> bytes:
    """Return the content as only who can open the record of this public half reads it, padded like the record."""
    return SealedBox(PublicKey(public)).encrypt(_padded(content))


def open_added(sealed: bytes, key: bytes) -> dict[str, Any]:
    """Return what was added to the record of this data key; Closed when it was to another or was changed."""
    return _unpadded(unbox(sealed, pair_of(key)))
