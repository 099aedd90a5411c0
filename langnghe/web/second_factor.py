"""The second factor of staff: codes of an app (RFC 6238) and recovery codes, kept and checked by django-allauth."""

import base64

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from langnghe.cases import sealing
from langnghe.registry.actions import forget_second_factor
from langnghe.registry.models import Account


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets encrypted under the installation's key "mfa"."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal(text.encode(), "mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(base64.b64decode(encrypted_text), "mfa").decode()

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())


def has_one(account: Account) -> bool:
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())


def proves(account: Account, code: str) -> bool:
    """Return whether the code is the app's of this half-minute or a recovery code; each counts once."""
    for row in Authenticator.objects.filter(user=account):
        if row.wrap().validate_code(code.strip().replace(" ", "")):
            row.record_usage()
            return True
    return False


@transaction.atomic
def begin(account: Account, secret: str, code: str) -> list[str]:
    """Let the app with this secret prove the account from now on; return recovery codes, none if the code is wrong."""
    if not validate_totp_code(secret, code.strip().replace(" ", "")):
        return []
    forget_second_factor(account)
    TOTP.activate(account, secret)
    return list(RecoveryCodes.activate(account).generate_codes())


def picture(account: Account, secret: str) -> str:
    """Return the QR code that an app reads, as the source of an image."""
    return str(segno.make(Adapter().build_totp_url(account, secret), micro=False).svg_data_uri(scale=4, border=2))
