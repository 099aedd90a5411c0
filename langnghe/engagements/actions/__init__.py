"""Every change of an occasion: planned, arranged, booked, held, concluded; each logged where it writes."""

from langnghe.engagements.actions.booking import (
    book,
    call_ticket,
    cancel_booking,
    finish_ticket,
    link_case,
    miss_ticket,
    purge_tickets,
    take_ticket,
)
from langnghe.engagements.actions.changing import cancel_day, cancel_of_ended, change_day
from langnghe.engagements.actions.lacking import note_lacking
from langnghe.engagements.actions.opening import open_book, open_names
from langnghe.engagements.actions.planning import (
    arrange,
    conclude,
    hold,
    hold_day,
    plan_extra,
    plan_receptions,
    propose_dialogue,
)

__all__ = [
    "arrange",
    "book",
    "call_ticket",
    "cancel_booking",
    "cancel_day",
    "cancel_of_ended",
    "change_day",
    "conclude",
    "finish_ticket",
    "hold",
    "hold_day",
    "link_case",
    "miss_ticket",
    "note_lacking",
    "open_book",
    "open_names",
    "plan_extra",
    "plan_receptions",
    "propose_dialogue",
    "purge_tickets",
    "take_ticket",
]
