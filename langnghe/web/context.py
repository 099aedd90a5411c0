"""What every page shows: the place, the demo's mark and clock, the menu, the source."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from langnghe.registry import law, rights
from langnghe.registry.models import Member, Place
from langnghe.web.access import membership, memberships
from langnghe.web.now import now, today


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables that base.html names at its top, and who is signed in."""
    member = membership(request)
    match = request.resolver_match
    return {
        "is_demo": settings.INSTALLATION.demo,
        "demo_day": today() if settings.INSTALLATION.demo else None,
        "place_name": _place_name(),
        "clock": now(),
        "source_url": settings.SOURCE_URL,
        "menu": _links(_desk(member) if member else _public()),
        "current": match.url_name if match else "",
        "home_url": "/",
        "member": member,
        "other_hats": memberships(request)[1:],
        "is_leader": member is not None and member.role == Member.Role.LEADER,
    }


def _place_name() -> str:
    try:
        return law.place(settings.INSTALLATION.place).name
    except Place.DoesNotExist:
        return ""


def _public() -> list[tuple[str, str]]:
    return [
        ("speak", _("Gửi phản ánh")),
        ("cases", _("Phản ánh - kiến nghị")),
        ("situation", _("Nắm tình hình")),
        ("meetings", _("Tiếp xúc - đối thoại")),
        ("reviews", _("Sơ kết")),
        ("look_up", _("Tra cứu")),
    ]


def _desk(member: Member) -> list[tuple[str, str]]:
    pages = [
        ("list_cases", "queue", _("Bàn làm việc")),
        ("enter_voice", "intake", _("Ghi lời dân")),
        ("handle_case", "calls", _("Gọi báo")),
        ("list_requests", "subject_requests", _("Dữ liệu cá nhân")),
        ("receive_citizens", "receptions", _("Tiếp dân")),
        ("see_hotspots", "hotspots", _("Điểm nóng")),
        ("see_overview", "overview", _("Tổng quan lãnh đạo")),
        ("inspect_case", "samples", _("Kiểm tra theo mẫu")),
        ("open_sealed", "lane", _("Kênh bảo mật")),
        ("oversee_sealed", "oversight", _("Giám sát kênh bảo mật")),
        ("manage_people", "people", _("Nhân sự")),
        ("decide_case", "own_body", _("Cách làm việc")),
        ("write_review", "desk_reviews", _("Lập sơ kết")),
        ("run_site", "registers", _("Quản trị")),
        ("run_site", "jobs", _("Vận hành")),
    ]
    own = [(name, label) for action, name, label in pages if rights.allows(member, action)]
    return [*own, ("account", _("Tài khoản")), *(entry for entry in _public() if entry[0] not in {"speak", "look_up"})]


def _links(entries: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the entries whose pages this installation has, as base.html wants them."""
    links = []
    for name, label in entries:
        try:
            links.append({"key": name, "href": reverse(name), "label": label})
        except NoReverseMatch:
            continue
    return links
