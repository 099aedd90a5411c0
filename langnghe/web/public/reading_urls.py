"""Addresses of what residents read: reviews, the situation, meetings, the log."""

from typing import Any

from django.urls import path

from langnghe.web.public.around import place, topic
from langnghe.web.public.booking import book_day, booking
from langnghe.web.public.commitments import commitment, commitments
from langnghe.web.public.conservation import conservation
from langnghe.web.public.feeds import all_feed, case_feed, place_feed, topic_feed
from langnghe.web.public.follow import follow, follow_by_link
from langnghe.web.public.law_pages import law
from langnghe.web.public.log import entry_proof, log, log_file, my_proof, verify_page
from langnghe.web.public.meetings import meetings
from langnghe.web.public.near import map_data, province_map
from langnghe.web.public.pressing import rising_word
from langnghe.web.public.records import review_records
from langnghe.web.public.reviews import review, reviews, word
from langnghe.web.public.situation import situation

urlpatterns: list[Any] = [
    path("ban-do", province_map, name="map"),
    path("ban-do.json", map_data, name="map_data"),
    path("noi/<slug:key>", place, name="place"),
    path("noi/<slug:key>.atom", place_feed, name="place_feed"),
    path("linh-vuc/<slug:code>", topic, name="topic"),
    path("linh-vuc/<slug:code>.atom", topic_feed, name="topic_feed"),
    path("theo-doi", follow, name="follow"),
    path("theo-doi/<str:token>", follow_by_link, name="follow_by_link"),
    path("vu-viec.atom", all_feed, name="all_feed"),
    path("vu-viec/<slug:code>.atom", case_feed, name="case_feed"),
    path("nam-tinh-hinh", situation, name="situation"),
    path("nam-tinh-hinh/tu-ngu/<int:pk>", rising_word, name="rising_word"),
    path("tiep-xuc-doi-thoai", meetings, name="meetings"),
    path("tiep-xuc-doi-thoai/<int:pk>/dat-lich", book_day, name="book_day"),
    path("tiep-xuc-doi-thoai/lich-hen", booking, name="booking"),
    path("cam-ket", commitments, name="commitments"),
    path("cam-ket/<str:code>", commitment, name="commitment"),
    path("can-cu-phap-ly", law, name="law"),
    path("nhat-ky", log, name="log"),
    path("nhat-ky/kiem-tra", verify_page, name="verify_page"),
    path("nhat-ky/muc/<int:index>", entry_proof, name="entry_proof"),
    path("log/<path:path>", log_file, name="log_file"),
    path("vu-viec-cua-toi/bien-nhan", my_proof, name="my_proof"),
    path("nhat-ky/doi-soat", conservation, name="conservation"),
    path("so-ket", reviews, name="reviews"),
    path("so-ket/<int:pk>", review, name="review"),
    path("so-ket/<int:pk>/tai-ve", word, name="word"),
    path("so-ket/<int:pk>/so-lieu/<int:number>", review_records, name="records"),
]
