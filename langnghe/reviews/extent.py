"""Whose facts the statistical forms count, one and the same in every column, and between which days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.sealed.procedure import Bodies
from langnghe.registry import law
from langnghe.registry.models import Body, Place
from langnghe.reviews.scope import covered


@dataclass(frozen=True)
class Extent:
    """All that happened in places, whoever did it; or what some bodies did, wherever. `words` say so to the reader.

    Known by `at`, from the first day to the last, both counted.
    """

    name: str
    words: str
    since: date
    until: date
    at: datetime
    places: Collection[int] = ()
    bodies: Bodies = ()


def of_place(place: Place, since: date, until: date, at: datetime) -> Extent:
    words = _("Đếm cả địa bàn %(name)s: việc tại đây của mọi cơ quan, đơn và buổi tiếp của các cơ quan đóng tại đây.")
    name = str(place)
    return Extent(name, words % {"name": name}, since, until, at, places=list(covered(place, until)))


def of_body(body: Body, since: date, until: date, at: datetime) -> Extent:
    """Return what the body itself did, and before it those that it followed."""
    words = _(
        "Chỉ đếm phần của %(name)s: việc do cơ quan này giữ, lời ghi tại nơi tiếp và buổi tiếp của chính cơ quan. "
        "Việc nơi khác chuyển đến sau không đếm vào số nhận trong kỳ."
    )
    return Extent(body.name, words % {"name": body.name}, since, until, at, bodies=_own(body, at))


def of_branch(body: Body, since: date, until: date, at: datetime) -> Extent:
    """Return what the body and all below it did, down to the third: no chain in the table of body types is longer."""
    words = _(
        "Đếm phần của %(name)s và mọi cơ quan cấp dưới: việc do các cơ quan ấy giữ, lời ghi tại nơi tiếp và buổi tiếp "
        "của họ. Việc nơi khác chuyển đến sau không đếm vào số nhận trong kỳ."
    )
    own = _own(body, at)
    near = Q(pk__in=own) | Q(superior__in=own) | Q(superior__superior__in=own)
    found = Body.objects.filter(near | Q(superior__superior__superior__in=own)).values_list("pk", flat=True)
    name = _("%(body)s và các cơ quan cấp dưới") % {"body": body.name}
    return Extent(name, words % {"name": body.name}, since, until, at, bodies=found)


def _own(body: Body, at: datetime) -> set[int]:
    return {body.pk, *law.forerunners(body, localdate(at))}
