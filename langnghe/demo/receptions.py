"""The demo's reception days: planned as the law asks, most of them held."""

from datetime import date, datetime, time, timedelta

from langnghe.demo.player import Player
from langnghe.demo.setting import ZONE
from langnghe.engagements.actions import hold, plan_receptions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement
from langnghe.registry import law
from langnghe.registry.models import Place

HELD = 0.93
CHAIR = "Chủ tịch UBND cấp xã"


def play_receptions(player: Player, places: list[Place], since: date, until: date) -> None:
    """Plan the reception days of every commune at the start, and hold most of each week's at its end."""
    start = datetime.combine(since, time(0, 10), ZONE)
    bodies = [body for place in places if (body := law.body_at("committee_commune", place))]

    def plan(at: datetime) -> None:
        for body in bodies:
            name = body.place.name
            setting = Setting(f"Trụ sở tiếp công dân {name[:1].lower()}{name[1:]}", time(8), time(11, 30))
            plan_receptions(body, chair=CHAIR, since=since, until=until, at=at, setting=setting)

    player.at(start, plan)
    day = since + timedelta(days=6)
    while day <= until + timedelta(days=6):
        player.at(datetime.combine(min(day, until), time(16, 45), ZONE), lambda at: _hold_week(player, at))
        day += timedelta(days=7)


def _hold_week(player: Player, at: datetime) -> None:
    """Hold what was planned in the last seven days and not yet noted."""
    week = (at.date() - timedelta(days=6), at.date())
    rows = Engagement.objects.filter(kind="reception", day__range=week, held_at=None).select_related("body")
    held = [(row, player.random.randint(0, 14)) for row in rows if player.random.random() < HELD]
    if held:
        hold(held, at=at)
