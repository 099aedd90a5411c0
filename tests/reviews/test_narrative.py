"""The document of a review: its form, the printed days, and a reference number behind each sentence."""

from typing import Any

import pytest

from langnghe.reviews import actions
from langnghe.reviews.figures import APPENDIX
from langnghe.reviews.models import Finding, Review
from langnghe.reviews.narrative import SHORT, basis, document
from langnghe.reviews.render.document import Document, Paragraph
from langnghe.reviews.word import word_file
from tests.cast import COMMUNE, PROVINCE, Cast, body
from tests.reviews.world import FROZEN, play, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGNGHE_HOME", str(tmp_path))


@pytest.fixture
def review() -> Review:
    play()
    return written()


def paragraphs(found: Document) -> list[Paragraph]:
    return [paragraph for section in found.sections for paragraph in section.paragraphs]


def test_the_days_and_the_cut_off_are_printed(review: Review) -> None:
    assert basis(review) == "Số liệu tính từ ngày 01/01/2026 đến ngày 30/06/2026; chốt lúc 17 giờ 00 ngày 30/06/2026."
    assert document(review).basis_line == basis(review)


def test_each_proposed_sentence_names_the_figures_it_rests_on(review: Review) -> None:
    numbers = set(review.figures.values_list("number", flat=True))
    told = paragraphs(document(review))
    texts = {paragraph.text: set(paragraph.references) for paragraph in told}
    for finding in review.findings.all():
        rests_on = set(finding.figures.values_list("number", flat=True))
        assert texts[f"- {finding.text}"] == rests_on
        assert rests_on
        assert rests_on <= numbers


def test_findings_stand_under_their_headings_in_their_order(review: Review) -> None:
    actions.add(review, kind=Finding.Kind.RESULT, text="Kết quả tự viết.", actor=Cast().commission, at=FROZEN)
    headings = [section.heading for section in document(review).sections]
    assert headings == [
        "I. Số liệu chủ yếu",
        "II. Kết quả đạt được",
        "III. Tồn tại, hạn chế",
        "IV. Nhiệm vụ trọng tâm thời gian tới",
    ]
    assert document(review).sections[1].paragraphs[-1].text == "- Kết quả tự viết."


def test_a_heading_without_findings_says_so(review: Review) -> None:
    review.findings.all().delete()
    assert document(review).sections[2].paragraphs == (Paragraph("Không có nội dung nào được nêu.", ()),)


def test_the_opening_says_the_frozen_numbers(review: Review) -> None:
    opening = " ".join(paragraph.text for paragraph in document(review).sections[0].paragraphs)
    assert "phản ánh, kiến nghị đã tiếp nhận: 10" in opening
    assert "trả lời đúng hạn: 66,7% (2/3)" in opening


def test_the_form_follows_the_issuer(review: Review) -> None:
    party = document(review)
    review.form, review.issuer = Review.Form.STATE, body("committee_province", PROVINCE)
    state = document(review)
    assert (party.form, party.signer[-1], state.form, state.signer[-1]) == ("party", "TRƯỞNG BAN", "state", "CHỦ TỊCH")
    assert party.superior
    assert not state.superior


def test_the_communes_table_has_a_cell_for_each_of_its_columns(review: Review) -> None:
    figures, communes = document(review).appendices
    assert communes.columns[2:] == tuple(SHORT[key] for key in APPENDIX)
    assert {len(row) for row in communes.rows} == {len(communes.columns)}
    name = str(review.figures.filter(place__key=COMMUNE).select_related("place")[0].place)
    assert next(row for row in communes.rows if row[0] == name)[2] == "7"
    assert {len(row) for row in figures.rows} == {len(figures.columns)}


def test_the_word_file_is_written(review: Review) -> None:
    assert word_file(review)[:2] == b"PK"
