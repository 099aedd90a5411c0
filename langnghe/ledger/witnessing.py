"""Asks witnesses to cosign the newest checkpoint (C2SP tlog-witness)."""

import logging
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPException

from langnghe import installation
from langnghe.core import outward
from langnghe.core.merkle import consistency_proof
from langnghe.core.notes import NoteError, add_signature, open_note, parse_verifier
from langnghe.ledger import actions, tree
from langnghe.ledger.models import Checkpoint

PATIENCE = 10  # seconds
TAKEN, CONFLICT = 200, 409
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Witness:
    """A witness's public key, and the address under which it answers add-checkpoint."""

    verifier: str
    url: str

    @property
    def name(self) -> str:
        return parse_verifier(self.verifier).name


def witnesses() -> list[Witness]:
    """Return the witnesses of this installation: lines `public-key address` in its file witnesses.txt."""
    path = installation.home() / "witnesses.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    pairs = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    return [Witness(*pair) for pair in pairs if len(pair) == 2 and outward.is_secret(pair[1])]  # noqa: PLR2004


def collect() -> int:
    """Ask each witness that has not cosigned the newest checkpoint; return how many did now.

    One that does not answer, or refuses, is told in the log and asked again at the next call.
    """
    checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None:
        return 0
    done = 0
    for witness in witnesses():
        if not checkpoint.cosignatures.filter(witness=witness.name).exists():
            done += _cosigned(witness, checkpoint)
    return done


def _cosigned(witness: Witness, checkpoint: Checkpoint) -> bool:
    last = Checkpoint.objects.filter(cosignatures__witness=witness.name).order_by("-size").first()
    try:
        line = _asked(witness, checkpoint, last.size if last else 0)
        open_note(add_signature(checkpoint.note, line), [witness.verifier])
    except (OSError, HTTPException, NoteError, ValueError, IndexError) as error:
        logger.warning("witness did not cosign", exc_info=error)
        return False
    actions.keep_cosignature(checkpoint, witness.name, line)
    return True


def _asked(witness: Witness, checkpoint: Checkpoint, old: int) -> str:
    """Return the witness's line; asked once more from the size it knows when that is another than ours."""
    status, said = _posted(witness, checkpoint, old)
    if status == CONFLICT and said.isdigit() and int(said) != old:
        status, said = _posted(witness, checkpoint, int(said))
    if status != TAKEN:
        raise NoteError(f"status {status}")
    return said


def _posted(witness: Witness, checkpoint: Checkpoint, old: int) -> tuple[int, str]:
    hashes = consistency_proof(old, checkpoint.size, tree.reader(checkpoint.size))
    proof = "".join(f"{b64encode(one).decode()}\n" for one in hashes)
    body = f"old {old}\n{proof}\n{checkpoint.note}".encode()
    status, said = outward.post(f"{witness.url.rstrip('/')}/add-checkpoint", body, {}, PATIENCE)
    return status, said.decode().strip()
