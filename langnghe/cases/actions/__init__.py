"""Every change of a voice or a case: one function a verb of the lifecycle table, each logged where it writes."""

from langnghe.cases.actions.answering import Draft, Paper, Promise, approve, draft, reply, send_back, take_and_draft
from langnghe.cases.actions.calling import call_back
from langnghe.cases.actions.counting import store_counts
from langnghe.cases.actions.desk import (
    Classification,
    accept,
    assign,
    classify,
    close,
    extend,
    hand_on,
    merge,
    open_contact,
    open_work,
    pause,
    resume,
    split,
    take_and_assign,
)
from langnghe.cases.actions.filtering import drop_filter, save_filter
from langnghe.cases.actions.flagging import flag, settle_flags
from langnghe.cases.actions.handing import give_back, in_line, out_of_line, refer, refer_up, return_untaken
from langnghe.cases.actions.indexing import empty_index, index_voices
from langnghe.cases.actions.inspecting import ask_back, draw_sample, inspect
from langnghe.cases.actions.joint import ask_instead, ask_part, decline_part, give_part, inherit_parts, withdraw_part
from langnghe.cases.actions.keeping import purge_keys, sweep_files
from langnghe.cases.actions.lane_keys import (
    change_passphrase,
    end_naming,
    make_lane_key,
    make_recovery_key,
    may_enrol,
    name_recipient,
    retire_lane_key,
    take_back_naming,
)
from langnghe.cases.actions.messages import answer_message, forget_reply, purge_messages
from langnghe.cases.actions.photos import hide_photo, show_photo
from langnghe.cases.actions.publishing import publish, unpublish
from langnghe.cases.actions.receiving import KeyConflict, quarantine, receive, receive_many
from langnghe.cases.actions.redacting import redact, redact_contact, redact_voice, seal
from langnghe.cases.actions.registers import edit_registers, recount_due
from langnghe.cases.actions.reorganising import (
    apply_reorganisation,
    choose_heir,
    delete_reorganisation,
    move_on,
    plan_reorganisation,
)
from langnghe.cases.actions.resident import (
    escalate,
    escalation_cause,
    inherit_all,
    note_overdue,
    rate,
    recheck,
    rechecks_from,
    reopen,
    withdraw,
)
from langnghe.cases.actions.sealed import (
    batch_sealed,
    keep_sealed,
    purge_sealed,
    read_sealed,
    recover_sealed,
    share_sealed,
)
from langnghe.cases.actions.sealed_steps import NewStage, advance_sealed, held_by
from langnghe.cases.actions.showing import index_words, tidy_words
from langnghe.cases.actions.subject_requests import Decision, decide_request, request_data
from langnghe.cases.actions.telling import choose_notices, tell_promises

__all__ = [
    "apply_reorganisation",
    "choose_heir",
    "delete_reorganisation",
    "move_on",
    "plan_reorganisation",
    "edit_registers",
    "recount_due",
    "Classification",
    "Decision",
    "decide_request",
    "redact_contact",
    "redact_voice",
    "request_data",
    "Draft",
    "KeyConflict",
    "NewStage",
    "Paper",
    "Promise",
    "accept",
    "advance_sealed",
    "answer_message",
    "approve",
    "ask_back",
    "ask_instead",
    "ask_part",
    "assign",
    "batch_sealed",
    "call_back",
    "change_passphrase",
    "classify",
    "choose_notices",
    "close",
    "decline_part",
    "draft",
    "draw_sample",
    "drop_filter",
    "empty_index",
    "escalate",
    "escalation_cause",
    "end_naming",
    "extend",
    "flag",
    "give_back",
    "give_part",
    "hand_on",
    "held_by",
    "hide_photo",
    "in_line",
    "index_voices",
    "index_words",
    "forget_reply",
    "inherit_all",
    "inherit_parts",
    "inspect",
    "keep_sealed",
    "make_lane_key",
    "make_recovery_key",
    "may_enrol",
    "merge",
    "name_recipient",
    "note_overdue",
    "open_contact",
    "out_of_line",
    "open_work",
    "pause",
    "publish",
    "purge_keys",
    "purge_messages",
    "purge_sealed",
    "quarantine",
    "rate",
    "read_sealed",
    "receive",
    "recheck",
    "rechecks_from",
    "receive_many",
    "recover_sealed",
    "redact",
    "refer",
    "refer_up",
    "reopen",
    "reply",
    "resume",
    "retire_lane_key",
    "return_untaken",
    "save_filter",
    "seal",
    "send_back",
    "settle_flags",
    "share_sealed",
    "show_photo",
    "split",
    "store_counts",
    "sweep_files",
    "take_and_assign",
    "take_back_naming",
    "take_and_draft",
    "tidy_words",
    "unpublish",
    "withdraw",
    "withdraw_part",
    "tell_promises",
]
