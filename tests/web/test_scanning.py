"""What a real ClamAV finds is kept and handed out to nobody: a resident's file, an officer's proof, a sealed file."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, filing
from langnghe.cases.models import Attachment, Case, ProofPaper
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.malware import NotScanned, finding
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import recipient, recovery
from tests.cast import Cast, assigned, moment, received, staff
from tests.web.test_desk import CHECKED, post, signed_in
from tests.web.test_lane import opened, send

pytestmark = pytest.mark.django_db
# The harmless words that every scanner knows (eicar.org), in two pieces so that none takes this file for them.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BAD, GOOD = b"%PDF-1.7 don " + EICAR, b"%PDF-1.7 don sach"
FOUND, LATER = "thấy mã độc (Thu.Eicar.UNOFFICIAL)", "Hãy thử lại sau ít phút"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run clamd with one signature of our own."""
    folder = Path(tmp_path_factory.mktemp("clamav"))
    folder.chmod(0o755)
    (folder / "own.ndb").write_text(f"Thu.Eicar:0:*:{EICAR.hex()}\n")
    door = folder / "clamd"
    lines = ("Foreground yes", f"LocalSocket {door}", f"DatabaseDirectory {folder}", "StreamMaxLength 1M", "User root")
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(["/usr/sbin/clamd", "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    for _turn in range(300):
        if door.exists():
            break
        time.sleep(0.1)
    assert door.exists(), "clamd did not start: does something confine it (AppArmor)?"
    yield str(door)
    process.terminate()
    process.wait()


@pytest.fixture(autouse=True)
def scanned(settings: Any, daemon: str) -> None:
    settings.CLOCK, settings.CLAMD = moment(10), daemon


def with_file(content: bytes) -> tuple[Case, str]:
    file = filing.keep(SimpleUploadedFile("don.pdf", content), moment().date())
    case, _answer = received(files=(file,))
    return case, reverse("attachment", args=[case.code, Attachment.objects.latest("pk").pk])


def test_a_daemon_tells_what_it_finds_and_when_it_cannot_tell(daemon: str) -> None:
    found = [finding(daemon, content, 5) for content in (BAD, GOOD * 9_000, b"")]
    assert found == ["Thu.Eicar.UNOFFICIAL", "", ""]
    for where, content in ((daemon, bytes(2_000_000)), (f"{daemon}-not-there", GOOD), ("127.0.0.1:1", GOOD)):
        with pytest.raises(NotScanned):
            finding(where, content, 5)


def test_a_residents_file_with_malware_is_kept_and_not_handed_out(cast: Cast) -> None:
    case, address = with_file(BAD)
    answer = signed_in(cast.officer).get(address)
    assert answer.status_code == 422
    assert FOUND in answer.content.decode()
    assert filing.content(Attachment.objects.get(voice__case=case)) == BAD


def test_a_clean_one_is(cast: Cast) -> None:
    _case, address = with_file(GOOD)
    assert b"".join(signed_in(cast.officer).get(address).streaming_content) == GOOD  # type: ignore[attr-defined]


def test_without_an_answer_of_the_scanner_nothing_is_handed_out(cast: Cast, settings: Any) -> None:
    _case, address = with_file(GOOD)
    settings.CLAMD += "-not-there"
    answer = signed_in(cast.officer).get(address)
    assert (answer.status_code, LATER in answer.content.decode()) == (503, True)


def test_a_proof_with_malware_reaches_neither_desk_nor_public(cast: Cast, client: Client) -> None:
    case = assigned()[0]
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(9))
    proof = SimpleUploadedFile("bien-ban.pdf", BAD, "application/pdf")
    post(cast.officer, case, "draft", text="Đã thay ngày 10/06.", outcome="done", papers=[proof])
    paper = ProofPaper.objects.get()
    assert FOUND in signed_in(cast.leader).get(reverse("proof_paper", args=[case.code, paper.pk])).content.decode()
    post(cast.leader, case, "approve", **CHECKED)
    post(cast.officer, case, "reply", **CHECKED)
    answer = client.get(reverse("public_paper", args=[paper.place]))
    assert (answer.status_code, EICAR in answer.content) == (422, False)


def test_a_sealed_file_with_malware_is_named_and_not_handed_out(cast: Cast, client: Client) -> None:
    recipient()
    recovery()
    files = [SimpleUploadedFile("xau.pdf", BAD), SimpleUploadedFile("tot.pdf", GOOD)]
    send(client, evidence=files)
    record = SealedRecord.objects.get()
    page = opened(cast.leader, record).content.decode()
    assert FOUND in page and "tot.pdf" in page
    saved = re.findall('download="([^"]*)"', page)
    assert saved == [f"{record.pk[:8].upper()}-2.pdf"]  # a name that says nothing stays behind on the disk
