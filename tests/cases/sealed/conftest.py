"""A cheap passphrase, so that the tests are quick; what it costs in truth is tested apart."""

from typing import Any

import pytest
from nacl.pwhash import argon2id

from langnghe.cases.sealed import boxes


@pytest.fixture(autouse=True)
def quick(monkeypatch: Any) -> None:
    monkeypatch.setattr(boxes, "OPERATIONS", argon2id.OPSLIMIT_MIN)
    monkeypatch.setattr(boxes, "MEMORY", argon2id.MEMLIMIT_MIN)
