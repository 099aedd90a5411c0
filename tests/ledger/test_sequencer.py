"""The public log: numbered without gaps, signed only when durable, and never signed twice differently."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import rmtree

import pytest
from django.db import connection

from langnghe import installation
from langnghe.core import merkle
from langnghe.core.notes import NoteError, open_note, parse_checkpoint
from langnghe.ledger import actions, proof, sequencer, tree
from langnghe.ledger.actions import Entry, append
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import Checkpoint, Cosignature, Leaf, LogEntry, LogHead, Unnumbered
from langnghe.ledger.verify import log_differences
from tests.cast import moment

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 8)


@pytest.fixture(autouse=True)
def no_log_yet() -> Iterator[None]:
    """Begin and end without files of a log: the database of each test is its own, the folder is not."""
    clean()
    yield
    clean()


def clean() -> None:
    rmtree(installation.home() / "log", ignore_errors=True)
    memory().unlink(missing_ok=True)


def memory() -> Path:
    return installation.home() / "keys" / "last-checkpoint"


def entries(count: int, event: str = "receive") -> None:
    append([Entry(event, f"VV-{number}", "ubnd", DAY, b"salt", {"number": number}) for number in range(count)])


def published() -> Checkpoint:
    checkpoint = sequencer.run()
    text, _names = open_note(tree.fetch("checkpoint").decode(), [sequencer.signer().verifier])
    assert parse_checkpoint(text).size == checkpoint.size
    return checkpoint


def recomputed(size: int) -> bytes:
    """Return the root over the entries as the database has them, without the tiles."""
    hashes = [merkle.leaf_hash(content) for content in tree.leaves(0, size)]
    return merkle.Frontier(0, ()).extend(hashes).root()


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 700])
def test_each_entry_gets_the_next_place_and_the_signed_root_is_theirs(count: int) -> None:
    entries(count)
    checkpoint = published()
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(count))
    assert bytes(checkpoint.root) == recomputed(count)
    assert not Unnumbered.objects.exists()


def test_the_log_grows_by_what_came_since_and_earlier_checkpoints_stay_true() -> None:
    entries(300)
    first = published()
    entries(400)
    second = published()
    read = tree.reader(second.size)
    hashes = merkle.consistency_proof(first.size, second.size, read)
    assert merkle.verify_consistency(first.size, bytes(first.root), second.size, bytes(second.root), hashes)
    assert list(log_differences()) == []


def test_nothing_new_signs_nothing_new() -> None:
    entries(3)
    assert published() == published()
    assert Checkpoint.objects.count() == 1


def test_entries_are_numbered_in_the_order_in_which_they_were_written() -> None:
    entries(2, "receive")
    entries(2, "accept")
    published()
    events = Leaf.objects.order_by("index").values_list("entry__event", flat=True)
    assert list(events) == ["receive", "receive", "accept", "accept"]


def test_the_published_entries_are_the_leaves() -> None:
    entries(2)
    published()
    first = LogEntry.objects.earliest("pk")
    assert canonical(first) in tree.fetch("tile/entries/000.p/2")
    assert tree.fetch("tile/0/000.p/2")[:32] == merkle.leaf_hash(canonical(first))


def test_a_full_tile_replaces_its_parts() -> None:
    entries(200)
    published()
    assert (tree.folder() / "tile/0/000.p").is_dir()
    entries(100)
    published()
    assert (tree.folder() / "tile/0/000").is_file()
    assert not (tree.folder() / "tile/0/000.p").exists()


def test_an_older_database_signs_nothing_after_a_larger_tree_was_given_away() -> None:
    entries(3)
    published()
    entries(2)
    published()
    Checkpoint.objects.filter(size=5).delete()  # what a backup from before the second checkpoint brings back
    Leaf.objects.filter(index__gte=3).delete()
    with pytest.raises(sequencer.Forked):
        sequencer.run()
    assert Checkpoint.objects.count() == 1
    assert "bản cũ hơn" in sequencer.fork()


def test_a_rewritten_past_is_not_signed_again() -> None:
    entries(3)
    published()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_logentry SET day = '2026-01-01' WHERE id = (SELECT min(id) FROM ledger_logentry)")
    entries(1)
    with pytest.raises(sequencer.Forked):
        sequencer.run()


def test_a_rewritten_past_is_found_by_its_place() -> None:
    entries(5)
    published()
    third = Leaf.objects.get(index=2).entry_id
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_logentry SET body = 'khác' WHERE id = %s", [third])
    found = list(log_differences())
    assert "Mục 2 " in found[0]
    assert any("Mốc 5" in line for line in found)


def test_a_crash_after_numbering_is_made_good_by_the_next_run() -> None:
    entries(4)
    actions.number(100)  # and here the process dies
    assert sequencer.is_behind()
    assert bytes(published().root) == recomputed(4)


def test_a_crash_after_signing_is_made_good_by_the_next_run() -> None:
    entries(4)
    published()
    entries(1)
    head = actions.number(100)
    tree.grow(4, head.size)
    actions.sign(head, sequencer.signer())  # and here the process dies
    assert published().size == 5
    assert "\n5\n" in memory().read_text("utf-8")


def test_lost_tiles_are_named_and_can_be_made_anew() -> None:
    entries(300)
    published()
    rmtree(tree.folder() / "tile")
    assert list(log_differences()) != []
    (tree.folder() / "checkpoint").unlink()
    sequencer.republish()
    assert list(log_differences()) == []
    assert tree.fetch("checkpoint").decode() == Checkpoint.objects.get().note


def test_without_a_checkpoint_there_is_nothing_to_publish_anew() -> None:
    entries(1)
    sequencer.republish()
    assert not (tree.folder() / "checkpoint").exists()


def test_more_entries_than_one_transaction_numbers_are_signed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "MOST", 2)
    entries(5)
    assert published().size == 5
    assert (Checkpoint.objects.count(), Unnumbered.objects.exists()) == (1, False)


def test_a_missing_leaf_is_named() -> None:
    entries(3)
    published()
    Leaf.objects.filter(index=2).delete()
    assert list(log_differences()) == ["Nhật ký thiếu mục: đã ký 3, còn 2; đánh số 2"]


def test_the_log_is_behind_until_every_entry_is_signed() -> None:
    assert sequencer.is_behind()
    published()
    assert not sequencer.is_behind()
    entries(1)
    assert sequencer.is_behind()
    head = actions.number(10)
    assert (head.size, sequencer.is_behind()) == (1, True)
    published()
    assert not sequencer.is_behind()


def test_a_log_that_was_never_given_away_can_begin_anew() -> None:
    entries(2)
    kept = sequencer.restart("the key became known", moment(9))
    assert [path.name for path in kept.iterdir()] == []
    assert published().size == 3


def test_rows_of_the_log_name_themselves() -> None:
    entries(1)
    assert (str(LogEntry.objects.get()), str(Unnumbered.objects.get())) == (
        "VV-0 receive 08/06/2026", f"#{LogEntry.objects.get().pk}",
    )  # fmt: skip
    checkpoint = published()
    actions.keep_cosignature(checkpoint, "bao.example", "line")
    rows = (Leaf.objects.get(), LogHead.objects.get(), checkpoint, Cosignature.objects.get())
    assert [str(row) for row in rows] == ["0", "1", "1", "1 bao.example"]


def test_a_pending_entry_has_no_proof_yet() -> None:
    entries(1)
    assert proof.place_of(LogEntry.objects.get()) is None
    published()
    leaf = proof.place_of(LogEntry.objects.get())
    assert leaf is not None and proof.covering(leaf) is not None


def test_a_new_log_holds_all_entries_under_another_key_and_keeps_the_old_one() -> None:
    entries(5)
    old = published().note
    Checkpoint.objects.all().delete()  # an older database, which may not be signed
    kept = sequencer.restart("khôi phục bản cũ", moment())
    assert published().size == 6
    assert LogEntry.objects.latest("pk").event == "restart"
    assert (kept / "checkpoint").read_text("utf-8") == old
    with pytest.raises(NoteError):
        open_note(old, [sequencer.signer().verifier])
    assert list(log_differences()) == []
