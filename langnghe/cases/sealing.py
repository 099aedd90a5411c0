"""Keeps what only few may read: compressed and encrypted (AES-256-GCM) under a key of this installation or its own."""

import json
import os
import zlib
from datetime import date
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from langnghe import installation
from langnghe.cases import keystore

SMALL = 4_096  # bytes, the window of wbits=12


@cache
def _box(name: str) -> AESGCM:
    return AESGCM(installation.key(name))


def seal(content: bytes, key: str) -> bytes:
    """Return nonce and ciphertext under the installation's key of this name."""
    return _closed(content, _box(key))


def seal_apart(content: bytes, ring: str, day: date) -> tuple[str, bytes]:
    """Return the name of a fresh key of the ring, kept with the day's month, and nonce and ciphertext under it."""
    name, key = keystore.take(ring, day)
    return name, _closed(content, AESGCM(key))


def _closed(content: bytes, box: AESGCM) -> bytes:
    nonce = os.urandom(12)
    return nonce + box.encrypt(nonce, _compressed(content), None)


def _compressed(content: bytes) -> bytes:
    """Compress; with small tables for small content, since laying out the usual ones takes most of the time."""
    if len(content) >= SMALL:
        return zlib.compress(content, 1)
    packer = zlib.compressobj(1, zlib.DEFLATED, wbits=12, memLevel=5)
    return packer.compress(content) + packer.flush()


def unseal(sealed: bytes, key: str) -> bytes:
    """Return the content; cryptography.exceptions.InvalidTag when it was changed."""
    return _opened(sealed, _box(key))


def unseal_apart(sealed: bytes, ring: str, name: str) -> bytes:
    """Return the content; keystore.KeyDestroyed when its key is gone, InvalidTag when it was changed."""
    return _opened(sealed, AESGCM(keystore.read(ring, name)))


def _opened(sealed: bytes, box: AESGCM) -> bytes:
    return zlib.decompress(box.decrypt(bytes(sealed[:12]), bytes(sealed[12:]), None))


def seal_contact(contact: dict[str, str]) -> bytes:
    return seal(json.dumps(contact, ensure_ascii=False).encode(), "person")


def unseal_contact(sealed: bytes) -> dict[str, str]:
    contact: dict[str, str] = json.loads(unseal(sealed, "person"))
    return contact
