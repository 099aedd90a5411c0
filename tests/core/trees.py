"""Trees for tests: the definitions of RFC 6962 section 2.1 as they stand, and trees kept in memory."""

from hashlib import sha256

from langnghe.core.merkle import Frontier, Reader, leaf_hash, node_hash
from langnghe.core.tiles import Tile, entries_path, new_tiles, pack_entries, tile_hashes


def mth(entries: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = below(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(entries) == 1:
        return []
    k = below(len(entries))
    return [*path(m, entries[:k]), mth(entries[k:])] if m < k else [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], b: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(entries):
        return [] if b else [mth(entries)]
    k = below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], b), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def below(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def some(size: int, word: str = "mục") -> list[bytes]:
    return [f"{word} {number}".encode() for number in range(size)]


def reader(entries: list[bytes]) -> Reader:
    """Return the whole subtrees of the entries, all made beforehand."""
    levels = [[leaf_hash(entry) for entry in entries]]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])
    return lambda level, index: levels[level][index]


def edge(entries: list[bytes]) -> Frontier:
    return Frontier().extend([leaf_hash(entry) for entry in entries])


def files(entries: list[bytes], *sizes: int) -> dict[str, bytes]:
    """Return the files of a log that grew through these sizes."""
    made: dict[str, bytes] = {}
    read = reader(entries)
    for old, new in zip((0, *sizes), sizes, strict=False):
        for tile in new_tiles(old, new):
            made[tile.path] = tile_hashes(tile, read)
            if tile.level == 0:
                made[entries_path(tile.index, tile.width)] = bundle(tile, entries)
    return made


def bundle(tile: Tile, entries: list[bytes]) -> bytes:
    return pack_entries(entries[tile.index * 256 : tile.index * 256 + tile.width])
