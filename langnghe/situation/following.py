"""What somebody may follow by e-mail, and the letters about it: public news alone, no more than the pages show."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Case, Step
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation.models import Follow

SALT = "langnghe.follow"
NEWS = ("publish", "reply")
MOVED = (
    "publish",
    "accept",
    "refer",
    "refer_up",
    "escalate",
    "extend",
    "pause",
    "resume",
    "reply",
    "reopen",
    "overdue",
)
MOST_LINES = 20
Letter = tuple[str, str]


@dataclass(frozen=True)
class Subject:
    """What is followed: its name, its page, its steps that are news, all of published cases."""

    name: str
    href: str
    steps: QuerySet[Step]


def subject(about: str) -> Subject | None:
    """Return what "noi:KEY", "linh_vuc:CODE" or "vu_viec:CODE" names; None where no such page is public."""
    kind, _colon, name = about.partition(":")
    if not name.isprintable():  # PostgreSQL takes no NUL
        return None
    match kind:
        case "noi":
            return _place(name)
        case "linh_vuc":
            return _topic(name)
        case "vu_viec":
            return _case(name)
    return None


def _steps(condition: Q, verbs: tuple[str, ...] = NEWS) -> QuerySet[Step]:
    return Step.objects.filter(condition, verb__in=verbs, case__in=published())


def _place(key: str) -> Subject | None:
    inside = Q(parent__key=settings.INSTALLATION.place, level=Place.Level.COMMUNE)
    found = Place.objects.filter(inside, key=key).first()
    return Subject(found.name, f"/noi/{key}", _steps(Q(place=found))) if found else None


def _topic(code: str) -> Subject | None:
    found = law.topics().get(code)
    return Subject(found.name, f"/linh-vuc/{code}", _steps(Q(topic=found))) if found else None


def _case(code: str) -> Subject | None:
    try:
        found = published().select_related("place", "topic").get(pk=parse_case(code))
    except (BadCode, Case.DoesNotExist):
        return None
    return Subject(_("Vụ việc %(code)s") % {"code": found.code}, f"/vu-viec/{found.code}", _steps(Q(case=found), MOVED))


def question(follow: Follow, what: Subject) -> Letter:
    """Return the letter that asks whether the holder of the address wished for this."""
    lines = [
        _("Có người, có lẽ là ông/bà, ghi địa chỉ này để nhận tin về: %(name)s.") % {"name": what.name},
        "",
        _("Nếu đúng, hãy mở trang sau và bấm “Đồng ý nhận thư”: %(url)s") % {"url": address(follow)},
        _("Nếu không phải, ông/bà không cần làm gì: sau hai ngày địa chỉ này được xóa."),
    ]
    return _("Xác nhận nhận tin: %(name)s") % {"name": what.name}, "\n".join(lines)


def letter(follow: Follow, what: Subject, after: int, until: int) -> Letter | None:
    """Return the letter about the steps after one and until another; None when nothing of them is public any more."""
    rows = what.steps.filter(pk__gt=after, pk__lte=until).select_related("case__place", "case__topic").order_by("-pk")
    found = list(rows[: MOST_LINES + 1])
    if not found:
        return None
    more = [_("… và nhiều việc khác trên trang.")] if len(found) > MOST_LINES else []
    lines = [
        *(_line(step) for step in found[:MOST_LINES]),
        *more,
        "",
        _("Xem tất cả: %(url)s") % {"url": f"{settings.ADDRESS}{what.href}"},
        _("Thôi nhận thư này: %(url)s") % {"url": address(follow)},
    ]
    return _("Tin mới: %(name)s") % {"name": what.name}, "\n".join(lines)


def _line(step: Step) -> str:
    case = step.case
    title = case.title or f"{case.topic.name}, {case.place}"
    return f"- {step.day:%d/%m/%Y} {MOVES[step.verb].name}: {title}\n  {settings.ADDRESS}/vu-viec/{case.code}"


def address(follow: Follow) -> str:
    """Return the page on which the holder of the address says yes, or ends it; it opens nothing else."""
    return f"{settings.ADDRESS}/theo-doi/{signing.Signer(salt=SALT).sign(str(follow.pk))}"


def follow_of(token: str) -> Follow | None:
    try:
        return Follow.objects.filter(pk=int(signing.Signer(salt=SALT).unsign(token))).first()
    except (signing.BadSignature, ValueError):
        return None
