"""The platform asks a real witness, run as its own program, and gives its word away with the proofs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from langnghe import installation
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
