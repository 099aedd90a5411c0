"""The registers as a workbook: out and in again without a difference; each difference shown before it is written."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from langnghe.cases.foreseeing import foresee
from langnghe.registry import law
from langnghe.registry.models import Member, RegisterChange, ReplyTemplate, Term, Topic
from langnghe.registry.register_list import REGISTERS
from langnghe.registry.registers import planned, texts
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import keep, recipient, recovery
from tests.cast import Cast, moment, received
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


DATED = {"valid_from": "01/06/2026", "citation": "QĐ 12", "confidence": "S"}
EDITS = {
    "co-quan": ("committee_commune.n13264", {"short_name": "Tên khác"}),
    "linh-vuc": ("chieu_sang", {"name_vi": "Tên khác"}),
    "tham-quyen": ("chieu_sang.commune.default.202507", {"why_vi": "Theo QĐ 12", "valid_from": "01/06/2026"}),
    "thoi-han": ("settle.feedback.normal.2025", {"days": 3, "valid_from": "01/06/2026"}),
    "ngay-nghi": ("2026-09-02", {"name_vi": "Tên khác"}),
    "dan-so": ("n11953.2025", {"people": 69001, "valid_from": "01/06/2026"}),
    "mau-tra-loi": ("done", {"text_vi": "{co_quan} đã làm:\n[làm gì]", "valid_from": "01/06/2026"}),
    "cum-tu": ("noted", {"phrase_vi": "sẽ cân nhắc", "valid_from": "01/06/2026"}),
    "quy-tac": ("take_days", {"value": 4}),
    "thanh-vien": ("officer", {"valid_to": "31/12/2026"}),
}


def test_all_registers_go_out_are_changed_come_in_and_go_out_the_same(keeper: Client, cast: Cast) -> None:
    assert cast.officer.pk and set(EDITS) == set(REGISTERS)

    def change(loaded: Workbook) -> None:
        for slug, (name, edits) in EDITS.items():
            for column, value in edits.items():
                cell(loaded, slug, name, column).value = value

    changed = with_changes(book(keeper), change)
    seen = bring(keeper, changed).context
    assert (seen["refused"], seen["changed"], seen["fresh"]) == ([], len(REGISTERS), 0)
    assert keeper.post(reverse("register_import"), {"rows": seen["rows"]}).status_code == 302
    assert "Không có gì khác" in page(bring(keeper, changed))
    written = load_workbook(BytesIO(book(keeper)))
    for slug, (_name, edits) in EDITS.items():
        column, value = next(iter(edits.items()))
        titles, *rows = written[slug].iter_rows(values_only=True)
        assert str(value) in {_plain(row[titles.index(column)]) for row in rows}, slug
    assert "Không có gì khác" in page(bring(keeper, book(keeper)))


def _plain(value: Any) -> str:
    """Return the cell as the edits have it, days in this country's order."""
    text = str(value or "")
    return "/".join(reversed(text.split("-"))) if text.count("-") == 2 else text


def test_what_is_wrong_is_named_by_its_cell_and_nothing_can_be_written(keeper: Client) -> None:
    def spoil(loaded: Workbook) -> None:
        shorten(loaded)
        cell(loaded, "thoi-han", "settle.feedback.normal.2025", "days").value = "ba"

    answer = bring(keeper, with_changes(book(keeper), spoil))
    ((address, why),) = answer.context["refused"][0]["faults"]
    assert address.startswith("E") and "một số" in why and not answer.context["rows"]


def test_a_bad_row_of_any_sheet_holds_back_all_rows(keeper: Client) -> None:
    def spoil(loaded: Workbook) -> None:
        shorten(loaded)
        cell(loaded, "mau-tra-loi", "done", "text_vi").value = "Kính gửi {ho_ten}"
        cell(loaded, "mau-tra-loi", "done", "valid_from").value = "01/06/2026"

    answer = bring(keeper, with_changes(book(keeper), spoil))
    (refused,) = answer.context["refused"]
    ((address, why),) = refused["faults"]
    assert (str(refused["sheet"]), address[0]) == ("Mẫu trả lời", "E") and "{ho_ten}" in why
    assert not answer.context["rows"] and not RegisterChange.objects.exists()


def test_a_row_that_stands_twice_in_the_file_is_refused(keeper: Client) -> None:
    def twice(loaded: Workbook) -> None:
        for code in ("moi", "moi"):
            loaded["cum-tu"].append([code, "sẽ cân nhắc", "2026-06-01", None, "QĐ 1", "S", "operator"])

    seen = bring(keeper, with_changes(book(keeper), twice)).context
    ((_address, why),) = seen["refused"][0]["faults"]
    assert "Trùng với dòng" in why and not seen["rows"]


def test_of_two_rows_of_one_code_each_finds_its_own(keeper: Client) -> None:
    for since, until, name in (("2026-06-01", "2026-06-30", "Một"), ("2026-07-01", None, "Hai")):
        dates = {"valid_from": since, "valid_to": until, "citation": "QĐ", "confidence": "S", "origin": "operator"}
        ReplyTemplate.objects.create(code="done", outcome="done", name_vi=name, text_vi="Xong.", **dates)

    def change(loaded: Workbook) -> None:
        last = loaded["mau-tra-loi"].max_row
        loaded["mau-tra-loi"].delete_rows(last - 1)
        loaded["mau-tra-loi"].cell(last - 1, 4).value = "Ba"

    seen = bring(keeper, with_changes(book(keeper), change)).context
    ((_label, was, becomes),) = seen["differences"][0]["changes"]
    assert (was, becomes) == ("Hai", "Ba")


def test_a_file_that_is_none_or_lacks_a_column_is_refused_in_words(keeper: Client) -> None:
    assert bring(keeper, b"%PDF-1.7").status_code == 422
    assert keeper.post(reverse("register_import")).status_code == 422

    def cut(loaded: Workbook) -> None:
        loaded["thoi-han"].delete_cols(1)

    assert "thiếu cột: code" in page(bring(keeper, with_changes(book(keeper), cut)))
    assert keeper.post(reverse("register_import"), {"rows": "x"}).status_code == 422


def only(loaded: Workbook, *slugs: str) -> None:
    for name in loaded.sheetnames:
        if name not in slugs:
            del loaded[name]


def add(loaded: Workbook, slug: str, **said: str) -> None:
    sheet = loaded[slug]
    sheet.append([said.get(str(title.value)) for title in sheet[1]])


def test_a_file_with_one_of_the_sheets_is_read_for_that_one(keeper: Client) -> None:
    def change(loaded: Workbook) -> None:
        only(loaded, "ngay-nghi")
        add(loaded, "ngay-nghi", date="24/12/2026", kind="holiday", name_vi="Ngày thử", **DATED)

    answer = bring(keeper, with_changes(book(keeper), change))
    assert (answer.context["fresh"], answer.context["changed"], answer.context["refused"]) == (1, 0, [])
    assert "Ngày: 24/12/2026" in page(answer) and "Tên tiếng Việt: Ngày thử" in page(answer)


def test_a_file_without_any_of_the_sheets_is_told_their_names(keeper: Client) -> None:
    def change(loaded: Workbook) -> None:
        only(loaded, "ngay-nghi")
        loaded["ngay-nghi"].title = "Sheet1"

    answer = bring(keeper, with_changes(book(keeper), change))
    assert answer.status_code == 422 and "không có trang nào của các bảng" in page(answer)
    assert "ngay-nghi" in page(answer)


def test_a_new_member_is_shown_with_role_body_and_day(keeper: Client, cast: Cast) -> None:
    def change(loaded: Workbook) -> None:
        officer = {"account": cast.officer.account.username, "body": cast.committee.code}
        add(loaded, "thanh-vien", **officer, role="leader", valid_from="01/07/2026")

    shown = page(bring(keeper, with_changes(book(keeper), change)))
    assert "Vai trò: Lãnh đạo" in shown and cast.committee.name in shown
    assert "Có hiệu lực từ ngày: 01/07/2026" in shown


@pytest.mark.parametrize(
    ("days", "why"),
    [(("24/12/2026", "2026-12-24"), "Trùng với dòng"), (("02/09/2026",), "Ngày này đã có trong bảng")],
)
def test_a_day_written_twice_is_refused_in_the_preview(keeper: Client, days: tuple[str, ...], why: str) -> None:
    def change(loaded: Workbook) -> None:
        for day in days:
            add(loaded, "ngay-nghi", date=day, kind="holiday", name_vi="Ngày thử", **DATED)

    answer = bring(keeper, with_changes(book(keeper), change))
    ((address, told),) = answer.context["refused"][0]["faults"]
    assert address.startswith("A") and why in told and not answer.context["rows"]


def test_the_last_who_opens_the_sealed_records_of_a_body_goes_by_the_sheet_knowingly(
    keeper: Client, cast: Cast
) -> None:
    recipient()
    recovery()
    keep()

    def end(loaded: Workbook) -> None:
        cell(loaded, "thanh-vien", cast.leader.account.username, "valid_to").value = "29/06/2026"

    answer = bring(keeper, with_changes(book(keeper), end))
    assert "Người cuối cùng mở được hồ sơ niêm phong" in page(answer) and "Hồ sơ đang giải quyết: 1;" in page(answer)
    rows = {"rows": answer.context["rows"]}
    refused = keeper.post(reverse("register_import"), rows)
    assert refused.status_code == 422 and cast.committee.name in page(refused) and 'name="sure"' in page(refused)
    assert not RegisterChange.objects.exists() and cast.leader.valid_to is None
    assert keeper.post(reverse("register_import"), rows | {"sure": "on"}).status_code == 302
    assert Member.objects.get(account=cast.leader.account).valid_to is not None


def test_where_another_still_opens_them_the_sheet_warns_of_nothing(keeper: Client, cast: Cast) -> None:
    recipient()
    recovery()
    recipient(cast.officer)

    def end(loaded: Workbook) -> None:
        cell(loaded, "thanh-vien", cast.leader.account.username, "valid_to").value = "29/06/2026"

    def end_both(loaded: Workbook) -> None:
        end(loaded)
        cell(loaded, "thanh-vien", cast.officer.account.username, "valid_to").value = "29/07/2026"

    assert bring(keeper, with_changes(book(keeper), end)).context["left"] == []
    left = bring(keeper, with_changes(book(keeper), end_both)).context["left"]
    assert [body for body, _running in left] == [cast.committee]


def a_holiday(loaded: Workbook) -> None:
    add(loaded, "ngay-nghi", date="22/06/2026", kind="holiday", name_vi="Ngày thử", **DATED)


def test_the_preview_says_what_all_rows_together_do_to_open_cases(keeper: Client) -> None:
    # Received on Thursday 18/06/2026: seven working days end on the 29th; with Monday the 22nd a holiday, on the 30th;
    # with three days and the holiday (19, 23, 24), on the 24th.
    received(moment(18))
    later = bring(keeper, with_changes(book(keeper), a_holiday))
    assert "1 vụ việc đang mở sẽ đến hạn muộn hơn" in page(later)

    def both(loaded: Workbook) -> None:
        shorten(loaded)
        a_holiday(loaded)

    assert "1 vụ việc đang mở sẽ đến hạn sớm hơn" in page(bring(keeper, with_changes(book(keeper), both)))
    old = Term.objects.get(code="settle.feedback.normal.2025")
    said = texts(REGISTERS["thoi-han"], old) | {"days": "3", "valid_from": "2026-06-01"}
    day = {"date": "2026-06-22", "kind": "holiday", "name_vi": "Ngày thử", "valid_from": "2026-06-01"}
    fresh = dict.fromkeys(REGISTERS["ngay-nghi"].columns, "") | day | {"citation": "QĐ 12", "confidence": "S"}
    plans = [planned(REGISTERS["thoi-han"], said, old.pk), planned(REGISTERS["ngay-nghi"], fresh, None)]
    (found,) = foresee(plans, date(2026, 6, 30))
    ((before, after),) = [(each["before"], each["after"]) for each in found.examples]
    assert (before, after) == (date(2026, 6, 29), date(2026, 6, 24))


def test_a_day_in_another_writing_is_no_change_beside_one_that_is(keeper: Client) -> None:
    def change(loaded: Workbook) -> None:
        cell(loaded, "thoi-han", "settle.feedback.normal.2025", "valid_from").value = "01/07/2025"
        cell(loaded, "thoi-han", "settle.feedback.normal.2025", "note_vi").value = "Ghi chú khác"

    shown = page(bring(keeper, with_changes(book(keeper), change)))
    assert "Ghi chú khác" in shown and "2025-07-01" not in shown


def test_characters_that_cannot_be_seen_are_refused_by_their_cell(keeper: Client) -> None:
    def change(loaded: Workbook) -> None:
        cell(loaded, "co-quan", "committee_commune.n13264", "short_name").value = "UBND \u202eadaB"

    answer = bring(keeper, with_changes(book(keeper), change))
    ((_address, why),) = answer.context["refused"][0]["faults"]
    assert "không nhìn thấy" in why and not answer.context["rows"]
