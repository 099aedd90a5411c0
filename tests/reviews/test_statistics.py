"""The statistical forms count what the records say, and say why they count no more."""

import io
from datetime import date

import openpyxl
import pytest

from langnghe.core import tables
from langnghe.engagements.actions import hold
from langnghe.reviews.sealed_counts import SEALED
from langnghe.reviews.statistics import PEOPLE, UNIT, Form, statistics, statistics_file, where
from tests.cast import Cast, moment, received
from tests.web.test_reception_desk import extra

pytestmark = pytest.mark.django_db
DAYS = date(2026, 1, 1), date(2026, 6, 30)


def counted(cast: Cast) -> dict[str, Form]:
    return {form.code: form for form in statistics(cast.committee, *DAYS, moment(30))}


def values(form: Form) -> dict[str, str | int]:
    return {cell.column.title: cell.value for cell in form.cells}


def test_there_are_six_forms_and_every_column_is_unconfirmed(cast: Cast) -> None:
    forms = counted(cast)
    assert list(forms) == ["01/TCD", "02/XLD", "03/GQKN", "04/GQTC", "05/KQTH", "06/QLKNTC"]
    assert all(cell.is_unsure for form in forms.values() for cell in form.cells)


def test_receptions_are_counted_with_their_people(cast: Cast) -> None:
    # One day is due in the week of 11/06/2026, and held with four people; 12/06/2026 is one beyond it.
    hold([(extra(), 4)], at=moment(12))
    hold([(extra(date(2026, 6, 12)), 3)], at=moment(12))
    received(channel="reception", people=12, kind="petition")
    received(channel="reception", kind="question")
    received(channel="phone")
    form = values(counted(cast)["01/TCD"])
    assert (form["Số ngày phải có"], form["Số ngày đã tổ chức"], form["Số ngày"]) == (1, 1, 1)
    people = [cell.value for cell in counted(cast)["01/TCD"].cells if cell.column.title == "Số người đến"]
    assert people == [4, 3]
    assert (form["Số vụ việc"], form["Số người"], form["Đoàn đông người"]) == (2, 13, 1)
    assert form["Kiến nghị, phản ánh"] == 1


def test_what_the_records_cannot_count_is_empty_with_its_reason(cast: Cast) -> None:
    forms = counted(cast)
    empty = [cell for form in forms.values() for cell in form.cells if cell.value == ""]
    assert empty
    assert all(cell.reason for cell in empty)
    assert not any(cell.reason for form in forms.values() for cell in form.cells if cell.value != "")


def test_every_figure_of_the_table_has_a_predicate() -> None:
    names = {row["figure"] for row in tables.rows("statistical_forms")} - {"", UNIT}
    names = {name for name in names if not name.startswith(SEALED)}
    assert all(where(name.removeprefix(PEOPLE)) for name in names)


def test_the_workbook_has_a_sheet_for_each_form_that_says_it_is_unconfirmed(cast: Cast) -> None:
    book = openpyxl.load_workbook(io.BytesIO(statistics_file(list(counted(cast).values()), *DAYS)))
    assert book.sheetnames == ["01-TCD", "02-XLD", "03-GQKN", "04-GQTC", "05-KQTH", "06-QLKNTC"]
    assert all("chưa xác nhận" in str(sheet["A3"].value) for sheet in book.worksheets)
