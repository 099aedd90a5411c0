"""Plays one half-year: voices arrive and cases go through their moves, in the order of their dates."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from operator import attrgetter
from random import Random
from typing import Any
from zlib import crc32

from django.db import transaction
from django.utils.text import slugify
from django.utils.timezone import localdate

from langnghe.cases import actions
from langnghe.cases.actions import Draft, Promise
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import LEADER, OFFICER, RESIDENT, SYSTEM_ACTOR, Actor
from langnghe.cases.models import Case
from langnghe.commitments import actions as commitments
from langnghe.core.refusal import Refused
from langnghe.core.text import fold
from langnghe.demo import joint, texts
from langnghe.demo.desk import CONTACT
from langnghe.demo.setting import ZONE
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Account, Body, Member, Place

Event = Callable[[datetime], object]
CHANNELS = ("zalo", "phone", "reception", "paper", "web", "meeting", "email", "portal")
SHARES = (30, 22, 14, 12, 9, 7, 4, 2)
BATCH = 200
MOST_NAME = 50


def _reached(key: str) -> dict[str, Any]:
    """Return how every sixth can be called, and that every second of these agrees to it; by the key, not by chance."""
    number = crc32(key.encode())
    return {"contact": CONTACT, "may_call_back": number % 4 == 0} if number % 6 == 0 else {}


@dataclass
class Player:
    """A seeded player over places; `events` is a heap of what is still to happen."""

    random: Random
    since: date
    end: datetime
    events: list[tuple[datetime, int, Event]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    desks: dict[int, Account] = field(default_factory=dict)

    def at(self, moment: datetime, event: Event) -> None:
        if moment <= self.end:
            heapq.heappush(self.events, (moment, next(self.order), event))

    def later(self, moment: datetime, low: float, high: float, event: Event) -> None:
        """Let the event happen between `low` and `high` days later, in office hours."""
        day = moment + timedelta(days=self.random.uniform(low, high))
        hour = time(self.random.randint(7, 16), self.random.randint(0, 59))
        self.at(max(moment + timedelta(minutes=5), datetime.combine(day.date(), hour, ZONE)), event)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Let everything happen; moves that the rules refuse simply do not take place."""
        total = len(self.events)
        done = 0
        while self.events:
            with transaction.atomic():
                for _ in range(min(BATCH, len(self.events))):
                    moment, _order, event = heapq.heappop(self.events)
                    self._try(event, moment)
                    done += 1
            progress(done, max(total, done + len(self.events)))

    def _try(self, event: Event, moment: datetime) -> None:
        try:
            event(moment)
        except Refused:
            return

    def moment(self, since: date, until: date) -> datetime:
        """Return a moment between the days, on working days more often, by day more often than by night."""
        while True:
            day = since + timedelta(days=self.random.randint(0, (until - since).days))
            if law.calendar().is_working_day(day) or self.random.random() < 0.3:  # noqa: PLR2004 share of free days
                break
        return datetime.combine(
            day, time(self.random.choice((7, 8, 9, 10, 14, 15, 16, 19, 20)), self.random.randint(0, 59)), ZONE
        )

    def clerk(self, body: Body) -> Account:
        """Return the desk account of the body, made at first use; nobody can sign in to it."""
        if body.pk not in self.desks:
            name = f"can-bo-{slugify(fold(body.short_name))}"[:MOST_NAME]
            taken = Account.objects.filter(username=name).exclude(memberships__body=body).exists()
            account = registry.make_account(f"{name}-{body.pk}" if taken else name, None)
            if not account.memberships.exists():
                registry.appoint(account, body, Member.Role.OFFICER, self.since)
            self.desks[body.pk] = account
        return self.desks[body.pk]

    def officer(self, case: Case) -> Actor:
        return Actor(OFFICER, self.clerk(case.holder), case.holder)

    def leader(self, case: Case) -> Actor:
        return Actor(LEADER, None, case.holder)

    def resident(self, case: Case) -> Actor:
        return Actor(RESIDENT, voice=case.voices.first())

    # What can happen --------------------------------------------------------------------------------------------

    def arrive(self, key: str, words: texts.Words, place: Place, span: tuple[date, date]) -> None:
        """Plan one voice within the span; `key` makes it arrive once."""
        self.at(self.moment(*span), lambda at: self._receive(at, key, words, place))

    def _receive(self, at: datetime, key: str, words: texts.Words, place: Place) -> None:
        random = self.random
        concerns = law.body_at(words.concerns, place) if words.concerns else None
        high = law.body_at("committee_province", place) if random.random() < 0.02 else None  # noqa: PLR2004
        arrival = Arrival(
            channel=random.choices(CHANNELS, SHARES)[0],
            key=key,
            payload=f"{key}\n{words.text}".encode(),
            text=words.text,
            kind=words.kind,
            day=localdate(at),
            place=place,
            topic=law.topics()[words.topic],
            spot=words.spot,
            scope=words.scope,
            people=random.choice((5, 8, 12, 30)) if random.random() < 0.02 else 1,  # noqa: PLR2004
            shows_text=random.random() < 0.8,  # noqa: PLR2004
            concerns=concerns,
            entered_at=high,
            **_reached(key),
        )
        received = actions.receive(arrival, actor=SYSTEM_ACTOR, at=at)
        case = Case.objects.select_related("holder__superior", "place", "topic").get(pk=received.case_id)
        self.follow(case, at)

    def follow(self, case: Case, at: datetime) -> None:
        """Plan what a desk does with a case that has just come in."""
        self.later(at, 0.1, 1.5, lambda then: self._begin(case, then))
        if self.random.random() < 0.01:  # noqa: PLR2004
            self.later(at, 1, 4, lambda then: self._withdraw(case, then))

    def _withdraw(self, case: Case, at: datetime) -> None:
        reason = texts.pick(self.random, "withdraw_reasons")
        actions.withdraw(case, reason=reason, actor=self.resident(case), at=at)

    def _begin(self, case: Case, at: datetime) -> None:
        random = self.random
        if random.random() < 0.9:  # noqa: PLR2004
            title = texts.title(random, case.topic.code, case.spot, str(case.place))
            actions.publish(case, title=title, summary="", actor=self.officer(case), at=at)
        targets = self._passed_on_to(case, localdate(at))
        if targets and random.random() < 0.09:  # noqa: PLR2004
            self._pass_on(case, random.choice(targets), at)
            return
        case = actions.accept(case, actor=self.officer(case), at=at)
        self.later(at, 0.1, 1.2, lambda then: self._assign(case, then))

    def _passed_on_to(self, case: Case, on: date) -> list[Body]:
        """Return whom the table names for the case and its superiors, but not the deputies, who settle nothing."""
        named = {*law.bodies_for(case.topic, case.place, on), *case.holder.superiors()}
        others = (body for body in named - {case.holder, case.concerns} if body.type != "deputies_delegation")
        return sorted(others, key=attrgetter("code"))

    def _pass_on(self, case: Case, to: Body, at: datetime) -> None:
        reason = texts.pick(self.random, "referral_reasons")
        case = actions.refer(case, to=to, reason=reason, actor=self.officer(case), at=at)
        self.later(at, 0.5, 3, lambda then: self._begin(case, then))

    def _assign(self, case: Case, at: datetime) -> None:
        officer = self.officer(case)
        case = actions.assign(case, officer=self.clerk(case.holder), actor=officer, at=at)
        if self.random.random() < 0.06 and case.due:  # noqa: PLR2004
            self.later(at, 0.2, 1.5, lambda then: self._extend(case, then))
        with suppress(Refused):  # its day would fall behind the answer's
            joint.invite(self, case, at)
        slow = self.random.random() < 0.11  # noqa: PLR2004
        low, high = (9, 30) if slow else (1, 5)
        self.later(at, low, high, lambda then: self._answer(case, then))

    def _extend(self, case: Case, at: datetime) -> None:
        number = f"{self.random.randint(10, 99)}/TB-UBND"
        reason = texts.pick(self.random, "extension_reasons")
        actions.extend(case, days=5, document_no=number, reason=reason, actor=self.officer(case), at=at)

    def _answer(self, case: Case, at: datetime) -> None:
        case.refresh_from_db()
        outcome = self._outcome(case)
        day = localdate(at) + timedelta(days=self.random.randint(20, 90))
        place, holder = str(case.place), case.holder
        text = texts.reply(self.random, case.topic.code, outcome, place, holder.short_name, f"{day:%d/%m/%Y}")
        if case.kind == "praise":
            text = texts.fill(texts.pick(self.random, "thanks"), place, holder.short_name, f"{day:%d/%m/%Y}")
        promise = None
        if law.outcomes()[outcome].needs_commitment:
            words = texts.pick(
                self.random, "commitments", outcome if outcome in {"no_money", "passed_down"} else "no_money"
            )
            promise = Promise(holder, texts.fill(words, place, holder.short_name, f"{day:%d/%m/%Y}"), day)
        proof = texts.fill(
            texts.proof(self.random, case.topic.code), place, holder.short_name, f"{localdate(at):%d/%m/%Y}"
        )
        reply = actions.draft(case, Draft(text, outcome, proof, promise), actor=self.officer(case), at=at)
        case = actions.approve(case, actor=self.leader(case), at=at)
        case = actions.reply(case, actor=self.officer(case), at=at)
        reply.refresh_from_db()
        if reply.commitment is not None:
            self._promise(reply.commitment, at)
        self._after(case, at)

    def _outcome(self, case: Case) -> str:
        if case.kind in {"question", "praise", "suggestion"}:
            return "advised"
        choices = texts.outcomes(case.topic.code)
        weights = {"done": 40, "scheduled": 14, "no_money": 9, "passed_down": 7, "not_as_reported": 7, "advised": 6}
        return self.random.choices(choices, [weights.get(code, 4) for code in choices])[0]

    def _promise(self, commitment: Any, at: datetime) -> None:
        due = datetime.combine(commitment.due, time(9), ZONE)
        if self.random.random() < 0.7:  # noqa: PLR2004
            evidence = texts.fill(
                texts.pick(self.random, "proofs", "any"), str(commitment.place), "", f"{commitment.due:%d/%m/%Y}"
            )
            self.at(
                due - timedelta(days=self.random.randint(0, 8)),
                lambda then: commitments.keep(commitment, account=None, at=then, evidence=evidence),
            )

    def _after(self, case: Case, at: datetime) -> None:
        draw = self.random.random()
        if draw < 0.05:  # noqa: PLR2004
            self.later(at, 1, 8, lambda then: self._reopen(case, then))
        elif draw < 0.075:  # noqa: PLR2004
            self.later(at, 1, 9, lambda then: self._escalate(case, then))
        else:
            self.later(at, 3, 12, lambda then: actions.close(case, actor=self.officer(case), at=then))
        if self.random.random() < 0.4:  # noqa: PLR2004
            self.later(at, 0.5, 2.5, lambda then: self._rate(case, then))

    def _rate(self, case: Case, at: datetime) -> None:
        good = case.outcome in {"done", "scheduled", "advised"}
        stars = self.random.choices((1, 2, 3, 4, 5), (4, 6, 12, 38, 40) if good else (20, 20, 25, 20, 15))[0]
        actions.rate(case, stars=stars, sentence="", actor=self.resident(case), at=at)

    def _reopen(self, case: Case, at: datetime) -> None:
        reason = texts.pick(self.random, "reopen_reasons")
        case = actions.reopen(case, reason=reason, actor=self.resident(case), at=at)
        self.later(at, 0.5, 2, lambda then: self._assign(case, then))

    def _escalate(self, case: Case, at: datetime) -> None:
        case.refresh_from_db()
        cause = actions.escalation_cause(case, localdate(at))
        reason = texts.pick(self.random, "escalation_texts", cause)
        case = actions.escalate(case, reason=reason, actor=self.resident(case), at=at)
        self.later(at, 0.5, 2, lambda then: self._begin(case, then))

    def nightly(self, until: date) -> None:
        """Plan the nightly notes: what fell overdue, what a dissolved body leaves to its successor."""
        day = self.since
        while day <= until:
            self.at(datetime.combine(day, time(0, 30), ZONE), self._night)
            day += timedelta(days=1)

    def _night(self, at: datetime) -> None:
        actions.note_overdue(at)
        commitments.note_late(at)
        if actions.inherit_all(at):
            for case in Case.objects.filter(steps__verb="inherit", steps__at=at):
                self.later(at, 0.5, 4, partial(self._begin, case))
