"""Addresses of the officers' door."""

from typing import Any

from django.urls import path

from langnghe.web.desk.account import account, account_change
from langnghe.web.desk.bulk import bulk, printed
from langnghe.web.desk.calls import call, calls
from langnghe.web.desk.case import attachment, beside, desk_case, move, proof_paper, settle_flags, tell_apart
from langnghe.web.desk.comparing import comparison, comparison_file, comparison_paper
from langnghe.web.desk.factors import change_factors, new_passkey, second
from langnghe.web.desk.groups import case_groups
from langnghe.web.desk.hotspots import decide_hotspot, hotspot, hotspots
from langnghe.web.desk.intake import intake
from langnghe.web.desk.intake_sealed import intake_sealed
from langnghe.web.desk.jobs import jobs, retry_job
from langnghe.web.desk.lane import lane, lane_key, sealed_record
from langnghe.web.desk.openid import openid, openid_return
from langnghe.web.desk.oversight import oversight
from langnghe.web.desk.overview import overview, overview_file, overview_paper
from langnghe.web.desk.own_body import own_body
from langnghe.web.desk.parts import parts
from langnghe.web.desk.people import join, let_go, lost_factor, people, sign_somebody_out, withdraw_invitation
from langnghe.web.desk.photos import black_out, hide_photo, photo, photo_preview, proof_preview
from langnghe.web.desk.posters import posters
from langnghe.web.desk.queue import arrivals, filters, queue
from langnghe.web.desk.reception_book import conclusion, conclusion_file, reception_book
from langnghe.web.desk.receptions import reception, receptions
from langnghe.web.desk.register_sheets import register_export, register_import
from langnghe.web.desk.registers import register, register_roles, register_row, registers
from langnghe.web.desk.reorganisations import (
    decide_reorganisation,
    reorganisation,
    reorganisation_form,
    reorganisations,
)
from langnghe.web.desk.reviews import desk_review, desk_reviews
from langnghe.web.desk.sampling import sample, samples
from langnghe.web.desk.signing import passkey, second_step, sign_in, sign_out
from langnghe.web.desk.statistics import statistics
from langnghe.web.desk.subject_requests import subject_request, subject_requests
from langnghe.web.desk.tickets import ticket

urlpatterns: list[Any] = [
    path("dang-nhap", sign_in, name="login"),
    path("dang-nhap/ma", second_step, name="second_step"),
    path("dang-nhap/khoa", passkey, name="passkey"),
    path("dang-nhap/openid", openid, name="openid"),
    path("dang-nhap/openid/ve", openid_return, name="openid_return"),
    path("loi-moi", join, name="join"),
    path("ban-lam-viec/tai-khoan", account, name="account"),
    path("ban-lam-viec/tai-khoan/hai-lop", second, name="second_factor"),
    path("ban-lam-viec/tai-khoan/hai-lop/khoa", new_passkey, name="new_passkey"),
    path("ban-lam-viec/tai-khoan/hai-lop/<slug:verb>", change_factors, name="change_factors"),
    path("ban-lam-viec/tai-khoan/<slug:verb>", account_change, name="account_change"),
    path("ban-lam-viec/nhan-su", people, name="people"),
    path("ban-lam-viec/nhan-su/<int:pk>/thoi", let_go, name="let_go"),
    path("ban-lam-viec/nhan-su/<int:pk>/dang-xuat", sign_somebody_out, name="sign_somebody_out"),
    path("ban-lam-viec/nhan-su/<int:pk>/mat-lop-hai", lost_factor, name="lost_factor"),
    path("ban-lam-viec/nhan-su/loi-moi/<int:pk>/rut", withdraw_invitation, name="withdraw_invitation"),
    path("dang-xuat", sign_out, name="logout"),
    path("ban-lam-viec", queue, name="queue"),
    path("ban-lam-viec/moi-den.json", arrivals, name="arrivals"),
    path("ban-lam-viec/bo-loc", filters, name="filters"),
    path("ban-lam-viec/nhieu-viec", bulk, name="bulk"),
    path("ban-lam-viec/in", printed, name="printed"),
    path("ban-lam-viec/tiep-nhan", intake, name="intake"),
    path("ban-lam-viec/tiep-nhan/kin", intake_sealed, name="intake_sealed"),
    path("ban-lam-viec/goi-bao", calls, name="calls"),
    path("ban-lam-viec/goi-bao/<int:step>/<int:voice>", call, name="call"),
    path("ban-lam-viec/phoi-hop", parts, name="parts"),
    path("ban-lam-viec/du-lieu-ca-nhan", subject_requests, name="subject_requests"),
    path("ban-lam-viec/du-lieu-ca-nhan/<int:pk>", subject_request, name="subject_request"),
    path("ban-lam-viec/vu-viec/<str:code>", desk_case, name="desk_case"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>", attachment, name="attachment"),
    path("ban-lam-viec/vu-viec/<str:code>/bang-chung/<int:pk>", proof_paper, name="proof_paper"),
    path("ban-lam-viec/vu-viec/<str:code>/bang-chung/anh/<int:pk>", black_out, name="black_out"),
    path("ban-lam-viec/vu-viec/<str:code>/bang-chung/anh/<int:pk>/xem-truoc", proof_preview, name="proof_preview"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>/cong-khai", photo, name="photo"),
    path("ban-lam-viec/vu-viec/<str:code>/tep/<int:pk>/xem-truoc", photo_preview, name="photo_preview"),
    path("ban-lam-viec/vu-viec/<str:code>/anh/<int:pk>/go", hide_photo, name="hide_photo"),
    path("ban-lam-viec/vu-viec/<str:code>/giong", beside, name="beside"),
    path("ban-lam-viec/vu-viec/<str:code>/khac/<str:other>", tell_apart, name="tell_apart"),
    path("ban-lam-viec/vu-viec/<str:code>/da-xem-bao", settle_flags, name="settle_flags"),
    path("ban-lam-viec/vu-viec/<str:code>/<slug:verb>", move, name="move"),
    path("ban-lam-viec/niem-phong", lane, name="lane"),
    path("ban-lam-viec/niem-phong/khoa", lane_key, name="lane_key"),
    path("ban-lam-viec/niem-phong/<slug:pk>", sealed_record, name="sealed_record"),
    path("giam-sat/mau", samples, name="samples"),
    path("giam-sat/mau/<int:pk>", sample, name="sample"),
    path("giam-sat/niem-phong", oversight, name="oversight"),
    path("ban-lam-viec/co-quan", own_body, name="own_body"),
    path("ban-lam-viec/to-dan", posters, name="posters"),
    path("ban-lam-viec/tiep-dan", receptions, name="receptions"),
    path("ban-lam-viec/tiep-dan/<int:pk>", reception, name="reception"),
    path("ban-lam-viec/tiep-dan/phieu/<int:pk>", ticket, name="ticket"),
    path("ban-lam-viec/tiep-dan/<int:pk>/ket-luan", conclusion, name="conclusion"),
    path("ban-lam-viec/tiep-dan/<int:pk>/ket-luan.docx", conclusion_file, name="conclusion_file"),
    path("ban-lam-viec/so-tiep-dan", reception_book, name="reception_book"),
    path("ban-lam-viec/bieu-thong-ke", statistics, name="statistics"),
    path("ban-lam-viec/so-ket", desk_reviews, name="desk_reviews"),
    path("ban-lam-viec/so-ket/<int:pk>", desk_review, name="desk_review"),
    path("ban-lam-viec/viec-nen", jobs, name="jobs"),
    path("ban-lam-viec/viec-nen/<int:pk>", retry_job, name="retry_job"),
    path("ban-lam-viec/giong-nhau", case_groups, name="case_groups"),
    path("ban-lam-viec/diem-nong", hotspots, name="hotspots"),
    path("ban-lam-viec/diem-nong/<int:pk>", hotspot, name="hotspot"),
    path("ban-lam-viec/diem-nong/<int:pk>/<slug:verb>", decide_hotspot, name="decide_hotspot"),
    path("ban-lam-viec/quan-tri", registers, name="registers"),
    path("ban-lam-viec/quan-tri/vai-tro", register_roles, name="register_roles"),
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
    path("lanh-dao/so-sanh", comparison, name="comparison"),
    path("lanh-dao/so-sanh.xlsx", comparison_file, name="comparison_file"),
    path("lanh-dao/so-sanh.pdf", comparison_paper, name="comparison_paper"),
    path("lanh-dao/tong-quan.xlsx", overview_file, name="overview_file"),
    path("lanh-dao/tong-quan.pdf", overview_paper, name="overview_paper"),
    path("lanh-dao", overview, name="overview"),
]
