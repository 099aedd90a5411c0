"""What a reply template may hold: names that the record fills in, and blanks that only the officer can fill."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDERS: dict[str, str | Promise] = {
    "co_quan": gettext_lazy("cơ quan trả lời"),
    "vu_viec": gettext_lazy("mã vụ việc"),
    "noi": gettext_lazy("nơi xảy ra"),
    "linh_vuc": gettext_lazy("lĩnh vực"),
    "ngay_nhan": gettext_lazy("ngày nhận"),
}
LONGEST_BLANK = 60
BLANK = re.compile(rf"\[[^\[\]\n]{{1,{LONGEST_BLANK}}}\]")
_NAME = re.compile(r"\{([^{}]*)\}")


def fault(text: str) -> str:
    """Return, in the reader's words, what is wrong with a template's text; "" when nothing is."""
    unknown = [name for name in _NAME.findall(text) if name not in PLACEHOLDERS]
    allowed = ", ".join(f"{{{name}}} ({words})" for name, words in PLACEHOLDERS.items())
    if unknown:
        words = _("Không có ô tự điền “{%(name)s}”. Các ô dùng được: %(allowed)s.")
        return words % {"name": unknown[0][:40], "allowed": allowed}
    if re.search(r"[{}]", _NAME.sub("", text)):
        return _("Dấu { } chỉ dùng cho ô tự điền, mở và đóng đủ. Các ô dùng được: %(allowed)s.") % {"allowed": allowed}
    if re.search(r"[\[\]]", BLANK.sub("", text)):
        words = _("Chỗ trống phải điền viết trong [ ] trên một dòng, không quá %(most)s ký tự, mở và đóng đủ.")
        return words % {"most": LONGEST_BLANK}
    return ""


def fill(text: str, known: Mapping[str, str]) -> str:
    """Return the text with the names filled in, as plain words; the blanks stay."""
    return _NAME.sub(lambda found: known.get(found[1], found[0]), text)
