"""Passwords of staff: hard to guess for who knows the lists and the person; hashed one at a time."""

import threading
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from langnghe import settings as own_settings
from langnghe.registry.models import Account
from langnghe.registry.passwords import OneAtATime
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        *("password12345678", "iloveyouiloveyou", "1234567890123456", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaa"),
        *("matkhaumatkhau1", "Mật khẩu mật khẩu", "langnghe2026langnghe", "officerofficer2026", "UBND xã Thư Vũ 2026"),
        "",
    ],
)
def test_what_is_in_a_list_repeated_or_known_of_the_person_is_refused(cast: Cast, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, cast.officer.account)


@pytest.mark.parametrize(
    "password", ["con mèo nhà bên hay ngủ trưa", "một mật khẩu thật dài khác", "x9#kf2Lq0zR7v!mWp"]
)
def test_a_long_sentence_of_ones_own_is_taken(cast: Cast, password: str) -> None:
    validate_password(password, cast.officer.account)
    validate_password(password * 40)
    validate_password(password, Account(username="can-bo-moi"))


@pytest.mark.parametrize("password", ["", " ", "…", "ngắn quá"])
def test_what_is_short_or_nothing_is_refused_in_ones_own_language(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert refused.value.messages[0] == "Mật khẩu phải có ít nhất 15 ký tự."


def test_hashing_happens_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    together: list[int] = []
    inside = threading.Semaphore(9)

    def slow(*_args: Any) -> str:
        with inside:
            together.append(9 - inside._value)
            time.sleep(0.02)
        return ""

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    threads = [threading.Thread(target=OneAtATime().encode, args=("a", "b")) for _number in range(4)]
    threads += [threading.Thread(target=OneAtATime().verify, args=("a", "b")) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [1] * 8


def test_the_installation_hashes_so() -> None:
    assert [f"{OneAtATime.__module__}.{OneAtATime.__name__}"] == own_settings.PASSWORD_HASHERS
    encoded = OneAtATime().encode("con mèo", "mot-chut-muoi")
    assert encoded.startswith("argon2$argon2id$") and OneAtATime().verify("con mèo", encoded)
