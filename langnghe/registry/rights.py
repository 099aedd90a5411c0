"""Who may do what, and with whose cases: the one table of actions, roles and scopes; what is not in it is denied."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langnghe.registry.models import Body, Member, Place

OFFICER, LEADER = Member.Role.OFFICER.value, Member.Role.LEADER.value
COMMISSION, SUPERVISOR = Member.Role.COMMISSION.value, Member.Role.SUPERVISOR.value


class Scope(StrEnum):
    """Whose things an action reaches: those of the member's own body; of the bodies below it too; of its whole place.

    PROVINCE is for members of bodies that stand for the province, and reaches everything. INVITED: what another body
    invited the member's body to, for as long as the invitation stands.
    """

    OWN = "own"
    BELOW = "below"
    PLACE = "place"
    PROVINCE = "province"
    INVITED = "invited"


SCOPE_NAMES = {
    Scope.OWN: _("cơ quan mình"),
    Scope.BELOW: _("cơ quan mình và cấp dưới"),
    Scope.PLACE: _("mọi cơ quan trên địa bàn"),
    Scope.PROVINCE: _("toàn tỉnh, chỉ cấp tỉnh"),
    Scope.INVITED: _("việc được mời phối hợp"),
}


@dataclass(frozen=True)
class Right:
    """An action, and the scope in which each role may do it; a role that is not named may not."""

    action: str
    name: str | Promise
    scopes: dict[str, Scope]


HOLDERS = {OFFICER: Scope.OWN, LEADER: Scope.OWN}
GUESTS = {OFFICER: Scope.INVITED, LEADER: Scope.INVITED}
REVIEWERS = {COMMISSION: Scope.PLACE, SUPERVISOR: Scope.PLACE}
OVERSEERS = {COMMISSION: Scope.PROVINCE, SUPERVISOR: Scope.PROVINCE}
COUNTERS = {COMMISSION: Scope.PROVINCE}
PEOPLE = {LEADER: Scope.OWN, COMMISSION: Scope.PROVINCE}
READERS = {OFFICER: Scope.BELOW, LEADER: Scope.BELOW, **REVIEWERS}
RIGHTS = {
    right.action: right
    for right in (
        Right("list_cases", _("Xem danh sách vụ việc"), HOLDERS | REVIEWERS),
        Right("read_case", _("Đọc một vụ việc và tệp gửi kèm"), READERS),
        Right("join_case", _("Phối hợp: đọc vụ việc được mời, cho ý kiến hoặc từ chối"), GUESTS),
        Right("handle_case", _("Giải quyết vụ việc: phân loại, giao, chuyển, soạn, công khai, gọi báo"), HOLDERS),
        Right("decide_case", _("Duyệt, trả lại câu trả lời; xóa nội dung theo luật"), {LEADER: Scope.OWN}),
        Right(
            "list_requests",
            _("Xem yêu cầu về dữ liệu cá nhân (ban tham mưu dân vận: chỉ số lượng)"),
            HOLDERS | COUNTERS,
        ),
        Right("enter_voice", _("Ghi hộ tiếng nói của người dân; in tờ dán"), HOLDERS),
        Right("receive_citizens", _("Tiếp công dân: lịch, số thứ tự, sổ, kết luận"), HOLDERS),
        Right("see_overview", _("Xem tổng quan lãnh đạo"), {LEADER: Scope.BELOW, **REVIEWERS}),
        Right("manage_people", _("Mời người, cho thôi vai trò, cử người thay"), PEOPLE),
        Right("see_hotspots", _("Xem điểm nóng"), READERS),
        Right("decide_hotspot", _("Quyết định về điểm nóng"), HOLDERS | {COMMISSION: Scope.PLACE}),
        Right("write_review", _("Lập và công bố sơ kết"), {COMMISSION: Scope.PROVINCE, LEADER: Scope.PROVINCE}),
        Right("inspect_case", _("Rút mẫu việc đã trả lời, hỏi lại, kết luận"), {SUPERVISOR: Scope.PLACE}),
        Right("open_sealed", _("Kênh bảo mật: chỉ hồ sơ mà người ấy có khóa riêng"), HOLDERS),
        Right("oversee_sealed", _("Giám sát kênh bảo mật: số lượng, lượt mở; không đọc được nội dung"), OVERSEERS),
        Right("run_site", _("Trông coi việc nền, danh mục, tài khoản"), {COMMISSION: Scope.PROVINCE}),
    )
}


def roles(action: str) -> tuple[str, ...]:
    return tuple(RIGHTS[action].scopes)


def allows(member: Member, action: str) -> bool:
    """Return whether the member may do the action to something at all."""
    scope = RIGHTS[action].scopes.get(member.role)
    return scope is not None and (scope != Scope.PROVINCE or of_province(member.body))


def reaches(member: Member, action: str, holder: Body, place: Place, invited: Collection[int] = ()) -> bool:
    """Return whether the member may do the action to what `holder` holds and what concerns `place`.

    `invited` are the ids of the bodies that the holder asked for a part of it.
    """
    scope = RIGHTS[action].scopes.get(member.role)
    if scope is None:
        return False
    return {
        Scope.OWN: lambda: member.body == holder,
        Scope.BELOW: lambda: member.body == holder or member.body in holder.superiors(),
        Scope.PLACE: lambda: lies_in(member.body, place),
        Scope.PROVINCE: lambda: of_province(member.body),
        Scope.INVITED: lambda: member.body_id in invited,
    }[scope]()


def lies_in(body: Body, place: Place) -> bool:
    """Return whether the place is the body's own or lies in it."""
    return of_province(body) or body.place in place.lineage()


def of_province(body: Body) -> bool:
    """Return whether the body stands for the whole province, which is the whole installation."""
    return body.place.level == Place.Level.PROVINCE


def rows() -> Iterator[tuple[Right, dict[str, str]]]:
    """Return the table as it is printed: each action with the name of each role's scope, "" where it may not."""
    for right in RIGHTS.values():
        named = {role: right.scopes.get(role) for role in Member.Role.values}
        yield right, {role: str(SCOPE_NAMES[scope]) if scope else "" for role, scope in named.items()}
