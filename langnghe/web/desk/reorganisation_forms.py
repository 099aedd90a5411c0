"""The form of a reorganisation: its document, its day, and its units as lines "old → new", read by name or by key."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases.actions.reorganising import Draft, UnitChange
from langnghe.cases.reorganisation import Reorganisation, fault_of, in_force
from langnghe.core.text import fold
from langnghe.registry import place_text
from langnghe.registry.models import Place, Succession
from langnghe.registry.registers import day_of
from langnghe.web.desk.forms import dated
from langnghe.web.fields import Words

ARROW = re.compile(r"\s{0,99}(?:→|->|=>)\s{0,99}")
NEW = re.compile(r"^(?P<name>.*\S)\s*\((?P<code>\d{5})\)$")
MOST_LINES = 1_000


def units() -> list[Place]:
    """Return the units of the installation's province and of those that were merged into it."""
    home = Q(key=settings.INSTALLATION.place) | Q(heirs__new__key=settings.INSTALLATION.place, level="province")
    homes = list(Place.objects.filter(home).values_list("pk", flat=True).distinct())
    below = Q(parent__in=homes) | Q(parent__parent__in=homes)
    return list(Place.objects.filter(below).select_related("parent"))


def lines_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return (old, heir) as lines, one for each old unit."""
    found: dict[str, list[str]] = {}
    for old, new in pairs:
        found.setdefault(old, []).append(new)
    return "\n".join(f"{old} → {'; '.join(heirs)}" for old, heirs in found.items())


def lines_of_release(old_province: str) -> str:
    """Return what the tables of the release say of the communes of an old province."""
    rows = Succession.objects.filter(Q(old__parent__key=old_province) | Q(old__parent__parent__key=old_province))
    rows = rows.filter(old__level=Place.Level.COMMUNE, new__level=Place.Level.COMMUNE).order_by("old__key", "new__key")
    last = rows.aggregate(last=Max("old__valid_to"))["last"]  # those that had ended earlier are of another plan
    rows = rows.filter(old__valid_to=last) if last else rows
    return lines_of(rows.values_list("old__key", "new__key"))


def lines_of_plan(plan: Reorganisation) -> str:
    moves = plan.moves.select_related("old", "new").order_by("pk")
    return lines_of((move.old.key, move.new.key if move.new else move.heir_name) for move in moves)


class PlanForm(forms.Form):
    """A plan; `draft` (after validation) is what it says."""

    title = Words(label=gettext_lazy("Tên đợt sắp xếp"), longest=200)
    document_no = Words(label=gettext_lazy("Số, ký hiệu văn bản"), longest=80)
    day = forms.CharField(label=gettext_lazy("Có hiệu lực từ ngày"), widget=dated())
    moves = Words(
        label=gettext_lazy("Đơn vị cũ → đơn vị mới"),
        longest=100_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=gettext_lazy(
            "Mỗi dòng một đơn vị cũ. Nhập vào: Xã A → Xã C. Tách ra: Xã A → Xã B; Xã C. Đơn vị chưa có: ghi tên và mã, "
            "ví dụ Xã C (13999). Tên trùng nhau thì ghi mã địa bàn. Đơn vị còn tiếp tục mà nhận thêm thì chỉ ghi ở bên "
            "phải, không ghi thành một dòng."
        ),
    )
    draft: Draft

    def clean_day(self) -> Any:
        try:
            return day_of(self.cleaned_data["day"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        moves, problems = self._read(said["moves"], said["day"])
        for problem in problems[:20]:
            self.add_error("moves", problem)
        self.draft = Draft(said["title"], said["document_no"], said["day"], tuple(moves))
        return said

    def _read(self, text: str, day: date) -> tuple[list[UnitChange], list[str]]:
        book = _Book(units(), day)
        found: list[tuple[int, UnitChange]] = []
        problems: list[str] = []
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) > MOST_LINES:
            return [], [_("Quá %(most)s dòng.") % {"most": MOST_LINES}]
        for number, line in lines:
            try:
                found += [(number, change) for change in book.changes(line)]
            except ValueError as wrong:
                problems.append(_("Dòng %(n)s: %(why)s") % {"n": number, "why": wrong})
        moves = [move for _number, move in found]
        ending = {move.old.pk for move in moves}
        for number, move in found:
            if why := fault_of(move.old, move.new, day, ending):
                problems.append(_("Dòng %(n)s: %(why)s") % {"n": number, "why": why})
        olds = [(move.old.pk, move.new.pk if move.new else move.code) for move in moves]
        if len(set(olds)) < len(olds):
            problems.append(_("Có đơn vị được ghi hai lần."))
        return moves, problems


class _Book:
    """The units by key and by name; a plan's day tells which of one name is meant."""

    def __init__(self, places: list[Place], day: date) -> None:
        self.day, self.before = day, day - timedelta(days=min(day.toordinal() - 1, 1))  # no day is before 01/01/0001
        self.by_key = {place.key: place for place in places}
        self.by_name: dict[str, list[Place]] = {}
        for place in places:
            self.by_name.setdefault(fold(place.name), []).append(place)

    def changes(self, line: str) -> list[UnitChange]:
        """Return what a line says; ValueError in the reader's words."""
        parts = ARROW.split(line.strip())
        if len(parts) != 2 or not all(parts):  # noqa: PLR2004 what goes, and where to
            raise ValueError(_("hãy ghi dạng “đơn vị cũ → đơn vị mới”."))
        olds = [self._place(name, self.before) for name in parts[0].split(";") if name.strip()]
        return [
            change for old in olds for name in parts[1].split(";") if name.strip() for change in [self._to(old, name)]
        ]

    def _to(self, old: Place, name: str) -> UnitChange:
        new = NEW.match(name.strip())
        if new is None:
            heir = self._place(name, self.day)
        elif (known := Place.objects.filter(key=f"n{new['code']}").first()) is not None:
            if known.key not in self.by_key or fold(known.name) != fold(new["name"]):
                words = _("mã %(code)s đã là của “%(unit)s”; hãy ghi một mã khác.")
                raise ValueError(words % {"code": new["code"], "unit": known})
            heir = self.by_key[known.key]
        elif old.level == Place.Level.COMMUNE and not place_text.commune_type(new["name"]):
            words = _("đơn vị chưa có thì ghi đủ loại và tên, ví dụ Xã C (13999).")
            raise ValueError(words)
        else:
            return UnitChange(old, None, new["name"][:120], new["code"])
        if heir == old:
            raise ValueError(_("đơn vị cũ và mới là một."))
        return UnitChange(old, heir)

    def _place(self, name: str, on: date) -> Place:
        """Return the unit of the name; of several of that name the one in force on the day."""
        name = name.strip()
        if name in self.by_key:
            return self.by_key[name]
        found = self.by_name.get(fold(name), [])
        meant = [place for place in found if in_force(place, on)] or found
        if len(meant) == 1:
            return meant[0]
        if not meant:
            raise ValueError(_("không có đơn vị “%(name)s”.") % {"name": name})
        keys = ", ".join(f"{place.key} ({place.parent})" for place in meant[:5])
        raise ValueError(_("có nhiều đơn vị tên “%(name)s”, hãy ghi mã: %(keys)s.") % {"name": name, "keys": keys})
