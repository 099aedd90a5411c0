"""What the forms of a data subject's request share, at the public door and at the desk."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases.subject_request import Content
from langnghe.web.fields import PHONE, Words

ONLY = gettext_lazy("Chỉ khi sửa liên hệ; ô nào để trống thì giữ như cũ.")


class NewContact(forms.Form):
    """What a contact shall be from now on; a box left empty leaves what is kept as it is."""

    name = Words(
        label=gettext_lazy("Họ tên đúng"),
        longest=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=ONLY,
    )
    address = Words(
        label=gettext_lazy("Địa chỉ đúng"),
        longest=250,
        required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
        help_text=ONLY,
    )
    phone = Words(
        label=gettext_lazy("Số điện thoại mới"),
        longest=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text=ONLY,
    )
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử mới"),
        required=False,
        widget=forms.TextInput({"inputmode": "email", "autocomplete": "email"}),
        help_text=ONLY,
        error_messages={"invalid": gettext_lazy("Địa chỉ thư điện tử chưa đúng, ví dụ đúng: ten@vidu.vn.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wrong = _("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678. Có thể để trống.")
        self.fields["phone"].validators = [RegexValidator(PHONE, wrong)]

    @property
    def content(self) -> Content:
        return Content(**{name: self.cleaned_data[name] for name in Content._fields})
