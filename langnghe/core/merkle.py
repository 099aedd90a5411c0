"""The Merkle tree of a public log: roots and proofs as RFC 6962 section 2.1 defines them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
HASH = 32  # bytes of a hash
Reader = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of an entry (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node over the hashes of its two children (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def _hash(start: int, size: int, read: Reader) -> bytes:
    """Return the hash over `size` leaves from `start`, a multiple of the next power of two."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    half = _split(size)
    return node_hash(_hash(start, half, read), _hash(start + half, size - half, read))


def root(size: int, read: Reader) -> bytes:
    """Return the 32-byte root over `size` leaves; `read(level, index)` gives the hash of the whole subtree over
    2**level leaves from leaf index * 2**level on (RFC 6962 section 2.1)."""
    return _hash(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """Return the audit path of the leaf, lowest first (RFC 6962 section 2.1.1). IndexError when there is none."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    return _path(index, 0, size, read)


def _path(index: int, start: int, size: int, read: Reader) -> list[bytes]:
    if size == 1:
        return []
    half = _split(size)
    if index < half:
        return [*_path(index, start, half, read), _hash(start + half, size - half, read)]
    return [*_path(index - half, start + half, size - half, read), _hash(start, half, read)]


def consistency_proof(old: int, new: int, read: Reader) -> list[bytes]:
    """Return the proof that the tree over `new` leaves continues the one over `old` (RFC 6962 section 2.1.2).

    IndexError when old is larger than new.
    """
    if not 0 <= old <= new:
        raise IndexError(f"{old} of {new}")
    return _subproof(old, 0, new, True, read) if 0 < old < new else []


def _subproof(old: int, start: int, size: int, is_known: bool, read: Reader) -> list[bytes]:
    if old == size:
        return [] if is_known else [_hash(start, size, read)]
    half = _split(size)
    if old <= half:
        return [*_subproof(old, start, half, is_known, read), _hash(start + half, size - half, read)]
    return [*_subproof(old - half, start + half, size - half, False, read), _hash(start, half, read)]


def _are_hashes(*hashes: bytes) -> bool:
    """Return whether each has 32 bytes; else a proof could move bytes from one hash to its neighbour."""
    return all(len(one) == HASH for one in hashes)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the leaf hash at `index` of `size` leaves leads with the proof to the root (RFC 9162 2.1.3.2)."""
    if not (0 <= index < size and _are_hashes(leaf, root, *proof)):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the proof shows that the new tree continues the old one (RFC 9162 section 2.1.4.2)."""
    if not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return old_root == new_root and not proof and (old_size > 0 or old_root == EMPTY_ROOT)
    if not 0 < old_size < new_size:
        return old_size == 0 and not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0] if path else b""
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree: the hashes of its whole subtrees, largest first; enough to append and for the root."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extend(self, leaves: Sequence[bytes]) -> "Frontier":
        """Return the edge after these leaf hashes, appended in order."""
        size, edge = self.size, list(self.hashes)
        for leaf in leaves:
            edge.append(leaf)
            size += 1
            for _ in range((size & -size).bit_length() - 1):
                right = edge.pop()
                edge[-1] = node_hash(edge[-1], right)
        return Frontier(size, tuple(edge))

    def root(self) -> bytes:
        """Return the 32-byte root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, found = self.hashes
        for left in reversed(rest):
            found = node_hash(left, found)
        return found

    def to_bytes(self) -> bytes:
        """Return the hashes one after the other, 32 bytes each."""
        return b"".join(self.hashes)

    @staticmethod
    def from_bytes(size: int, data: bytes) -> "Frontier":
        """Return the edge that `to_bytes` gave for a tree of this size. ValueError when the two do not fit."""
        if len(data) != HASH * size.bit_count():
            raise ValueError(f"{len(data)} bytes are not the edge of {size} leaves")
        return Frontier(size, tuple(data[at : at + HASH] for at in range(0, len(data), HASH)))
