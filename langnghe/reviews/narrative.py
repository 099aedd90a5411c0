"""Turns a frozen review into the sections, tables and reference numbers of its document."""

from collections.abc import Iterable
from datetime import date

from django.utils.timezone import localdate

from langnghe.core.calendar import written_out
from langnghe.core.text import sort_key
from langnghe.registry.models import Body
from langnghe.reviews import reading
from langnghe.reviews.figures import APPENDIX, DEFINITIONS, definition
from langnghe.reviews.models import Figure, Finding, Review
from langnghe.reviews.render.document import Appendix, Document, Paragraph, Section

HEADINGS = {
    Finding.Kind.RESULT: "II. Kết quả đạt được",
    Finding.Kind.SHORTCOMING: "III. Tồn tại, hạn chế",
    Finding.Kind.NEXT_TASK: "IV. Nhiệm vụ trọng tâm thời gian tới",
}
SHORT = {
    "received": "Tiếp nhận",
    "settled": "Trả lời",
    "on_time": "Đúng hạn",
    "overdue": "Quá hạn",
    "handovers": "Lượt chuyển",
    "reopened": "Mở lại",
    "satisfied": "Hài lòng",
    "recurrences": "Tái diễn",
    "escalated": "Lên cấp trên",
    "receptions_due": "Ngày tiếp dân phải có",
    "receptions_held": "Ngày tiếp dân đã tổ chức",
    "commitments_made": "Cam kết mới",
    "commitments_kept": "Cam kết đã làm",
    "commitments_late": "Cam kết quá hạn",
}
SIGNERS = {Review.Form.STATE: ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), Review.Form.PARTY: ("TRƯỞNG BAN",)}
RECIPIENTS = {
    Review.Form.STATE: (
        "Thường trực Tỉnh ủy, Thường trực HĐND tỉnh",
        "Ủy ban MTTQ Việt Nam tỉnh",
        "Các sở, ngành, UBND các xã, phường",
    ),
    Review.Form.PARTY: ("Thường trực Tỉnh ủy", "Đảng ủy các xã, phường", "Ủy ban MTTQ Việt Nam tỉnh và các đoàn thể"),
}
ARCHIVE = {Review.Form.STATE: "Lưu: VT, NC", Review.Form.PARTY: "Lưu VT"}
SIGNS = {Review.Form.STATE: "        /BC-UBND", Review.Form.PARTY: "        -BC/{party}"}


def day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def basis(review: Review) -> str:
    """Return the printed sentence that names the period and the cut-off of the data."""
    return (
        f"Số liệu tính từ ngày {day(review.since)} đến ngày {day(review.until)}; "
        f"chốt lúc {review.frozen_at.astimezone():%H giờ %M} ngày {day(localdate(review.frozen_at))}."
    )


def document(review: Review, *, watermark: str = "") -> Document:
    """Return the review as its document: findings in words, figures and communes as appendices."""
    figures = list(review.figures.filter(place=None).order_by("number"))
    issued = localdate(review.frozen_at)
    return Document(
        form="party" if review.form == Review.Form.PARTY else "state",
        superior=_superior(review.issuer),
        issuer=_issuer(review).upper(),
        number=SIGNS[Review.Form(review.form)].format(party=_sign(review.issuer)),
        place_and_date=f"{_short(review)}, {written_out(issued)}",
        kind_name="BÁO CÁO",
        abstract=(
            f"sơ kết công tác dân vận từ ngày {day(review.since)} đến ngày {day(review.until)} "
            f"tại {review.place.name[:1].lower()}{review.place.name[1:]}"
        ),
        sections=(_opening(review, figures), *_findings(review)),
        recipients=(*RECIPIENTS[Review.Form(review.form)], ARCHIVE[Review.Form(review.form)]),
        signer=SIGNERS[Review.Form(review.form)],
        appendices=(_figures_table(figures), _communes_table(review)),
        watermark=watermark,
        basis_line=basis(review),
    )


def _short(review: Review) -> str:
    return review.place.name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


def _superior(issuer: Body) -> str:
    party = issuer.kind == Body.Kind.PARTY
    return issuer.superior.name.upper() if party and issuer.superior else ""


def _issuer(review: Review) -> str:
    """Return the issuing body without its superior's name, which stands on the line above."""
    name = review.issuer.name
    return name.split(" Tỉnh ủy")[0] if _superior(review.issuer) else name


def _sign(issuer: Body) -> str:
    return "BTGDVTU" if "Tuyên giáo" in issuer.name else "BDVTU"


def _opening(review: Review, figures: list[Figure]) -> Section:
    by_key = {figure.key: figure for figure in figures}
    lines = [
        ("Tiếp nhận", ("received",)),
        ("Giải quyết", ("settled", "on_time", "local", "overdue")),
        ("Trách nhiệm", ("handovers", "reopened", "recurrences", "escalated")),
        ("Đối thoại, cam kết", ("receptions_due", "receptions_held", "commitments_made", "commitments_kept")),
    ]
    paragraphs = []
    for heading, keys in lines:
        chosen = [by_key[key] for key in keys]
        said = "; ".join(f"{_name(figure)}: {reading.words(figure)}" for figure in chosen)
        paragraphs.append(Paragraph(f"{heading}: {said}.", tuple(figure.number for figure in chosen)))
    return Section("I. Số liệu chủ yếu", 1, tuple(paragraphs))


def _name(figure: Figure) -> str:
    name = str(definition(figure.key).name)
    return name[:1].lower() + name[1:]


def _findings(review: Review) -> Iterable[Section]:
    findings = list(review.findings.order_by("position").prefetch_related("figures"))
    for kind, heading in HEADINGS.items():
        chosen = [finding for finding in findings if finding.kind == kind]
        paragraphs = tuple(
            Paragraph(f"- {finding.text}", tuple(figure.number for figure in finding.figures.all()))
            for finding in chosen
        )
        yield Section(heading, 1, paragraphs or (Paragraph("Không có nội dung nào được nêu.", ()),))


def _figures_table(figures: list[Figure]) -> Appendix:
    rows = tuple(
        (
            f"[{figure.number}]",
            _label(figure),
            reading.words(figure),
            reading.previous_words(figure),
            reading.change_words(figure),
        )
        for figure in figures
        if figure.key in DEFINITIONS or figure.value or figure.previous
    )
    columns = ("Tham chiếu", "Chỉ tiêu", "Kỳ này", "Cùng kỳ năm trước", "Tăng, giảm")
    note = "Mỗi số tham chiếu mở ra đúng các hồ sơ đã đếm: trang Sơ kết, mục Số liệu, nhập số trong ngoặc vuông."
    return Appendix("Phụ lục 1. Biểu số liệu", columns, rows, landscape=False, note=note)


def _label(figure: Figure) -> str:
    if figure.key in DEFINITIONS:
        return str(DEFINITIONS[figure.key].name)
    family = DEFINITIONS[figure.key.rpartition(".")[0]]
    return f"– {family.name}: {definition(figure.key).name}"


def _communes_table(review: Review) -> Appendix:
    figures = review.figures.exclude(place=None).select_related("place").order_by("number")
    rows: dict[int, list[Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.place_id or 0, []).append(figure)
    cells = tuple(
        (
            str(row[0].place),
            f"[{row[0].number}–{row[-1].number}]",
            *(reading.number(figure.value) for figure in row),
        )
        for row in sorted(rows.values(), key=lambda row: sort_key(str(row[0].place)))
    )
    columns = ("Xã, phường", "Tham chiếu", *(SHORT[key] for key in APPENDIX))
    note = "Số tham chiếu của mỗi ô đi theo thứ tự cột. Xã cũ đã chia cho nhiều xã mới chỉ tính vào số của cả tỉnh."
    return Appendix("Phụ lục 2. Số liệu theo xã, phường", columns, cells, landscape=True, note=note)
