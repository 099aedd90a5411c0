"""Every figure of a review: one portable SQL predicate over the flat facts, and how to say it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from langnghe.cases.models import Voice
from langnghe.registry import law


@dataclass(frozen=True)
class Definition:
    """A figure counts the facts where `where` holds, or its share among those where `of` holds.

    `by` names a column whose values split the figure into a family (key.value).
    `better` is 1 when more is better, -1 when less is, 0 when neither.
    """

    key: str
    name: str | Promise
    where: str
    of: str = ""
    by: str = ""
    better: int = 0
    adds: str = ""


ESCALATED = "(what = 'escalate' OR (what = 'receive' AND cause = 'never_local'))"
DEFINITIONS: dict[str, Definition] = {
    row.key: row
    for row in (
        Definition("received", _("Phản ánh, kiến nghị đã tiếp nhận"), "what = 'receive'"),
        Definition("received.kind", _("theo loại"), "what = 'receive'", by="kind"),
        Definition("received.channel", _("theo kênh"), "what = 'receive'", by="channel"),
        Definition("received.topic", _("theo lĩnh vực"), "what = 'receive'", by="topic"),
        Definition("received.level", _("theo cấp có thẩm quyền"), "what = 'receive'", by="level"),
        Definition("settled", _("Đã trả lời, giải quyết"), "what = 'reply'", better=1),
        Definition("on_time", _("Trả lời đúng hạn"), "what = 'reply' AND on_time = 1", of="what = 'reply'", better=1),
        Definition("overdue", _("Vụ việc để quá hạn"), "what = 'overdue'", better=-1),
        Definition("handovers", _("Lượt chuyển cơ quan"), "what IN ('refer', 'refer_up')", better=-1),
        Definition("handed_up", _("Phải đưa lên cấp trên chung"), "what = 'refer_up'", better=-1),
        Definition("reopened", _("Người dân yêu cầu mở lại"), "what = 'reopen'", of="what = 'reply'", better=-1),
        Definition(
            "satisfied", _("Hài lòng với câu trả lời"), "what = 'rate' AND stars >= 4", of="what = 'rate'", better=1
        ),
        Definition("outcome", _("Kết quả giải quyết"), "what = 'reply'", by="outcome"),
        Definition("recurrences", _("Tái diễn tại cùng nơi"), "what = 'recur'", better=-1),
        Definition(
            "local",
            _("Giải quyết ngay tại cấp xã"),
            "what = 'reply' AND level = 'commune'",
            of="what = 'reply'",
            better=1,
        ),
        Definition("escalated", _("Đề nghị cấp trên xem xét"), ESCALATED, better=-1),
        Definition("escalated.cause", _("theo nguyên nhân"), ESCALATED, by="cause"),
        Definition(
            "upheld",
            _("Kiểm tra lại thấy giải quyết đúng như trả lời"),
            "what = 'inspect' AND cause = 'settled'",
            of="what = 'inspect' AND cause <> 'unclear'",
            better=1,
        ),
        Definition("groups", _("Kiến nghị đông người"), "what = 'receive' AND people >= {group_people}"),
        Definition("receptions_due", _("Ngày tiếp công dân phải có"), "what = 'reception_due'"),
        Definition("receptions_held", _("Ngày tiếp công dân đã tổ chức"), "what = 'reception_held'", better=1),
        Definition("commitments_made", _("Cam kết mới"), "what = 'commitment_made'"),
        Definition("commitments_kept", _("Cam kết đã thực hiện"), "what = 'commitment_kept'", better=1),
        Definition("commitments_late", _("Cam kết quá hạn"), "what = 'commitment_late'", better=-1),
    )
}
APPENDIX = [
    "received",
    "settled",
    "on_time",
    "overdue",
    "handovers",
    "reopened",
    "satisfied",
    "recurrences",
    "escalated",
    "receptions_due",
    "receptions_held",
    "commitments_made",
    "commitments_kept",
    "commitments_late",
]

CAUSES = {
    "no_answer": _("chưa được trả lời"),
    "late": _("trả lời chậm"),
    "disputed": _("không đồng ý với câu trả lời"),
    "never_local": _("chưa từng gửi ở cơ sở"),
}
LEVELS = {
    "commune": _("cấp xã"),
    "district": _("cấp huyện"),
    "province": _("cấp tỉnh"),
    "enterprise": _("doanh nghiệp"),
    "central": _("trung ương"),
}


def definition(key: str) -> Definition:
    """Return the definition of a key, of a family's member too (received.kind.petition); KeyError if unknown."""
    if key in DEFINITIONS:
        return DEFINITIONS[key]
    family, _dot, value = key.rpartition(".")
    parent = DEFINITIONS[family]
    if not parent.by or value not in values(parent.by):
        raise KeyError(key)
    where = f"{parent.where} AND {parent.by} = '{value}'"
    return Definition(key, values(parent.by)[value], where, better=parent.better)


def values(by: str) -> dict[str, str]:
    """Return the values that the column can have, with their names; they are our own codes, never user text."""
    names: dict[str, dict[str, str]] = {
        "kind": {code: kind.name for code, kind in law.kinds().items()},
        "channel": {channel.value: str(channel.label) for channel in Voice.Channel},
        "topic": {code: topic.name for code, topic in law.topics().items()},
        "level": {code: str(name) for code, name in LEVELS.items()},
        "outcome": {code: outcome.name for code, outcome in law.outcomes().items()},
        "cause": {code: str(name) for code, name in CAUSES.items()},
    }
    return names[by]


def predicate(sql: str) -> str:
    """Return the SQL with the numbers of the house rules filled in."""
    return sql.replace("{group_people}", str(law.rule("group_people")))
