"""Passwords: hashed one at a time in a process, and hard to guess for who knows the lists and the person."""

from threading import Lock
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from langnghe.core.text import fold
from langnghe.registry.models import Account, Body

ESTIMATED = 72  # characters that the estimate reads; what follows only adds
HARD = 4  # the best mark: more than 10^10 guesses by who tries the lists first
OURS = ("langnghe", "matkhau", "danvan", "canbo", "ubnd", "congtacdanvan")
_one = Lock()


class OneAtATime(Argon2PasswordHasher):
    """Argon2id, whose 100 MB a burst of sign-ins may not claim many times at once; the others wait their turn."""

    def encode(self, password: str, salt: str) -> str:
        with _one:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _one:
            return super().verify(password, encoded)


class LongEnough(MinimumLengthValidator):
    """Django's own, whose words its Vietnamese catalogue has lost."""

    def get_error_message(self) -> str:
        return _("Mật khẩu phải có ít nhất %(count)d ký tự.") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()


class HardToGuess:
    """Refuses what is quickly found with lists of leaked passwords, patterns, and words of the person and the body."""

    def validate(self, password: str, user: Account | None = None) -> None:
        from zxcvbn import zxcvbn  # here: its lists are for few requests

        known, plain = list(_words(user)), fold(password)
        ways = (password, plain, plain.replace(" ", ""))  # one tries words also without signs and spaces
        marks = [zxcvbn(way[:ESTIMATED], user_inputs=known)["score"] for way in ways if way]
        if min(marks, default=0) < HARD:
            words = _("Mật khẩu này dễ đoán: có trong danh sách hay dùng, lặp lại, hoặc gồm tên bạn, tên cơ quan.")
            raise ValidationError(words, code="password_guessable")

    def get_help_text(self) -> str:
        return _("Không dùng mật khẩu hay gặp, lặp lại, tên mình hay tên cơ quan; một câu dài tự nghĩ là tốt nhất.")


def _words(user: Any) -> set[str]:
    """Return what somebody who knows the person would try, without signs and also without spaces."""
    names = list(OURS)
    if user is not None:
        name = user.get_username()
        bodies = Body.objects.filter(Q(members__account__username=name) | Q(invitation__username=name))
        of_bodies = bodies.values_list("name", "short_name", "place__name").distinct()
        names += [name, *(each for row in of_bodies for each in row)]
    folded = {fold(each) for each in names}
    return folded | {each.replace(" ", "") for each in folded} | {word for each in folded for word in each.split()}
