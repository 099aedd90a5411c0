"""Addresses of the residents' door."""

from typing import Any

from django.urls import path

from langnghe.web.public.alike import alike
from langnghe.web.public.cases import case, cases
from langnghe.web.public.home import home
from langnghe.web.public.mine import act, leave, look_up, mine
from langnghe.web.public.reading_urls import urlpatterns as reading
from langnghe.web.public.site import health, language, robots, source, status
from langnghe.web.public.speaking import speak

urlpatterns: list[Any] = [
    path("", home, name="home"),
    path("gui-phan-anh", speak, name="speak"),
    path("gui-phan-anh/tuong-tu", alike, name="alike"),
    path("tra-cuu", look_up, name="look_up"),
    path("vu-viec-cua-toi", mine, name="mine"),
    *reading,
    path("vu-viec-cua-toi/<slug:verb>", act, name="act"),
    path("thoat", leave, name="leave"),
    path("vu-viec", cases, name="cases"),
    path("vu-viec/<str:code>", case, name="case"),
    path("ngon-ngu", language, name="language"),
    path("ma-nguon", source, name="source"),
    path("trang-thai", status, name="status"),
    path("trang-thai.json", health, name="health"),
    path("robots.txt", robots, name="robots"),
]
