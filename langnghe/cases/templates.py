"""Words to begin an answer with, by outcome and topic; what only the officer knows stands as [blanks] to be filled."""

import re
from dataclasses import dataclass

from langnghe.cases.models import Case
from langnghe.core import tables

UNCLASSIFIED = "chua_phan_loai"
_BLANK = re.compile(r"\[[^\[\]\n]{1,60}\]")


@dataclass(frozen=True)
class Template:
    """A beginning of an answer; `topic` is empty where it fits all."""

    code: str
    outcome: str
    topic: str
    name: str
    text: str


def fitting(case: Case) -> list[Template]:
    """Return the templates for the case, those of its topic first; an outcome's general one only where it has none."""
    rows = [row for row in tables.rows("reply_templates") if row["topic"] in {case.topic.code, ""}]
    own = {row["outcome"] for row in rows if row["topic"]}
    rows = [row for row in rows if row["topic"] or row["outcome"] not in own]
    rows.sort(key=lambda row: not row["topic"])
    return [Template(row["code"], row["outcome"], row["topic"], row["name_vi"], row["text_vi"]) for row in rows]


def filled(template: Template, case: Case) -> str:
    """Return its text with what the record knows put in; the blanks stay."""
    known = {
        "co_quan": case.holder.name,
        "vu_viec": case.code,
        "noi": f"{case.spot}, {case.place}" if case.spot else str(case.place),
        "linh_vuc": case.topic.name_vi.lower() if case.topic.code != UNCLASSIFIED else "việc ông/bà nêu",
        "ngay_nhan": f"{case.received:%d/%m/%Y}",
    }
    return template.text.replace("\\n", "\n").format(**known)


def blanks(text: str) -> list[str]:
    """Return the blanks that are still open, at most five."""
    return _BLANK.findall(text)[:5]
