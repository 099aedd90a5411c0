"""The Word file of a review keeps the form of its body and tells illustrations from facts."""

import io
import zipfile
from dataclasses import replace
from functools import cache

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from langnghe.core.tables import rows
from langnghe.reviews.render.document import Appendix, Document, Paragraph, Section
from langnghe.reviews.render.docx import NATIONAL_NAME, render
from langnghe.reviews.render.docx_marks import balance, width_mm
from langnghe.reviews.render.forms import FormIncomplete, required_keys

COMMON = {
    "font": "Times New Roman",
    "page_width_mm": "210",
    "page_height_mm": "297",
    "margin_top_mm": "20",
    "margin_bottom_mm": "20",
    "margin_left_mm": "30",
    "first_line_indent_mm": "10",
    "space_between_paragraphs_pt": "6",
    "line_spacing": "1.15",
    "size_number": "13",
    "size_body": "14",
    "size_page_number": "14",
    "size_signer": "14",
    "size_table": "12",
}
STATE = {
    "margin_right_mm": "15",
    "size_national_name": "13",
    "size_motto": "14",
    "size_superior": "13",
    "size_issuer": "13",
    "issuer_rule_share": "0.4",
    "abstract_rule_share": "0.4",
    "size_place_date": "14",
    "size_kind": "14",
    "size_abstract": "14",
    "size_recipients_title": "12",
    "size_recipients_list": "11",
}
PARTY = {
    "margin_right_mm": "20",
    "size_party_name": "15",
    "size_superior": "14",
    "size_issuer": "14",
    "size_number": "14",
    "size_place_date": "14",
    "size_kind": "16",
    "size_abstract": "14",
    "size_recipients_title": "14",
    "size_recipients_list": "12",
}
FORMS = {f"state.{key}": value for key, value in (COMMON | STATE).items()} | {
    f"party.{key}": value for key, value in (COMMON | PARTY).items()
}
TABLE = Appendix(
    "Kết quả tiếp công dân 6 tháng đầu năm",
    ("STT", "Đơn vị", "Số lượt", "Cùng kỳ", "± %"),
    tuple((str(n), f"Xã thứ {n}", str(n * 7), str(n * 6), "+16,7") for n in range(1, 50)),
    landscape=True,
    note="Nguồn: sổ tiếp công dân.",
)
PETITIONS = Appendix("Kết quả xử lý đơn", ("Loại đơn", "Đã giải quyết"), (("Khiếu nại", "12"),))
PARTY_PAPER = Document(
    form="party",
    superior="Tỉnh ủy Thái Bình",
    issuer="Ban Dân vận",
    number="127-BC/BDVTU",
    place_and_date="Thái Bình, ngày 30 tháng 6 năm 2021",
    kind_name="BÁO CÁO",
    abstract="sơ kết công tác dân vận 6 tháng đầu năm 2021",
    sections=(
        Section("I. TÌNH HÌNH NHÂN DÂN", 1, (Paragraph("Đã nhận 1.234 ý kiến của Nhân dân.", (1, 12)),)),
        Section("1. Dân vận chính quyền", 2, (Paragraph("Cải cách hành chính được đẩy mạnh."),)),
    ),
    recipients=("Thường trực Tỉnh ủy", "Lưu Văn phòng Ban"),
    signer=("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
    appendices=(TABLE, PETITIONS),
    watermark="DỮ LIỆU MINH HOẠ",
    basis_line="Số liệu tính từ ngày 01/01/2021 đến ngày 30/6/2021",
)
STATE_PAPER = replace(
    PARTY_PAPER,
    form="state",
    superior="Ủy ban nhân dân tỉnh Hưng Yên",
    issuer="Ủy ban nhân dân xã Tân Tiến",
    number="45/BC-UBND",
    recipients=("Như trên", "Lưu: VT, VHXH"),
)
BOTH = pytest.mark.parametrize("paper", [STATE_PAPER, PARTY_PAPER], ids=["state", "party"])


@cache
def rendered(paper: Document) -> bytes:
    return render(paper, FORMS)


def opened(paper: Document) -> docx.document.Document:
    return docx.Document(io.BytesIO(rendered(paper)))


def parts(paper: Document) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(rendered(paper))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def lines(cell: docx.table._Cell) -> list[str]:
    return [paragraph.text for paragraph in cell.paragraphs]


@BOTH
def test_the_margins_are_those_of_the_form(paper: Document) -> None:
    section = opened(paper).sections[0]
    right = Mm(float(FORMS[f"{paper.form}.margin_right_mm"]))
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm) for margin in margins] == [20, round(right.mm), 20, 30]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_a_changed_number_in_the_table_changes_the_page() -> None:
    forms = FORMS | {"state.margin_left_mm": "35", "state.size_body": "13"}
    word = docx.Document(io.BytesIO(render(STATE_PAPER, forms)))
    assert round(word.sections[0].left_margin.mm) == 35
    assert word.styles["Body Text"].font.size == Pt(13)


@BOTH
def test_the_font_and_the_language_stand_in_the_defaults(paper: Document) -> None:
    styles = parts(paper)["word/styles.xml"]
    assert 'w:ascii="Times New Roman"' in styles
    assert 'w:lang w:val="vi-VN"' in styles
    assert "Theme" not in styles


def test_a_state_paper_opens_with_bodies_on_the_left_and_the_nation_on_the_right() -> None:
    head = opened(STATE_PAPER).tables[0]
    assert lines(head.cell(0, 0))[:2] == [
        "ỦY BAN NHÂN DÂN\nTỈNH HƯNG YÊN",
        "ỦY BAN NHÂN DÂN\nXÃ TÂN TIẾN",
    ]
    assert lines(head.cell(0, 1))[:2] == [NATIONAL_NAME, "Độc lập - Tự do - Hạnh phúc"]
    assert head.cell(1, 0).text == "Số: 45/BC-UBND"
    assert head.cell(1, 1).text == "Thái Bình, ngày 30 tháng 6 năm 2021"


def test_a_party_paper_opens_with_a_star_and_a_number_without_colon() -> None:
    head = opened(PARTY_PAPER).tables[0]
    assert lines(head.cell(0, 0)) == ["TỈNH ỦY THÁI BÌNH", "BAN DÂN VẬN", "*"]
    assert lines(head.cell(0, 1))[0] == "ĐẢNG CỘNG SẢN VIỆT NAM"
    assert head.cell(1, 0).text == "Số 127-BC/BDVTU"
    assert "-----" in [paragraph.text for paragraph in opened(PARTY_PAPER).paragraphs]


def test_the_nation_is_never_named_at_the_head_of_a_party_paper() -> None:
    assert not [name for name, text in parts(PARTY_PAPER).items() if "CỘNG HÒA" in text or "Độc lập" in text]
    assert any(NATIONAL_NAME in text for text in parts(STATE_PAPER).values())


@BOTH
def test_the_rule_below_the_name_is_as_long_as_the_name(paper: Document) -> None:
    cell = opened(paper).tables[0].cell(0, 1)
    name, rule = cell.paragraphs[-2], cell.paragraphs[-1]
    size = name.style.font.size.pt
    drawn = cell.width - rule.paragraph_format.left_indent - rule.paragraph_format.right_indent
    assert drawn / Mm(1) == pytest.approx(width_mm(name.text, size), abs=0.2)
    assert rule._p.pPr.find(qn("w:pBdr")) is not None


def test_the_name_of_the_nation_stays_on_one_line() -> None:
    cell = opened(STATE_PAPER).tables[0].cell(0, 1)
    assert width_mm(NATIONAL_NAME, 13) + 1 < cell.width / Mm(1)


def test_the_rule_below_the_issuer_is_between_a_third_and_a_half_of_it() -> None:
    cell = opened(STATE_PAPER).tables[0].cell(0, 0)
    layout = cell.paragraphs[-1].paragraph_format
    share = (cell.width - layout.left_indent - layout.right_indent) / Mm(width_mm("ỦY BAN NHÂN DÂN", 13))
    assert 1 / 3 < share < 1 / 2


def test_a_long_abstract_breaks_into_lines_of_like_width_and_loses_no_word() -> None:
    abstract = "Sơ kết công tác tiếp công dân và dân chủ ở cơ sở 6 tháng đầu năm, nhiệm vụ 6 tháng cuối năm 2026"
    broken = balance(abstract, 14, 160)
    widths = [width_mm(line, 14) for line in broken.split("\n")]
    assert broken.split() == abstract.split()
    assert len(widths) == 2 and max(widths) < 1.25 * min(widths)


def test_text_is_measured_as_the_letters_are_drawn() -> None:
    assert width_mm(NATIONAL_NAME, 13) == pytest.approx(95.68, abs=0.05)
    assert width_mm("Độc lập - Tự do - Hạnh phúc", 14) == pytest.approx(60.46, abs=0.05)


@BOTH
def test_the_first_page_hides_its_number_and_the_others_show_it_in_the_header(paper: Document) -> None:
    word = opened(paper)
    shown = ["PAGE" in section.header._element.xml for section in word.sections]
    assert shown == [True, True, True]
    assert "PAGE" not in word.sections[0].first_page_header._element.xml
    first_page_differs = [section.different_first_page_header_footer for section in word.sections]
    assert first_page_differs == [True, False, False]
    assert "pgNumType" not in parts(paper)["word/document.xml"]


@BOTH
def test_an_illustration_is_marked_on_every_page_of_every_section(paper: Document) -> None:
    sections = opened(paper).sections
    bands = [(section.header, section.footer) for section in sections]
    for header, footer in [*bands, (sections[0].first_page_header, sections[0].first_page_footer)]:
        assert not header.is_linked_to_previous
        assert 'string="DỮ LIỆU MINH HOẠ"' in header._element.xml
        assert footer.paragraphs[0].text == "Dữ liệu minh hoạ – không phải số liệu thật"


def test_real_figures_carry_no_mark() -> None:
    assert not [name for name, text in parts(replace(STATE_PAPER, watermark="")).items() if "inh hoạ" in text]


def test_references_stand_raised_behind_the_sentence() -> None:
    paragraph = next(p for p in opened(PARTY_PAPER).paragraphs if p.text.startswith("Đã nhận"))
    assert paragraph.text == "Đã nhận 1.234 ý kiến của Nhân dân.[1][12]"
    assert paragraph.runs[-1].style.font.superscript


def test_headings_are_real_so_that_a_screen_reader_can_jump() -> None:
    styled = [(p.style.name, p.text) for p in opened(STATE_PAPER).paragraphs]
    found = [(name, text) for name, text in styled if name.startswith("Head")]
    assert found == [("Heading 1", "I. TÌNH HÌNH NHÂN DÂN"), ("Heading 2", "1. Dân vận chính quyền")]
    outlined = [s.name for s in opened(STATE_PAPER).styles if s.element.xpath(".//w:outlineLvl")]
    assert outlined == ["Heading 1", "Heading 2", "Heading 3", "Appendix Title"]


def test_an_appendix_turns_the_paper_and_the_next_one_turns_it_back() -> None:
    sections = opened(STATE_PAPER).sections
    assert [section.page_width > section.page_height for section in sections] == [False, True, False]
    assert (round(sections[1].top_margin.mm), round(sections[1].right_margin.mm)) == (30, 20)


def test_the_header_row_of_an_appendix_repeats_and_numbers_stand_right() -> None:
    table = opened(STATE_PAPER).tables[2]
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert repeated == [True] + [False] * 49
    styles = [cell.paragraphs[0].style.name for cell in table.rows[1].cells]
    assert styles[1:3] == ["Table Text", "Table Figure"]


def test_a_short_or_long_row_loses_no_figure() -> None:
    ragged = replace(TABLE, rows=(("1",), ("2", "a", "b", "c", "d", "thừa")))
    table = opened(replace(STATE_PAPER, appendices=(ragged,))).tables[2]
    assert [cell.text for cell in table.rows[2].cells] == ["2", "a", "b", "c", "d", "thừa"]


def test_recipients_end_with_the_file_copy() -> None:
    assert lines(opened(STATE_PAPER).tables[1].cell(0, 0)) == ["Nơi nhận:", "- Như trên;", "- Lưu: VT, VHXH."]
    without = replace(STATE_PAPER, recipients=("Như trên;",))
    assert lines(opened(without).tables[1].cell(0, 0))[-2:] == ["- Như trên;", "- Lưu: VT."]


def test_the_file_names_the_paper_and_nobody() -> None:
    properties = opened(PARTY_PAPER).core_properties
    assert properties.title == "BÁO CÁO sơ kết công tác dân vận 6 tháng đầu năm 2021"
    assert (properties.language, properties.author, properties.last_modified_by) == ("vi-VN", "", "")
    assert "python-docx" not in parts(PARTY_PAPER)["docProps/core.xml"]


@BOTH
def test_the_same_paper_gives_the_same_bytes(paper: Document) -> None:
    assert render(paper, FORMS) == render(paper, dict(reversed(FORMS.items())))
    with zipfile.ZipFile(io.BytesIO(render(paper, FORMS))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_letters_of_any_typing_come_out_composed_and_unprintable_signs_fall_away() -> None:
    odd = replace(STATE_PAPER, abstract="so\u031b\u0301 lie\u0323\u0302u\x0b", sections=(), basis_line="")
    assert "sớ liệu" in [paragraph.text for paragraph in opened(odd).paragraphs]


@pytest.mark.parametrize("form", ["state", "party"])
def test_the_keys_asked_for_are_exactly_the_keys_used_here(form: str) -> None:
    assert set(required_keys(form)) == {key for key in FORMS if key.startswith(f"{form}.")}  # type: ignore[arg-type]


@BOTH
def test_the_table_of_forms_holds_every_number_a_paper_needs(paper: Document) -> None:
    held = {f"{row['code']}.{row['element']}": row["value"] for row in rows("document_forms")}
    assert held[f"{paper.form}.font"] == "Times New Roman"
    assert render(paper, held).startswith(b"PK")


@pytest.mark.parametrize("wrong", ["", "rộng", "-3", "nan"])
def test_a_missing_or_unreadable_number_is_named(wrong: str) -> None:
    with pytest.raises(FormIncomplete, match="party.margin_left_mm"):
        render(PARTY_PAPER, FORMS | {"party.margin_left_mm": wrong})


def test_all_missing_numbers_are_named_at_once() -> None:
    with pytest.raises(FormIncomplete, match="state.size_motto.*state.issuer_rule_share"):
        render(STATE_PAPER, {k: v for k, v in FORMS.items() if "motto" not in k and "issuer_rule" not in k})
