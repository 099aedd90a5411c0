"""Fields that the doors' forms share: words as they are understood, files, a telephone number, the key of a sending."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from langnghe.cases import filing
from langnghe.core.codes import BadCode
from langnghe.core.legacy import to_unicode
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.web.shown import number

LONGEST = 20_000
UNKNOWN_TOPIC = "chua_phan_loai"
PHONE = re.compile(r"^\+?[0-9][0-9 .()\-]{6,18}[0-9]$")


class Words(forms.CharField):
    """Text as understood: old encodings read, Unicode composed, unseen characters gone; what was sent stays."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(**options)
        message = _("Có %(show_value)d ký tự, nhiều hơn mức %(limit_value)d. Hãy rút gọn, hoặc gửi làm nhiều lần.")
        self.validators = [MaxLengthValidator(longest, message)]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return nfc(to_unicode(text)[0]).strip()


class Whole(forms.IntegerField):
    """A whole number between two others; whatever is wrong with it is said in one sentence."""

    def __init__(self, low: int, high: int, **options: Any) -> None:
        super().__init__(min_value=low, max_value=high, **options)
        self.bounds = {"low": number(low), "high": number(high)}

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError as wrong:
            if wrong.error_list[0].code == "required":
                raise
            words = translated("Hãy ghi một số nguyên từ %(low)s đến %(high)s.")
            raise forms.ValidationError(words % self.bounds) from None


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, accept: str = "image/*,audio/*,video/*,application/pdf") -> None:
        super().__init__({"accept": accept})


class Files(forms.FileField):
    """Several files, each checked by its first bytes; gives a list of uploads."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [upload for upload in data or [] if upload]
        try:
            filing.check(uploads)
        except Refused as refused:
            again = _("Các tệp phải chọn lại; lời đã viết vẫn còn nguyên.")
            raise forms.ValidationError([str(refused), again] if len(uploads) > 1 else str(refused)) from None
        return uploads


def said_of(bad: BadCode) -> str:
    """Return in the reader's language what is wrong with a code."""
    return translated(bad.template) % bad.values


def is_key(text: str) -> bool:
    """Return whether the text is an idempotency key as a form makes it: a UUID in its usual writing."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
