"""Opening a foreign table: what is read, what is refused and with which words."""

import gzip
import json
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from langnghe.cases.intake.sheet import Limits, Sheet, UnreadableFile, cell_text, column_letters, open_sheet


def book(path: Path, *rows: list[object], title: str = "Trang1") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def rewritten(source: Path, target: Path, part: str, old: str, new: str) -> Path:
    """The workbook with one part edited by hand, as a hostile or foreign program would write it."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)
    return target


def refusal(path: Path, sheet: str | None = None, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as refused, open_sheet(path, sheet, limits or Limits()) as opened:
        list(opened.rows)
    return str(refused.value)


def opened(path: Path, content: bytes) -> Sheet:
    path.write_bytes(content)
    return open_sheet(path)


SHEET1 = "xl/worksheets/sheet1.xml"


def test_cells_keep_their_type_and_rows_the_number_the_clerk_sees(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["Ngày", "Số"], [], [datetime(2026, 3, 5), 12.5], ["05/03/2026", True])
    with open_sheet(path) as sheet:
        first, second = list(sheet.rows)
    assert first[:2] == (3, (date(2026, 3, 5), 12.5))
    assert second[:2] == (4, ("05/03/2026", "TRUE"))


def test_a_table_that_starts_in_column_c_keeps_its_cell_names(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [], [None, None, "Nội dung", "Ngày"], [None, None, "Đèn hỏng", "1/2/2026"])
    with open_sheet(path) as sheet:
        assert list(sheet.rows)[0].cells == (None, None, "Đèn hỏng", "1/2/2026")
    assert sheet.header.first == 2


@pytest.mark.parametrize("count", [39, 40, 41, 540, 541, 1200])
def test_no_row_is_lost_where_the_first_look_or_a_batch_ends(tmp_path: Path, count: int) -> None:
    lines = "\n".join(f"{n},x" for n in range(count))
    with opened(tmp_path / "a.csv", f"so,chu\n{lines}".encode()) as sheet:
        assert [row.cells[0] for row in sheet.rows] == [str(n) for n in range(count)]


def test_a_formula_gives_its_stored_value_and_is_named(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "=1+1"])
    path = rewritten(plain, tmp_path / "b.xlsx", SHEET1, "<v></v>", "<v>2</v>")
    with open_sheet(path) as sheet:
        row = list(sheet.rows)[0]
    assert (row.cells, row.formulas, row.faults) == (("x", 2.0), (1,), ())


def test_a_formula_without_a_stored_value_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    with open_sheet(book(tmp_path / "a.xlsx", ["A", "B"], ["x", "=1+1"])) as sheet:
        faults = list(sheet.rows)[0].faults
    assert faults[0][0] == 1
    assert "công thức" in faults[0][1]


def test_an_error_value_of_excel_is_not_read_as_an_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "#REF!"])
    with open_sheet(path) as sheet:
        assert "#REF!" in list(sheet.rows)[0].faults[0][1]


def test_a_million_empty_formatted_rows_cost_little(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "y"])
    empty = "".join(f'<row r="{n}" ht="15"><c r="A{n}" s="0"/></row>' for n in range(3, 1_000_003))
    path = rewritten(plain, tmp_path / "b.xlsx", SHEET1, "</sheetData>", f"{empty}</sheetData>")
    started = time.monotonic()
    with open_sheet(path) as sheet:
        assert len(list(sheet.rows)) == 1
    assert time.monotonic() - started < 30


def test_a_cell_of_200_megabytes_is_refused_without_being_loaded(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "zzz"])
    path = rewritten(plain, tmp_path / "b.xlsx", SHEET1, "zzz", "A" * (200 << 20))
    assert "(gần ô B2); Excel chỉ cho 32.767" in refusal(path)


def test_a_bomb_with_a_lying_directory_is_refused(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "y"])
    path = rewritten(plain, tmp_path / "b.xlsx", SHEET1, "</sheetData>", "<row/>" * 2_000_000 + "</sheetData>")
    size = next(part.file_size for part in zipfile.ZipFile(path).infolist() if part.filename == SHEET1)
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    assert "bung ra lớn hơn" in refusal(path, limits=Limits(inflated_bytes=2 << 20))


def test_entities_are_refused(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["A", "B"], ["x", "y"])
    path = rewritten(plain, tmp_path / "b.xlsx", SHEET1, "<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet')
    assert "không an toàn" in refusal(path)


def test_one_cell_far_away_cannot_take_the_memory_of_the_server(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book(tmp_path / "a.xlsx", ["A", "B"], ["x", "y"]))
    workbook.active["XFD1048576"] = "x"
    workbook.save(tmp_path / "b.xlsx")
    assert "nằm rất xa" in refusal(tmp_path / "b.xlsx", limits=Limits(memory_bytes=1 << 30))


def test_a_far_cell_with_nothing_but_formatting_does_no_harm(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(book(tmp_path / "a.xlsx", ["A", "B"], ["x", "y"]))
    workbook.active["XFD1048576"].font = Font(bold=True)
    workbook.save(tmp_path / "b.xlsx")
    with open_sheet(tmp_path / "b.xlsx") as sheet:
        assert len(list(sheet.rows)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp rỗng"),
        (b" \n\n ", "không có nội dung"),
        (b"a,b\n", "chỉ có dòng tiêu đề"),
        (b"%PDF-1.7", "tệp PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "kiểu cũ"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "trang web"),
        (b"\x89PNG\r\n\x1a\n", "tệp ảnh"),
        (b"PK\x03\x04broken", "hỏng"),
        (b"\x1f\x8bbroken", "hỏng"),
        (b'[{"a": 1,}]', "sai cú pháp ở dòng 1"),
        (b"[" * 100_000, "lồng quá nhiều tầng"),
        (b"[]", "không có mục nào"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "tep").write_bytes(content)
    assert words in refusal(tmp_path / "tep")


def test_a_word_document_and_any_other_archive_are_told_apart(tmp_path: Path) -> None:
    for name, words in (("word/document.xml", "tệp Word"), ("content.xml", "tệp nén"), ("mimetype", ".ods")):
        with zipfile.ZipFile(tmp_path / "a", "w") as archive:
            archive.writestr(name, "x")
        assert words in refusal(tmp_path / "a")


def test_a_sheet_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    message = refusal(book(tmp_path / "a.xlsx", ["A", "B"], title="Sổ 2026"), "Sổ 2025")
    assert "«Sổ 2025»" in message
    assert "«Sổ 2026»" in message


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter_and_line_breaks_in_quotes(tmp_path: Path, delimiter: str) -> None:
    text = 'ngày|nội dung\r\n1/2/2026|"dòng một\ndòng hai, ""hết"""\r\n2/2/2026|b\r\n'.replace("|", delimiter)
    with opened(tmp_path / "a.csv", text.encode("utf-8-sig")) as sheet:
        rows = list(sheet.rows)
    assert rows[0].cells == ("1/2/2026", 'dòng một\ndòng hai, "hết"')
    assert rows[1].number == 3


def test_a_quote_that_never_closes_is_a_fault_not_one_long_voice(tmp_path: Path) -> None:
    with opened(tmp_path / "a.csv", b'a,b\n1,x\n2,"y\n3,z\n') as sheet:
        rows = list(sheet.rows)
    assert not rows[0].faults
    assert "nháy kép" in rows[1].faults[0][1]


def test_csv_may_be_gzipped_up_to_a_limit(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n" + b"1,2\n" * 1000)
    with opened(tmp_path / "a.csv.gz", content) as sheet:
        assert len(list(sheet.rows)) == 1000
    assert "MB chữ" in refusal(tmp_path / "a.csv.gz", limits=Limits(text_bytes=2000))


@pytest.mark.parametrize("form", ["array", "requests", "lines"])
def test_json_in_its_three_forms_gives_the_same_rows(tmp_path: Path, form: str) -> None:
    items = [{"id": 90071992547409931, "at": {"lat": 20.5}}, {"id": "2", "note": None}]
    forms = {"array": items, "requests": {"requests": items}}
    text = json.dumps(forms[form]) if form in forms else "\n".join(map(json.dumps, items))
    with opened(tmp_path / "a.json", text.encode()) as sheet:
        assert sheet.header_row == ("id", "at.lat", "note")
        assert [row.cells for row in sheet.rows] == [("90071992547409931", "20.5", None), ("2", None, None)]


def test_an_item_that_is_no_object_is_a_fault_of_its_own_row(tmp_path: Path) -> None:
    with opened(tmp_path / "a.json", b'[{"a": 1, "b": 2}, 7, {"a": 3}]') as sheet:
        rows = list(sheet.rows)
    assert [bool(row.faults) for row in rows] == [False, True, False]


def test_reading_and_its_child_process_need_no_django() -> None:
    names = ["sheet", "sheet_worker", "mapping", "drafts", "errors_file"]
    code = f"import sys\nfor n in {names}: __import__('langnghe.cases.intake.' + n)\n"
    code += "sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_child_ends_when_the_reader_stops_early(tmp_path: Path) -> None:
    sheet = opened(tmp_path / "a.csv", b"a,b\n" + b"1,2\n" * 100_000)
    next(sheet.rows)
    sheet.close()
    with pytest.raises((UnreadableFile, ValueError)):
        list(sheet.rows)


def test_cells_are_shown_as_the_clerk_reads_them() -> None:
    shown = [cell_text(cell) for cell in (5.0, 5.25, date(2026, 3, 5), datetime(2026, 3, 5, 9, 30), None, "x")]
    assert shown == ["5", "5.25", "05/03/2026", "05/03/2026 09:30", "", "x"]
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
