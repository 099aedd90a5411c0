"""What leaders take out: rates of the people who live somewhere, and papers whose words can be searched."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from langnghe.registry import law
from langnghe.registry.models import Origin, Population
from langnghe.situation.tallies import Happened
from langnghe.web.desk.comparing import Row, _rate
from tests.cast import COMMUNE, Cast, assigned, moment, received
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = moment(30)
    law.forget()
    yield
    law.forget()


def lives(people: int, confidence: str = "S") -> Population:
    return Population(place=law.place(COMMUNE), code="thu", people=people, confidence=confidence)


def heard(count: int) -> Happened:
    return Happened({(1, 1, "receive", ""): (count, 0)})


@pytest.mark.parametrize(
    ("events", "people", "words"),
    [
        (100, 20_000, "50,0 (từ 40,7 đến 60,8)"),  # 81.36 and 121.63 of 2 x 10,000
        (29, 20_000, "quá ít để so sánh"),
        (0, 20_000, "quá ít để so sánh"),
    ],
)
def test_a_rate_says_how_sure_it_is_and_few_are_not_compared(events: int, people: int, words: str) -> None:
    assert _rate(Row("Xã", heard(events), lives(people))) == words


def test_without_a_population_there_is_no_rate_and_the_page_says_how_to_enter_one(cast: Cast) -> None:
    received()
    Population.objects.filter(place=cast.commune).delete()
    law.forget()
    commission = signed_in(cast.commission).get(reverse("comparison")).content.decode()
    leader = signed_in(cast.leader).get(reverse("comparison")).content.decode()
    assert "chưa có số dân" in commission and reverse("register", args=["dan-so"]) in commission
    assert "chưa có số dân" in leader and reverse("register", args=["dan-so"]) not in leader


def test_a_population_in_doubt_is_marked(cast: Cast) -> None:
    assert Row("Xã", heard(1), lives(2_000, "?")).people == "2.000 (chưa xác nhận)"
    assert Row("Xã", heard(1), lives(2_000)).people == "2.000"


def test_the_operators_population_goes_over_the_releases_from_its_day_on(cast: Cast) -> None:
    released = law.populations(date(2026, 6, 30))[cast.commune.pk].people
    row = lives(41_234)
    row.valid_from, row.origin = date(2026, 6, 30), Origin.OPERATOR
    row.save()
    law.forget()
    before, after = (law.populations(date(2026, 6, day))[cast.commune.pk].people for day in (29, 30))
    assert (before, after) == (released, 41_234)


def test_the_commission_enters_a_population_on_the_registers_screen(cast: Cast) -> None:
    client = signed_in(cast.commission)
    said = {
        "code": "thu",
        "place": COMMUNE,
        "people": "41234",
        "valid_from": "2026-06-30",
        "citation": "Niên giám 2025",
    }
    address = reverse("register_new", args=["dan-so"])
    preview = client.post(address, said | {"confidence": "S"})
    client.post(address, said | {"confidence": "S", "seen": preview.context["seen"], "verb": "save"})
    assert law.populations(date(2026, 6, 30))[cast.commune.pk].people == 41_234
    listed = client.get(reverse("register", args=["dan-so"])).content.decode()
    assert f"{cast.commune.name} · {COMMUNE}" in listed and "41.234" in listed
    wrong = client.post(address, said | {"confidence": "S", "code": "hai", "people": "nhiều"})
    assert wrong.status_code == 422 and "Hãy ghi một số từ 1 đến" in wrong.content.decode()


def text_of(content: bytes, path: Path) -> str:
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_the_overview_as_a_pdf_can_be_searched_and_names_no_officer(cast: Cast, tmp_path: Path) -> None:
    assigned(moment(1))
    text = text_of(signed_in(cast.leader).get(reverse("overview_paper")).content, tmp_path / "tong-quan.pdf")
    for words in ("Tổng quan lãnh đạo", cast.commune.name, "01/01/2026 – 30/06/2026", "Trang 1", "Tiếp nhận 1"):
        assert words in text
    assert "Vụ việc quá hạn đang chờ ở bước nào" in text and "Đang giải quyết 1" in text
    assert cast.officer.account.username not in text


def test_the_comparison_as_a_pdf_has_a_row_for_each_commune(cast: Cast, tmp_path: Path) -> None:
    received()
    text = text_of(signed_in(cast.commission).get(reverse("comparison_paper")).content, tmp_path / "so-sanh.pdf")
    assert "không xếp hạng" in text and cast.commune.name in text and "quá ít để so sánh" in text


def test_the_overview_as_a_workbook_keeps_numbers_as_numbers(cast: Cast) -> None:
    assigned(moment(1))
    book = load_workbook(BytesIO(signed_in(cast.leader).get(reverse("overview_file")).content))
    first = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert first[0][:2] == ["Tiếp nhận", 1]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_overview_says_at_which_step_late_cases_wait_and_how_often_they_were_sent_on(cast: Cast) -> None:
    assigned(moment(1))
    received(moment(1))
    received(moment(29))
    why = signed_in(cast.leader).get(reverse("overview")).context["why"]
    steps, handovers, bodies = ({row["name"]: row["count"] for row in chart["rows"]} for chart in why)
    assert steps == {"Chưa thụ lý": 1, "Đang giải quyết": 1}
    assert handovers == {"Chưa chuyển lần nào": 2}
    assert bodies == {cast.committee.short_name: 2}
