"""Addresses of the officers' door."""

from typing import Any

from django.urls import path

from langnghe.web.desk.calls import call, calls
from langnghe.web.desk.case import attachment, desk_case, move, tell_apart
from langnghe.web.desk.groups import case_groups
from langnghe.web.desk.hotspots import decide_hotspot, hotspot, hotspots
from langnghe.web.desk.intake import intake
from langnghe.web.desk.jobs import jobs, retry_job
from langnghe.web.desk.overview import overview
from langnghe.web.desk.photos import hide_photo, photo, photo_preview
from langnghe.web.desk.posters import posters
from langnghe.web.desk.queue import queue
from langnghe.web.desk.register_sheets import register_export, register_import
from langnghe.web.desk.registers import register, register_members, register_row, registers
from langnghe.web.desk.reorganisations import (
    decide_reorganisation,
    reorganisation,
    reorganisation_form,
    reorganisations,
)
from langnghe.web.desk.reviews import desk_review, desk_reviews
from langnghe.web.desk.signing import sign_in, sign_out

urlpatterns: list[Any] = [
    path("dang-nhap", sign_in, name="login"),
    path("dang-xuat", sign_out, name="logout"),
    path("ban-lam-viec", queue, name="queue"),
    path("ban-lam-viec/tiep-nhan", intake, name="intake"),
    path("ban-lam-viec/goi-bao", calls, name="calls"),
    path("ban-lam-viec/goi-bao/<int:step>/<int:voice>", call, name="call"),
    path("ban-lam-viec/vu-viec/<str:code>", desk_case, name="desk_case"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>", attachment, name="attachment"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>/cong-khai", photo, name="photo"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>/xem-truoc", photo_preview, name="photo_preview"),
    path("ban-lam-viec/vu-viec/<str:code>/anh/<int:pk>/go", hide_photo, name="hide_photo"),
    path("ban-lam-viec/vu-viec/<str:code>/khac/<str:other>", tell_apart, name="tell_apart"),
    path("ban-lam-viec/vu-viec/<str:code>/<slug:verb>", move, name="move"),
    path("ban-lam-viec/to-dan", posters, name="posters"),
    path("ban-lam-viec/so-ket", desk_reviews, name="desk_reviews"),
    path("ban-lam-viec/so-ket/<int:pk>", desk_review, name="desk_review"),
    path("ban-lam-viec/viec-nen", jobs, name="jobs"),
    path("ban-lam-viec/viec-nen/<int:pk>", retry_job, name="retry_job"),
    path("ban-lam-viec/giong-nhau", case_groups, name="case_groups"),
    path("ban-lam-viec/diem-nong", hotspots, name="hotspots"),
    path("ban-lam-viec/diem-nong/<int:pk>", hotspot, name="hotspot"),
    path("ban-lam-viec/diem-nong/<int:pk>/<slug:verb>", decide_hotspot, name="decide_hotspot"),
    path("ban-lam-viec/quan-tri", registers, name="registers"),
    path("ban-lam-viec/quan-tri/thanh-vien", register_members, name="register_members"),
    path("ban-lam-viec/quan-tri/tep", register_export, name="register_export"),
    path("ban-lam-viec/quan-tri/nhap", register_import, name="register_import"),
    path("ban-lam-viec/quan-tri/bang/<slug:slug>", register, name="register"),
    path("ban-lam-viec/quan-tri/bang/<slug:slug>/moi", register_row, name="register_new"),
    path("ban-lam-viec/quan-tri/bang/<slug:slug>/<int:pk>", register_row, name="register_row"),
    path("ban-lam-viec/quan-tri/sap-xep", reorganisations, name="reorganisations"),
    path("ban-lam-viec/quan-tri/sap-xep/moi", reorganisation_form, name="reorganisation_new"),
    path("ban-lam-viec/quan-tri/sap-xep/<int:pk>", reorganisation, name="reorganisation"),
    path("ban-lam-viec/quan-tri/sap-xep/<int:pk>/sua", reorganisation_form, name="reorganisation_edit"),
    path("ban-lam-viec/quan-tri/sap-xep/<int:pk>/<slug:verb>", decide_reorganisation, name="decide_reorganisation"),
    path("lanh-dao", overview, name="overview"),
]
