"""Keeps what only few may read: compressed and encrypted (AES-256-GCM) under a key of this installation."""

import json
import os
import zlib
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from langnghe import installation


@cache
def _box(name: str) -> AESGCM:
    return AESGCM(installation.key(name))


def seal(content: bytes, key: str) -> bytes:
    """Return nonce and ciphertext under the installation's key of this name."""
    nonce = os.urandom(12)
    return nonce + _box(key).encrypt(nonce, zlib.compress(content, 1), None)


def unseal(sealed: bytes, key: str) -> bytes:
    """Return the content; cryptography.exceptions.InvalidTag when it was changed."""
    return zlib.decompress(_box(key).decrypt(bytes(sealed[:12]), bytes(sealed[12:]), None))


def seal_contact(contact: dict[str, str]) -> bytes:
    return seal(json.dumps(contact, ensure_ascii=False).encode(), "person")


def unseal_contact(sealed: bytes) -> dict[str, str]:
    contact: dict[str, str] = json.loads(unseal(sealed, "person"))
    return contact
