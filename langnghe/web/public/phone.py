"""What makes the site usable on a phone without a line, and where the phone stands or a finger taps."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation.hearing import communes
from langnghe.web import maps, sealed
from langnghe.web.access import public
from langnghe.web.now import today

FONTS = ("fonts/text-400.woff2", "fonts/text-600.woff2", "fonts/head-400.woff2")
FILES = ("langnghe.css", "speak.js", *FONTS)
ICONS = {"icon-192.png": "192x192", "icon-512.png": "512x512"}


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the script that keeps pages and what waits to be sent; a new release of the files makes a new one."""
    names = "".join(staticfiles_storage.url(name) for name in FILES)
    context = {
        "files": FILES,
        "version": hashlib.sha256(names.encode()).hexdigest()[:12],
        "sealed": list(sealed.ACTS),
        "patterns": sealed.patterns(),
    }
    response = render(request, "public/sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Return what a phone needs to put the site on its home screen (W3C Web Application Manifest)."""
    icons = [{"src": staticfiles_storage.url(name), "sizes": size, "type": "image/png"} for name, size in ICONS.items()]
    told = {
        "name": f"Lắng Nghe {law.place(settings.INSTALLATION.place).name}",
        "short_name": "Lắng Nghe",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "lang": "vi",
        "background_color": "#fbf9f4",
        "theme_color": "#0e5650",
        "icons": icons,
        "shortcuts": [{"name": _("Gửi phản ánh"), "url": reverse("speak")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "public/offline.html")


@public
@cache_control(max_age=3600, public=True)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Return path, latitude and longitude of each commune, so that the phone itself finds the nearest."""
    rows = [(_path(place), place.lat, place.lon) for place in communes(today())]
    return JsonResponse(rows, safe=False)


@public
@require_safe
def place_map(request: HttpRequest) -> HttpResponse:
    """Return the communes' outlines, each a link to the form with its name."""
    areas = maps.areas(communes(today()))
    for area in areas["areas"] if areas else ():
        area["name"] = _path(area["place"])
    return render(request, "public/_place_map.html", {"map": areas})


def _path(place: Place) -> str:
    return f"{place.name}, {law.place(settings.INSTALLATION.place).name}"
