"""Addresses of the residents' door."""

from typing import Any

from django.urls import path

from langnghe.web.public.alike import alike
from langnghe.web.public.cases import case, cases, paper, photo
from langnghe.web.public.flags import flag
from langnghe.web.public.home import home
from langnghe.web.public.mine import act, leave, look_up, mine
from langnghe.web.public.my_data import my_data
from langnghe.web.public.notices import by_link, notices
from langnghe.web.public.phone import manifest, offline, place_map, places, service_worker
from langnghe.web.public.reading_urls import urlpatterns as reading
from langnghe.web.public.sealed_door import mine_sealed, send_sealed
from langnghe.web.public.site import health, language, robots, source, status
from langnghe.web.public.speaking import procedure, speak

urlpatterns: list[Any] = [
    path("", home, name="home"),
    path("gui-phan-anh", speak, name="speak"),
    path("gui-phan-anh/tuong-tu", alike, name="alike"),
    path("gui-phan-anh/thu-tuc/<slug:kind>", procedure, name="procedure"),
    path("gui-phan-anh/niem-phong", send_sealed, name="send_sealed"),
    path("gui-phan-anh/ban-do", place_map, name="place_map"),
    path("xa-phuong.json", places, name="places"),
    path("sw.js", service_worker, name="service_worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("mat-mang", offline, name="offline"),
    path("tra-cuu", look_up, name="look_up"),
    path("vu-viec-cua-toi", mine, name="mine"),
    *reading,
    path("vu-viec-cua-toi/niem-phong", mine_sealed, name="mine_sealed"),
    path("vu-viec-cua-toi/du-lieu", my_data, name="my_data"),
    path("vu-viec-cua-toi/<slug:verb>", act, name="act"),
    path("thong-bao", notices, name="notices"),
    path("thong-bao/<str:token>", by_link, name="notices_by_link"),
    path("thoat", leave, name="leave"),
    path("vu-viec", cases, name="cases"),
    path("vu-viec/<str:code>", case, name="case"),
    path("vu-viec/<str:code>/bao", flag, name="flag"),
    path("anh/<slug:place>.jpg", photo, name="public_photo"),
    path("tep/<slug:place>.pdf", paper, name="public_paper"),
    path("ngon-ngu", language, name="language"),
    path("ma-nguon", source, name="source"),
    path("trang-thai", status, name="status"),
    path("trang-thai.json", health, name="health"),
    path("robots.txt", robots, name="robots"),
]
