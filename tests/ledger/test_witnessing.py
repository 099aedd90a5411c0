"""The platform asks a real witness, run as its own program, and gives its word away with the proofs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from langnghe import installation
from langnghe.core import outward
from langnghe.core.notes import open_note
from langnghe.ledger import proof, sequencer, witnessing
from langnghe.ledger.models import Checkpoint, Cosignature, Leaf, LogEntry, LogHead
from tests.ledger.test_sequencer import clean, entries, no_log_yet

__all__ = ["no_log_yet"]
pytestmark = pytest.mark.django_db
PROGRAM = Path(__file__).parents[2] / "witness" / "witness.py"


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[str]:
    """Run a witness that knows our log, make it known to the installation, and return its public key."""
    environment = os.environ | {"WITNESS_HOME": str(tmp_path / "w")}
    subprocess.run([sys.executable, PROGRAM, "init", "bao.example"], env=environment, check=True, capture_output=True)
    (tmp_path / "w" / "logs.txt").write_text(f"{sequencer.signer().verifier}\n")
    words = [sys.executable, str(PROGRAM), "serve", "127.0.0.1", "0"]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    found = re.match(r"(http://\S+)/add-checkpoint (\S+)", process.stdout.readline())
    assert found
    path = installation.home() / "witnesses.txt"
    path.write_text(f"# báo tỉnh\n{found[2]} {found[1]}\n", encoding="utf-8")
    yield found[2]
    path.unlink()
    process.terminate()
    process.wait()
    process.stdout.close()


def test_each_new_checkpoint_is_cosigned_once(witness: str) -> None:
    entries(3)
    sequencer.run()
    assert [witnessing.collect(), witnessing.collect()] == [1, 0]
    entries(300)
    checkpoint = sequencer.run()
    assert witnessing.collect() == 1
    _text, names = open_note(proof.cosigned(checkpoint), [sequencer.signer().verifier, witness])
    assert names[1:] == ["bao.example"]


def test_a_receipt_carries_the_newest_cosigned_checkpoint(witness: str) -> None:
    entries(3)
    first = sequencer.run()
    witnessing.collect()
    entries(1)
    sequencer.run()
    assert proof.covering(Leaf.objects.get(index=0)) == first


def test_a_witness_is_asked_again_from_the_size_it_knows(witness: str) -> None:
    entries(3)
    sequencer.run()
    witnessing.collect()
    Cosignature.objects.all().delete()  # the answer was lost on its way
    entries(2)
    sequencer.run()
    assert witnessing.collect() == 1


def test_a_witness_refuses_another_history(witness: str) -> None:
    entries(3)
    sequencer.run()
    witnessing.collect()
    for model in (Cosignature, Checkpoint, Leaf, LogHead, LogEntry):
        model.objects.all().delete()
    clean()
    entries(6, "accept")
    assert sequencer.run().size == 6
    assert witnessing.collect() == 0


def test_a_witness_that_does_not_answer_stops_nothing(witness: str) -> None:
    path = installation.home() / "witnesses.txt"
    path.write_text(f"{witness} http://127.0.0.1:9\n", encoding="utf-8")
    entries(1)
    sequencer.run()
    assert witnessing.collect() == 0
    assert Cosignature.objects.count() == 0


def test_without_a_checkpoint_no_witness_is_asked(witness: str) -> None:
    assert witnessing.collect() == 0


@pytest.mark.parametrize(
    ("status", "known", "asked"),
    [(409, "1", [2, 1]), (409, "2", [2]), (409, "none", [2]), (404, "1", [2]), (403, "", [2])],
)
def test_only_another_known_size_is_asked_for_again(
    witness: str, status: int, known: str, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries(2)
    first = sequencer.run()
    witnessing.collect()
    entries(1)
    sequencer.run()
    sizes: list[int] = []

    def post(_address: str, body: bytes, _headers: object, _patience: float) -> tuple[int, bytes]:
        sizes.append(int(body.split(b"\n")[0].removeprefix(b"old ")))
        return status, known.encode() + b"\n"

    monkeypatch.setattr(outward, "post", post)
    assert (witnessing.collect(), sizes, first.size) == (0, asked, 2)
    assert Cosignature.objects.count() == 1


@pytest.mark.parametrize("line", ["", "rubbish", "\u2014 bao.example AAAAAAAA"])
def test_an_answer_that_is_no_cosignature_is_not_kept(witness: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries(2)
    sequencer.run()
    monkeypatch.setattr(witnessing, "_posted", lambda *_asked: (200, line))
    assert witnessing.collect() == 0
    assert Cosignature.objects.count() == 0


def test_only_lines_with_a_key_and_an_address_name_a_witness(witness: str) -> None:
    path = installation.home() / "witnesses.txt"
    good = path.read_text("utf-8").splitlines()[1]
    lines = ["# a comment", "", "   ", good, f"{witness}", f"{witness} ftp://bao.example", f"{good} more"]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(each.verifier, each.name) for each in witnessing.witnesses()] == [(witness, "bao.example")]
