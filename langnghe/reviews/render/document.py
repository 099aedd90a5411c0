"""What a printed review consists of, before any form or file format is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FormName = Literal["state", "party"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; each reference is the number of a figure and is printed as [n] behind the text."""

    text: str
    references: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    level: int
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Appendix:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    landscape: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A review ready to print; `number` is without the word "Số", `watermark` is empty for real figures."""

    form: FormName
    superior: str
    issuer: str
    number: str
    place_and_date: str
    kind_name: str
    abstract: str
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    appendices: tuple[Appendix, ...] = ()
    watermark: str = ""
    basis_line: str = ""
