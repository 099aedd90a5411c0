"""The one table of a case's states and allowed moves, and who may make them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langnghe.cases.models import Case, Voice
from langnghe.core.refusal import Refused
from langnghe.registry import rights
from langnghe.registry.models import Account, Body, Member

State = Case.State
RESIDENT, OFFICER, LEADER, SYSTEM, CLIENT = "resident", "officer", "leader", "system", "client"
STAFF = rights.roles("handle_case")
INSPECTORS = rights.roles("inspect_case")
DECIDERS = rights.roles("decide_case")
BEFORE_REPLY = (State.RECEIVED, State.ACCEPTED, State.ASSIGNED)
REPLIED = (State.ANSWERED, State.CLOSED)
UNSEALED = tuple(state for state in State if state != State.SEALED)
NAMING = ("ask_part", "withdraw_part", "inherit_part")  # name another body, and leave the case where it is
UNDRAFTED = tuple(state for state in State if state not in (State.DRAFTED, State.APPROVED, State.SEALED))


@dataclass(frozen=True)
class Actor:
    """Who acts: a resident holding a receipt of `voice`, a member of `body`, another system, or the system itself."""

    role: str
    account: Account | None = None
    body: Body | None = None
    voice: Voice | None = None


SYSTEM_ACTOR = Actor(SYSTEM)


def acting(member: Member) -> Actor:
    return Actor(member.role, member.account, member.body)


@dataclass(frozen=True)
class Move:
    """A verb, who may do it, the states it starts from, and the state it leads to.

    None: it stays as it is, or (split) as it was before the merge. `by_invited`: of the staff, those of a body that
    owes a part, not of the holder.
    """

    verb: str
    name: str | Promise
    roles: tuple[str, ...]
    origins: tuple[State, ...]
    target: State | None = None
    needs_reason: bool = False
    by_invited: bool = False


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        Move("receive", _("Tiếp nhận"), (RESIDENT, *STAFF, CLIENT, SYSTEM), (), State.RECEIVED),
        Move("classify", _("Phân loại"), STAFF, BEFORE_REPLY),
        Move("accept", _("Thụ lý"), STAFF, (State.RECEIVED,), State.ACCEPTED),
        Move("assign", _("Giao xử lý"), STAFF, (State.ACCEPTED, State.ASSIGNED), State.ASSIGNED),
        Move("hand_on", _("Bàn giao cho người khác cùng cơ quan"), (SYSTEM,), Case.OPEN),
        Move("refer", _("Chuyển cơ quan có thẩm quyền"), STAFF, BEFORE_REPLY, State.RECEIVED, True),
        Move("refer_up", _("Chuyển lên cấp trên chung"), (*STAFF, SYSTEM), BEFORE_REPLY, State.RECEIVED, True),
        Move("extend", _("Gia hạn"), STAFF, (*BEFORE_REPLY, State.DRAFTED), None, True),
        Move("pause", _("Tạm dừng tính hạn"), STAFF, BEFORE_REPLY, None, True),
        Move("resume", _("Tính hạn trở lại"), STAFF, BEFORE_REPLY),
        Move("draft", _("Soạn trả lời"), STAFF, (State.ASSIGNED, State.DRAFTED, State.APPROVED), State.DRAFTED),
        Move(
            "send_back",
            _("Trả lại bản thảo"),
            DECIDERS,
            (State.DRAFTED, State.APPROVED),
            State.ASSIGNED,
            True,
        ),
        Move("approve", _("Duyệt trả lời"), DECIDERS, (State.DRAFTED,), State.APPROVED),
        Move("reply", _("Trả lời người dân"), STAFF, (State.APPROVED,), State.ANSWERED),
        Move("close", _("Kết thúc"), STAFF, (State.ANSWERED,), State.CLOSED),
        Move("rate", _("Đánh giá câu trả lời"), (RESIDENT,), REPLIED),
        Move("recheck", _("Báo việc có trở lại không"), (RESIDENT,), REPLIED),
        Move("reopen", _("Mở lại"), (RESIDENT,), REPLIED, State.ACCEPTED, True),
        Move(
            "escalate",
            _("Đề nghị cấp trên xem xét"),
            (RESIDENT,),
            (*Case.OPEN, *REPLIED),
            State.RECEIVED,
            True,
        ),
        Move("withdraw", _("Rút phản ánh"), (RESIDENT,), Case.OPEN, State.WITHDRAWN),
        Move("merge", _("Gộp vào vụ việc khác"), STAFF, Case.OPEN, State.MERGED),
        Move("split", _("Tách ra lại"), STAFF, (State.MERGED,)),
        Move("ask_part", _("Mời phối hợp"), STAFF, (State.ACCEPTED, State.ASSIGNED, State.DRAFTED)),
        Move("give_part", _("Cho ý kiến phối hợp"), STAFF, (*Case.OPEN, State.MERGED), None, False, True),
        Move("decline_part", _("Từ chối phối hợp"), STAFF, (*Case.OPEN, State.MERGED), None, True, True),
        Move("withdraw_part", _("Rút lời mời phối hợp"), STAFF, Case.OPEN),
        Move("inherit_part", _("Cơ quan kế thừa nhận phần phối hợp"), (SYSTEM,), (*Case.OPEN, State.MERGED)),
        Move("publish", _("Công khai"), STAFF, (*Case.OPEN, *REPLIED)),
        Move("unpublish", _("Thôi công khai"), STAFF, UNSEALED, None, True),
        Move("show_photo", _("Công khai ảnh"), STAFF, (*Case.OPEN, *REPLIED)),
        Move("hide_photo", _("Gỡ ảnh"), STAFF, (*Case.OPEN, *REPLIED)),
        Move("take_down", _("Gỡ bằng chứng"), STAFF, UNSEALED, None, True),
        Move("redact", _("Xóa nội dung theo luật"), DECIDERS, UNDRAFTED, None, True),
        Move("seal", _("Chuyển sang kênh bảo mật"), STAFF, (*BEFORE_REPLY, *REPLIED), State.SEALED, True),
        Move("give_back", _("Trả về vì không tiếp nhận"), (SYSTEM,), (State.RECEIVED,), State.RECEIVED),
        Move("inherit", _("Cơ quan kế thừa tiếp nhận"), (SYSTEM,), Case.OPEN, State.RECEIVED),
        Move("recount", _("Tính lại hạn theo quy định mới"), (SYSTEM,), Case.OPEN),
        Move("open_contact", _("Xem liên hệ của người gửi"), STAFF, UNSEALED),
        Move("call_back", _("Gọi báo cho người dân"), STAFF, UNSEALED),
        Move("request_data", _("Yêu cầu về dữ liệu cá nhân"), (RESIDENT, *STAFF), UNSEALED),
        Move("decide_request", _("Trả lời yêu cầu về dữ liệu cá nhân"), STAFF, UNSEALED),
        Move("ask_back", _("Giám sát xem liên hệ để hỏi lại"), INSPECTORS, REPLIED),
        Move("inspect", _("Giám sát kiểm tra lại"), INSPECTORS, REPLIED, None, True),
        Move("recur", _("Tái diễn tại cùng nơi"), (SYSTEM,), BEFORE_REPLY),
        Move("overdue", _("Quá hạn trả lời"), (SYSTEM,), Case.OPEN),
    )
}


def _allowed_by(actor: Actor, move: Move, case: Case) -> bool:
    if actor.role not in move.roles:
        return False
    if actor.role == RESIDENT:
        return actor.voice is not None and actor.voice.case_id == case.pk
    if actor.role in INSPECTORS:
        return actor.body is not None and rights.lies_in(actor.body, case.place)
    if actor.role in STAFF:
        return actor.body is not None and actor.body.pk in _makers(move, case)
    return True


def _makers(move: Move, case: Case) -> set[int]:
    """Return the ids of the bodies whose staff make the move: the holder's, unless it is another's to make.

    What was merged is split off by its own holder, or by that of the case that carries it.
    """
    if move.by_invited:
        return case.invited
    if move.verb == "split" and case.merged_into is not None:
        return {case.holder_id, case.merged_into.holder_id}
    return {case.holder_id}


def refusal(move: Move, case: Case, actor: Actor, reason: str = "") -> str:
    """Return why the actor cannot make the move on the case now, or an empty string."""
    if not _allowed_by(actor, move, case):
        if move.by_invited:
            return str(_("Cơ quan bạn không còn phần việc đang chờ ở đây: đã có người làm, hoặc lời mời đã được rút."))
        return str(_("Bạn không có quyền “%(move)s” với vụ việc này.") % {"move": move.name})
    if case.state not in move.origins:
        text = _("Không thể “%(move)s” khi vụ việc ở trạng thái “%(state)s”. Hãy tải lại trang để xem trạng thái mới.")
        return str(text % {"move": move.name, "state": state_name(case.state)})
    if move.needs_reason and not reason.strip():
        return str(_("Hãy ghi lý do: người dân sẽ đọc được lý do này."))
    return ""


def check(verb: str, case: Case, actor: Actor, reason: str = "") -> Move:
    """Return the move, or raise Refused with the reason in the reader's language."""
    move = MOVES[verb]
    why_not = refusal(move, case, actor, reason)
    if why_not:
        raise Refused(why_not)
    return move


def possible(case: Case, actor: Actor) -> list[Move]:
    """Return the moves that the actor may make on the case now, in the order of the table."""
    return [move for move in MOVES.values() if not refusal(move, case, actor, reason="-")]


STATE_NAMES = {
    State.RECEIVED: _("Mới tiếp nhận"),
    State.ACCEPTED: _("Đã thụ lý"),
    State.ASSIGNED: _("Đang giải quyết"),
    State.DRAFTED: _("Chờ duyệt trả lời"),
    State.APPROVED: _("Đã duyệt, chờ công bố"),
    State.ANSWERED: _("Đã trả lời"),
    State.CLOSED: _("Đã kết thúc"),
    State.WITHDRAWN: _("Đã rút"),
    State.MERGED: _("Đã gộp"),
    State.SEALED: _("Đã chuyển kênh bảo mật"),
}


def state_name(state: str) -> str:
    return str(STATE_NAMES[State(state)])
