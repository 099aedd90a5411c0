"""What a reorganisation means for the members of the bodies that end and for what lies sealed with them, in lines."""

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from langnghe.cases.reorganisation import Reorganisation
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey, SealedKey, SealedRecord
from langnghe.registry.find import by_name
from langnghe.registry.models import Body, Member
from langnghe.web import shown
from langnghe.web.now import today

LISTED = 50


def foreseen(plan: Reorganisation) -> dict[str, Any]:
    """Return the lines of a draft: who and what would go to the one heir, who and what would wait for a person."""
    bodies = Body.objects.filter(place__in=plan.moves.values("old"))
    followers = _followers(plan, bodies)
    moving = {pk for pk, (goes, _found) in followers.items() if goes}
    members = Counter(Member.objects.on(max(plan.day, today())).filter(body__in=bodies).values_list("body", flat=True))
    records = _running(Q(body__in=bodies))
    went = {"day": f"{plan.day:%d/%m/%Y}"}
    lines = [
        _(
            "%(n)s vai trò ở các cơ quan kết thúc: %(moving)s sang cơ quan cùng loại ở đơn vị nhận từ ngày %(day)s; "
            "%(waiting)s chờ bạn cho vai trò mới."
        )
        % (_parted(members, moving) | went),
        _(
            "%(n)s hồ sơ khiếu nại, tố cáo chưa xong ở các cơ quan kết thúc: %(moving)s sang cơ quan nhận cùng khóa "
            "của người đang mở được; %(waiting)s ở lại, chờ người giữ khóa trao cho người nhận mới."
        )
        % (_parted(records, moving) | went),
    ]
    keyed = set(_keys().values_list("body", flat=True))
    needed = {pk for pk in followers if pk in keyed or records[pk]}
    lacking = {
        body.pk: body
        for pk in needed
        for body in followers[pk][1]
        if body.pk not in keyed and not (pk in moving and pk in keyed)
    }
    return {"people_lines": lines + _lacking(list(lacking.values()))}


def standing(plan: Reorganisation) -> dict[str, Any]:
    """Return the lines of a plan that was applied, and the members who wait for a person at bodies that ended."""
    bodies = Body.objects.filter(place__in=plan.moves.values("old"), valid_to__lt=plan.day)
    heirs = Body.objects.filter(place__in=plan.moves.values("new"))
    placed = Member.objects.on(today()).filter(body__in=Body.objects.on(today())).values("account")
    waiting = Member.objects.on(today()).filter(body__in=bodies).exclude(account__in=placed)
    waiting = waiting.select_related("account", "body").order_by("pk")
    moved = Member.objects.filter(body__in=heirs, citation=plan.source).count()
    left = sum(_running(Q(body__in=bodies)).values())
    opens = SealedKey.objects.filter(record=OuterRef("pk"), lane_key__in=_keys())
    unread = sum(_running(~Exists(opens) & Q(body__in=heirs | bodies)).values())
    lines = [
        _("%(n)s vai trò đã sang đơn vị nhận từ ngày %(day)s; %(waiting)s còn chờ bạn cho vai trò mới.")
        % {"n": shown.number(moved), "day": f"{plan.day:%d/%m/%Y}", "waiting": shown.number(waiting.count())}
    ]
    if left:
        words = _(
            "%(n)s hồ sơ khiếu nại, tố cáo chưa xong còn ở cơ quan đã kết thúc: người đang giữ khóa mở từng hồ sơ và "
            "trao cho người nhận của cơ quan mới, rồi mới thôi vai trò."
        )
        lines.append(words % {"n": shown.number(left)})
    if unread:
        words = _(
            "%(n)s hồ sơ khiếu nại, tố cáo chưa xong không còn ai mở được: người vận hành trao lại bằng hai phần của "
            "khóa khôi phục (langnghe recover-sealed)."
        )
        lines.append(words % {"n": shown.number(unread)})
    return {"people_lines": lines, "people_waiting": waiting[:LISTED]}


def _followers(plan: Reorganisation, bodies: Any) -> dict[int, tuple[bool, list[Body]]]:
    """Return for each body that ends whether all goes on by itself, and the bodies of its type at the heirs.

    A unit still to be made gets the bodies that a unit of its kind has.
    """
    heirs: dict[int, list[int | None]] = {}
    for old, new in plan.moves.order_by("pk").values_list("old", "new"):
        heirs.setdefault(old, []).append(new)
    there: dict[tuple[int, str], Body] = {}
    for body in Body.objects.filter(place__in=plan.moves.values("new")).on(plan.day):
        there.setdefault((body.place_id, body.type), body)
    found: dict[int, tuple[bool, list[Body]]] = {}
    for body in bodies:
        places = heirs[body.place_id]
        after = [there[place, body.type] for place in places if place and (place, body.type) in there]
        found[body.pk] = (len(places) == 1 and (places[0] is None or bool(after)), after)
    return found


def _keys() -> Any:
    return LaneKey.objects.in_force(today()).filter(kind=LaneKey.Kind.MEMBER)


def _running(which: Q) -> Counter[int]:
    """Count by body the sealed records of these that are not settled yet."""
    counted: Counter[int] = Counter()
    for record in SealedRecord.objects.filter(which).prefetch_related("steps"):
        steps = sorted(record.steps.all(), key=lambda step: step.pk)
        counted[record.body_id] += procedure.standing(record, steps).is_open
    return counted


def _parted(counted: Counter[int], moving: set[int]) -> dict[str, str]:
    total = sum(counted.values())
    goes = sum(n for body, n in counted.items() if body in moving)
    return {"n": shown.number(total), "moving": shown.number(goes), "waiting": shown.number(total - goes)}


def _lacking(bodies: list[Body]) -> list[str]:
    names = "; ".join(str(body) for body in by_name(bodies)[:LISTED])
    words = _("Cơ quan nhận chưa có người nhận khiếu nại, tố cáo có khóa: %(names)s. Hãy để họ tạo khóa trước.")
    return [words % {"names": names}] if names else []
