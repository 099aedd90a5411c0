"""Seconds and memory for a book of 100,000 voices, and that importing it again adds nothing."""

import os
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench import ground, words
from bench.stopwatch import busy, peak, say, timed

SECONDS = 60.0
MAPPING = """
name = "bench"
title = "Bảng đo"
channel = "portal"
needs = ["text", "place_text"]
key = ["external_id"]
[columns]
external_id = ["Mã"]
received_on = ["Ngày"]
place_text = ["Địa danh"]
text = ["Nội dung"]
kind = ["Loại"]
topic = ["Lĩnh vực"]
contact_phone = ["Điện thoại"]
"""
HEADER = ("Mã", "Ngày", "Địa danh", "Nội dung", "Loại", "Lĩnh vực", "Điện thoại")
KINDS = ("phản ánh", "kiến nghị", "nguyện vọng", "góp ý")


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench import")
    parser.add_argument("--rows", type=int, default=100_000)
    rows: int = parser.parse_args(arguments).rows
    os.environ.pop("DATABASE_URL", None)
    with ground.throwaway() as home:
        path = home / "book.xlsx"
        write_book(path, rows)
        say(f"file: {rows} rows, {path.stat().st_size / 1e6:.1f} MB")
        with timed(f"import of {rows} voices", SECONDS * rows / 100_000):
            first = _import(path)
        say(f"{first}; {peak()}; {busy()}")
        with timed("the same file again"):
            again = _import(path)
        say(again)
        return _verdict(rows)


def _verdict(rows: int) -> int:
    from langnghe.cases.models import Case, Step, Voice
    from langnghe.ledger.models import LogEntry

    counts = [model.objects.count() for model in (Voice, Case, Step, LogEntry)]
    say(f"voices, cases, steps, log entries after both: {counts}, wanted {rows} of each")
    return 0 if counts == [rows] * 4 else 1


def _import(path: Path) -> str:
    from django.utils.timezone import now

    from langnghe.cases.intake import books, mapping
    from langnghe.cases.lifecycle import SYSTEM_ACTOR

    book = books.Book(path, mapping.parse(MAPPING))
    summary = books.import_book(
        book, actor=SYSTEM_ACTOR, at=now(), progress=lambda done, total: None, folder=path.parent
    )
    return f"received {summary.received}, repeats {summary.repeats}, errors {summary.errors}"


def write_book(path: Path, rows: int) -> None:
    """Write voices of the last 300 days, their places in words of about a hundred kinds, their dates in four."""
    from openpyxl import Workbook

    from langnghe.core import tables

    chance = Random(1)
    places = _place_words()
    topics = [row["code"] for row in tables.rows("topics")]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ")
    sheet.append(HEADER)
    for number in range(rows):
        place, kind, topic = chance.choice(places), chance.choice(KINDS), chance.choice(topics)
        text = f"{words.matter(chance)} Dòng {number}."
        phone = f"09{chance.randint(10**7, 10**8 - 1)}" if number % 4 == 0 else None
        sheet.append((f"B{number}", _day(chance), place, text, kind, topic, phone))
    book.save(path)


def _place_words() -> list[str]:
    from langnghe.registry.gazetteer import released
    from langnghe.registry.models import Place

    names = [f"{row.name}, Hưng Yên" for row in Place.objects.filter(parent__key=ground.PROVINCE)]
    return [name for name in names if released().resolve(name, on=date.today() - timedelta(days=60)).unit]  # noqa: DTZ011


def _day(chance: Random) -> object:
    day = date.today() - timedelta(days=chance.randint(0, 300))  # noqa: DTZ011 a book of this year
    forms = (day, f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"ngày {day.day} tháng {day.month} năm {day.year}")
    return chance.choice(forms)
