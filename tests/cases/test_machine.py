"""Any people doing anything at any time: the table holds, one desk has the case, and the log knows every move."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from langnghe.cases import actions
from langnghe.cases import history as cases
from langnghe.cases.arrival import Received
from langnghe.cases.lifecycle import MOVES, Actor, acting, possible
from langnghe.cases.models import Case, Reply, Step
from langnghe.commitments import history as promises
from langnghe.commitments.models import Progress
from langnghe.core.refusal import Refused
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from langnghe.registry import law
from tests.cases.doing import DOES, promise
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, body, moment, received, resident, staff

WAY = ("accept", "assign", "draft", "approve", "reply")
ANYTHING = sorted(set(DOES) - {"inherit", "split", "merge"})
PEOPLE = ("resident", "officer", "leader", "leader", "other resident", "other officer", "supervisor")


class Lives(RuleBasedStateMachine):
    """Two cases live their lives in a transaction that is taken back; `model` keeps their states and moves."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now: datetime = moment()
        self.model: list[dict[str, Any]] = []
        self.receipts: list[Received] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def two_voices(self) -> None:
        for _time in range(2):
            case, answer = received(self.now)
            self.receipts.append(answer)
            self.model.append({"pk": case.pk, "state": "received", "moves": Counter(["receive"])})

    def actor(self, who: str, which: int) -> Actor:
        case = self.case(which)
        if who.endswith("resident"):
            return resident(self.receipts[which if who == "resident" else 1 - which])
        if who in {"officer", "leader"}:
            return staff(case, who)
        return acting(Cast().supervisor if who == "supervisor" else Cast().other_officer)

    def case(self, which: int) -> Case:
        return Case.objects.select_related("holder", "topic", "place").get(pk=self.model[which]["pk"])

    def attempt(self, which: int, verb: str, actor: Actor, move: Any) -> None:
        """Make the move; the model follows the table, and a refused move must leave no trace."""
        known, before = self.model[which], self.everything()
        try:
            with transaction.atomic():
                move(self.case(which), actor)
        except Refused:
            assert self.everything() == before
            return
        done = Step.objects.filter(case_id=known["pk"]).latest("pk").verb
        assert done == verb or (verb, done) == ("refer", "refer_up")
        assert known["state"] in MOVES[done].origins
        assert actor.role in MOVES[done].roles
        known["parted"] = known["state"] if done == "merge" else known.get("parted")
        known["state"] = MOVES[done].target or (known["parted"] if done == "split" else known["state"])
        known["moves"][done] += 1

    def everything(self) -> list[Any]:
        counts = [model._default_manager.count() for model in (Step, Reply, LogEntry, Progress)]
        return [counts, list(Case.objects.order_by("pk").values()), list(Reply.objects.values_list("pk", "state"))]

    @rule(which=st.integers(0, 1), verb=st.sampled_from(ANYTHING), who=st.sampled_from(PEOPLE))
    def anyone_tries_anything(self, which: int, verb: str, who: str) -> None:
        self.attempt(which, verb, self.actor(who, which), lambda case, actor: DOES[verb](case, actor, self.now))

    @rule(which=st.integers(0, 1), chosen=st.integers(0, 30), who=st.sampled_from(PEOPLE[:4]))
    def someone_does_what_they_may(self, which: int, chosen: int, who: str) -> None:
        actor = self.actor(who, which)
        verbs = [move.verb for move in possible(self.case(which), actor) if move.verb in ANYTHING]
        if verbs:
            verb = verbs[chosen % len(verbs)]
            self.attempt(which, verb, actor, lambda case, actor: DOES[verb](case, actor, self.now))

    @rule(which=st.integers(0, 1), times=st.integers(1, len(WAY)))
    def the_desk_goes_on(self, which: int, times: int) -> None:
        for _time in range(times):
            verb = dict(zip(Case.OPEN, WAY, strict=True)).get(self.model[which]["state"])  # type: ignore[call-overload]
            if verb:
                actor = self.actor("leader", which)
                self.attempt(which, verb, actor, lambda case, actor, verb=verb: DOES[verb](case, actor, self.now))

    @rule(which=st.integers(0, 1), commune=st.sampled_from([COMMUNE, OTHER_COMMUNE]))
    def it_is_passed_on(self, which: int, commune: str) -> None:
        to = body("committee_commune", commune)
        self.attempt(
            which,
            "refer",
            self.actor("officer", which),
            lambda case, actor: actions.refer(case, to=to, reason="Không thuộc xã.", actor=actor, at=self.now),
        )

    @rule(which=st.integers(0, 1))
    def no_money_is_promised_for_later(self, which: int) -> None:
        draft = actions.Draft("Chưa có kinh phí.", "no_money", promise=promise((self.now + timedelta(days=30)).date()))
        self.attempt(
            which,
            "draft",
            self.actor("officer", which),
            lambda case, actor: actions.draft(case, draft, actor=actor, at=self.now),
        )

    @rule(which=st.integers(0, 1))
    def one_is_merged_into_the_other(self, which: int) -> None:
        into = self.case(1 - which)
        self.attempt(
            which,
            "merge",
            self.actor("officer", which),
            lambda case, actor: actions.merge(case, into=into, actor=actor, at=self.now),
        )

    @precondition(lambda self: any(known["state"] == "merged" for known in self.model))
    @rule()
    def they_are_split_again(self) -> None:
        which = next(place for place, known in enumerate(self.model) if known["state"] == "merged")
        self.attempt(
            which,
            "split",
            self.actor("officer", which),
            lambda case, actor: actions.split(case, actor=actor, at=self.now),
        )

    @rule(days=st.integers(0, 12))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        for known, case in zip(self.model, Case.objects.order_by("pk"), strict=True):
            known["moves"]["overdue"] += case.overdue(self.now.date()) and not case.overdue_noted
        actions.note_overdue(self.now)

    @invariant()
    def all_is_well(self) -> None:
        steps = list(Step.objects.order_by("pk"))
        for known, case in zip(self.model, Case.objects.order_by("pk"), strict=True):
            own = [step for step in steps if step.case_id == case.pk]
            assert case.state == own[-1].state == known["state"]
            assert Counter(step.verb for step in own) == +known["moves"]
            assert case.holder_id == ([own[0].body_id] + [step.to_body_id for step in own if step.to_body_id])[-1]
            the_buck_stops(case, known["moves"])
            an_answer_settles(case)
            a_leader_approved_it([step.verb for step in own])
        assert LogEntry.objects.count() == len(steps) + Progress.objects.count()
        assert list(differences(chain(cases.entries(), promises.entries()))) == []


def the_buck_stops(case: Case, moves: Counter[str]) -> None:
    assert case.handovers == moves["refer"] + moves["refer_up"]
    assert case.handovers <= law.rule("handover_cap") + moves["refer_up"]


def a_leader_approved_it(verbs: list[str]) -> None:
    """Hold each answer to have been approved as it was last written."""
    written = [verb for verb in verbs if verb in {"draft", "approve", "reply"}]
    assert all(before == "approve" for before, verb in pairwise(written) if verb == "reply")


def an_answer_settles(case: Case) -> None:
    assert (case.settled is not None) == (case.state in {"answered", "closed"})
    assert case.paused is None or case.state not in {"answered", "closed"}


@pytest.mark.django_db
def test_lives_of_cases() -> None:
    bounds = settings(max_examples=8, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Lives, settings=bounds)
