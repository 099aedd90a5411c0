"""What every page shows: the place, the demo's mark and clock, the menu, the source."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from langnghe.registry.models import Member
from langnghe.web.access import membership
from langnghe.web.now import now


def page(request: HttpRequest) -> dict[str, Any]:
    member = membership(request)
    menu = [
        ("cases", _("Phản ánh - kiến nghị")),
        ("situation", _("Nắm tình hình")),
        ("meetings", _("Tiếp xúc - đối thoại")),
        ("reviews", _("Sơ kết")),
    ]
    desk = [("queue", _("Bàn làm việc")), ("overview", _("Tổng quan lãnh đạo"))] if member else []
    return {
        "is_demo": settings.INSTALLATION.demo,
        "clock": now(),
        "source_url": settings.SOURCE_URL,
        "menu": menu,
        "desk_menu": desk,
        "member": member,
        "is_leader": member is not None and member.role == Member.Role.LEADER,
    }
