"""Receiving voices, one or a hundred thousand, each exactly once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock, sealing
from langnghe.cases.actions.gathering import in_line, together
from langnghe.cases.actions.record import Facts, NewStep, locked, step, write
from langnghe.cases.actions.telling import tell_received
from langnghe.cases.arrival import Arrival, Received, first_with, receipt_hash
from langnghe.cases.filing import Stored
from langnghe.cases.gateways import gateway
from langnghe.cases.lifecycle import REPLIED, SYSTEM_ACTOR, Actor
from langnghe.cases.models import Attachment, Case, Person, RawIntake, Voice
from langnghe.core import codes
from langnghe.core.refusal import Refused
from langnghe.core.text import fold
from langnghe.ledger.insertion import fresh, insert, put
from langnghe.registry import law
from langnghe.registry.models import Body

# As SQL, since each third voice asks it, and putting the statement together took four times as long as answering it.
RECURRED = """SELECT id FROM cases_case WHERE place_id = %s AND topic_id = %s AND spot_key = %s
  AND settled BETWEEN %s AND %s ORDER BY settled DESC, id DESC LIMIT 1"""


class KeyConflict(Refused):
    """The idempotency key was used before for other words; both are kept."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What can be made ready of an arrival before it waits for its turn to be written, also a second time."""

    arrival: Arrival
    raw: dict[str, object]
    contact: bytes
    case: Case

    @property
    def name(self) -> tuple[str, str]:
        """Return what makes a voice the same voice."""
        return self.arrival.channel, self.arrival.key


def receive_many(arrivals: Sequence[Arrival], *, actor: Actor, at: datetime) -> list[Received]:
    """Receive voices, each exactly once by channel and key; the answers come in the order of the arrivals.

    A repeat (same key, same words) leaves a small row, so that all that came can be counted.
    KeyConflict (after both payloads are kept) is raised by `receive`; here a conflicting arrival is quarantined
    and answered with the case of the voice that used the key first. Refused as a whole when one is of a sealed kind.
    """
    today = localdate(at)
    ready = [_prepared(arrival, at, today) for arrival in arrivals]
    with in_line():
        return _receive(ready, actor, at)


@transaction.atomic
def _receive(ready: Sequence[Prepared], actor: Actor, at: datetime) -> list[Received]:
    new = _claimed(ready)
    first = {one.name: one for one in reversed(ready) if one.name in new}
    made = _insert(list(reversed(first.values())), new, actor, at)
    cases = {one.name: one.case for one in made}
    known = {one.name: (one.arrival.digest, one.case.pk) for one in made}
    known |= first_with([one.arrival for one in ready if one.name not in known])
    answers, repeats = [], []
    for one in ready:
        arrival, is_first = one.arrival, first.get(one.name) is one
        digest, case_id = known[one.name]
        if digest != arrival.digest and not (digest == b"" and _is_known(arrival)):
            quarantine(arrival.channel, arrival.key, arrival.payload, at=at)
        elif not is_first:
            repeats.append(_repeat(arrival, digest, at))
        answers.append(Received(arrival.receipt, case_id, is_repeat=not is_first, case=cases.get(one.name)))
    put(RawIntake, repeats)
    return answers


def receive(arrival: Arrival, *, actor: Actor, at: datetime) -> Received:
    """Receive one voice; KeyConflict when its key was used for other words (these are kept, quarantined)."""
    answer = together(_prepared(arrival, at, localdate(at)), actor, at, _receive)
    if answer.is_repeat and not Voice.objects.filter(receipt_hash=receipt_hash(answer.receipt)).exists():
        raise KeyConflict(_("Mã chống gửi trùng này đã dùng cho một nội dung khác. Hãy gửi lại với mã mới."))
    return answer


def _prepared(arrival: Arrival, at: datetime, today: date) -> Prepared:
    if law.kinds()[arrival.kind].is_sealed:
        raise Refused(_("Khiếu nại, tố cáo phải theo thủ tục riêng, không nhận trên kênh công khai."))
    contact = sealing.seal_contact(arrival.contact) if arrival.contact else b""
    return Prepared(arrival, _raw(arrival, at, today), contact, _case(arrival))


def _claimed(ready: Sequence[Prepared]) -> dict[tuple[str, str], int]:
    """Write the payloads whose key nobody used before, and return their ids by channel and key.

    The unique index decides, also between processes.
    """
    written = put(RawIntake, [one.raw for one in ready], once_by=("channel", "key"))
    return {(channel, key): pk for pk, channel, key in written}


def _is_known(arrival: Arrival) -> bool:
    """Say whether a voice with these words was received before it was redacted; its receipt code tells."""
    return Voice.objects.filter(receipt_hash=arrival.receipt_hash).exists()


def _raw(arrival: Arrival, at: datetime, today: date) -> dict[str, object]:
    key_name, payload = sealing.seal_apart(arrival.payload, "raw", today)
    return {
        "channel": arrival.channel,
        "key": arrival.key,
        "digest": arrival.digest,
        "payload": payload,
        "key_name": key_name,
        "received_at": at,
    }


def _repeat(arrival: Arrival, digest: bytes, at: datetime) -> dict[str, object]:
    return {
        "channel": arrival.channel,
        "key": arrival.key,
        "digest": digest,
        "payload": b"",
        "received_at": at,
        "outcome": RawIntake.Outcome.REPEAT,
    }


def quarantine(channel: str, key: str, payload: bytes, *, at: datetime) -> None:
    """Keep, once, what came and could not become a voice: its key had other words, or nobody understands it."""
    digest = hashlib.sha256(payload).digest()
    if not RawIntake.objects.filter(channel=channel, key=key, digest=digest).exists():
        name, sealed = sealing.seal_apart(payload, "raw", localdate(at))
        raw = RawIntake(channel=channel, key=key, digest=digest, payload=sealed, key_name=name, received_at=at)
        raw.outcome = RawIntake.Outcome.QUARANTINED
        raw.save(force_insert=True)


def _insert(ready: list[Prepared], raws: dict[tuple[str, str], int], actor: Actor, at: datetime) -> list[Prepared]:
    people = _people(ready)
    joined = _join(ready)
    insert([one.case for one in ready if one.name not in joined])
    ready = [replace(one, case=joined.get(one.name, one.case)) for one in ready]
    made = put(Voice, [_voice(one, raws[one.name], person, at) for one, person in zip(ready, people, strict=True)])
    files = [(file, pk) for one, (pk,) in zip(ready, made, strict=True) for file in one.arrival.files]
    put(Attachment, [_attachment(file, pk) for file, pk in files])
    steps = write([_received(one.arrival, one.case, actor, at) for one in ready])
    told = zip(ready, made, steps, strict=True)
    tell_received([(voice, step) for one, (voice,), step in told if one.arrival.contact.get("email")], at)
    for one in ready:
        if one.arrival.spot and not one.arrival.joins:
            note_recurrence(one.case, at)
    return ready


def _join(ready: list[Prepared]) -> dict[tuple[str, str], Case]:
    """Return the case of each voice that wished to be part of one, locked; of a merged one the case that carries it."""
    wished = {one.name: one.arrival.joins.merged_into or one.arrival.joins for one in ready if one.arrival.joins}
    cases = {case.pk: case for case in locked(*{case.pk: case for case in wished.values()}.values())}
    joined = {}
    for one in ready:
        case = cases[wished[one.name].pk] if one.name in wished else None
        if case is not None and case.state in (*Case.OPEN, *REPLIED):
            case.people += one.arrival.people
            case.save(update_fields=["people"])
            joined[one.name] = case
    return joined


def _received(arrival: Arrival, case: Case, actor: Actor, at: datetime) -> NewStep:
    facts = Facts(day=arrival.day, cause=_cause(arrival, case), digest=arrival.digest)
    made = step(case, "receive", actor, at, facts)
    made.columns.update(kind=arrival.kind, channel=arrival.channel, people=arrival.people)
    return made


def _people(ready: list[Prepared]) -> list[int | None]:
    """Return for each arrival the id of the person who may be answered, if there is one."""
    ids = iter(put(Person, [{"sealed": one.contact} for one in ready if one.contact]))
    return [next(ids)[0] if one.contact else None for one in ready]


def _case(arrival: Arrival) -> Case:
    place, topic, on = arrival.place, arrival.topic, arrival.day
    holder = law.competent_body(topic, place, on, arrival.scope, arrival.concerns)
    columns = {
        "kind": arrival.kind,
        "channel": arrival.channel,
        "scope": arrival.scope,
        "received": on,
        "people": arrival.people,
        **spot_fields(arrival.spot),
    }
    related = {"place": place, "topic": topic, "holder": holder, "concerns": arrival.concerns}
    case = fresh(Case, columns, related)
    clock.start(case)
    return case


def competent_holder(case: Case, on: date) -> Body:
    return law.competent_body(case.topic, case.place, on, case.scope, case.concerns)


def above(case: Case, on: date) -> Body | None:
    """Return the nearest superior of the holder that the voice is not about."""
    chain = [law.standing(body, on) for body in case.holder.superiors()]
    concerned = case.concerns and law.standing(case.concerns, on)
    return next((body for body in chain if body != concerned), None)


def spot_fields(words: str) -> dict[str, str]:
    return {"spot": words[:120], "spot_key": fold(words)[:120]}


def _cause(arrival: Arrival, case: Case) -> str:
    """Return "never_local" for a voice handed in above the body that is competent for it."""
    above = arrival.entered_at is not None and arrival.entered_at.pk in {body.pk for body in case.holder.superiors()}
    return "never_local" if above else ""


def _voice(one: Prepared, raw: int, person: int | None, at: datetime) -> dict[str, object]:
    arrival = one.arrival
    return {
        "raw_id": raw,
        "case_id": one.case.pk,
        "kind": arrival.kind,
        "channel": arrival.channel,
        "text": arrival.text,
        "shows_text": arrival.shows_text,
        "is_private": arrival.is_private,
        "may_call_back": arrival.may_call_back,
        "sender": arrival.sender,
        "received_at": arrival.said_at or at,
        "day": arrival.day,
        "receipt_hash": one.arrival.receipt_hash,
        "person_id": person,
        "people": arrival.people,
        "reach": (reach := reached_by(arrival.contact, arrival.channel)),
        "notices": Voice.Notices.NONE if reach == Voice.Reach.NONE else Voice.Notices.ALL,
        "place_words": arrival.place_words[:250],
        "client_id": arrival.client,
    }


def reached_by(contact: Mapping[str, str], channel: str) -> str:
    """Return how news reach somebody who left this contact on the channel."""
    if contact.get("email"):
        return Voice.Reach.EMAIL
    if not contact.get("phone"):
        return Voice.Reach.NONE
    has_gateway = channel in settings.MESSAGES and gateway(channel) is not None
    return Voice.Reach.MESSAGE if has_gateway else Voice.Reach.CALL


def _attachment(file: Stored, voice: int) -> dict[str, object]:
    return {"voice_id": voice, **vars(file)}


def note_recurrence(case: Case, at: datetime) -> None:
    """Tie the case to one at the same spot that was settled not long ago (rule recurrence_days)."""
    since = case.received - timedelta(law.rule("recurrence_days"))
    days = [connection.ops.adapt_datefield_value(day) for day in (since, case.received)]
    with connection.cursor() as cursor:
        cursor.execute(RECURRED, [case.place_id, case.topic_id, case.spot_key, *days])
        before = cursor.fetchone()
    if before:
        case.recurs_id = before[0]
        case.save(update_fields=["recurs"])
        facts = Facts(day=case.received, reason=codes.case_code(before[0]))
        write([step(case, "recur", SYSTEM_ACTOR, at, facts)])
