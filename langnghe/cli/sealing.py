"""The keys of the sealed lane on the command line, until the desk has a screen for them."""

from argparse import Namespace
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate, now

from langnghe.cases import actions
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.sealed.models import LaneKey
from langnghe.cli.terminal import ask_secret, say
from langnghe.core.refusal import Refused
from langnghe.registry.models import Member


def recovery_key(arguments: Namespace) -> int:
    """Make the recovery key and show its shares once, or retire the one in use."""
    at = settings.CLOCK or now()
    if arguments.retire:
        actions.retire_lane_key(_in_use(kind=LaneKey.Kind.RECOVERY), actor=SYSTEM_ACTOR, at=at)
        say("Khóa khôi phục đã thôi dùng. Giữ các phần cũ tới khi recover-sealed --recovery xong với khóa mới.")
        return 0
    parts = actions.make_recovery_key(actor=SYSTEM_ACTOR, at=at)
    say("Ba phần của khóa khôi phục chỉ hiện MỘT lần này và không được lưu ở đâu. Chép tay mỗi phần lên một tờ giấy,")
    say("giao cho ba người giám sát khác nhau, niêm phong. Hai phần bất kỳ mở được mọi hồ sơ; một phần không nói gì.")
    for part in parts:
        say(f"  {part}")
    say("Đọc cho người nhận phần: đây không phải mật khẩu dùng hằng ngày. Hai phần cùng gõ mới trao lại được hồ sơ cho")
    say("người nhận mới khi mọi người giữ khóa nghỉ hoặc quên cụm mật khẩu. Cách giữ: trang “Giám sát kênh bảo mật”.")
    say("Xóa màn hình này sau khi chép. Người nào chép hai phần là người mở được tất cả.")
    return 0


def lane_key(arguments: Namespace) -> int:
    """Let a member receive what is sealed for their body, or end that."""
    at = settings.CLOCK or now()
    member = _member(arguments)
    if arguments.retire:
        actions.retire_lane_key(_in_use(account=member.account, body=member.body), actor=SYSTEM_ACTOR, at=at)
        say(f"Khóa của {member} đã thôi dùng và không mở lại được.")
        return 0
    passphrase = ask_secret("Cụm mật khẩu của chính người nhận (ít nhất 15 ký tự): ", "Gõ lại: ")
    actions.make_lane_key(member.account, member.body, passphrase, actor=SYSTEM_ACTOR, at=at)
    say(f"{member} từ nay mở được khiếu nại, tố cáo gửi tới cơ quan này. Quên cụm mật khẩu thì không ai lấy lại được.")
    return 0


def recover(arguments: Namespace) -> int:
    """Give a recipient (or the new recovery key) the records there are, by two shares."""
    if arguments.recovery == bool(arguments.account):
        raise Refused("Hãy ghi tên đăng nhập của người nhận, hoặc --recovery cho khóa khôi phục mới.")
    if arguments.recovery:
        to = _in_use(kind=LaneKey.Kind.RECOVERY)
    else:
        member = _member(arguments)
        to = _in_use(account=member.account, body=member.body)
    shares = [ask_secret(f"Phần thứ {place}: ") for place in ("nhất", "hai")]
    count = actions.recover_sealed(shares, to=to, actor=SYSTEM_ACTOR, at=settings.CLOCK or now())
    say(f"Đã trao lại {count} hồ sơ; từng hồ sơ được ghi lại cho giám sát.")
    return 0


def _member(arguments: Namespace) -> Member:
    found = Member.objects.on(localdate(settings.CLOCK or now())).filter(account__username=arguments.account)
    if arguments.body:
        found = found.filter(body__code=arguments.body)
    members = {member.body_id: member for member in found.select_related("account", "body")}
    if len(members) != 1:
        raise Refused(f"{arguments.account} có vai trò tại {len(members)} cơ quan: hãy ghi đúng --body.")
    return next(iter(members.values()))


def _in_use(**facts: Any) -> LaneKey:
    found = LaneKey.objects.filter(retired_at=None, **facts).first()
    if found is None:
        raise Refused("Không có khóa nào đang dùng.")
    return found
