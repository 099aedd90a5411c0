"""From foreign rows to drafts: reception book, Open311, PublicStuff, own mappings, keys, the error file."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.cases.intake.cell_values import (
    BadValue,
    place_in,
    read_date,
    read_degrees,
    read_moment,
    read_people,
    read_phone,
    split_name,
    without_document,
)
from langnghe.cases.intake.draft import Draft, RowError, Sealed, Skipped, row_key
from langnghe.cases.intake.drafts import Item, drafts
from langnghe.cases.intake.errors_file import TITLES, write_errors
from langnghe.cases.intake.mapping import BadMapping, Mapping, parse, preset, preset_names
from langnghe.cases.intake.sheet import UnreadableFile, open_sheet

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 11, 22)
SEALED = {"complaint", "denunciation"}
HEADER = [
    "STT", "Ngày tiếp", "Họ tên - Địa chỉ", "Số CMND/Hộ chiếu", "Nội dung vụ việc", "Phân loại đơn/Số người",
    "Cơ quan đã giải quyết", "Hướng xử lý", None, None, "Theo dõi kết quả giải quyết", "Ghi chú",
]  # fmt: skip
UNDER = [None] * 7 + [
    "Thụ lý để giải quyết",
    "Trả lại đơn và hướng dẫn",
    "Chuyển cơ quan có thẩm quyền",
    None,
    None,
]
VOICE = [1, "05/03/2026", "Người dân - thôn 2, xã An Bình", "001088001234", "Đèn hỏng", "Phản ánh", None, "x"]


def reception_book(path: Path, *rows: list[object]) -> Path:
    """A Mẫu 03 as an office keeps it: title above, merged header of two rows, the line of column numbers."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["SỔ TIẾP CÔNG DÂN"])
    sheet.append([])
    for row in (HEADER, UNDER, [f"({n})" for n in range(1, 13)], *rows):
        sheet.append(row)
    sheet.merge_cells("A1:L1")
    sheet.merge_cells("H3:J3")
    for column in "ABCDEFGKL":
        sheet.merge_cells(f"{column}3:{column}4")
    workbook.save(path)
    return path


def items(path: Path, mapping: Mapping | str = "mau-03") -> list[Item]:
    mapping = preset(mapping) if isinstance(mapping, str) else mapping
    with open_sheet(path, headings=mapping) as sheet:
        return list(drafts(sheet, mapping, sealed=SEALED, today=TODAY))


def voices(tmp_path: Path, *rows: list[object]) -> list[Item]:
    """What the rows of a reception book become, without the line of column numbers."""
    found = items(reception_book(tmp_path / "so.xlsx", *rows))
    return [item for item in found if not (isinstance(item, Skipped) and item.number == 5)]


def voice(**cells: object) -> list[object]:
    """One good row of the book, changed in the columns named by letter."""
    row = [*VOICE, *[None] * (12 - len(VOICE))]
    for letter, cell in cells.items():
        row[ord(letter) - ord("a")] = cell
    return row


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bang.csv"
    path.write_text(text, "utf-8")
    return path


def one(found: list[Item]) -> Draft:
    assert len(found) == 1
    assert isinstance(found[0], Draft), found[0]
    return found[0]


def fault(found: list[Item]) -> tuple[str, str]:
    assert isinstance(found[0], RowError), found[0]
    return found[0].problems[0].cell, found[0].problems[0].message


def keys(found: list[Item]) -> list[str]:
    return [row_key(item) for item in found if isinstance(item, Draft)]


# --- the reception book ---------------------------------------------------------------------------


def test_a_row_of_the_reception_book_becomes_a_draft(tmp_path: Path) -> None:
    draft = one(voices(tmp_path, voice(f="Kiến nghị/03 người", g="UBND xã", k="Đang sửa", l="gấp")))
    assert (draft.text, draft.received_on, draft.channel) == ("Đèn hỏng", date(2026, 3, 5), "reception")
    assert (draft.kind, draft.kind_words, draft.people) == ("petition", "Kiến nghị", 3)
    assert (draft.contact_name, draft.contact_address) == ("Người dân", "thôn 2, xã An Bình")
    assert (draft.place_text, draft.handled_by, draft.direction) == ("xã An Bình", "UBND xã", "accepted")
    assert (draft.result, draft.note, draft.number) == ("Đang sửa", "gấp", 6)


def test_the_number_of_an_identity_document_is_nowhere_in_the_draft(tmp_path: Path) -> None:
    draft = one(voices(tmp_path, voice(c="Người dân, CCCD 001 088 001 234 - xã An Bình")))
    assert draft.identity_checked
    kept = repr(replace(draft, cells=())) + row_key(draft)
    assert "001234" not in kept
    assert "001 234" not in kept


@pytest.mark.parametrize("column", ["h", "i", "j"])
def test_each_of_the_three_columns_under_the_merged_title_is_known(tmp_path: Path, column: str) -> None:
    draft = one(voices(tmp_path, voice(**{"h": None, column: "QĐ 12"})))
    assert draft.direction == {"h": "accepted", "i": "returned", "j": "referred"}[column]


def test_two_directions_at_once_are_asked_back(tmp_path: Path) -> None:
    assert fault(voices(tmp_path, voice(h="x", j="x")))[0] == "J6"


@pytest.mark.parametrize("text", ["Năm nay lúa hỏng", "Tháng 3/2026", "Cổng trường đổ"])
def test_a_row_with_nothing_but_text_is_never_taken_for_a_section(tmp_path: Path, text: str) -> None:
    row: list[object] = [None] * 12
    row[4] = text
    assert [type(item) for item in voices(tmp_path, VOICE, row)] == [Draft, Draft]


def test_section_rows_are_skipped_and_end_the_merged_date(tmp_path: Path) -> None:
    found = voices(tmp_path, VOICE, ["Tháng 4/2026"], voice(b=None))
    assert [type(item) for item in found] == [Draft, Skipped, RowError]


def test_a_merged_date_counts_for_the_rows_below_and_is_noted(tmp_path: Path) -> None:
    below = voices(tmp_path, VOICE, voice(b=None, e="Cầu gãy"))[1]
    assert isinstance(below, Draft)
    assert below.received_on == date(2026, 3, 5)
    assert "dòng trên" in below.notes[0]


def test_column_numbers_that_excel_made_negative_are_no_voice(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(reception_book(tmp_path / "so.xlsx", VOICE))
    for column in range(1, 13):
        workbook.active.cell(5, column).value = -column
    workbook.save(tmp_path / "so.xlsx")
    assert [type(item) for item in items(tmp_path / "so.xlsx")] == [Skipped, Draft]


def test_the_sheet_with_the_book_is_found_behind_others(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(reception_book(tmp_path / "so.xlsx", VOICE))
    workbook.create_sheet("Bìa", 0).append(["Uỷ ban", "xã"])
    workbook.save(tmp_path / "so.xlsx")
    assert any(isinstance(item, Draft) for item in items(tmp_path / "so.xlsx"))


def test_a_wrong_sheet_is_answered_with_sheets_found_and_columns_wanted(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="«CSV».*«Ngày tiếp».*«Nội dung vụ việc»"):
        items(table(tmp_path, "tên,giá\ngạo,12\n"))


def test_a_row_without_text_names_the_empty_cell(tmp_path: Path) -> None:
    cell, message = fault(voices(tmp_path, voice(e="  ")))
    assert cell == "E6"
    assert "Thiếu nội dung" in message


def test_all_faults_of_a_row_are_told_at_once_and_the_row_is_kept(tmp_path: Path) -> None:
    found = voices(tmp_path, voice(b="31/02/2026", e=None, f="KN"))[0]
    assert isinstance(found, RowError)
    assert sorted(problem.cell for problem in found.problems) == ["B6", "E6", "F6"]
    assert found.cells[:4] == (1.0, "31/02/2026", VOICE[2], VOICE[3])


def test_legacy_text_is_converted_and_noted(tmp_path: Path) -> None:
    draft = one(voices(tmp_path, voice(c="Uû ban nh©n d©n - x· An B×nh", e="§­êng lµng bÞ háng nÆng, nhiÒu æ gµ")))
    assert draft.text == "Đường làng bị hỏng nặng, nhiều ổ gà"
    assert any("TCVN3" in note for note in draft.notes)
    assert "§­êng" in draft.source_row[4]


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["Tố cáo", "to cao/2 người", "Khiếu nại", "KNTC", "Đơn khiếu nại, kiến nghị"])
def test_kinds_with_their_own_procedure_are_sealed_whatever_else_is_wrong(tmp_path: Path, words: str) -> None:
    found = voices(tmp_path, voice(b="31/02/2026", f=words))[0]
    assert isinstance(found, Sealed)
    assert "thủ tục riêng" in found.problems[0].message


def test_a_silent_kind_column_does_not_let_a_denunciation_pass(tmp_path: Path) -> None:
    found = voices(tmp_path, voice(e="Đơn tố cáo việc bao chiếm đất công", f=None))[0]
    assert isinstance(found, Sealed)
    assert found.kind == "denunciation"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Phản ánh", "feedback"),
        ("phan anh", "feedback"),
        ("Phản ánh", "feedback"),
        ("PAKN", "feedback"),
        ("Đơn kiến nghị (2 người)", "petition"),
        ("Góp ý", "suggestion"),
        ("Hội nông dân", "petition"),
        (None, "petition"),
    ],
)
def test_words_for_kinds_in_any_spelling(tmp_path: Path, words: str | None, kind: str) -> None:
    assert one(voices(tmp_path, voice(f=words))).kind == kind


def test_an_ambiguous_short_form_is_asked_back_unless_the_office_defines_it(tmp_path: Path) -> None:
    assert "khiếu nại hoặc kiến nghị" in fault(voices(tmp_path, voice(f="KN")))[1]
    own = parse('name="a"\n[columns]\ntext="Nội dung"\nreceived_on="Ngày"\nkind="Loại"\n[kinds]\nkn="petition"')
    assert one(items(table(tmp_path, "Ngày,Nội dung,Loại\n1/2/2026,Đèn hỏng,KN\n"), own)).kind == "petition"


# --- dates and other values -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "31/12/2025", "31-12-25", "31.12.2025", "2025-12-31", "20251231", "46022", 46022.0,
        date(2025, 12, 31),
        "ngày 31 tháng 12 năm 2025", "Ngày 31 tháng 12, năm 2025", "Thứ tư, 31/12/2025", "31/12/2025 14:30",
        "2025-12-31T10:00:00+07:00", "2025-12-30T20:00:00Z", "1767168000",
        datetime(2025, 12, 31, 9, tzinfo=HANOI),
    ],
)  # fmt: skip
def test_every_way_of_writing_the_last_day_of_2025(cell: str | float | date) -> None:
    assert read_date(cell, HANOI) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/02/2026", "tháng 02/2026 chỉ có 28 ngày"),
        ("29/02/2025", "chỉ có 28 ngày"),
        ("12/31/2025", "không có tháng 31"),
        ("5/3", "thiếu năm"),
        ("5.3", "thiếu năm"),
        ("5/3/2026, 6/3/2026", "nhiều hơn một ngày"),
        ("hôm qua", "Không hiểu ngày"),
        ("1/1/1026", "quá xa"),
        ("31/12/2025 25:00", "giờ không có thật"),
        ("7", "không phải là ngày"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadValue, match=why):
        read_date(text, HANOI)


@given(st.dates(date(1980, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"]))
def test_written_days_are_read_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form), HANOI) == day


@given(st.text())
def test_no_text_at_all_breaks_the_date_reader(text: str) -> None:
    try:
        assert isinstance(read_date(text, HANOI), date)
    except BadValue as bad:
        assert str(bad)


@pytest.mark.parametrize("text", ["x" + " " * 50_000 + "y", "1" * 50_000, "1 " * 25_000])
@pytest.mark.parametrize("column", "bcf")
def test_endless_cells_are_turned_down_at_once(tmp_path: Path, column: str, text: str) -> None:
    text = text[:30_000] + text[-1]
    started = time.monotonic()
    cell, _ = fault(voices(tmp_path, voice(**{column: text})))
    assert cell == f"{column.upper()}6"
    assert time.monotonic() - started < 5


def test_a_day_after_today_hints_at_swapped_day_and_month(tmp_path: Path) -> None:
    cell, message = fault(voices(tmp_path, voice(b="05/12/2026")))
    assert cell == "B6"
    assert "đổi chỗ" in message


def test_unix_seconds_give_the_moment_and_the_local_day() -> None:
    assert read_moment("1517065554", HANOI) == (
        date(2018, 1, 27),
        datetime(2018, 1, 27, 15, 5, 54, tzinfo=UTC),
    )


def test_people_degrees_phones() -> None:
    assert read_people("Kiến nghị (05 người)") == (5, "Kiến nghị")
    assert read_people("Phản ánh/12") == (12, "Phản ánh")
    assert read_people("PAKN") == (1, "PAKN")
    assert read_degrees("20,4463", 90) == 20.4463
    assert read_phone(912345678.0) == "0912345678"
    with pytest.raises(BadValue, match="toạ độ"):
        read_degrees("nan", 90)


@pytest.mark.parametrize("between", [" - ", "\n", ", ", "; ", ", địa chỉ: ", " – ", " ĐT: 0912 345 678 - "])
def test_name_and_address_are_parted(between: str) -> None:
    assert split_name(f"Bà A{between}thôn 2, xã B")[:2] == ("Bà A", "thôn 2, xã B")


def test_many_blanks_in_a_name_cost_nothing() -> None:
    started = time.monotonic()
    assert split_name("Bà A" + " " * 1900 + "- xã B")[:2] == ("Bà A", "xã B")
    assert time.monotonic() - started < 1


def test_only_the_commune_of_an_address_goes_into_the_place() -> None:
    assert place_in("số 5, thôn 2, xã An Bình, tỉnh X") == "xã An Bình, tỉnh X"
    assert without_document("Bà A, CMND số 012345678, xã B") == ("Bà A, , xã B", True)


# --- Open311, PublicStuff, own mappings -----------------------------------------------------------


def test_an_open311_request_keeps_number_moment_and_state(tmp_path: Path) -> None:
    request = {
        "service_request_id": "A-1", "status": "closed", "service_name": "Chiếu sáng",
        "service_code": "chieu_sang", "description": None, "lat": 20.5, "long": 106.1,
        "requested_datetime": "2026-03-05T23:30:00Z",
    }  # fmt: skip
    path = tmp_path / "requests.json"
    path.write_text(json.dumps({"requests": [request]}))
    draft = one(items(path, "open311-json"))
    assert (draft.external_id, draft.status, draft.topic, draft.text) == (
        "A-1",
        "closed",
        "chieu_sang",
        "Chiếu sáng",
    )
    assert (draft.received_on, draft.lat, draft.lon) == (date(2026, 3, 6), 20.5, 106.1)


def test_a_fault_in_json_names_the_item_and_its_key(tmp_path: Path) -> None:
    path = tmp_path / "requests.json"
    path.write_text('[{"service_request_id": "1", "description": "x", "requested_datetime": "31/02/2026"}]')
    assert fault(items(path, "open311-json"))[0] == "mục 1, requested_datetime"


PUBLICSTUFF = "ID,Title,Description,Status,Address,Date Created,Latitude,Longitude\n"


def test_a_publicstuff_row_becomes_a_draft(tmp_path: Path) -> None:
    draft = one(
        items(
            table(tmp_path, PUBLICSTUFF + "7,Pothole,,completed,1 Main St,1517065554,40.6,-73.8\n"),
            "publicstuff",
        )
    )
    assert (draft.external_id, draft.text, draft.status, draft.place_text) == (
        "7",
        "Pothole",
        "closed",
        "1 Main St",
    )
    assert draft.received_at == datetime(2018, 1, 27, 15, 5, 54, tzinfo=UTC)


def test_one_number_with_two_contents_is_not_lost_in_silence(tmp_path: Path) -> None:
    rows = [f"7,{title},,completed,,1517065554,,\n" for title in ("Pothole", "Pothole", "Noise")]
    same, again, other = items(table(tmp_path, PUBLICSTUFF + "".join(rows)), "publicstuff")
    assert keys([same]) == keys([again])
    assert "đã có ở dòng 2" in fault([other])[1]


def test_a_csv_row_with_a_stray_delimiter_is_a_fault(tmp_path: Path) -> None:
    assert (
        "nhiều ô hơn"
        in fault(items(table(tmp_path, PUBLICSTUFF + "7,a,b,received,x,1517065554,,,1\n"), "publicstuff"))[1]
    )


def test_a_mapping_by_column_numbers_needs_no_header(tmp_path: Path) -> None:
    own = parse('name = "a"\n[columns]\nreceived_on = 1\ntext = 2\n')
    assert one(items(table(tmp_path, "1/2/2026,Đèn hỏng\n"), own)).number == 1


def test_presets_are_whole() -> None:
    assert preset_names() == ["mau-03", "open311-json", "publicstuff"]
    assert [preset(name).name for name in preset_names()] == preset_names()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "sai cú pháp TOML"),
        ('title = "a"', "thiếu dòng name"),
        ('name = "a"', r"cần mục \[columns\]"),
        ('name = "a"\n[columns]\ntext = "A"\nmood = "B"', "không có trường «mood»"),
        ('name = "a"\n[columns]\ntext = 0', "số thứ tự cột"),
        ('name = "a"\nneeds = ["lat"]\n[columns]\ntext = "A"', "needs"),
        ('name = "a"\nkey = ["number"]\n[columns]\ntext = "A"', "key"),
        ('name = "a"\ntimezone = "Mars"\n[columns]\ntext = "A"', "múi giờ"),
        ('name = "a"\n[columns]\ntext = "A"\n[statuses]\nxong = "done"', "open hoặc closed"),
        ('name = "a"\nkind = 5\n[columns]\ntext = "A"', "kind"),
    ],
)
def test_a_mapping_file_with_a_mistake_is_refused_by_entry(text: str, words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        parse(text)


# --- keys and the error file ----------------------------------------------------------------------


def test_the_same_voice_keeps_its_key_when_the_book_grows_changes_form_or_gets_results(
    tmp_path: Path,
) -> None:
    first = keys(voices(tmp_path, VOICE, voice(a=2, e="Cầu gãy")))
    later = keys(voices(tmp_path, voice(e="Mới"), voice(a=9, e="cầu  gãy", k="Đã sửa"), voice(b=datetime(2026, 3, 5))))
    assert set(first) == set(later[1:])
    assert len(set(later)) == 3


def test_equal_rows_of_one_file_stay_two_voices_each_time(tmp_path: Path) -> None:
    twice = [keys(voices(tmp_path, VOICE, VOICE)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert len(set(twice[0])) == 2


def errors_of(tmp_path: Path, *rows: list[object]) -> Path:
    mapping = preset("mau-03")
    with open_sheet(reception_book(tmp_path / "so.xlsx", *rows), headings=mapping) as sheet:
        found: Iterator[Item] = drafts(sheet, mapping, sealed=SEALED, today=TODAY)
        return write_errors(tmp_path, "so", sheet.header_row, [i for i in found if isinstance(i, RowError | Sealed)])


def test_the_error_file_keeps_the_row_and_says_what_is_wrong_where(tmp_path: Path) -> None:
    path = errors_of(tmp_path, voice(b="31/02/2026", g="UBND"), voice(f="Tố cáo"))
    sheet = openpyxl.load_workbook(path).active
    header, bad, sealed = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert header[-3:] == list(TITLES)
    assert bad[:8] == [*voice(b="31/02/2026", g="UBND")[:8]]
    assert (bad[12], bad[13]) == ("6", "B6")
    assert "chỉ có 28 ngày" in bad[14]
    assert "thủ tục riêng" in sealed[14]


def test_a_corrected_error_file_is_imported_with_the_key_the_row_would_have_had(tmp_path: Path) -> None:
    path = errors_of(tmp_path, voice(b="31/02/2026"))
    workbook = openpyxl.load_workbook(path)
    workbook.active["B2"] = "05/03/2026"
    workbook.save(path)
    assert keys(items(path)) == keys(voices(tmp_path, VOICE))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", "\tx", " =1"])
def test_typed_formulas_stay_text_in_both_kinds_of_error_file(tmp_path: Path, text: str) -> None:
    long = "a" * 40_000
    rows = [RowError(2, (), (text, "b"))], [RowError(2, (), (text, long))]
    excel, comma = (write_errors(tmp_path, "so", ["A", "B"], bad) for bad in rows)
    cell = openpyxl.load_workbook(excel).active["A2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    assert f"'{text}" in comma.read_text("utf-8-sig")
    with open_sheet(comma) as sheet:
        assert list(sheet.rows)[0].cells[0] == text


def test_an_error_file_of_a_demo_says_so_in_both_kinds(tmp_path: Path) -> None:
    rows = [RowError(2, (), ("a", "b"))], [RowError(2, (), ("a", "b" * 40_000))]
    excel, comma = (write_errors(tmp_path, "so", ["A", "B"], bad, mark="dữ liệu minh hoạ") for bad in rows)
    sheet = openpyxl.load_workbook(excel).active
    assert (sheet.title, sheet["E1"].value) == ("Lỗi (dữ liệu minh hoạ)", "Lỗi – cách sửa (dữ liệu minh hoạ)")
    assert "dữ liệu minh hoạ" in comma.read_text("utf-8-sig").splitlines()[0]
