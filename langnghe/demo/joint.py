"""Joint work in the demo: some cases ask the police, the Front or the committee of their place for a part."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from langnghe.cases import actions
from langnghe.cases.lifecycle import OFFICER, Actor
from langnghe.cases.models import Case
from langnghe.demo.texts import phrases
from langnghe.registry import law
from langnghe.registry.models import Body

if TYPE_CHECKING:
    from langnghe.demo.player import Player

ONE_IN, ASKED = 9, ("police_commune", "front_commune", "committee_commune")


def invite(player: "Player", case: Case, at: datetime) -> None:
    """Ask for a part in every ninth case; what is chosen follows from its number, so that chance stays as it was."""
    found = [law.body_at(kind, case.place) for kind in ASKED]
    bodies = [body for body in found if body is not None and body.pk not in (case.holder_id, case.concerns_id)]
    if case.pk % ONE_IN or not bodies:
        return
    body, words = bodies[case.pk // ONE_IN % len(bodies)], phrases()["parts_asked"]
    due = localdate(at) + timedelta(days=3)
    due = due if case.due is None or case.due < localdate(at) else min(due, case.due)
    asked = words[case.pk // ONE_IN % len(words)]
    actions.ask_part(case, body=body, asked=asked, due=due, actor=player.officer(case), at=at)
    if case.pk // ONE_IN % 4:  # the fourth body lets it lie
        player.at(at + timedelta(hours=20), lambda then: _give(player, case, body, then))


def _give(player: "Player", case: Case, body: Body, at: datetime) -> None:
    guest, words = Actor(OFFICER, player.clerk(body), body), phrases()["parts_given"]
    actions.give_part(case, text=words[case.pk // ONE_IN % len(words)], actor=guest, at=at)
