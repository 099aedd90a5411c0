"""Which moves the page of a case offers: one with its form, the others by name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import MOVES, Actor, possible
from langnghe.cases.models import Case
from langnghe.cases.templates import UNCLASSIFIED, fitting
from langnghe.registry.models import ReplyTemplate
from langnghe.web.desk.forms import Move
from langnghe.web.desk.move_forms import FORMS
from langnghe.web.now import today

PRIMARY = ("split", "resume", "reply", "approve", "draft", "assign", "accept", "close", "give_part")


@dataclass(frozen=True)
class Chosen:
    """The move whose form the page shows."""

    verb: str
    name: str
    form: Move
    is_primary: bool
    is_wanted: bool


@dataclass(frozen=True)
class Moves:
    """The move that is shown with its form, if any is possible, and (verb, name) of the others, the likeliest first.

    `templates` are those with which an answer may begin, where one may be drafted now.
    """

    chosen: Chosen | None
    others: list[tuple[str, str]]
    templates: list[ReplyTemplate]


def offered(
    case: Case,
    who: Actor,
    failed: tuple[str, Move] | None,
    wanted: str,
    first: Mapping[str, dict[str, Any]],
    without: Collection[str],
) -> Moves:
    """Return the moves possible now; the form shown is the refused one as typed, else the wanted, else the usual.

    `first` holds what the form of a verb begins with; `without` are verbs that make no sense now though the
    lifecycle allows them. A case that nobody has taken may be answered in one go. Only one form is made, since each
    asks the database.
    """
    allowed = [one.verb for one in possible(case, who) if one.verb in FORMS and one.verb not in without]
    at_once = "draft" not in allowed and bool({"accept", "assign"} & set(allowed))
    order = sorted(allowed, key=lambda verb: PRIMARY.index(verb) if verb in PRIMARY else len(PRIMARY))
    if case.topic.code == UNCLASSIFIED and "classify" in allowed:
        order = ["classify", *(verb for verb in order if verb != "classify")]
    primary = order[0] if order and order[0] in (*PRIMARY, "classify") else ""
    if at_once:  # it is offered behind the usual next move
        order.insert(1, "draft")
    names = {verb: str(MOVES[verb].name) for verb in order}
    if at_once:
        names["draft"] = _("Tiếp nhận và soạn trả lời")
    elif "draft" in names and case.state != Case.State.ASSIGNED:
        names["draft"] = _("Soạn lại trả lời")
    if "publish" in names and case.is_public:
        names["publish"] = _("Sửa điều đã công khai")
    verb = failed[0] if failed else wanted if wanted in order else primary
    others = [(each, name) for each, name in names.items() if each != verb]
    templates = fitting(case, today()) if "draft" in names else []
    if not verb:
        return Moves(None, others, templates)
    form = failed[1] if failed else _form(case, who, verb, first.get(verb), takes_cursor=verb == wanted)
    name = names.get(verb, str(MOVES[verb].name))
    return Moves(Chosen(verb, name, form, verb == primary, verb == wanted), others, templates)


def _form(case: Case, who: Actor, verb: str, first: dict[str, Any] | None, *, takes_cursor: bool) -> Move:
    """Return the form of a move as it begins; one that was asked for takes the cursor."""
    form = FORMS[verb](case=case, actor=who, auto_id=f"{verb}_%s", initial=first)
    if takes_cursor and form.fields:
        next(iter(form.fields.values())).widget.attrs["autofocus"] = True
    return form


def template_named(case: Case, code: str) -> ReplyTemplate | None:
    """Return the template of this code with which an answer to the case may begin."""
    return next((template for template in fitting(case, today()) if template.code == code), None) if code else None
