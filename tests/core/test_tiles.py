"""A tree as files: however it grew, the files give its root."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langnghe.core.merkle import root
from langnghe.core.tiles import Tile, TileReader, entries_path, new_tiles, pack_entries, tile_hashes, unpack_entries
from tests.core.trees import edge, files, reader, some


def missing(path: str) -> bytes:
    raise FileNotFoundError(path)


def fetch_from(kept: dict[str, bytes]) -> Callable[[str], bytes]:
    return lambda path: kept[path] if path in kept else missing(path)


def test_paths_are_those_of_the_standard() -> None:
    assert Tile(0, 1234067, 256).path == "tile/0/x001/x234/067"
    assert Tile(1, 5, 17).path == "tile/1/005.p/17"
    assert entries_path(1000, 255) == "tile/entries/x001/000.p/255"


def test_70_000_leaves_are_the_tiles_that_the_standard_counts() -> None:
    tiles = list(new_tiles(0, 70_000))
    assert [sum(tile.level == level and tile.width == 256 for tile in tiles) for level in range(3)] == [273, 1, 0]
    assert [tile.path for tile in tiles if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_256_leaves_are_a_full_tile_and_one_hash_above() -> None:
    assert [tile.path for tile in new_tiles(0, 256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(new_tiles(256, 256)) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_the_files_of_any_growth_give_the_root_of_each_size(steps: list[int]) -> None:
    sizes = [sum(steps[: count + 1]) for count in range(len(steps))]
    entries = some(sizes[-1])
    kept = files(entries, *sizes)
    for size in sizes:
        assert root(size, TileReader(fetch_from(kept), size)) == edge(entries[:size]).root()


def test_a_tree_of_three_levels_reads_back() -> None:
    entries = some(70_000)
    kept = files(entries, 65_536, 70_000)
    for size in (65_536, 70_000):
        assert root(size, TileReader(fetch_from(kept), size)) == edge(entries[:size]).root()


def test_a_full_tile_stands_in_for_the_partial_one_that_was_dropped() -> None:
    entries = some(300)
    kept = {path: content for path, content in files(entries, 300).items() if path != "tile/0/000.p/200"}
    assert root(200, TileReader(fetch_from(kept), 200)) == edge(entries[:200]).root()


def test_a_tile_grows_from_what_it_held() -> None:
    read, tile = reader(some(1000)), Tile(1, 0, 3)
    assert tile_hashes(tile, read, tile_hashes(Tile(1, 0, 2), read)) == tile_hashes(tile, read)


def test_a_tile_is_fetched_once() -> None:
    asked: list[str] = []
    kept = files(some(500), 500)
    read = TileReader(lambda path: asked.append(path) or kept[path], 500)
    assert root(500, read) == root(500, read)
    assert len(asked) == len(set(asked))


def test_nothing_is_read_beyond_the_tree_or_from_a_short_tile() -> None:
    kept = files(some(10), 10)
    with pytest.raises(IndexError):
        TileReader(fetch_from(kept), 9)(0, 9)
    with pytest.raises(ValueError, match="cut short"):
        TileReader(lambda path: kept[path][:-1], 10)(0, 0)


@given(st.lists(st.binary(max_size=400), max_size=300))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(entries)) == entries


def test_a_bundle_keeps_65_535_bytes_and_no_more() -> None:
    assert unpack_entries(pack_entries([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(OverflowError):
        pack_entries([bytes(65_536)])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_bundle_or_refused(data: bytes) -> None:
    try:
        assert pack_entries(unpack_entries(data)) == data
    except ValueError:
        assert data
