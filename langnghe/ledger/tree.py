"""The public log as files: tiles, entries and the checkpoint, as any web server can serve them (C2SP tlog-tiles)."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

from langnghe import installation
from langnghe.core.merkle import Reader, leaf_hash
from langnghe.core.tiles import HEIGHT, WIDTH, Tile, TileReader, entries_path, new_tiles, pack_entries, tile_hashes
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import Leaf


def folder() -> Path:
    """Return the folder that holds the log's files, made if missing."""
    path = installation.home() / "log"
    path.mkdir(exist_ok=True)
    return path


def fetch(path: str) -> bytes:
    """Return the file of the log; FileNotFoundError when there is none."""
    return (folder() / path).read_bytes()


def reader(size: int) -> Reader:
    return TileReader(fetch, size)


def write(path: str, content: bytes) -> None:
    """Put the file into the log's folder so that it is whole and lasting, or not there, when the power goes."""
    store(folder() / path, content)


def store(target: Path, content: bytes) -> None:
    """Write temp, fsync, rename, fsync folder."""
    _make(target.parent)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with temporary.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(target)
    settle(target.parent)


def _make(path: Path) -> None:
    if not path.is_dir():
        _make(path.parent)
        path.mkdir(exist_ok=True)
        settle(path.parent)


def settle(path: Path) -> None:
    """Make the file, or the names in the folder, last (fsync)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def grow(old: int, new: int) -> None:
    """Write the tiles and entries that a growth from `old` to `new` leaves brings, lower levels first."""
    for tile in new_tiles(old, new):
        if tile.level == 0:
            _grow_leaves(tile)
        else:
            write(tile.path, tile_hashes(tile, reader(new), _known(tile, old)))
        if tile.width == WIDTH:
            _drop_parts(tile.path)


def _drop_parts(path: str) -> None:
    """Remove the partial tiles that a full one has replaced."""
    rmtree(folder() / f"{path}.p", ignore_errors=True)


def _known(tile: Tile, old: int) -> bytes:
    """Return the part of the tile that was made for the tree of `old` leaves."""
    width = min(WIDTH, (old >> HEIGHT * tile.level) - tile.index * WIDTH)
    return fetch(Tile(tile.level, tile.index, width).path) if width > 0 else b""


def _grow_leaves(tile: Tile) -> None:
    rows = list(leaves(tile.index * WIDTH, tile.index * WIDTH + tile.width))
    write(entries_path(tile.index, tile.width), pack_entries(rows))
    write(tile.path, b"".join(map(leaf_hash, rows)))
    if tile.width == WIDTH:
        _drop_parts(entries_path(tile.index, WIDTH))


def leaves(first: int, last: int) -> Iterator[bytes]:
    """Yield the entries at the places from `first` up to, not including, `last`."""
    rows = Leaf.objects.filter(index__gte=first, index__lt=last).select_related("entry").order_by("index")
    for leaf in rows.iterator(5000):
        yield canonical(leaf.entry)
