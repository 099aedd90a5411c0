"""The page that checks a receipt file in the reader's own browser, from the server and saved, without a network."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.test import Client

from langnghe.cases.models import Voice
from langnghe.cases.receipt import receipt_file
from langnghe.core.notes import COSIGNATURE, Signer, cosign, parse_verifier
from langnghe.ledger import sequencer
from tests.browser.test_journey import FLAGS, world  # noqa: F401 a fixture
from tests.cast import received
from tests.ledger.test_sequencer import no_log_yet  # noqa: F401 a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOLDS, FAILS = "good", "bad"


@pytest.fixture
def receipt(world: None, tmp_path: Path) -> Path:  # noqa: F811
    for _voice in range(5):
        received()
    sequencer.run()
    path = tmp_path / "bien-nhan.tlog-proof"
    path.write_text(receipt_file(Voice.objects.order_by("pk")[2]) or "", "utf-8")
    return path


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


def verdict(page: Any, path: Path) -> str:
    page.set_input_files("[name=file]", str(path))
    page.click("button")
    page.wait_for_selector("#answer.good, #answer.bad")
    return str(page.get_attribute("#answer", "class"))


def spoiled(path: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text
    other = path.with_name("spoiled.tlog-proof")
    other.write_text(text.replace(old, new, 1), "utf-8")
    return other


def test_a_receipt_holds_on_the_page_and_a_changed_one_does_not(browser: Any, live_server: Any, receipt: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(f"{live_server.url}/nhat-ky/kiem-tra")
    assert verdict(page, receipt) == HOLDS
    assert page.inner_text("#subject").startswith("VV-")
    page.goto(f"{live_server.url}/nhat-ky/kiem-tra")
    assert verdict(page, spoiled(receipt, "index 2", "index 3")) == FAILS


def test_the_saved_page_checks_without_a_network(browser: Any, live_server: Any, receipt: Path, tmp_path: Path) -> None:
    saved = tmp_path / "kiem-tra.html"
    saved.write_bytes(urlopen(f"{live_server.url}/nhat-ky/kiem-tra").read())  # noqa: S310 our own server
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(saved.as_uri())
    assert verdict(page, receipt) == HOLDS
    page.reload()
    page.fill("[name=key]", sequencer.signer().verifier.replace("+A", "+B"))
    assert verdict(page, receipt) == FAILS


def test_a_witness_is_checked_where_its_key_is_known(browser: Any, live_server: Any, receipt: Path) -> None:
    known, unknown = (Signer(name, name.encode().ljust(32), COSIGNATURE) for name in ("bao.example", "la.example"))
    for witness in (known, unknown):
        note = receipt.read_text("utf-8").partition("\n\n")[2]
        receipt.write_text(receipt.read_text("utf-8") + cosign(note, witness, 1_790_000_000) + "\n", "utf-8")
    page = browser.new_page()
    page.goto(f"{live_server.url}/nhat-ky/kiem-tra")
    page.fill("[name=witnesses]", known.verifier)
    assert verdict(page, receipt) == HOLDS
    assert page.inner_text("#witnesses") == "bao.example: đúng; la.example: chưa kiểm tra"
    other = Signer("bao.example", bytes(32), COSIGNATURE).line(b"another tree", (1_790_000_000).to_bytes(8, "big"))
    forged = b64encode(parse_verifier(known.verifier).id + b64decode(other.split()[2])[4:]).decode()
    page.goto(f"{live_server.url}/nhat-ky/kiem-tra")
    page.fill("[name=witnesses]", known.verifier)
    receipt.write_text(receipt.read_text("utf-8") + f"\u2014 bao.example {forged}\n", "utf-8")
    assert verdict(page, receipt) == FAILS


def test_the_page_asks_no_other_server(receipt: Path) -> None:
    page = Client().get("/nhat-ky/kiem-tra").content.decode()
    assert "src=" not in page and "@import" not in page and "fetch(" not in page
