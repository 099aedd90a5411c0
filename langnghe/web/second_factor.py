"""The second factor of staff: codes of an app (RFC 6238), passkeys (WebAuthn), recovery codes; django-allauth checks.

A passkey is always verified by finger, face or PIN, so it may also stand for the password. What the browser posts may
be anything at all; the libraries that read it raise many kinds of errors, each of which means "not proved".
"""

import base64
import json
import struct
import time
from typing import Any, cast

import segno
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from cryptography.exceptions import UnsupportedAlgorithm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from langnghe.cases import sealing
from langnghe.registry.actions import forget_second_factor, spend_code
from langnghe.registry.models import Account
from langnghe.web.access import PROVED

Type = Authenticator.Type
FRESH = 10 * 60  # seconds for which a proof is good for changing the factors themselves
BROKEN = (
    *(ValidationError, ValueError, TypeError, LookupError, AttributeError, RecursionError),
    *(struct.error, UnsupportedAlgorithm),
)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets encrypted under the installation's key "mfa"; shows the name by which one signs in."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal(text.encode(), "mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(base64.b64decode(encrypted_text), "mfa").decode()

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return "Lắng Nghe"


def factors(account: Account) -> list[Authenticator]:
    """Return the app, if there is one, and the passkeys."""
    return list(Authenticator.objects.filter(user=account, type__in=(Type.TOTP, Type.WEBAUTHN)).order_by("pk"))


def has_one(account: Account) -> bool:
    return bool(factors(account))


def is_fresh(request: HttpRequest, account: Account) -> bool:
    """Return whether the session may change the factors: proved just now, or nothing there to prove with."""
    return time.time() - request.session.get(PROVED, 0) < FRESH or not has_one(account)


@transaction.atomic
def proves(account: Account, code: str) -> bool:
    """Return whether the code is the app's of this half-minute or a recovery code; each counts once."""
    typed = code.strip().replace(" ", "")
    rows = Authenticator.objects.select_for_update().filter(user=account, type__in=(Type.TOTP, Type.RECOVERY_CODES))
    for row in rows:
        if _spends(row, typed) if row.type == Type.TOTP else row.wrap().validate_code(typed):
            row.refresh_from_db()
            row.record_usage()
            return True
    return False


def _spends(row: Authenticator, typed: str) -> bool:
    """Return whether the code is of a half-minute after that of the last one; which is kept with the secret.

    The library's own mark lies in one process's memory; this one holds for all processes (RFC 6238, section 5.2).
    """
    secret, last = Adapter().decrypt(row.data["secret"]), row.data.get("last", 0)
    steps = (step for step in yield_hotp_counters_from_time() if step > last)
    found = [s for s in steps if compare_user_code(actual=typed, expected=format_hotp_value(hotp_value(secret, s)))]
    if found:
        spend_code(row, found[0])
    return bool(found)


@transaction.atomic
def begin(account: Account, secret: str, code: str) -> list[str]:
    """Let the app with this secret prove the account from now on; return recovery codes, none if the code is wrong."""
    typed = code.strip().replace(" ", "")
    if not validate_totp_code(secret, typed):
        return []
    forget_second_factor(account, Type.TOTP)
    _spends(TOTP.activate(account, secret).instance, typed)
    return recovery_codes(account)


@transaction.atomic
def recovery_codes(account: Account) -> list[str]:
    """Return new recovery codes; those before are worth nothing from now on."""
    forget_second_factor(account, Type.RECOVERY_CODES)
    return list(RecoveryCodes.activate(account).generate_codes())


def codes_left(account: Account) -> int:
    """Return how many recovery codes are not used yet."""
    rows = Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES)
    return sum(len(RecoveryCodes(row).get_unused_codes()) for row in rows)


def remove(account: Account, pk: int) -> None:
    """Forget the app or the passkey; with the last one go the recovery codes."""
    forget_second_factor(account, Type.TOTP, Type.WEBAUTHN, pk=pk)
    if not has_one(account):
        forget_second_factor(account, Type.RECOVERY_CODES)


def picture(account: Account, secret: str) -> str:
    """Return the QR code that an app reads, as the source of an image."""
    return str(segno.make(Adapter().build_totp_url(account, secret), micro=False).svg_data_uri(scale=4, border=2))


def new_passkey_options(account: Account) -> dict[str, Any]:
    """Return what a browser needs to make a passkey; the challenge is kept in the session."""
    from allauth.mfa.webauthn.internal import auth  # here: fido2 and its list of domains are for few requests

    return cast(dict[str, Any], auth.begin_registration(account, passwordless=True))


def add_passkey(account: Account, name: str, said: str) -> bool:
    """Keep the passkey that the browser has made; return whether it is one, made for us just now."""
    from allauth.mfa.webauthn.internal import auth

    try:
        credential = json.loads(said)
        auth.complete_registration(credential)
        auth.WebAuthn.add(account, name, credential)
    except BROKEN:
        return False
    return True


def challenge(account: Account | None) -> dict[str, Any]:
    """Return what a browser needs to use a passkey: one of the account's, or whichever it has for us."""
    from allauth.mfa.webauthn.internal import auth

    return cast(dict[str, Any], auth.begin_authentication(account))


def owner(account: Account | None, said: str) -> Account | None:
    """Return whom the passkey has proved, with `account` only this one; None when it proves nothing."""
    from allauth.mfa.webauthn.internal import auth

    try:
        credential = json.loads(said)
        who = account or auth.extract_user_from_response(credential)
        auth.complete_authentication(who, credential).record_usage()
    except BROKEN:
        return None
    return cast(Account, who)
