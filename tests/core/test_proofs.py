"""A proof file says one thing about one entry, and says it to nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core.merkle import inclusion_proof, root
from langnghe.core.notes import COSIGNATURE, Checkpoint, Signer, add_signature, cosign, sign
from langnghe.core.proofs import HEADER, Proof, ProofError, Verdict, format_proof, parse_proof, verify_proof
from tests.core.trees import reader, some

LOG = Signer("so.example/nhat-ky", bytes(32))
PRESS, FRONT = Signer("bao.example", b"2" * 32, COSIGNATURE), Signer("mttq.example", b"3" * 32, COSIGNATURE)
ENTRIES = some(11)
WITNESSES = [PRESS.verifier, FRONT.verifier]


def checkpoint(size: int, top: bytes, signer: Signer = LOG, origin: str = LOG.name) -> str:
    note = sign(Checkpoint(origin, size, top).text, signer)
    for witness in (PRESS, FRONT):
        note = add_signature(note, cosign(note, witness, 1_790_000_000))
    return note


def proof_of(index: int, extra: bytes = b"") -> str:
    read = reader(ENTRIES)
    return format_proof(Proof(index, inclusion_proof(index, 11, read), checkpoint(11, root(11, read)), extra))


FILE = proof_of(6)


def test_each_entry_is_proven_with_its_witnesses() -> None:
    for index, entry in enumerate(ENTRIES):
        verdict = verify_proof(proof_of(index, b"{}"), entry, LOG.verifier, WITNESSES)
        assert verdict == Verdict(index, 11, [PRESS.name, FRONT.name])


def test_witnesses_nobody_asked_for_are_not_named() -> None:
    assert verify_proof(FILE, ENTRIES[6], LOG.verifier).witnesses == []


def test_the_file_reads_back_as_it_was_written() -> None:
    assert FILE.startswith(f"{HEADER}\nindex 6\n")
    assert format_proof(parse_proof(FILE)) == FILE
    assert parse_proof(proof_of(6, b"\x00any")).extra == b"\x00any"


def test_another_entry_or_another_log_is_refused() -> None:
    with pytest.raises(ProofError, match="not at this place"):
        verify_proof(FILE, ENTRIES[5], LOG.verifier)
    with pytest.raises(ProofError, match="none of the given keys"):
        verify_proof(FILE, ENTRIES[6], Signer(LOG.name, b"9" * 32).verifier)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (HEADER, "c2sp.org/tlog-proof@v2", "does not begin"),
        ("\n\n", "\n", "not base64"),
        ("index 6", "index 06", "come the index"),
        ("index 6\n", "", "come the index"),
        ("=\n", "\n", "not base64"),
        ("=\n", "==\n", "not base64"),
        ("index 6\n", f"index 6\n{'A' * 40}\n", "32 bytes"),
        ("index 6\n", f"index 6\n{'A' * 42}B=\n", "usual base64"),
    ],
)
def test_a_file_that_is_out_of_shape_says_why(before: str, after: str, why: str) -> None:
    with pytest.raises(ProofError, match=why):
        parse_proof(FILE.replace(before, after, 1))


def test_a_file_without_a_checkpoint_is_none() -> None:
    with pytest.raises(ProofError, match="does not begin"):
        parse_proof(FILE.partition("\n\n")[0])


def test_a_witness_does_not_stand_for_the_log() -> None:
    imposter = Signer(LOG.name, b"4" * 32)
    read = reader(ENTRIES)
    forged = format_proof(Proof(6, inclusion_proof(6, 11, read), checkpoint(11, root(11, read), imposter)))
    with pytest.raises(ProofError):
        verify_proof(forged, ENTRIES[6], LOG.verifier, [imposter.verifier, *WITNESSES])


def test_a_checkpoint_in_another_logs_name_is_refused() -> None:
    read = reader(ENTRIES)
    note = checkpoint(11, root(11, read), origin="khac.example")
    with pytest.raises(ProofError, match="another log"):
        verify_proof(format_proof(Proof(6, inclusion_proof(6, 11, read), note)), ENTRIES[6], LOG.verifier)


@given(st.integers(0, len(FILE.encode()) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_fails_or_costs_a_witness(at: int, change: int) -> None:
    data = bytearray(FILE.encode())
    data[at] ^= change
    text = data.decode(errors="surrogateescape")
    try:
        verdict = verify_proof(text, ENTRIES[6], LOG.verifier, WITNESSES)
    except ProofError as error:
        assert str(error)
    else:
        assert (verdict.index, verdict.size) == (6, 11)
        assert len(verdict.witnesses) < 2


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_refused_with_a_reason(text: str) -> None:
    for wrong in (text, f"{HEADER}\n{text}", f"{HEADER}\nindex {text}\n\n{text}", f"{HEADER}\nindex 0\n\n{text}"):
        with pytest.raises(ProofError, match="."):
            verify_proof(wrong, ENTRIES[6], LOG.verifier)


def test_a_proof_in_ten_million_with_two_witnesses_fits_in_2_kb() -> None:
    hashes = inclusion_proof(9_999_999 // 2, 10_000_000, lambda level, index: bytes(32))
    assert len(hashes) == 24
    assert len(format_proof(Proof(4_999_999, hashes, checkpoint(10_000_000, bytes(32)))).encode()) <= 2048
