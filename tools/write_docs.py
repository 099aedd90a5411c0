"""Write the documents that follow from tables and code: docs/legal.md, rights.md, lifecycle.md, its .svg, the rooms.

Run as `.venv/bin/python tools/write_docs.py`; `--check` only says (exit 1) which ones are out of date.
"""

import ast
import os
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.settings")
os.environ.setdefault("LANGNGHE_HOME", str(ROOT / ".venv" / "scratch"))
sys.path.insert(0, str(ROOT))
TABLES = "tests/core/test_tables.py"

import django  # noqa: E402

django.setup()

from langnghe.cases.lifecycle import MOVES, STATE_NAMES, Move  # noqa: E402
from langnghe.core import tables  # noqa: E402
from langnghe.registry import rights  # noqa: E402
from langnghe.registry.models import Member  # noqa: E402
from langnghe.web.desk.urls import urlpatterns as desk_pages  # noqa: E402

ROOMS = ["core", "ledger", "registry", "commitments", "cases", "situation", "engagements", "reviews", "web"]
CONFIDENCE = {"S": "đã thấy trong nguồn", "I": "suy ra", "M": "theo trí nhớ, chưa xác nhận", "?": "nghi ngờ"}
FUNCTIONS = {
    "settle": ("cases.clock.start", "tests/cases/test_terms_of_cases.py"),
    "retain": ("cases.actions.keep_sealed", "tests/cases/sealed/test_deletion.py"),
    "classify": ("registry.law.term", "tests/core/test_tables.py"),
    "dialogue_announce": ("registry.law.term", "tests/core/test_tables.py"),
    "dialogue_publish": ("registry.law.term", "tests/core/test_tables.py"),
}
OF_KIND = {"personal_data": ("cases.subject_request.due", "tests/cases/test_subject_requests.py")}
ELSE = ("core.terms.find", "tests/core/test_tables.py")


def confidence(row: dict[str, str]) -> str:
    return CONFIDENCE[row["confidence"]]


def line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def table(head: str, rows: list[str]) -> list[str]:
    names = head.split(";")
    return [line(*names), line(*["---"] * len(names)), *rows, ""]


def legal() -> str:
    lines = [
        "# Căn cứ pháp lý (Legal basis)",
        "",
        "Sinh từ các bảng trong `langnghe/core/tables` bằng `tools/write_docs.py`; sửa bảng, không sửa tệp này.",
        "Dòng “chưa xác nhận” phải được luật gia xác nhận trước khi dùng thật; trên màn hình chúng cũng ghi như vậy.",
        "",
        "## Thời hạn (terms)",
        "",
    ]
    rows = []
    for row in tables.rows("terms"):
        function, test = OF_KIND.get(row["kind"]) or FUNCTIONS.get(row["stage"], ELSE)
        unit = "ngày làm việc" if row["unit"] == "working" else "ngày"
        more = (
            f", gia hạn {row['extensions_max']} × {row['extension_days']}"
            if row["extension_days"] not in {"", "0"}
            else ""
        )
        valid = f"{row['valid_from'] or '…'} – {row['valid_to'] or '…'}"
        term = f"{row['days']} {unit} từ {row['starts']}{more}"
        rows.append(
            line(f"`{row['code']}`", term, valid, row["citation"], confidence(row), f"`{function}`", f"`{test}`")
        )
    lines += table("Mã;Thời hạn;Hiệu lực;Căn cứ;Độ tin cậy;Hàm;Kiểm thử", rows)
    for name, title, columns, function, test in OTHERS:
        rows = [
            line(
                *(row[column] for column in columns),
                f"{row['valid_from'] or '…'} – {row['valid_to'] or '…'}",
                row["citation"],
                confidence(row),
                f"`{function}`",
                f"`{test}`",
            )  # fmt: skip
            for row in tables.rows(name)
        ]
        lines += [
            f"## {title}",
            "",
            *NOTES.get(name, []),
            *table(";".join(columns) + ";Hiệu lực;Căn cứ;Độ tin cậy;Hàm;Kiểm thử", rows),
        ]
    return "\n".join(lines)


NOTES = {
    "reception_duties": [
        "Luật nói số ngày trong tuần, trong tháng; tuần nằm vắt hai tháng thuộc tháng có ngày thứ năm của nó (quy ước "
        "của phần mềm, như ISO 8601). Vì thế tuần 29/6–05/7/2026 theo nghĩa vụ mới, 2 ngày trong tháng 7: không còn "
        "ngày nào phải có riêng cho 29–30/6. Tuần không có ngày làm việc nào (Tết) thì ngày ấy gộp vào tuần sau.",
        "",
    ],
}
OTHERS = (
    ("kinds", "Loại phản ánh (kinds)", ("code", "name_vi", "lane", "identity"), "registry.law.kinds", TABLES),
    ("outcomes", "Mã kết quả (outcomes)", ("code", "name_vi", "needs_commitment", "needs_proof"), "cases.actions.draft",
     "tests/cases/test_reply.py"),
    ("reception_duties", "Nghĩa vụ tiếp công dân (reception duties)", ("code", "title_vi", "times", "per"),
     "engagements.receptions.dues", "tests/engagements/test_receptions.py"),
    ("review_periods", "Kỳ sơ kết (review periods)", ("code", "start_month_day", "end_month_day"),
     "reviews.periods.span", "tests/reviews/test_periods.py"),
    ("majorities", "Tỷ lệ biểu quyết (majorities, chưa dùng)", ("code", "matter_vi", "share_num", "share_den"), "–",
     "tests/core/test_tables.py"),
    ("document_forms", "Thể thức văn bản (document forms)", ("code", "element", "value"), "reviews.render.docx.render",
     "tests/reviews/test_docx.py"),
    ("rules", "Quy tắc của hệ thống, không phải luật (house rules)", ("code", "value", "unit"), "registry.law.rule",
     "tests/core/test_tables.py"),
    ("holidays", "Ngày nghỉ và ngày làm bù (holidays)", ("date", "kind", "name_vi"), "core.calendar.WorkingCalendar",
     "tests/core/test_calendar.py"),
)  # fmt: skip


def lifecycle() -> str:
    rows = []
    for move in MOVES.values():
        origins = ", ".join(f"`{state}`" for state in move.origins) or "–"
        target = f"`{move.target}`" if move.target else "giữ nguyên"
        reason = "có" if move.needs_reason else ""
        rows.append(line(f"`{move.verb}`", str(move.name), ", ".join(move.roles), origins, target, reason))
    states = [line(f"`{state}`", str(name)) for state, name in STATE_NAMES.items()]
    return "\n".join(
        [
            "# Vòng đời vụ việc (Lifecycle of a case)",
            "",
            "Sinh từ `langnghe/cases/lifecycle.py` bằng `tools/write_docs.py`.",
            "",
            "![Các trạng thái và bước đi](lifecycle.svg)",
            "",
            *table("Trạng thái;Trên màn hình", states),
            *table("Động từ;Trên màn hình;Ai;Từ trạng thái;Đến;Cần lý do", rows),
        ]
    )


def who_may() -> str:
    """Return the table of rights with the addresses that ask for each action."""
    pages: dict[str, list[str]] = {}
    for each in desk_pages:
        pages.setdefault(str(each.callback.access), []).append(f"`/{each.pattern}`")
    rows = []
    for right, scopes in rights.rows():
        asked = ", ".join(sorted(pages.get(right.action, []))) or "các bước trong [lifecycle.md](lifecycle.md)"
        rows.append(line(f"`{right.action}`", str(right.name), *(scope or "–" for scope in scopes.values()), asked))
    roles = ";".join(str(role.label) for role in Member.Role)
    return "\n".join(
        [
            "# Ai được làm gì (Who may do what)",
            "",
            "Sinh từ `langnghe/registry/rights.py` bằng `tools/write_docs.py`. Không có trong bảng là không được;",
            "trang không được vào và trang không có trông như nhau (404).",
            "Người dân, hệ thống khác và kênh bảo mật (người có khóa riêng) không đi qua bảng này.",
            "",
            *table(f"Việc;Nghĩa là;{roles};Địa chỉ hỏi quyền này", rows),
        ]
    )


PLACES = {
    "received": (120, 90),
    "accepted": (350, 90),
    "assigned": (580, 90),
    "drafted": (580, 230),
    "approved": (580, 370),
    "answered": (350, 370),
    "closed": (120, 370),
    "withdrawn": (120, 230),
    "merged": (810, 90),
    "sealed": (350, 230),
}


def edges() -> dict[tuple[str, str], list[str]]:
    """Return (from, to) -> verbs; moves that start from all open states are drawn once, from a state beside."""
    found: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        for origin in _drawn(move):
            found.setdefault((origin, move.target or origin), []).append(move.verb)
    return {pair: verbs for pair, verbs in found.items() if pair[0] != pair[1]}


def _drawn(move: Move) -> list[str]:
    if move.target is None:
        return []
    once = {
        "withdraw": ["received"],
        "merge": ["assigned"],
        "escalate": ["answered"],
        "inherit": [],
        "refer": ["accepted"],
    }
    once |= {"refer_up": ["accepted"], "split": []}
    return once.get(move.verb, [str(state) for state in move.origins])


def picture() -> str:
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 430" font-family="sans-serif" font-size="13">',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs><rect width="920" height="430" fill="#fff"/>',
    ]
    for number, ((origin, target), verbs) in enumerate(edges().items()):
        parts.append(_edge(PLACES[origin], PLACES[target], ", ".join(verbs), number))
    for state, (x, y) in PLACES.items():
        name = escape(str(STATE_NAMES[state]))  # type: ignore[index]
        parts.append(
            f'<rect x="{x - 85}" y="{y - 26}" width="170" height="52" rx="8" fill="#f6f3ec" stroke="#333"/>'
            f'<text x="{x}" y="{y - 3}" text-anchor="middle" font-weight="bold">{name}</text>'
            f'<text x="{x}" y="{y + 15}" text-anchor="middle" fill="#666">{state}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _edge(a: tuple[int, int], b: tuple[int, int], label: str, number: int) -> str:
    """Draw a curve from box to box, bent to its right so that the two directions stay apart."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    middle = ((a[0] + b[0]) / 2 - dy / length * 34, (a[1] + b[1]) / 2 + dx / length * 34)
    start, end = _border(a, middle), _border(b, middle)
    return (
        f'<path d="M{start[0]:.0f} {start[1]:.0f} Q{middle[0]:.0f} {middle[1]:.0f} {end[0]:.0f} {end[1]:.0f}" '
        f'fill="none" stroke="#555" marker-end="url(#a)"/>'
        f'<text x="{middle[0]:.0f}" y="{middle[1]:.0f}" text-anchor="middle" fill="#a3361f">{label}</text>'
    )


def _border(box: tuple[int, int], towards: tuple[float, float]) -> tuple[float, float]:
    dx, dy = towards[0] - box[0], towards[1] - box[1]
    scale = min(85 / abs(dx) if dx else 9e9, 26 / abs(dy) if dy else 9e9)
    return box[0] + dx * scale, box[1] + dy * scale


def rooms() -> str:
    rows = []
    for room in ROOMS:
        source = (ROOT / "langnghe" / room / "__init__.py").read_text(encoding="utf-8")
        sentence = (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]
        rows.append(line(f"`{room}`", sentence))
    return "\n".join(table("room;what it is for", rows))


def with_rooms(path: Path) -> str:
    """Return the README with its rooms' table renewed between the two markers."""
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- rooms -->\n")
    _, _, after = rest.partition("<!-- /rooms -->")
    return f"{before}<!-- rooms -->\n{rooms()}<!-- /rooms -->{after}"


def documents() -> dict[Path, str]:
    return {
        ROOT / "docs" / "legal.md": legal(),
        ROOT / "docs" / "lifecycle.md": lifecycle(),
        ROOT / "docs" / "rights.md": who_may(),
        ROOT / "docs" / "lifecycle.svg": picture(),
        ROOT / "README.md": with_rooms(ROOT / "README.md"),
        ROOT / "README.en.md": with_rooms(ROOT / "README.en.md"),
    }


def main() -> int:
    stale = [path for path, text in documents().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run tools/write_docs.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(documents()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
