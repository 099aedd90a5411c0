"""Which column of a foreign table feeds which field of a draft: presets and an office's own mapping files.

A mapping file is TOML in UTF-8. Copy one of `presets/*.toml` and change it:

    name = "so-xa-ta"            # enters the key of every row: keep it once rows have been imported with it
    title = "Sổ của xã ta"       # shown on the screen
    channel = "reception"        # how the voices came
    kind = "petition"            # kind when the row does not say (optional)
    topic = "giao_thong"         # topic when the row does not say (optional)
    timezone = "Asia/Ho_Chi_Minh"
    needs = ["text"]             # fields without whose columns a sheet is not the right one
    inherit = ["received_on"]    # fields that an empty cell takes from the row above (merged cells)
    key = ["received_on", "contact_name", "text"]   # fields that make a row the same row (`draft.row_key`)

    [columns]                    # field = heading, or column number from 1, or a list to try in order
    text = ["Nội dung", "Tóm tắt"]
    received_on = 2

    [kinds]                      # words of this book for kinds, added to words.toml
    "kn" = "complaint"

    [statuses]                   # words for open and closed
    "xong" = "closed"

Headings are compared without marks, case and punctuation: first equal, then beginning or ending alike, then
contained. A header may take up to three rows (merged cells). The fields are those of `FIELDS`.
"""

import re
import tomllib
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from langnghe.cases.intake.sheet import Header, RawRow, cell_text
from langnghe.core.legacy import to_unicode
from langnghe.core.text import fold

HERE = Path(__file__).parent
HEADER_ROWS = 3
SEARCHED_ROWS = 30
PLAIN_FIELDS = (
    *("text", "title", "topic", "kind", "status", "place_text", "lat", "lon", "received_on", "received_at"),
    *("contact_name", "contact_phone", "contact_email", "contact_address", "people", "handled_by", "result"),
    *("note", "external_id", "number"),
)
COMBINED_FIELDS = (
    *("name_and_address", "kind_and_people", "identity_document"),
    *("accepted", "returned", "referred"),
)
FIELDS = frozenset(PLAIN_FIELDS + COMBINED_FIELDS)
KEY_FIELDS = ("received_on", "received_at", "contact_name", "contact_address", "title", "text", "place_text")


class BadMapping(ValueError):
    """The mapping file cannot be used; the message says which entry and what is allowed."""


class Words(NamedTuple):
    """Vocabulary of a table: phrases for kinds and statuses, and short forms nobody should guess."""

    kinds: dict[str, str]
    ambiguous: dict[str, str]
    statuses: dict[str, str]


@dataclass(frozen=True)
class Mapping:
    """One way to read a table; it is also the `Headings` that `open_sheet` looks for."""

    name: str
    title: str
    columns: Table[str, tuple[str | int, ...]]
    channel: str = "portal"
    kind: str | None = None
    topic: str | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    needs: tuple[str, ...] = ("text",)
    inherit: frozenset[str] = frozenset()
    key: tuple[str, ...] = KEY_FIELDS
    words: Words = field(default_factory=lambda: Words({}, {}, {}))

    @property
    def expected(self) -> Sequence[str]:
        """The headings a clerk should look for, one per column."""
        return [_shown(wanted[0]) for name, wanted in self.columns.items() if wanted and name != "number"]

    def find(self, rows: Sequence[RawRow]) -> Header | None:
        """The header with most known columns, then the flattest, then the first; None without the needed."""
        if all(isinstance(names[0], int) for names in self.columns.values()):
            return Header(0, 0, tuple(f"Cột {n + 1}" for n in range(max((len(row.cells) for row in rows), default=0))))
        best: tuple[int, int, int] | None = None
        header = None
        for start, row in enumerate(rows[:SEARCHED_ROWS]):
            for size in range(1, HEADER_ROWS + 1):
                titles = _titles(rows[start : start + size])
                found = self.locate(titles)
                score = (len(found), -size, -start)
                if all(name in found for name in self.needs) and (best is None or score > best):
                    last = rows[min(start + size, len(rows)) - 1].number
                    best, header = score, Header(row.number, last, titles)
        return header

    def locate(self, titles: Sequence[str]) -> dict[str, int]:
        """Field to column; each column feeds one field, the closest heading wins."""
        folded = [_plain(title) for title in titles]
        bids = sorted(
            (rank, order, len(folded[column]), column, name)
            for name, wanted in self.columns.items()
            for order, heading in enumerate(wanted)
            for column in range(len(titles))
            if (rank := _closeness(heading, column, folded[column])) is not None
        )
        found: dict[str, int] = {}
        for _, _, _, column, name in bids:
            if name not in found and column not in found.values():
                found[name] = column
        return found


def _shown(heading: str | int) -> str:
    return heading if isinstance(heading, str) else f"cột {heading}"


def _closeness(heading: str | int, column: int, title: str) -> int | None:
    if isinstance(heading, int):
        return 0 if heading == column + 1 else None
    wanted = _plain(heading)
    if wanted == title:
        return 0
    if f" {title} ".startswith(f" {wanted} ") or title.endswith(f" {wanted}"):
        return 1
    return 2 if f" {wanted} " in f" {title} " else None


@lru_cache(maxsize=4096)
def _plain(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(to_unicode(title)[0])).split())


def _titles(rows: Sequence[RawRow]) -> tuple[str, ...]:
    """One title per column; a group title also covers empty cells to its right with a title below."""
    width = max(len(row.cells) for row in rows)
    titles = [""] * width
    for depth, row in enumerate(rows):
        group = ""
        below = rows[depth + 1 :]
        for column in range(width):
            own = " ".join(cell_text(row.cells[column]).split()) if column < len(row.cells) else ""
            under = any(column < len(lower.cells) and lower.cells[column] is not None for lower in below)
            group = own or (group if under else "")
            if group and group not in titles[column]:
                titles[column] = f"{titles[column]} – {group}" if titles[column] else group
    return tuple(to_unicode(title)[0] for title in titles)


def preset_names() -> list[str]:
    """The presets that come with the program."""
    return sorted(path.stem for path in (HERE / "presets").glob("*.toml"))


def preset(name: str) -> Mapping:
    """One preset; raises BadMapping for an unknown name."""
    if name not in preset_names():
        raise BadMapping(f"Không có mẫu nhập «{name}». Các mẫu có sẵn: {', '.join(preset_names())}.")
    return parse((HERE / "presets" / f"{name}.toml").read_text("utf-8"))


def parse(text: str) -> Mapping:
    """A mapping from the text of its TOML file; raises BadMapping."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"Tệp ánh xạ sai cú pháp TOML: {error}.") from error
    if not isinstance(tree.get("name"), str) or not tree["name"].strip():
        raise BadMapping('Tệp ánh xạ thiếu dòng name = "…" ở đầu tệp.')
    for entry in ("title", "channel", "kind", "topic"):
        if not isinstance(tree.get(entry, ""), str):
            raise BadMapping(f'{entry}: cần một chuỗi trong nháy kép, ví dụ {entry} = "…".')
    columns = _columns(tree.get("columns"))
    return Mapping(
        name=tree["name"],
        title=str(tree.get("title", tree["name"])),
        columns=columns,
        channel=str(tree.get("channel", "portal")),
        kind=tree.get("kind"),
        topic=tree.get("topic"),
        zone=_zone(tree.get("timezone", "Asia/Ho_Chi_Minh")),
        needs=_fields(tree, "needs", ("text",) if "text" in columns else tuple(columns)[:1]),
        inherit=frozenset(_fields(tree, "inherit", ())),
        key=_key(tree),
        words=_words(tree),
    )


def _columns(table: Any) -> dict[str, tuple[str | int, ...]]:
    if not isinstance(table, dict) or not {"text", "title"} & table.keys():
        raise BadMapping("Tệp ánh xạ cần mục [columns] có ít nhất cột text (nội dung) hoặc title (tiêu đề).")
    columns: dict[str, tuple[str | int, ...]] = {}
    for name, wanted in table.items():
        headings = wanted if isinstance(wanted, list) else [wanted]
        if name not in FIELDS:
            raise BadMapping(f"[columns]: không có trường «{name}». Các trường: {', '.join(sorted(FIELDS))}.")
        if not headings or not all(_is_heading(heading) for heading in headings):
            raise BadMapping(f"[columns] {name}: cần tên cột, số thứ tự cột từ 1, hoặc danh sách các tên.")
        columns[name] = tuple(headings)
    return columns


def _is_heading(heading: Any) -> bool:
    if isinstance(heading, str):
        return bool(heading.strip())
    return isinstance(heading, int) and not isinstance(heading, bool) and heading > 0


def _fields(tree: dict[str, Any], entry: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = tree.get(entry, default)
    unknown = [name for name in names if name not in tree["columns"]]
    if unknown:
        raise BadMapping(f"{entry}: trường {', '.join(map(str, unknown))} không có trong [columns].")
    return tuple(names)


def _key(tree: dict[str, Any]) -> tuple[str, ...]:
    names = tuple(tree.get("key", KEY_FIELDS))
    allowed = {*KEY_FIELDS, *PLAIN_FIELDS} - {"number", "kind"}
    unknown = [name for name in names if name not in allowed]
    if unknown or not names:
        raise BadMapping(f"key: chỉ dùng được các trường {', '.join(sorted(allowed))}.")
    return names


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError) as error:
        raise BadMapping(f"timezone: không có múi giờ «{name}», ví dụ đúng: Asia/Ho_Chi_Minh.") from error


@cache
def _common_words() -> dict[str, dict[str, str]]:
    return tomllib.loads((HERE / "words.toml").read_text("utf-8"))


def common_words() -> Words:
    """Return the vocabulary of words.toml alone, for text that comes from no book."""
    return _words({})


def _words(tree: dict[str, Any]) -> Words:
    common = _common_words()
    own = {entry: tree.get(entry, {}) for entry in ("kinds", "statuses")}
    bad = [word for word, meaning in own["statuses"].items() if meaning not in {"open", "closed"}]
    if bad:
        raise BadMapping(f"[statuses] {bad[0]}: chỉ nhận open hoặc closed.")
    kinds = common["kinds"] | own["kinds"]
    ambiguous = {word: why for word, why in common["ambiguous"].items() if word not in own["kinds"]}
    return Words(kinds, ambiguous, {fold(word): code for word, code in (common["statuses"] | own["statuses"]).items()})
