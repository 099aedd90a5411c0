"""Photos on the desk and on the public page: who may, what a browser is told, what is refused and how."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.models import Attachment, Case, PublishedPhoto
from tests.cases.test_photos import BAD, CANARY, show, with_photo
from tests.cast import Cast, moment, staff
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db
BOX = {"trai": ["10", ""], "tren": ["20", ""], "rong": ["30,5", ""], "cao": ["40", ""]}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(11)


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def address(case: Case, photo: Attachment, name: str = "photo") -> str:
    return reverse(name, args=[case.code, photo.pk])


def test_an_officer_blacks_out_and_shows_it(desk: Client, client: Client) -> None:
    case, photo = with_photo()
    assert "Che và công khai ảnh" in page(desk.get(address(case, photo)))
    looked = page(desk.post(address(case, photo), BOX | {"verb": "look", "words": "Cột đèn"}))
    assert "trai=10&tren=20&rong=30.5&cao=40" in looked and 'value="Cột đèn"' in looked
    assert not PublishedPhoto.objects.exists()
    preview = desk.get(address(case, photo, "photo_preview") + "?trai=10&tren=20&rong=30.5&cao=40&luoi=1")
    assert preview["Content-Type"] == "image/jpeg" and CANARY.encode() not in preview.content
    assert desk.post(address(case, photo), BOX | {"verb": "show", "words": "Cột đèn"}).status_code == 302
    text = page(client.get(f"/vu-viec/{case.code}"))
    made = PublishedPhoto.objects.get()
    assert f'src="/anh/{made.place}.jpg" width="400" height="300" alt="Cột đèn"' in text


def test_a_browser_is_told_that_it_is_a_picture_alone(client: Client) -> None:
    made = show(*with_photo())
    answer = client.get(f"/anh/{made.place}.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/anh/{made.place}.jpg", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("how", ["unpublish", "hide", "sealed"])
def test_it_is_gone_as_soon_as_it_is_taken_back(client: Client, desk: Client, how: str) -> None:
    case, photo = with_photo()
    made = show(case, photo)
    if how == "unpublish":
        actions.unpublish(case, reason="Lộ người", actor=staff(case), at=moment())
    elif how == "hide":
        desk.post(reverse("hide_photo", args=[case.code, made.pk]))
    else:
        Case.objects.update(kind="denunciation")
    assert client.get(f"/anh/{made.place}.jpg").status_code == 404


@pytest.mark.parametrize("name", ["png bomb", "cut off", "head alone", "png head alone"])
def test_a_malicious_file_is_refused_in_words_and_kept(desk: Client, name: str) -> None:
    case, photo = with_photo(BAD[name]())
    for answer in (desk.get(address(case, photo)), desk.post(address(case, photo), {"verb": "show", "words": "x"})):
        assert answer.status_code == 422 and "Không mở được ảnh" in page(answer)
    assert desk.get(address(case, photo, "photo_preview")).status_code == 404
    assert Attachment.objects.get().digest and not PublishedPhoto.objects.exists()


@pytest.mark.parametrize("value", ["x", "-1", "101", "nan", "inf", "1e9", "٣x", "", "9" * 400])
def test_a_wrong_number_is_told_and_comes_back(desk: Client, value: str) -> None:
    case, photo = with_photo()
    data = {"trai": value, "tren": "1", "rong": "1", "cao": "1", "verb": "show", "words": "Đèn"}
    answer = desk.post(address(case, photo), data)
    assert answer.status_code == 422 and "bốn số từ 0 đến 100" in page(answer) and 'value="Đèn"' in page(answer)
    assert not PublishedPhoto.objects.exists()


def test_without_words_nothing_is_shown(desk: Client) -> None:
    case, photo = with_photo()
    answer = desk.post(address(case, photo), {"verb": "show", "words": " "})
    assert answer.status_code == 422 and "mô tả ảnh" in page(answer).lower()


def test_words_that_name_somebody_are_pointed_at_and_a_person_decides(desk: Client) -> None:
    case, photo = with_photo()
    said = BOX | {"verb": "show", "words": "Xe 89A-123.45 của ông Trần Văn Tư"}
    answer = desk.post(address(case, photo), said)
    assert answer.status_code == 422 and not PublishedPhoto.objects.exists()
    assert all(words in page(answer) for words in ("89A-123.45”", "“ông Trần Văn Tư”", 'name="seen"'))
    assert desk.post(address(case, photo), said | {"seen": "on"}).status_code == 302


@pytest.mark.parametrize("who", ["other_officer", "province_officer", "supervisor", "commission"])
def test_nobody_else_shows_or_hides(cast: Cast, who: str) -> None:
    case, photo = with_photo()
    made, client = show(case, photo), Client()
    client.force_login(getattr(cast, who).account)
    client.post(address(case, photo), {"verb": "show", "words": "Khác"})
    client.post(reverse("hide_photo", args=[case.code, made.pk]))
    assert PublishedPhoto.objects.get().words == "Đèn tắt"


def test_a_photo_of_another_case_is_not_there(desk: Client) -> None:
    (case, _photo), (_other, photo) = with_photo(), with_photo()
    assert desk.get(address(case, photo)).status_code == 404
    made = show(_other, photo)
    assert desk.post(reverse("hide_photo", args=[case.code, made.pk])).status_code == 404
