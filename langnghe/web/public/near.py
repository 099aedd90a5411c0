"""What is said around here: the map of communes, the same as a list, and a commune found by its name."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.core.disclosure import suppress
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation.hearing import communes
from langnghe.situation.said_and_done import Scope, voices
from langnghe.web import maps, shown
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.places import Where, where
from langnghe.web.public.home import half_year
from langnghe.web.public.kept import kept

SHADES = 4
LONGEST_NAME = 200


class Choice(forms.Form):
    """A commune to go to, by its old or new name; a topic to draw."""

    xa = forms.CharField(label=gettext_lazy("Tới xã, phường"), required=False, max_length=LONGEST_NAME)
    linh_vuc = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="ban_do_%s")
        field = cast(forms.ChoiceField, self.fields["linh_vuc"])
        field.choices = [("", _("Tất cả")), *((code, topic.name) for code, topic in law.topics().items())]
        field.error_messages["invalid_choice"] = _("Không có lựa chọn này; đang hiện tất cả.")
        self.fields["xa"].widget.attrs["placeholder"] = _("Tên cũ hay tên mới đều được")


@public
@require_safe
def province_map(request: HttpRequest) -> HttpResponse:
    """Show the map and the list, or lead to the commune whose name was given."""
    form = Choice(request.GET)
    form.is_valid()
    asked = form.cleaned_data.get("xa", "")
    there = where(asked, "", today()) if asked else Where(None)
    if there.place is not None:
        return redirect("place", there.place.key)
    topic = form.cleaned_data.get("linh_vuc", "")
    rows = _rows(topic)
    context = {
        "form": form,
        "there": there,
        "map": _drawn(rows),
        "rows": sorted(rows.values(), key=lambda row: sort_key(row["name"])),
        "data": f"{reverse('map_data')}?linh_vuc={topic}",
        "since": half_year(today()),
        "until": today() - timedelta(days=1),
        "threshold": law.rule("disclosure_threshold"),
        "topic": topic,
    }
    return render(request, "public/map.html", context)


@public
@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """Return the communes as GeoJSON (RFC 7946) with what the map says of each."""
    form = Choice(request.GET)
    form.is_valid()
    rows = _rows(form.cleaned_data.get("linh_vuc", ""))
    lines = maps.outlines([row["place"] for row in rows.values()])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": lines[pk]},
            "properties": {key: row[key] for key in ("name", "count", "look", "href")},
        }
        for pk, row in rows.items()
        if pk in lines
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "max-age=300"
    return response


def _rows(topic: str) -> dict[int, dict[str, Any]]:
    """Return what is shown of each commune: name, count in words, shade, page."""
    day, found = today(), law.topics().get(topic)
    counted = kept(
        f"map:{topic}:{day:%Y%m%d}",
        lambda: voices(Scope(topic=found), half_year(day), day - timedelta(days=1)),
    )
    places = communes(day)
    told = suppress({place.pk: counted.get(place.pk, 0) for place in places}, law.rule("disclosure_threshold"))
    looks = _looks(told)
    return {place.pk: _row(place, told[place.pk], looks[place.pk]) for place in places}


def _row(place: Place, count: int | None, look: str) -> dict[str, Any]:
    words = f"<{law.rule('disclosure_threshold')}" if count is None else shown.number(count)
    href = reverse("place", args=[place.key])
    return {"place": place, "name": place.name, "count": words, "look": look, "href": href}


def _looks(counts: Mapping[int, int | None]) -> dict[int, str]:
    """Return the shade of each count: none, few, or one of four with as many communes each."""
    order = sorted({count for count in counts.values() if count})
    step = {count: f"l{1 + SHADES * at // len(order)}" for at, count in enumerate(order)}
    return {pk: "few" if count is None else step[count] if count else "none" for pk, count in counts.items()}


def _drawn(rows: Mapping[int, dict[str, Any]]) -> dict[str, Any] | None:
    drawn = maps.areas([row["place"] for row in rows.values()])
    for area in drawn["areas"] if drawn else ():
        area["row"] = rows[area["place"].pk]
    return drawn
