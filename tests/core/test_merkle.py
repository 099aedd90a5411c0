"""Roots and proofs are those of RFC 6962, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.core import merkle
from langnghe.core.merkle import EMPTY_ROOT, Frontier, leaf_hash, verify_consistency, verify_inclusion
from tests.core.trees import edge, mth, path, reader, some, subproof

MOST = 64
ENTRIES = some(MOST)
READ = reader(ENTRIES)
ROOTS = [mth(ENTRIES[:size]) for size in range(MOST + 1)]

# The eight leaves and roots that implementations of RFC 6962 have in common as test vectors.
KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_known_vectors_come_out() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in KNOWN_LEAVES]
    roots = [merkle.root(size, reader(leaves)) for size in range(len(leaves) + 1)]
    assert [root.hex() for root in roots] == KNOWN_ROOTS


def test_every_root_to_64_is_that_of_the_definition() -> None:
    assert [merkle.root(size, READ) for size in range(MOST + 1)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


def test_every_inclusion_proof_to_64_is_that_of_the_definition_and_holds() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, READ)
            assert proof == path(index, ENTRIES[:size])
            assert verify_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, ROOTS[size])


def test_no_inclusion_proof_to_20_holds_for_another_place_or_entry() -> None:
    for size in range(1, 21):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, READ)
            for other in set(range(-1, size + 1)) - {index}:
                assert not verify_inclusion(leaf_hash(ENTRIES[index]), other, size, proof, ROOTS[size])
                assert not verify_inclusion(leaf_hash(ENTRIES[other]), index, size, proof, ROOTS[size])


def test_every_consistency_proof_to_64_is_that_of_the_definition_and_holds() -> None:
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = merkle.consistency_proof(old, new, READ)
            assert proof == (subproof(old, ENTRIES[:new], True) if old > 0 else [])
            assert verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)


def test_a_fork_is_seen_at_every_size_to_32() -> None:
    forked = [*ENTRIES[:3], b"another", *ENTRIES[4:]]
    read = reader(forked)
    for new in range(4, 33):
        for old in range(4, new + 1):
            for proof in (merkle.consistency_proof(old, new, READ), merkle.consistency_proof(old, new, read)):
                assert not verify_consistency(old, ROOTS[old], new, mth(forked[:new]), proof)


def test_a_tree_never_shrinks_and_the_empty_tree_has_one_root() -> None:
    assert not verify_consistency(5, ROOTS[5], 3, ROOTS[3], [])
    assert not verify_consistency(-1, ROOTS[0], 3, ROOTS[3], [])
    assert not verify_consistency(0, ROOTS[1], 3, ROOTS[3], [])
    assert not verify_consistency(0, ROOTS[1], 0, ROOTS[1], [])
    assert not verify_consistency(0, ROOTS[0], 3, ROOTS[3], [ROOTS[1]])


def test_there_is_no_proof_outside_the_tree() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(3, 3, READ)
    with pytest.raises(IndexError):
        merkle.consistency_proof(4, 3, READ)


def test_a_hash_too_many_or_too_few_proves_nothing() -> None:
    for size in range(1, 20):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, READ)
            for wrong in ([*proof, ROOTS[1]], [*proof, *ROOTS[1:4]], proof[:-1] if proof else [ROOTS[1]]):
                assert not verify_inclusion(leaf_hash(ENTRIES[index]), index, size, wrong, ROOTS[size])
        for old in range(1, size):
            proof = merkle.consistency_proof(old, size, READ)
            for wrong in ([*proof, ROOTS[1]], [*proof, *ROOTS[1:4]], proof[:-1], []):
                assert not verify_consistency(old, ROOTS[old], size, ROOTS[size], wrong)


def test_a_root_of_another_length_proves_nothing() -> None:
    assert not verify_consistency(4, b"short", 4, b"short", [])
    assert not verify_consistency(0, EMPTY_ROOT, 4, ROOTS[4] + b"+", [])


def test_bytes_cannot_move_from_one_hash_to_its_neighbour() -> None:
    leaf, (sibling,) = leaf_hash(ENTRIES[0]), merkle.inclusion_proof(0, 2, READ)
    assert verify_inclusion(leaf, 0, 2, [sibling], ROOTS[2])
    assert not verify_inclusion(leaf + sibling[:1], 0, 2, [sibling[1:]], ROOTS[2])


@given(st.data())
def test_a_changed_byte_anywhere_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    parts = [leaf_hash(ENTRIES[index]), ROOTS[size], *merkle.inclusion_proof(index, size, READ)]
    leaf, root, *proof = spoiled(data, parts)
    assert not verify_inclusion(leaf, index, size, proof, root)


@given(st.data())
def test_a_changed_byte_anywhere_breaks_consistency(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new))
    old_root, new_root, *proof = spoiled(data, [ROOTS[old], ROOTS[new], *merkle.consistency_proof(old, new, READ)])
    assert not verify_consistency(old, old_root, new, new_root, proof)


def spoiled(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    which, at = data.draw(st.integers(0, len(hashes) - 1)), data.draw(st.integers(0, 31))
    changed = bytearray(hashes[which])
    changed[at] ^= data.draw(st.integers(1, 255))
    return [*hashes[:which], bytes(changed), *hashes[which + 1 :]]


@given(st.lists(st.integers(0, 300), max_size=6))
def test_the_edge_gives_the_root_however_the_tree_grew(steps: list[int]) -> None:
    entries, grown = some(sum(steps)), Frontier()
    for step in steps:
        grown = grown.extend([leaf_hash(entry) for entry in entries[grown.size : grown.size + step]])
        grown = Frontier.from_bytes(grown.size, grown.to_bytes())
    assert grown == edge(entries)
    assert grown.root() == mth(entries)


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="not the edge of 6 leaves"):
        Frontier.from_bytes(6, edge(some(5)).to_bytes() + b"x")
