"""Bombs, entities and files of two kinds at the doors that take files: refused in words, quickly, nothing kept."""

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from langnghe.cases.intake.sheet import UnreadableFile, open_sheet
from langnghe.cases.models import Attachment
from langnghe.registry.models import RegisterChange
from tests.cast import Cast, moment
from tests.web.test_speak import GOOD

pytestmark = pytest.mark.django_db
SECONDS = 20  # on a busy machine; a bomb that went off would take minutes or all memory
LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 11))
)
OUTSIDE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
ELSEWHERE = "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/x'> %x;]>"
SHEET, STRINGS, DOCUMENT = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "word/document.xml"
PICTURE = b"\xff\xd8\xff\xe0"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def book() -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.create_sheet("thoi-han").append(["code", "ha"])
    made.save(out)
    return out.getvalue()


def rewritten(part: str, content: bytes) -> bytes:
    """Return the workbook with one part put in by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
        after.writestr(part, content)
    return out.getvalue()


def sheet(dtd: str, word: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{word}</t></is></c></row>'
    return f'<?xml version="1.0"?>{dtd}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def document(dtd: str, word: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(DOCUMENT, f'<?xml version="1.0"?>{dtd}<w:document xmlns:w="w"><w:t>{word}</w:t></w:document>')
    return out.getvalue()


def nested() -> bytes:
    inner = b"0" * 10_000_000
    for _depth in range(4):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"{number}.zip", inner)
        inner = out.getvalue()
    return inner


HOSTILE = {
    "a sheet of 110 MB": lambda: rewritten(SHEET, b"<worksheet>" + b"<row/>" * 18_000_000 + b"</worksheet>"),
    "laughs in a sheet": lambda: rewritten(SHEET, sheet(LAUGHS, "&a10;")),
    "laughs in the words": lambda: rewritten(STRINGS, f"{LAUGHS}<sst><si><t>&a10;</t></si></sst>".encode()),
    "a file of the server": lambda: rewritten(SHEET, sheet(OUTSIDE, "&x;")),
    "a file of another server": lambda: rewritten(SHEET, sheet(ELSEWHERE, "x")),
    "laughs in 16 bits": lambda: rewritten(SHEET, sheet(LAUGHS, "&a10;").decode().encode("utf-16")),
    "laughs in Word": lambda: document(LAUGHS, "&a10;"),
    "a file of the server in Word": lambda: document(OUTSIDE, "&x;"),
    "Word of 50 MB": lambda: document("", "0" * 50_000_000),
    "archives in archives": nested,
    "a way out of the folder": lambda: rewritten("../../../../tmp/ra-ngoai", b"x"),
    "PDF and archive": lambda: b"%PDF-1.7\n" + document("", "x"),
    "picture and archive": lambda: PICTURE + book(),
    "page and archive": lambda: b"<html><script>alert(1)</script>" + book(),
    "old Excel that is none": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_harms_the_import_of_registers(cast: Cast, name: str, tmp_path: Path) -> None:
    client = Client()
    client.force_login(cast.commission.account)
    content = HOSTILE[name]()
    started = time.process_time()
    answer = client.post(reverse("register_import"), {"book": SimpleUploadedFile("so.xlsx", content)})
    page = answer.content.decode()
    assert answer.status_code == 422 and time.process_time() - started < SECONDS
    assert "root:" not in page and "haha" not in page
    assert not RegisterChange.objects.exists() and not Path("/tmp/ra-ngoai").exists()


@pytest.mark.parametrize("name", [name for name in HOSTILE if " MB" not in name])  # of bombs see tests/cases/test_sheet
def test_no_file_harms_the_import_of_sheets(name: str, tmp_path: Path) -> None:
    path = tmp_path / "so.xlsx"
    path.write_bytes(HOSTILE[name]())
    try:
        with open_sheet(path) as opened:
            found = str(list(opened.rows))
    except UnreadableFile as refused:
        found = str(refused)
    assert "root:" not in found and "haha" not in found


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "anh.png"),
        (b"\xef\xbb\xbf" + SVG, "anh.jpg"),
        (b'<?xml version="1.0"?>' + SVG, "anh.svg"),
        (b"\x1f\x8b\x08\x00" + bytes(40), "anh.svgz"),
        (b"GIF89a/*<script>*/=1;alert(1)//", "anh.gif"),
        (b"<!--" + PICTURE + b"--><script>alert(1)</script>", "anh.jpg"),
        (b"#!/bin/sh\n" + PICTURE, "anh.jpg"),
    ],
)
def test_pictures_that_a_browser_would_run_are_refused(client: Client, content: bytes, name: str) -> None:
    key = str(client.get(reverse("speak")).context["form"]["key"].value())
    sent = GOOD | {"key": key, "attached": [SimpleUploadedFile(name, content)]}
    assert "code" not in client.post(reverse("speak"), sent).context
    assert not Attachment.objects.exists()


def test_a_picture_that_is_also_a_page_is_only_ever_given_out_as_a_file(client: Client, cast: Cast) -> None:
    key = str(client.get(reverse("speak")).context["form"]["key"].value())
    content = PICTURE + b"<html><script>alert(1)</script></html>" + book()
    client.post(reverse("speak"), GOOD | {"key": key, "attached": [SimpleUploadedFile("a.html", content)]})
    row, officer = Attachment.objects.get(), Client()
    officer.force_login(cast.officer.account)
    answer: Any = officer.get(reverse("attachment", args=[row.voice.case.code, row.pk]))
    assert answer["Content-Disposition"].startswith("attachment;") and "sandbox" in answer["Content-Security-Policy"]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
