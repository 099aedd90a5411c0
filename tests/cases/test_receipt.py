"""A resident's proof file exists as soon as the log holds the voice, and only as long as its step is there."""

import pytest

from langnghe.cases.models import Step, Voice
from langnghe.cases.receipt import receipt_file
from langnghe.core.proofs import parse_proof, verify_proof
from langnghe.ledger import sequencer
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import Leaf
from tests.cast import received
from tests.ledger.test_sequencer import no_log_yet

__all__ = ["no_log_yet"]
pytestmark = pytest.mark.django_db


def test_it_proves_the_entry_of_its_own_voice() -> None:
    received()
    received(text="Chuyện khác")
    assert receipt_file(Voice.objects.earliest("pk")) is None  # waits for its place
    sequencer.run()
    for index, voice in enumerate(Voice.objects.order_by("pk")):
        text = receipt_file(voice) or ""
        entry = canonical(Leaf.objects.select_related("entry").get(index=index).entry)
        assert verify_proof(text, entry, sequencer.signer().verifier).index == index
        assert entry.decode() in parse_proof(text).extra.decode().replace('\\"', '"')


def test_a_voice_whose_step_was_lost_has_none() -> None:
    received()
    sequencer.run()
    Step.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    assert receipt_file(Voice.objects.get()) is None
