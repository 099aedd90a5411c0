"""The proof that an entry stands in the signed log, for the person it concerns to keep."""

from langnghe.core.merkle import inclusion_proof
from langnghe.core.proofs import Proof, format_proof
from langnghe.ledger import tree
from langnghe.ledger.models import Checkpoint, Leaf, LogEntry


def place_of(entry: LogEntry) -> Leaf | None:
    return Leaf.objects.filter(entry=entry).first()


def covering(leaf: Leaf) -> Checkpoint | None:
    """Return the newest checkpoint over the leaf that witnesses cosigned, else the newest, else None (pending)."""
    over = Checkpoint.objects.filter(size__gt=leaf.index).order_by("-size")
    return over.exclude(cosignatures=None).first() or over.first()


def cosigned(checkpoint: Checkpoint) -> str:
    """Return the note with the witnesses' lines below the log's own."""
    lines = checkpoint.cosignatures.order_by("witness").values_list("line", flat=True)
    return checkpoint.note + "".join(f"{line}\n" for line in lines)


def prove(leaf: Leaf, checkpoint: Checkpoint, extra: bytes) -> str:
    """Return the text of a `.tlog-proof` file (C2SP tlog-proof) of the leaf in this checkpoint's tree."""
    hashes = inclusion_proof(leaf.index, checkpoint.size, tree.reader(checkpoint.size))
    return format_proof(Proof(leaf.index, hashes, cosigned(checkpoint), extra))
