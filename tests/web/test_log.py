"""The public log's pages: what is in it, its files, and the proofs people take home."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from django.test import Client

from langnghe import installation
from langnghe.cases.models import Step
from langnghe.cli import main
from langnghe.core.proofs import ProofError, parse_proof, verify_proof
from langnghe.ledger import sequencer
from tests.cast import moment, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_log_yet() -> Iterator[None]:
    clean()
    yield
    clean()


def clean() -> None:
    rmtree(installation.home() / "log", ignore_errors=True)
    (installation.home() / "keys" / "last-checkpoint").unlink(missing_ok=True)


def receipt_of(client: Client, code: str) -> str:
    return client.post("/vu-viec-cua-toi/bien-nhan", {"code": code}).content.decode()


def test_the_page_shows_a_case_s_entries_with_their_places(client: Client) -> None:
    case, _answer = received()
    page = html.unescape(client.get("/nhat-ky", {"ma": case.code}).content.decode())
    assert "đang chờ ghi" in page
    sequencer.run()
    page = html.unescape(client.get("/nhat-ky", {"ma": case.code.lower().replace("-", "")}).content.decode())
    assert "tệp của mục 0" in page
    assert sequencer.signer().verifier in page


def test_the_page_asks_the_same_however_long_the_log(client: Client, django_assert_num_queries: Any) -> None:
    for day in range(1, 31):
        received(moment(day))
        sequencer.run()
    client.get("/nhat-ky")
    with django_assert_num_queries(2):
        page = client.get("/nhat-ky").content.decode()
    assert page.count('<code class="break">') == 25 + 1


@pytest.mark.parametrize(("asked", "told"), [("VV-999999-1", "gõ nhầm"), ("xin chào", "chữ số")])
def test_a_code_that_cannot_be_gets_a_word_of_help(client: Client, asked: str, told: str) -> None:
    answer = client.get("/nhat-ky", {"ma": asked})
    assert answer.status_code == 200
    assert told in html.unescape(answer.content.decode())


def test_the_files_are_served_and_nothing_else_of_the_disk(client: Client) -> None:
    received()
    sequencer.run()
    assert client.get("/log/checkpoint").content.startswith(sequencer.signer().verifier.split("+")[0].encode())
    assert len(client.get("/log/tile/0/000.p/1").content) == 32
    for path in ("tile/0/001", "../keys/log", "tile/../../keys/log", ".turn", "tile/0/000.p/1/x", "checkpoint\x00"):
        assert client.get(f"/log/{path}").status_code == 404


def test_a_receipt_file_is_pending_first_and_then_proves(client: Client) -> None:
    _case, answer = received()
    assert "Đang chờ" in receipt_of(client, answer.receipt)
    sequencer.run()
    text = receipt_of(client, answer.receipt)
    opening = json.loads(parse_proof(text).extra)
    assert verify_proof(text, opening["entry"].encode(), sequencer.signer().verifier).index == 0
    assert len(text.encode()) <= 2048


def test_a_receipt_file_says_neither_the_code_nor_the_words(client: Client) -> None:
    case, answer = received()
    sequencer.run()
    text = receipt_of(client, answer.receipt)
    said = text + parse_proof(text).extra.decode()
    voice = case.voices.get()
    assert answer.receipt.replace("-", "") not in said.replace("-", "")
    assert voice.text not in said


def test_nobody_gets_a_receipt_file_without_the_code(client: Client) -> None:
    _case, answer = received()
    sequencer.run()
    for code in ("", "abc", answer.receipt[:-1] + ("0" if answer.receipt[-1] != "0" else "1")):
        assert client.post("/vu-viec-cua-toi/bien-nhan", {"code": code}).status_code == 302
    assert client.get(f"/vu-viec-cua-toi/bien-nhan?code={answer.receipt}").status_code == 405


def test_anyone_gets_the_proof_of_an_entry_without_its_salt(client: Client) -> None:
    received()
    assert client.get("/nhat-ky/muc/0").status_code == 404
    sequencer.run()
    text = client.get("/nhat-ky/muc/0").content.decode()
    entry = parse_proof(text).extra
    assert verify_proof(text, entry, sequencer.signer().verifier).size == 1
    with pytest.raises(ProofError):
        verify_proof(text, entry + b" ", sequencer.signer().verifier)
    assert b"salt" not in entry


def saved(client: Client, folder: Path) -> Path:
    _case, answer = received()
    sequencer.run()
    path = folder / "bien-nhan.tlog-proof"
    path.write_text(receipt_of(client, answer.receipt), encoding="utf-8")
    return path


def test_the_command_line_verifies_a_receipt_file(client: Client, tmp_path: Path, capsys: Any) -> None:
    assert main(["verify", str(saved(client, tmp_path))]) == 0
    told = capsys.readouterr().out
    assert "mục 0 trong 1 mục" in told
    assert "khớp với con dấu" in told


@pytest.mark.parametrize("spoil", ["index 0|index 1", "extra eyJ|extra eyK", "c2sp|c3sp", "|x"])
def test_the_command_line_refuses_a_changed_file(client: Client, tmp_path: Path, capsys: Any, spoil: str) -> None:
    path = saved(client, tmp_path)
    before, after = spoil.split("|")
    path.write_text(path.read_text("utf-8").replace(before, after, 1), encoding="utf-8")
    assert main(["verify", str(path)]) == 2
    assert "không chứng minh được" in capsys.readouterr().err


def test_a_voice_whose_first_step_is_gone_is_told_and_not_stumbled_over(client: Client, capsys: Any) -> None:
    _case, answer = received()
    sequencer.run()
    Step.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    assert main(["verify"]) == 1
    assert "đã đổi hoặc mất" in capsys.readouterr().out
    assert client.post("/vu-viec-cua-toi/bien-nhan", {"code": answer.receipt}).status_code < 500


def test_a_log_whose_tiles_are_gone_is_told_and_not_stumbled_over(capsys: Any) -> None:
    for _voice in range(3):
        received()
    sequencer.run()
    rmtree(installation.home() / "log" / "tile")
    assert main(["verify"]) == 1
    assert "Biên nhận của" in capsys.readouterr().out
