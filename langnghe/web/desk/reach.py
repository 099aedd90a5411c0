"""Which cases a member may read: those of their body and of the bodies below it; a reviewer, those of their place."""

from django.db.models import Q, QuerySet

from langnghe.cases.models import Case
from langnghe.core.text import sort_key
from langnghe.registry import known, law, rights
from langnghe.registry.models import Member, Place
from langnghe.situation.counts import within
from langnghe.web.now import today


def reviews(member: Member) -> bool:
    """Return whether the member reads the cases of a place, whoever holds them, and changes none."""
    return rights.RIGHTS["list_cases"].scopes.get(member.role) == rights.Scope.PLACE


def of_province(member: Member) -> bool:
    """Return whether the member's body stands for the whole province, which is the whole installation."""
    return rights.of_province(member.body)


def may_read(member: Member, case: Case) -> bool:
    """Return whether the member reads the case; what an ended body settled is read by who followed it."""
    return rights.reaches(member, "read_case", law.standing(case.holder, today()), case.place)


def on_desk(member: Member) -> QuerySet[Case]:
    """Return the cases a member's queue lists: the body's own, or for reviewers those of its place."""
    rows = Case.objects.exclude(state=Case.State.SEALED)
    return rows.filter(within(member.body.place)) if reviews(member) else rows.filter(holder=member.body)


def readable(member: Member) -> Q:
    """Return `may_read` as a condition."""
    if reviews(member):
        return within(member.body.place)
    return Q(holder__in=known.below(member.body_id) | known.before(member.body, today()))


def commune(member: Member, key: str) -> Place | None:
    """Return the commune of the key, in force or ended, when the member's list can be narrowed to it."""
    home = member.body.place
    if home.level == Place.Level.COMMUNE or not key.isalnum():
        return None
    try:
        place = law.place(key)
    except Place.DoesNotExist:
        return None
    below = of_province(member) or home in place.lineage()
    return place if below and place.level == Place.Level.COMMUNE else None


def communes(member: Member, chosen: Place | None = None) -> list[Place]:
    """Return the communes in force to choose from, with the chosen one; none for a body of a commune."""
    home = member.body.place
    if home.level == Place.Level.COMMUNE:
        return []
    rows = Place.objects.on(today()).filter(Q(parent=home) | Q(parent__parent=home), level=Place.Level.COMMUNE)
    return sorted({*rows, *([chosen] if chosen else [])}, key=lambda place: sort_key(place.name))
