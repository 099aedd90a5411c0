"""Posters: the PDF says whose commune it is, and its code opens the form there."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cli import main
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.web.posters import DEMO, Poster, pdf, posters
from tests.cast import COMMUNE, PROVINCE, Cast, moment

pytestmark = pytest.mark.django_db
A4_HEIGHT = 842  # points
ADDRESS = "https://langnghe.tinh.example"


@pytest.fixture(autouse=True)
def site(cast: Cast, settings: Any) -> None:
    settings.CLOCK, settings.ADDRESS = moment(10), ADDRESS


def made(tmp_path: Path, *villages: str, phone: str = "") -> tuple[Path, str]:
    """Return the PDF of the commune and its text."""
    path = tmp_path / "to-dan.pdf"
    path.write_bytes(pdf(posters(law.place(COMMUNE), villages, phone), moment().date()))
    return path, text_of(path)


def text_of(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def lowest(path: Path) -> float:
    """Return where the lowest word of the page ends, in points from the top."""
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True)
    return max(float(found) for found in re.findall(r'yMax="([\d.]+)"', done.stdout))


def scanned(path: Path, tmp_path: Path) -> list[str]:
    """Return what the codes of the pages say to a scanner."""
    subprocess.run(["pdftoppm", "-r", "100", "-png", path, tmp_path / "trang"], check=True)
    found = []
    for image in sorted(tmp_path.glob("trang*.png")):
        done = subprocess.run(["zbarimg", "-q", "--raw", image], capture_output=True, text=True, check=True)
        found.append(done.stdout.strip())
    return found


def test_a_poster_names_the_commune_and_its_code_opens_the_form_there(tmp_path: Path) -> None:
    path, text = made(tmp_path, phone="0221 3 862 000")
    assert f"{law.place(COMMUNE).name}, Tỉnh Hưng Yên" in text
    assert "Gửi phản ánh, kiến nghị" in text
    assert "đề nghị cấp trên xem xét" in text
    assert "Điện thoại trực: 0221 3 862 000" in text
    assert scanned(path, tmp_path) == [f"{ADDRESS}/gui-phan-anh?noi={COMMUNE}"]


def test_each_village_has_a_page_with_its_name_in_the_address(tmp_path: Path) -> None:
    path, text = made(tmp_path, "Thôn Đường Ngỗ", " ", "Thôn  3", "Thôn 3")
    assert "Thôn Đường Ngỗ" in text
    first, second = scanned(path, tmp_path)
    assert first == f"{ADDRESS}/gui-phan-anh?noi={COMMUNE}&thon=Th%C3%B4n+%C4%90%C6%B0%E1%BB%9Dng+Ng%E1%BB%97"
    assert second.endswith("&thon=Th%C3%B4n+3")


def test_the_longest_names_still_fit_and_scan(tmp_path: Path, settings: Any) -> None:
    name = "Tổ dân phố Đường Nguyễn Huệ kéo dài phía bắc cầu Triều Dương"
    settings.INSTALLATION = replace(settings.INSTALLATION, demo=True)
    path, text = made(tmp_path, name, phone="0221 3 862 000")
    assert name in text
    assert lowest(path) < A4_HEIGHT - 28
    assert len(scanned(path, tmp_path)[0]) > 200


def test_a_demos_poster_says_so_and_a_real_one_does_not(tmp_path: Path, settings: Any) -> None:
    assert DEMO not in made(tmp_path)[1]
    settings.INSTALLATION = replace(settings.INSTALLATION, demo=True)
    assert DEMO in made(tmp_path)[1]


def test_the_same_poster_of_a_day_is_the_same_file() -> None:
    page = [Poster(law.place(COMMUNE), "Thôn 3")]
    assert pdf(page, moment().date()) == pdf(page, moment().date())


@pytest.mark.parametrize(
    ("place", "villages", "phone"),
    [
        (PROVINCE, [], ""),
        (COMMUNE, [f"Thôn {number}" for number in range(201)], ""),
        (COMMUNE, ["x" * 61], ""),
        (COMMUNE, [], "0" * 41),
        (COMMUNE, ["Thôn 村"], ""),
        (COMMUNE, ["Thôn 😀"], ""),
    ],
)
def test_what_no_page_can_hold_is_refused_in_words(place: str, villages: list[str], phone: str) -> None:
    with pytest.raises(Refused):
        pdf(posters(law.place(place), villages, phone), moment().date())


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who).account)
    return client


def test_an_officer_gets_the_pdf_of_the_own_commune(cast: Cast, tmp_path: Path) -> None:
    client = signed_in(cast, "officer")
    assert f'value="{cast.commune.name}"' in client.get(reverse("posters")).content.decode()
    answer = client.post(reverse("posters"), {"place": "xã Thư Vũ", "villages": "Thôn 3\nThôn 4"})
    assert answer["Content-Type"] == "application/pdf"
    path = tmp_path / "a.pdf"
    path.write_bytes(answer.content)
    assert text_of(path).count("Gửi phản ánh, kiến nghị") == 2


@pytest.mark.parametrize("wrong", [{"place": ""}, {"place": "xã Không Có Đâu"}, {"villages": "Thôn 村"}])
def test_what_is_wrong_comes_back_with_what_was_typed(cast: Cast, wrong: dict[str, str]) -> None:
    answer = signed_in(cast, "leader").post(reverse("posters"), {"place": "xã Thư Vũ", "phone": "0221"} | wrong)
    assert answer.status_code == 422
    assert 'value="0221"' in answer.content.decode()


def test_only_those_who_act_for_a_body_enter(cast: Cast) -> None:
    assert signed_in(cast, "supervisor").get(reverse("posters")).status_code == 404
    assert Client().get(reverse("posters")).status_code == 302


@pytest.mark.parametrize("place", [COMMUNE, "xã Thư Vũ"])
def test_the_verb_writes_the_file(tmp_path: Path, place: str) -> None:
    names, path = tmp_path / "thon.txt", tmp_path / "to-dan.pdf"
    names.write_text("\ufeffThôn 3\n\nThôn 4\n", "utf-8")
    assert main(["posters", "--place", place, "--villages", str(names), "--out", str(path)]) == 0
    assert len(scanned(path, tmp_path)) == 2


@pytest.mark.parametrize("place", ["n99999", PROVINCE, "xã Không Có Đâu"])
def test_the_verb_refuses_what_is_no_commune(tmp_path: Path, place: str) -> None:
    assert main(["posters", "--place", place, "--out", str(tmp_path / "to-dan.pdf")]) == 2
    assert not (tmp_path / "to-dan.pdf").exists()
