"""The law as the rooms ask for it: kinds, outcomes, house rules, the calendar, a term, a competent body."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import get_language

from langnghe.core import tables, terms
from langnghe.core.calendar import WorkingCalendar
from langnghe.core.text import sort_key
from langnghe.registry.find import by_name
from langnghe.registry.gazetteer import Gazetteer, Unit, changed, released
from langnghe.registry.models import (
    Body,
    Competence,
    Holiday,
    Origin,
    Place,
    Population,
    ReplyTemplate,
    Rule,
    Succession,
    Term,
    Topic,
    VaguePhrase,
)

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

R = TypeVar("R", ReplyTemplate, VaguePhrase)
Reader = TypeVar("Reader", bound="_lru_cache_wrapper[Any]")
Find = Callable[[str, str, date, str], terms.Term]
FRESH = 10.0  # seconds for which a process may go by what it has read, after another changed it
LAST = """
SELECT (SELECT MAX(id) FROM registry_registerchange), (SELECT MAX(id) FROM registry_succession),
  (SELECT MAX(id) FROM registry_body), (SELECT COUNT(valid_to) FROM registry_place)
"""
_read: dict[str, Any] = {"last": None, "asked": -FRESH}
_others: list["_lru_cache_wrapper[Any]"] = []


def until_changed(reader: Reader) -> Reader:
    """Let what a room above has read by the registers be forgotten with the law."""
    _others.append(reader)
    return reader


@dataclass(frozen=True)
class Kind:
    """A kind of voice as the law sees it."""

    code: str
    name_vi: str
    name_en: str
    lane: str
    identity: str
    help_vi: str
    help_en: str

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi

    @property
    def help(self) -> str:
        return self.help_en if get_language() == "en" else self.help_vi

    @property
    def is_sealed(self) -> bool:
        return self.lane == "sealed"


@dataclass(frozen=True)
class Outcome:
    """What a reply amounts to, in the words of an officer and of a resident."""

    code: str
    name_vi: str
    name_en: str
    plain_vi: str
    plain_en: str
    needs_commitment: bool
    needs_proof: bool

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi

    @property
    def plain(self) -> str:
        return self.plain_en if get_language() == "en" else self.plain_vi


@cache
def kinds() -> dict[str, Kind]:
    names = Kind.__dataclass_fields__
    return {row["code"]: Kind(**{name: row[name] for name in names}) for row in tables.rows("kinds")}


@cache
def outcomes() -> dict[str, Outcome]:
    texts = ("code", "name_vi", "name_en", "plain_vi", "plain_en")
    return {
        row["code"]: Outcome(
            **{name: row[name] for name in texts},
            needs_commitment=row["needs_commitment"] == "yes",
            needs_proof=row["needs_proof"] == "yes",
        )
        for row in tables.rows("outcomes")
    }


def rule(code: str) -> int:
    """Return a number of the house's own regulation (register of rules); KeyError when there is none."""
    return _rules()[code]


@cache
def _rules() -> dict[str, int]:
    return released_rules() | dict(Rule.objects.values_list("code", "value"))


def released_rules() -> dict[str, int]:
    """Return the numbers as the release has them, for a machine that only computes and has no database."""
    return {row["code"]: int(row["value"]) for row in tables.rows("rules")}


@cache
def _templates() -> tuple[ReplyTemplate, ...]:
    return tuple(ReplyTemplate.objects.select_related("topic").order_by("pk"))


def templates(on: date) -> list[ReplyTemplate]:
    """Return the reply templates in force on the day; an operator's goes over the release's of the same code."""
    return prevailing(_templates(), on)


@cache
def _phrases() -> tuple[VaguePhrase, ...]:
    return tuple(VaguePhrase.objects.order_by("pk"))


def vague_phrases(on: date) -> list[str]:
    return [row.phrase_vi for row in prevailing(_phrases(), on)]


def prevailing(rows: Iterable[R], on: date) -> list[R]:
    """Return one row for each code in force on the day, the operator's where there is one, in the order given."""
    held = [row for row in rows if _holds(row, on)]
    own = {row.code for row in held if row.origin == Origin.OPERATOR}
    return [row for row in held if row.origin == Origin.OPERATOR or row.code not in own]


@cache
def calendar() -> WorkingCalendar:
    """Return the working days as the table has them; an operator's row goes over the release's for the same day."""
    return calendar_of(Holiday.objects.all())


def calendar_of(rows: Iterable[Holiday]) -> WorkingCalendar:
    """Return the working days by these rows; the operator's go over the release's."""
    marked = {row.date: row for row in sorted(rows, key=lambda row: row.origin, reverse=True)}
    return WorkingCalendar({"date": day.isoformat(), "kind": row.kind} for day, row in marked.items())


@cache
def _terms(origin: str) -> tuple[terms.Term, ...]:
    return tuple(row.pure() for row in Term.objects.filter(origin=origin))


@lru_cache(maxsize=5_000)
def term(stage: str, kind: str, on: date, condition: str = "normal") -> terms.Term:
    """Return the term row in force on the day on which the clock started; an operator's row goes first.

    terms.NoTerm when neither the operator nor the release has one.
    """
    return _first(_terms(Origin.OPERATOR), _terms(Origin.RELEASE), stage, kind, on, condition)


def _first(
    own: Sequence[terms.Term], released: Sequence[terms.Term], stage: str, kind: str, on: date, condition: str
) -> terms.Term:
    try:
        return terms.find(own, stage=stage, kind=kind, on=on, condition=condition)
    except terms.NoTerm:
        return terms.find(released, stage=stage, kind=kind, on=on, condition=condition)


def term_among(rows: Iterable[Term]) -> Find:
    """Return `term` as it would answer if these were the rows of the table."""
    own: list[terms.Term] = []
    released: list[terms.Term] = []
    for row in rows:
        (own if row.origin == Origin.OPERATOR else released).append(row.pure())

    @cache
    def found(stage: str, kind: str, on: date, condition: str) -> terms.Term:
        return _first(own, released, stage, kind, on, condition)

    return found


@cache
def open_conditions() -> frozenset[str]:
    """Return the conditions under which a settling term of a kind that is not sealed may be chosen."""
    sealed = {code for code, kind in kinds().items() if kind.is_sealed}
    rows = (*_terms(Origin.OPERATOR), *_terms(Origin.RELEASE))
    return frozenset(row.condition for row in rows if row.stage == "settle" and row.kind not in sealed)


@cache
def counts_working_days(term_code: str) -> bool:
    """Return whether the term row of this code counts working days (True for a code no row has)."""
    rows = (*_terms(Origin.OPERATOR), *_terms(Origin.RELEASE))
    return next((row.unit == "working" for row in rows if row.code == term_code), True)


@cache
def topics() -> dict[str, Topic]:
    """Return the topics by code, in the order of the Vietnamese alphabet."""
    return {topic.code: topic for topic in sorted(Topic.objects.all(), key=lambda topic: sort_key(topic.name_vi))}


def topics_on(day: date) -> dict[str, Topic]:
    """Return those of the topics that are in force on the day: what is new is about one of these."""
    return {code: topic for code, topic in topics().items() if _holds(topic, day)}


@cache
def place(key: str) -> Place:
    """Return the place with its parents; Place.DoesNotExist when no place has the key."""
    return Place.objects.select_related("parent__parent").get(key=key)


@cache
def gazetteer() -> Gazetteer:
    """Return the places of the release with what reorganisations here have made of them since."""
    book, fresh = released(), []
    for old, new, kind in Succession.objects.order_by("pk").values_list("old__key", "new__key", "kind"):
        if not book.follows(new, old):
            fresh.append((old, new, kind))
    rows = Place.objects.filter(key__in={key for old, new, _kind in fresh for key in (old, new)}).order_by("pk")
    return changed(tuple(_unit(book, place) for place in rows.select_related("parent")), tuple(fresh))


def _unit(book: Gazetteer, place: Place) -> Unit:
    """Return the place as a unit; what the release knows of it stays, but that it has ended here."""
    if known := book.units.get(place.key):
        return replace(known, valid_to=known.valid_to or place.valid_to)
    names = ("key", "code", "level", "type", "name", "valid_from", "valid_to", "lat", "lon")
    parent = place.parent.key if place.parent else ""
    return Unit(parent=parent, **{name: getattr(place, name) for name in names})


@lru_cache(maxsize=4)
def populations(on: date) -> dict[int, Population]:
    """Return who lives at each place on the day, by the id of the place; an operator's row goes first."""
    rows = sorted(Population.objects.on(on), key=lambda row: (row.origin != Origin.RELEASE, row.pk))
    return {row.place_id: row for row in rows}


def forget() -> None:
    """Read the law again at the next question (after a load), and once more after the transaction that is open.

    Until that is committed another thread may read, and keep, what was.
    """
    if connection.in_atomic_block:
        transaction.on_commit(_forget)
    _forget()


def _forget() -> None:
    readers = (calendar, _terms, term, counts_working_days, open_conditions, topics, place, _competences, _bodies)
    for reader in (*readers, gazetteer, populations, kinds, outcomes, _rules, _templates, _phrases, *_others):
        reader.cache_clear()


def refresh(clock: float) -> None:
    """Forget what was read when another process has changed a register or reorganised units since.

    It asks once in FRESH seconds at most; `clock` counts seconds and never goes back.
    """
    if clock - _read["asked"] < FRESH:
        return
    _read["asked"] = clock
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        last = cursor.fetchone()
    if last != _read["last"]:
        _read["last"] = last
        forget()


@cache
def _competences(topic_id: int) -> tuple[Competence, ...]:
    return tuple(Competence.objects.filter(topic_id=topic_id).order_by("-origin", "pk"))


def _holds(row: Competence | ReplyTemplate | VaguePhrase | Place | Topic, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or row.valid_to >= on)


def competence(
    topic: Topic, place: Place, on: date, scope: str = "", among: Sequence[Competence] | None = None
) -> Competence | None:
    """Return the row that says which type of body answers; an operator's row goes before the release's.

    `among` are the rows of the topic to choose from, when it is not to be asked of the table.
    """
    rows = [
        row
        for row in (_competences(topic.pk) if among is None else among)
        if row.place_level == place.level
        and row.place_type in {"*", place.type}
        and row.scope in {scope, ""}
        and _holds(row, on)
    ]
    rows.sort(key=lambda row: (row.scope != scope, row.origin != "operator", row.place_type == "*"))
    return rows[0] if rows else None


@cache
def _bodies(place_id: int) -> dict[str, Body]:
    """Return the first body of each type at the place."""
    return {body.type: body for body in Body.objects.filter(place_id=place_id).order_by("-pk")}


def body_at(type_: str, place: Place | None) -> Body | None:
    """Return the body of this type at the place, or at the nearest place above it that has one."""
    while place is not None:
        found = _bodies(place.pk).get(type_)
        if found is not None:
            return found
        place = place.parent
    return None


def bodies_at(place: Place) -> list[Body]:
    """Return the bodies that sit at the place itself, one of each type, by name; also those that have ended."""
    return by_name(_bodies(place.pk).values())


def named_types(topic: Topic, on: date) -> frozenset[str]:
    """Return the types of body that the table of competence names for the topic on the day, whatever the scope."""
    return frozenset(row.body_type for row in _competences(topic.pk) if _holds(row, on))


def bodies_for(topic: Topic, place: Place, on: date) -> set[Body]:
    """Return the bodies that the table names for the topic at the place, or above it.

    Of an ended place, those at the places that followed.
    """
    types, here = named_types(topic, on), heirs(place, on)
    return {body for type_ in types for each in here if (body := body_at(type_, each)) is not None}


def competent_body(
    topic: Topic,
    place: Place,
    on: date,
    scope: str = "",
    concerns: Body | None = None,
    among: Sequence[Competence] | None = None,
) -> Body:
    """Return the lowest competent body; a voice about a body or its head goes to that body's superior.

    A place that has ended is asked at its one successor; one that was divided, or whose successor lies elsewhere,
    falls to the province's committee, where a person decides. LookupError when the tables name none, which a
    loaded province never meets (a test walks all topics).
    """
    superior = standing(concerns, on).superior if concerns is not None else None
    if superior is not None:
        return standing(superior, on)
    here = place if is_in_force(place, on) else heir(place, on)
    row = here and competence(topic, here, on, scope, among)
    body = body_at(row.body_type, here) if row else body_at("committee_province", _province(place, on))
    if body is None or (here and not row):
        raise LookupError(f"Bảng thẩm quyền chưa có cơ quan cho lĩnh vực “{topic}” tại {place} ngày {on:%d/%m/%Y}.")
    body = standing(body, on)
    while body.valid_to is not None and body.valid_to < on and body.superior is not None:
        body = standing(body.superior, on)  # a body that ended with nobody after it answers no more
    return body


def standing(body: Body, on: date) -> Body:
    """Return the body, or the one that followed it when it has ended before the day."""
    passed: set[int] = set()  # bodies that follow one another in a circle lead nowhere
    while body.valid_to is not None and body.valid_to < on and body.successor is not None and body.pk not in passed:
        passed.add(body.pk)
        body = body.successor
    return body


def forerunners(body: Body, on: date) -> set[int]:
    """Return the ids of the bodies of its type that ended before the day and that it followed, at any remove."""
    found: set[int] = set()
    ended = Body.objects.filter(type=body.type, valid_to__lt=on)
    last = {body.pk}
    while last:
        last = set(ended.filter(successor__in=last).values_list("pk", flat=True)) - found
        found |= last
    return found


def is_in_force(place: Place, on: date) -> bool:
    return place.valid_to is None or place.valid_to >= on


def heir(place: Place, on: date) -> Place | None:
    """Return the one place in the province of the day that took an ended place over whole; None if divided.

    One that has ended since is followed in turn.
    """
    province, seen, last = _province(place, on), set[int](), place
    while last.pk not in seen:
        seen.add(last.pk)
        rows = Place.objects.filter(origins__old=last, origins__kind="whole").select_related("parent__parent")
        heirs = [new for new in rows if new.province == province]
        if now := next((new for new in heirs if _holds(new, on)), None):
            return now
        last = next((new for new in heirs if not is_in_force(new, on)), last)
    return None


def answers_at_home(body: Body, on: date) -> bool:
    """Return whether the tables name the body at its own place, and so for what lies below, on the day."""
    is_first = _bodies(body.place_id).get(body.type) == body
    return (
        is_first
        and is_in_force(body.place, on)
        and any(body.type in named_types(each, on) for each in topics().values())
    )


def heirs_of(body: Body, on: date) -> list[Body]:
    """Return the bodies of its type in the places among which the place of an ended body was divided."""
    found = (body_at(body.type, place) for place in _after(body.place_id, on))
    return list(dict.fromkeys(heir for heir in found if heir is not None))


def heirs(place: Place, on: date) -> list[Place]:
    """Return the place, or those in force on the day that took it over when it has ended."""
    return [place] if is_in_force(place, on) else _after(place.pk, on)


def _after(old: int, on: date) -> list[Place]:
    """Return the places in force on the day that took this one over, at any remove."""
    found: list[Place] = []
    seen, last = {old}, [old]
    while last:
        rows = Place.objects.filter(origins__old__in=last).exclude(pk__in=seen).select_related("parent__parent")
        after = list(rows.order_by("name").distinct())
        found += [new for new in after if _holds(new, on)]
        last = [new.pk for new in after if not is_in_force(new, on)]
        seen.update(new.pk for new in after)
    return found


def _province(place: Place, on: date) -> Place | None:
    """Return the province of the place, or the one that took it over when it has ended."""
    old = place.province
    return old if is_in_force(old, on) else Place.objects.filter(origins__old=old, level=Place.Level.PROVINCE).first()
