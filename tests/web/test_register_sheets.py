"""The registers as a workbook: out and in again without a difference; each difference shown before it is written."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from langnghe.registry import law
from langnghe.registry.models import RegisterChange, Term, Topic
from tests.cast import Cast, moment
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> Any:
    settings.CLOCK = moment(30)
    yield
    law.forget()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def book(client: Client) -> bytes:
    return bytes(client.get(reverse("register_export")).content)


def bring(client: Client, content: bytes) -> Any:
    return client.post(reverse("register_import"), {"book": SimpleUploadedFile("so.xlsx", content)})


def with_changes(content: bytes, change: Callable[[Workbook], None]) -> bytes:
    loaded, out = load_workbook(BytesIO(content)), BytesIO()
    change(loaded)
    loaded.save(out)
    return out.getvalue()


def cell(loaded: Workbook, sheet: str, code: str, column: str) -> Any:
    rows = loaded[sheet]
    titles = [each.value for each in rows[1]]
    row = next(row for row in rows.iter_rows(min_row=2) if row[0].value == code)
    return row[titles.index(column)]


def shorten(loaded: Workbook) -> None:
    for column, value in (("days", 3), ("valid_from", "01/06/2026"), ("citation", "QĐ 12"), ("confidence", "S")):
        cell(loaded, "thoi-han", "settle.feedback.normal.2025", column).value = value


def test_out_and_in_again_there_is_no_difference(keeper: Client) -> None:
    Topic.objects.filter(code="chieu_sang").update(keywords="=1+1")
    content = book(keeper)
    assert cell(load_workbook(BytesIO(content)), "linh-vuc", "chieu_sang", "keywords").data_type == "s"
    answer = bring(keeper, content)
    assert "Không có gì khác" in page(answer)
    assert answer.context["same"] > Term.objects.count()


def test_a_difference_is_shown_then_written_as_the_operators(keeper: Client) -> None:
    answer = bring(keeper, with_changes(book(keeper), shorten))
    assert (answer.context["changed"], answer.context["fresh"], answer.context["refused_count"]) == (1, 0, 0)
    assert not Term.objects.filter(origin="operator").exists()
    assert keeper.post(reverse("register_import"), {"rows": answer.context["rows"]}).status_code == 302
    assert Term.objects.get(origin="operator").days == 3
    again = keeper.post(reverse("register_import"), {"rows": answer.context["rows"]})
    assert again.status_code == 422 and RegisterChange.objects.count() == 1
    assert "Không có gì khác" in page(bring(keeper, book(keeper)))


def test_what_is_wrong_is_named_by_its_cell_and_nothing_can_be_written(keeper: Client) -> None:
    def spoil(loaded: Workbook) -> None:
        shorten(loaded)
        cell(loaded, "thoi-han", "settle.feedback.normal.2025", "days").value = "ba"

    answer = bring(keeper, with_changes(book(keeper), spoil))
    ((address, why),) = answer.context["refused"][0]["faults"]
    assert address.startswith("E") and "một số" in why and not answer.context["rows"]


def test_a_file_that_is_none_or_lacks_a_column_is_refused_in_words(keeper: Client) -> None:
    assert bring(keeper, b"%PDF-1.7").status_code == 422
    assert keeper.post(reverse("register_import")).status_code == 422

    def cut(loaded: Workbook) -> None:
        loaded["thoi-han"].delete_cols(1)

    assert "thiếu cột: code" in page(bring(keeper, with_changes(book(keeper), cut)))
    assert keeper.post(reverse("register_import"), {"rows": "x"}).status_code == 422
