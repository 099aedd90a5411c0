"""A Merkle tree as static files, 256 hashes each (C2SP tlog-tiles)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from langnghe.core.merkle import HASH, Reader, node_hash

HEIGHT, WIDTH = 8, 256
Fetch = Callable[[str], bytes]


def _number(index: int) -> str:
    """Return the index in groups of three digits: 1234067 is x001/x234/067."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)


def _part(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


@dataclass(frozen=True)
class Tile:
    """Up to 256 hashes side by side, each over 256**level leaves."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Return where the tile lies: tile/<level>/<index>, with .p/<width> when it is not full."""
        return f"tile/{self.level}/{_number(self.index)}{_part(self.width)}"


def entries_path(index: int, width: int) -> str:
    """Return where the entries under the level-0 tile of this index lie."""
    return f"tile/entries/{_number(index)}{_part(width)}"


def pack_entries(entries: list[bytes]) -> bytes:
    """Return the entries, each behind its length as two bytes. OverflowError for one over 65,535 bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(data: bytes) -> list[bytes]:
    """Return the entries of a bundle. ValueError when it ends inside one."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise ValueError("the bundle ends inside an entry")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def new_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Yield the tiles that a growth from `old_size` to `new_size` leaves makes, lower levels first."""
    level = 0
    while new_size >> HEIGHT * level:
        old, new = old_size >> HEIGHT * level, new_size >> HEIGHT * level
        if new > old:
            for index in range(old // WIDTH, (new - 1) // WIDTH + 1):
                yield Tile(level, index, min(WIDTH, new - index * WIDTH))
        level += 1


def tile_hashes(tile: Tile, read: Reader, known: bytes = b"") -> bytes:
    """Return the tile, its hashes one after the other: those `known` already, and the others from the tiles below
    (those of level 0 from the leaves)."""
    first = tile.index * WIDTH
    made = [known]
    for index in range(first + len(known) // HASH, first + tile.width):
        made.append(_above(tile.level - 1, index, read) if tile.level else read(0, index))
    return b"".join(made)


def _above(level: int, index: int, read: Reader) -> bytes:
    """Return the hash over the whole tile of this level and index."""
    return _combined([read(HEIGHT * level, index * WIDTH + place) for place in range(WIDTH)])


def _combined(hashes: list[bytes]) -> bytes:
    """Return the hash over a power of two of sibling hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class TileReader:
    """Reads the hashes of a tree of `size` leaves from its tiles, which `fetch(path)` gives (OSError when missing).

    ValueError for a tile that is cut short. A tile with wrong bytes gives wrong hashes: compare the root.
    """

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size
        self._tile = lru_cache(maxsize=64)(self._read)

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash over 2**level leaves from leaf index * 2**level on. IndexError beyond the tree."""
        if (index + 1) << level > self._size:
            raise IndexError(f"leaf {(index + 1) << level} of {self._size}")
        stored, low = divmod(level, HEIGHT)
        first, count = index << low, 1 << low
        tile, at = self._tile(stored, first // WIDTH), first % WIDTH * HASH
        return _combined([tile[at + HASH * i : at + HASH * (i + 1)] for i in range(count)])

    def _read(self, level: int, index: int) -> bytes:
        width = min(WIDTH, (self._size >> HEIGHT * level) - index * WIDTH)
        try:
            tile = self._fetch(Tile(level, index, width).path)
        except OSError:
            tile = self._fetch(Tile(level, index, WIDTH).path)
        if len(tile) < width * HASH:
            raise ValueError(f"{Tile(level, index, width).path} is cut short")
        return tile
