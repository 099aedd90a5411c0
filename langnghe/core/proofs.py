"""The `.tlog-proof` file: an entry's place in a signed log, checked without asking anyone (C2SP tlog-proof)."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from langnghe.core.merkle import HASH, leaf_hash, verify_inclusion
from langnghe.core.notes import NoteError, open_note, parse_checkpoint

HEADER = "c2sp.org/tlog-proof@v1"


class ProofError(ValueError):
    """The file is not a proof, or proves nothing; the message says why."""


@dataclass(frozen=True)
class Proof:
    """What a proof file holds: the leaf's index, the audit path, the checkpoint's note, and opaque extra bytes."""

    index: int
    hashes: Sequence[bytes]
    checkpoint: str
    extra: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """What was proven: the leaf's index, the size of the signed tree, the witnesses whose cosignature holds."""

    index: int
    size: int
    witnesses: list[str]


def format_proof(proof: Proof) -> str:
    """Return the text of the file."""
    extra = [f"extra {b64encode(proof.extra).decode()}"] if proof.extra else []
    lines = [HEADER, *extra, f"index {proof.index}", *(b64encode(one).decode() for one in proof.hashes)]
    return "\n".join(lines) + "\n\n" + proof.checkpoint


def parse_proof(text: str) -> Proof:
    """Return what the file holds. ProofError when it is not a proof file."""
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise ProofError(f"the file does not begin with {HEADER}")
    extra = _decoded(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "", re.ASCII)
    hashes = [_decoded(line) for line in lines]
    if not index or any(len(one) != HASH for one in hashes):
        raise ProofError("after the header come the index and hashes of 32 bytes")
    return Proof(int(index[1]), hashes, checkpoint, extra)


def _decoded(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError("a line is not base64") from error
    if b64encode(data).decode() != text:
        raise ProofError("a line is not the usual base64 of its bytes")
    return data


def verify_proof(text: str, entry: bytes, log_verifier: str, witness_verifiers: Sequence[str] = ()) -> Verdict:
    """Return what the file proves about the entry. ProofError when the log's key did not sign, a given witness's
    signature is wrong, or the entry is not at its index."""
    proof = parse_proof(text)
    try:
        # The log alone first: a witness of the same name must not stand for it.
        body, (name, *_) = open_note(proof.checkpoint, [log_verifier])
        checkpoint = parse_checkpoint(body)
        signers = open_note(proof.checkpoint, [log_verifier, *witness_verifiers])[1]
    except NoteError as error:
        raise ProofError(str(error)) from error
    if checkpoint.origin != name:
        raise ProofError("the checkpoint is that of another log")
    if not verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise ProofError("the entry is not at this place of the signed log")
    return Verdict(proof.index, checkpoint.size, [signer for signer in signers if signer != name])
