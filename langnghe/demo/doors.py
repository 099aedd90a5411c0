"""Some of the demo's voices come through the real doors: the web form, the JSON door, an Excel reception book."""

import json
import re
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from langnghe import installation
from langnghe.cases.intake import books, mapping
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import Case
from langnghe.demo import texts
from langnghe.demo.player import Player
from langnghe.demo.setting import ZONE
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Place

EACH = 12
HEADER = (
    "STT",
    "Ngày tiếp",
    "Họ tên - Địa chỉ",
    "Số CMND/Hộ chiếu",
    "Nội dung vụ việc",
    "Phân loại đơn/Số người",
    "Cơ quan đã giải quyết",
    "Thụ lý để giải quyết",
    "Trả lại đơn và hướng dẫn",
    "Chuyển đơn đến cơ quan có thẩm quyền",
    "Theo dõi kết quả giải quyết",
    "Ghi chú",
)


def through_the_doors(player: Player, places: list[Place], span: tuple[date, date]) -> None:
    """Plan a dozen voices for each door, and one book of a commune with a row that cannot be read."""
    words = iter(texts.composed(span[0].year)[::-1])
    random = Random(span[0].year)  # noqa: S311 a demo must come out the same each time
    for said in islice(words, EACH):
        player.at(player.moment(*span), partial(_by_form, player, said, random.choice(places)))
    key = registry.admit_client(f"Tổng đài minh hoạ {span[0].year}")
    for number, said in enumerate(islice(words, EACH)):
        keys = (key, f"minh-hoa-{span[0].year}-{number:04d}")
        player.at(player.moment(*span), partial(_by_json, player, said, random.choice(places), keys))
    chosen = list(islice(words, EACH))
    last = datetime.combine(span[1], time(16, 0), ZONE)
    player.at(last, partial(_by_book, player, chosen, places[0], span))


def _follow_new(player: Player, before: int, at: datetime) -> None:
    """Let desks work on the cases that have come in since case number `before`."""
    for case in Case.objects.filter(pk__gt=before).select_related("holder__superior", "place", "topic"):
        player.follow(case, at)


def _newest() -> int:
    return Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _client(at: datetime) -> Client:
    settings.CLOCK = at
    return Client(HTTP_HOST="127.0.0.1", raise_request_exception=True)


def _by_form(player: Player, said: texts.Words, place: Place, at: datetime) -> None:
    before, client = _newest(), _client(at)
    page = client.get(reverse("speak"))
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    fields = {"key": key[1] if key else "", "text": said.text, "kind": said.kind, "topic": said.topic}
    book = law.gazetteer()
    fields |= {"place": book.path(book.units[place.key]), "spot": said.spot, "appearance": "text"}
    answer = client.post(reverse("speak"), fields)
    if answer.status_code != 200 or _newest() == before:  # noqa: PLR2004 HTTP
        raise RuntimeError(f"the form refused a demo voice: {answer.status_code}")
    _follow_new(player, before, at)


def _by_json(player: Player, said: texts.Words, place: Place, keys: tuple[str, str], at: datetime) -> None:
    before = _newest()
    body = {"text": said.text, "place": place.key, "kind": said.kind, "topic": said.topic, "spot": said.spot}
    answer = _client(at).post(
        "/api/v1/voices",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {keys[0]}", "Idempotency-Key": keys[1]},
    )
    if answer.status_code != 201:  # noqa: PLR2004 HTTP
        raise RuntimeError(f"the JSON door refused a demo voice: {answer.status_code} {answer.content!r}")
    _follow_new(player, before, at)


def _by_book(player: Player, chosen: list[texts.Words], place: Place, span: tuple[date, date], at: datetime) -> None:
    before = _newest()
    folder = installation.home() / "out"
    folder.mkdir(exist_ok=True)
    path = folder / f"so-tiep-cong-dan-{span[0].year}.xlsx"
    _write_book(path, chosen, place, span)
    book = books.Book(path, mapping.preset("mau-03"), None, place)
    books.import_book(book, actor=SYSTEM_ACTOR, at=at, progress=lambda done, total: None, folder=folder)
    _follow_new(player, before, at)


def _write_book(path: Path, chosen: list[texts.Words], place: Place, span: tuple[date, date]) -> None:
    """Write a reception book as clerks keep it: titles above, a merged header, dates in several ways."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet("So tiep cong dan")
    sheet.append([f"SỔ TIẾP CÔNG DÂN – {place.name.upper()} (DỮ LIỆU MINH HOẠ)"])
    sheet.append([*HEADER[:7], "Hướng xử lý", None, None, *HEADER[10:]])
    sheet.append([None] * 7 + list(HEADER[7:10]))
    sheet.append([f"({number})" for number in range(1, 13)])
    sheet.merge_cells("H2:J2")
    for column in (*range(1, 8), 11, 12):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    for cell in sheet[2]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, horizontal="center")
    for number, said in enumerate(chosen, 1):
        sheet.append(_row(number, said, place, span))
    sheet.append(
        [EACH + 1, f"31/02/{span[0].year}", f"Một người dân, {place.name}", None, "Dòng có ngày sai để minh hoạ"]
    )
    workbook.save(path)


def _row(number: int, said: texts.Words, place: Place, span: tuple[date, date]) -> list[object]:
    day = span[1] - timedelta(days=EACH + 1 - number)
    written = (f"{day:%d/%m/%Y}", day, f"ngày {day.day} tháng {day.month} năm {day.year}", f"{day:%d-%m-%y}")[
        number % 4
    ]
    return [number, written, f"Người dân thôn {number % 7 + 1}, {place.name}", None, said.text, "Kiến nghị / 1 người"]
