"""Imports a book or a foreign table: reads drafts, finds their places, receives them in batches."""

import gc
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localdate

from langnghe.cases.actions import receive_many
from langnghe.cases.actions.gathering import give_way
from langnghe.cases.arrival import Arrival, first_with
from langnghe.cases.intake.draft import Draft, RowError, Sealed, row_key
from langnghe.cases.intake.drafts import Item, drafts
from langnghe.cases.intake.errors_file import write_errors
from langnghe.cases.intake.mapping import Mapping
from langnghe.cases.intake.sheet import open_sheet
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Voice
from langnghe.core.codes import BadCode, parse_case
from langnghe.registry import law
from langnghe.registry.gazetteer import Resolution
from langnghe.registry.models import Place

BATCH, SMALL = 500, 100  # rows written at once; and while residents wait at a door
BREATH = 0.002  # seconds between batches, so that a form never waits long for the one writer of SQLite
MOST_NAMED = 5
CODE = re.compile(r"VV-[0-9]+-[0-9]")
_as_json = json.JSONEncoder(ensure_ascii=False).encode
Progress = Callable[[int, int], None]


@dataclass
class Summary:
    """What became of the rows; `errors_path` holds those set aside, unchanged."""

    rows: int = 0
    received: int = 0
    repeats: int = 0
    sealed: int = 0
    skipped: int = 0
    errors: int = 0
    errors_path: Path | None = None
    bad: list[RowError | Sealed] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Book:
    """What to import: the file, how to read it, and the office's own place for rows that name none."""

    path: Path
    mapping: Mapping
    sheet: str | None = None
    place: Place | None = None


def import_book(book: Book, *, actor: Actor, at: datetime, progress: Progress, folder: Path) -> Summary:
    """Receive every good row exactly once; bad rows go to a file in `folder`. Run it again after a break.

    sheet.UnreadableFile when the file cannot be read at all.
    """
    summary = Summary()
    sealed = [code for code, kind in law.kinds().items() if kind.is_sealed]
    with _without_collector(), open_sheet(book.path, book.sheet, headings=book.mapping) as sheet:
        own: set[str] = set()
        items = drafts(sheet, book.mapping, sealed=sealed, today=localdate(at))
        size = BATCH
        while batch := list(islice(items, size)):
            _take(list(_arrivals(batch, book, summary)), summary, actor, at, own)
            summary.rows += len(batch)
            progress(min(summary.rows, sheet.total), sheet.total)
            time.sleep(BREATH)
            size = SMALL if give_way() else BATCH
        titles = sheet.header_row
    progress(summary.rows, summary.rows)
    if summary.bad:
        summary.errors_path = write_errors(folder, book.path.name.split(".")[0], titles, summary.bad, mark=_mark())
    return summary


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let rows go by their reference counts alone: they leave no cycles, and looking for some takes an eighth more."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _mark() -> str:
    return "dữ liệu minh hoạ" if settings.INSTALLATION.demo else ""


def _take(arrivals: list[Arrival], summary: Summary, actor: Actor, at: datetime, own: set[str]) -> None:
    """Receive the rows but those of an earlier import, which leave no trace; `own` are the keys new in this one."""
    known = {(key, digest) for (_channel, key), (digest, _case) in first_with(arrivals).items() if key not in own}
    coming = [arrival for arrival in arrivals if (arrival.key, arrival.digest) not in known]
    summary.repeats += len(arrivals) - len(coming)
    own.update(arrival.key for arrival in coming)
    for answer in receive_many(coming, actor=actor, at=at):
        summary.repeats += answer.is_repeat
        summary.received += not answer.is_repeat


def _arrivals(batch: list[Item], book: Book, summary: Summary) -> Iterator[Arrival]:
    own = _written_here(batch)
    for item in batch:
        if item.number in own:
            summary.repeats += 1
            continue
        made = _arrival(item, book) if isinstance(item, Draft) else item
        if isinstance(made, Arrival):
            yield made
        elif isinstance(made, Sealed):
            summary.sealed += 1
            summary.bad.append(made)
        elif isinstance(made, RowError):
            summary.errors += 1
            summary.bad.append(made)
        else:
            summary.skipped += 1


def _written_here(batch: list[Item]) -> set[int]:
    """Return the numbers of rows that this installation printed itself: the case in their note has these very words."""
    named: dict[int, list[Draft]] = {}
    for item in batch:
        code = CODE.search(item.note) if isinstance(item, Draft) else None
        if isinstance(item, Draft) and code:
            with suppress(BadCode):
                named.setdefault(parse_case(code[0]), []).append(item)
    voices = Voice.objects.filter(case__in=named).values_list("case", "day", "text")
    return {
        draft.number
        for case, day, text in voices
        for draft in named[case]
        if day == draft.received_on and _says(text, draft)
    }


def _says(text: str, draft: Draft) -> bool:
    """Whether the row holds the words, or their beginning where the book cut them."""
    printed = " ".join(draft.text.split())
    return " ".join(text.split()).startswith(printed.removesuffix("…").rstrip()) and bool(printed)


def _arrival(draft: Draft, book: Book) -> Arrival | RowError:
    place = _place(draft, book)
    if isinstance(place, str):
        return draft.refuse("place_text", place)
    if law.body_at("committee_province", place) is None:
        names = ", ".join(each.name for each in place.lineage())
        return draft.refuse("place_text", f"{names} không thuộc tỉnh của hệ thống này.")
    contact = {
        "name": draft.contact_name,
        "phone": draft.contact_phone,
        "email": draft.contact_email,
        "address": draft.contact_address,
    }
    return Arrival(
        channel=draft.channel,
        key=row_key(draft),
        payload=_as_json(draft.source_row).encode(),
        text=f"{draft.title}\n{draft.text}" if draft.title else draft.text,
        kind=draft.kind or "feedback",
        day=draft.received_on,
        said_at=draft.received_at,
        place=place,
        topic=law.topics().get(draft.topic or "", law.topics()["chua_phan_loai"]),
        people=draft.people,
        place_words=draft.place_text,
        contact={name: value for name, value in contact.items() if value},
    )


def _place(draft: Draft, book: Book) -> Place | str:
    """Return the place of the row, or a sentence that tells the clerk what to write instead.

    In an office's own book an address outside its province says where the person lives, not where the matter is.
    """
    within = book.place.province.key if book.place else None
    words = draft.place_text.strip()
    found = _resolved(words, within, draft.received_on)
    if found.unit is not None and (within is None or law.gazetteer().lies_in(found.unit, within)):
        return law.place(found.unit.key)
    if book.place is not None and found.reason not in {"several", "contradiction"}:
        return book.place
    if not words:
        return "Dòng này không ghi xã, phường. Hãy ghi địa danh, hoặc chạy lệnh với --place là nơi của sổ."
    names = "; ".join(law.gazetteer().path(unit) for unit in found.candidates[:MOST_NAMED])
    return f"Chưa rõ “{words}” là nơi nào." + (f" Hãy ghi một trong: {names}." if names else " Hãy ghi đủ xã, tỉnh.")


def _resolved(words: str, within: str | None, on: date) -> Resolution:
    return law.gazetteer().resolve(words, within=within, on=on, suggest=within is None)
