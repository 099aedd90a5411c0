"""Which form each verb has on the page of a case."""

from langnghe.web.desk.answer_forms import Answer, Approve, Checked, Publish, TakeDown
from langnghe.web.desk.forms import Assign, Classify, Extend, Merge, Move, Pause, Reason, Redact, Refer, Seal
from langnghe.web.desk.part_forms import AskPart, DeclinePart, GivePart, WithdrawPart
from langnghe.web.desk.request_forms import RequestData

FORMS: dict[str, type[Move]] = {
    "classify": Classify,
    "accept": Move,
    "assign": Assign,
    "refer": Refer,
    "refer_up": Reason,
    "extend": Extend,
    "pause": Pause,
    "resume": Move,
    "draft": Answer,
    "send_back": Reason,
    "approve": Approve,
    "reply": Checked,
    "close": Move,
    "give_part": GivePart,
    "decline_part": DeclinePart,
    "ask_part": AskPart,
    "withdraw_part": WithdrawPart,
    "publish": Publish,
    "unpublish": Reason,
    "take_down": TakeDown,
    "merge": Merge,
    "split": Move,
    "seal": Seal,
    "redact": Redact,
    "request_data": RequestData,
}
