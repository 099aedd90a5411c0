"""What a resident is told by letter about their case: plain words, nothing they said, no receipt."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe import installation
from langnghe.cases.keystore import KeyDestroyed
from langnghe.cases.models import Case, Redaction, Reply, Step, Voice
from langnghe.cases.sealing import unseal_apart
from langnghe.commitments.models import Progress
from langnghe.core import codes
from langnghe.registry import law
from langnghe.registry.models import Place

SALT = "langnghe.notices"
LONGEST_MESSAGE = 320  # characters of what happened: with the addresses about five parts of an SMS
CALLED = ("refer", "refer_up", "escalate", "extend", "reply")  # of which those are called who left a telephone alone
TOLD = {
    "receive": gettext_lazy("Đã nhận phản ánh của ông/bà; %(body)s giữ vụ việc này."),
    "accept": gettext_lazy("%(body)s đã thụ lý vụ việc."),
    "refer": gettext_lazy("Vụ việc đã chuyển từ %(body)s tới %(to)s. Lý do: %(reason)s"),
    "refer_up": gettext_lazy("Vụ việc đã chuyển từ %(body)s lên cấp trên chung là %(to)s. Lý do: %(reason)s"),
    "escalate": gettext_lazy("Vụ việc đã được gửi lên %(to)s, cùng toàn bộ quá trình đã qua."),
    "give_back": gettext_lazy("%(body)s không tiếp nhận trong thời hạn, vụ việc trở về %(to)s."),
    "inherit": gettext_lazy("Do sắp xếp đơn vị, vụ việc nay do %(to)s giữ."),
    "extend": gettext_lazy("%(body)s kéo dài thời hạn thêm %(days)s ngày (văn bản số %(no)s). Lý do: %(reason)s"),
    "pause": gettext_lazy("Thời hạn tạm dừng (văn bản số %(no)s). Lý do: %(reason)s"),
    "resume": gettext_lazy("Thời hạn được tính trở lại."),
    "reply": gettext_lazy("%(body)s đã trả lời: %(outcome)s"),
    "reopen": gettext_lazy("Vụ việc đã được mở lại; %(body)s phải làm tiếp."),
    "overdue": gettext_lazy("Đã quá hạn trả lời. Ông/bà có quyền đề nghị cấp trên xem xét ngay."),
    "seal": gettext_lazy("Vụ việc có thông tin mới."),
    "decide_request": gettext_lazy(
        "%(body)s đã trả lời yêu cầu của ông/bà về dữ liệu cá nhân. Đọc ở phần “Dữ liệu về tôi” của trang vụ việc."
    ),
}
TOLD_ALONE = ("receive", "decide_request")  # to one who spoke, not to all who spoke of the case
PROMISED = {
    "progress": gettext_lazy("Cam kết %(code)s có tiến độ mới."),
    "kept": gettext_lazy("Cam kết %(code)s đã được thực hiện."),
    "dropped": gettext_lazy("Cam kết %(code)s không thực hiện nữa; lý do ghi trên trang cam kết."),
    "late": gettext_lazy("Cam kết %(code)s đã quá hạn."),
}


def wanted_by(voice: Voice, verb: str) -> bool:
    """Return whether the voice's resident wishes a letter about such a step."""
    return voice.notices == Voice.Notices.ALL or (
        voice.notices == Voice.Notices.ANSWER and verb in ("reply", "decide_request")
    )


def letter(step: Step, voice: Voice) -> tuple[str, str] | None:
    """Return subject and text about a step; None when its words were destroyed since."""
    words = plainly(step, voice)
    return _framed(voice.case, voice, words) if words else None


def message(step: Step, voice: Voice) -> str | None:
    """Return the same, short enough for a telephone; None when its words were destroyed since."""
    words = plainly(step, voice)
    return words and _short(voice.case.code, voice, words)


def promise_message(progress: Progress, voice: Voice) -> str:
    return _short(voice.case.code, voice, _promised(progress))


def _short(code: str, voice: Voice, words: str) -> str:
    lines = [
        _("Vụ việc %(code)s: %(words)s") % {"code": code, "words": Truncator(words).chars(LONGEST_MESSAGE)},
        _("Xem: %(url)s bằng mã biên nhận. Thôi nhận tin: %(stop)s")
        % {"url": f"{settings.ADDRESS}/tra-cuu", "stop": stop_address(voice)},
    ]
    return "\n".join(lines)


def plainly(step: Step, voice: Voice) -> str:
    """Return what happened in plain words, as it is written or read aloud; "" when its words were destroyed since."""
    case = voice.case
    if Redaction.objects.filter(step=step).exists():
        return ""
    if case.state == Case.State.SEALED:
        return str(TOLD["seal"])
    said = {
        "body": step.body,
        "to": step.to_body,
        "reason": step.reason,
        "days": step.days,
        "no": step.document_no,
        "outcome": law.outcomes()[step.outcome].plain if step.outcome else "",
    }
    lines = [str(TOLD[step.verb] % said)]
    if step.verb == "receive" and voice.channel == Voice.Channel.EMAIL:  # the door through which the receipt goes
        lines += _receipt(voice)
    if step.verb == "reply":
        lines += ["", step.case.replies.filter(state=Reply.State.PUBLISHED).latest("pk").text]
    elif case.is_open and case.due and case.paused is None and step.verb not in ("overdue", "decide_request"):
        lines.append(_("Hạn trả lời: ngày %(due)s.") % {"due": f"{case.due:%d/%m/%Y}"})
    return "\n".join(lines)


def _receipt(voice: Voice) -> list[str]:
    raw = voice.raw
    code = codes.receipt_code(installation.key("receipt"), raw.channel, raw.key, bytes(raw.digest))
    lines = [_("Mã biên nhận, hãy cất giữ: %(code)s") % {"code": code}]
    if voice.case.place.level != Place.Level.COMMUNE:
        lines.append(_("Thư chưa ghi rõ xã, phường. Hãy trả lời thư này và cho biết việc xảy ra ở xã, phường nào."))
    return lines


def promise_letter(progress: Progress, voice: Voice) -> tuple[str, str]:
    """Return subject and text about a change of a commitment made in the answer."""
    return _framed(voice.case, voice, _promised(progress))


def _promised(progress: Progress) -> str:
    code = progress.commitment.code
    return f"{PROMISED[progress.verb] % {'code': code}}\n{settings.ADDRESS}/cam-ket/{code}"


def _framed(case: Case, voice: Voice, words: str) -> tuple[str, str]:
    lines = [
        words,
        "",
        _("Xem, đánh giá, mở lại hoặc đề nghị cấp trên xem xét: %(url)s, bằng mã biên nhận.")
        % {"url": f"{settings.ADDRESS}/tra-cuu"},
        _("Chọn hoặc thôi nhận thư về vụ việc này: %(url)s") % {"url": stop_address(voice)},
    ]
    return _("Vụ việc %(code)s: có thông tin mới") % {"code": case.code}, "\n".join(lines)


def stop_address(voice: Voice) -> str:
    """Return where letters about this voice are chosen or stopped without the receipt; it opens nothing else."""
    return f"{settings.ADDRESS}/thong-bao/{signing.Signer(salt=SALT).sign(str(voice.pk))}"


def voice_of(token: str) -> Voice | None:
    try:
        return Voice.objects.filter(pk=int(signing.Signer(salt=SALT).unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None


def message_id(voice: Voice, key: str) -> str:
    """Return the Message-ID of a letter about a voice; a reply that names it leads back to the voice."""
    return f"<{key}.{signing.Signer(salt=SALT, sep='.').sign(str(voice.pk))}@{host()}>"


def replied_to(message_id: str) -> Voice | None:
    """Return the voice about which the letter with this Message-ID was; None for a letter that is not ours."""
    local, _at, domain = message_id.strip("<> ").partition("@")
    _key, _dot, signed = local.partition(".")
    try:
        pk = int(signing.Signer(salt=SALT, sep=".").unsign(signed)) if domain == host() else 0
    except (signing.BadSignature, ValueError):
        return None
    return Voice.objects.select_related("case", "person").filter(pk=pk).first()


def first_letter(voice: Voice) -> str:
    """Return the Message-ID of the letter that the voice came as; "" where it came otherwise or its key is gone."""
    if voice.channel != Voice.Channel.EMAIL:
        return ""
    try:
        raw = unseal_apart(bytes(voice.raw.payload), "raw", voice.raw.key_name)
    except KeyDestroyed:
        return ""
    named = re.search(rb"^Message-ID:\s*(<[!-;=?-~]{1,250}>)", raw[:100_000], re.IGNORECASE | re.MULTILINE)
    return named[1].decode("ascii") if named else ""


def host() -> str:
    """Return the name under which letters of this site have their Message-ID (RFC 5322, 3.6.4)."""
    return urlsplit(settings.ADDRESS).hostname or "localhost"
