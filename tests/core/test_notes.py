"""Notes and checkpoints: what a key signed opens, and nothing else does."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from langnghe.core import notes
from langnghe.core.notes import (
    COSIGNATURE,
    Checkpoint,
    NoteError,
    Signer,
    add_signature,
    cosign,
    open_note,
    parse_checkpoint,
    parse_verifier,
    sign,
)

LOG = Signer("so.example/nhat-ky", bytes(32))
OTHER = Signer("so.example/nhat-ky", b"1" * 32)
WITNESS = Signer("bao.example/lam-chung", b"2" * 32, COSIGNATURE)
POINT = Checkpoint("so.example/nhat-ky", 5, bytes(range(32)))
NOTE = sign(POINT.text, LOG)
COSIGNED = add_signature(NOTE, cosign(NOTE, WITNESS, 1_790_000_000))
KEYS = [LOG.verifier, WITNESS.verifier]

# The example of the Go package x/mod/sumdb/note: an implementation that is not ours.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENGLISH = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_signed_by_another_implementation_opens() -> None:
    text, names = open_note(ENGLISH, [PETER])
    assert text.startswith("If you think cryptography")
    assert names == ["PeterNeumann"]


def test_a_signed_checkpoint_opens_with_the_keys_that_signed() -> None:
    assert open_note(NOTE, [LOG.verifier]) == (POINT.text, [LOG.name])
    assert open_note(COSIGNED, KEYS) == (POINT.text, [LOG.name, WITNESS.name])
    assert open_note(COSIGNED, [WITNESS.verifier])[1] == [WITNESS.name]
    assert parse_checkpoint(POINT.text) == parse_checkpoint(NOTE) == POINT


def test_keys_are_told_by_name_and_id_both() -> None:
    with pytest.raises(NoteError, match="none of the given keys"):
        open_note(NOTE, [OTHER.verifier])
    assert open_note(add_signature(NOTE, OTHER.line(b"anything")), [LOG.verifier])[1] == [LOG.name]


def test_a_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    with pytest.raises(NoteError, match=f"signature of {WITNESS.name}"):
        open_note(COSIGNED.replace("\n5\n", "\n6\n"), [WITNESS.verifier])


def test_a_cosignature_holds_only_with_its_time() -> None:
    line = cosign(NOTE, WITNESS, 1_790_000_000)
    data = notes._decoded(line.split(" ")[2])
    assert int.from_bytes(data[4:12], "big") == 1_790_000_000
    later = data[:4] + (1_790_000_001).to_bytes(8, "big") + data[12:]
    with pytest.raises(NoteError, match="is wrong"):
        open_note(add_signature(NOTE, f"\u2014 {WITNESS.name} {b64encode(later).decode()}"), [WITNESS.verifier])


def test_log_and_witness_keys_are_not_taken_for_each_other() -> None:
    assert parse_verifier(WITNESS.verifier).type == 4
    with pytest.raises(NoteError, match="witness"):
        sign(POINT.text, WITNESS)
    with pytest.raises(NoteError, match="witness"):
        cosign(NOTE, LOG, 0)
    for time in (-1, 1 << 63):
        with pytest.raises(NoteError, match="time"):
            cosign(NOTE, WITNESS, time)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (LOG.verifier.replace("nhat-ky", "nhat-ki"), "id of the public key"),
        (f"{LOG.verifier.rsplit('+', 1)[0]}+AQ==", "has the form"),
        (f"{LOG.verifier.rsplit('+', 1)[0]}+AR==", "usual base64"),
        (f"{LOG.verifier}A", "not base64"),
        (f"\x01{LOG.verifier}", "control character"),
    ],
)
def test_what_is_not_a_public_key_is_refused(key: str, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        parse_verifier(key)


def test_a_key_of_an_unknown_type_signs_nothing() -> None:
    assert not notes.Verifier("x", 9, bytes(32)).check("text\n", bytes(64))


def test_another_algorithm_is_one_more_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(notes.CHECKS, 9, lambda public, body, signature: signature == public)
    key = notes.Verifier("moi.example", 9, b"khoa")
    vkey = f"{key.name}+{key.id.hex()}+{b64encode(bytes([9]) + key.public).decode()}"
    line = f"\u2014 {key.name} {b64encode(key.id + b'khoa').decode()}"
    assert open_note(add_signature(NOTE, line), [vkey])[1] == [key.name]


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_fails(at: int, change: int) -> None:
    data = bytearray(NOTE.encode())
    data[at] ^= change
    with pytest.raises(NoteError):
        open_note(data.decode(errors="surrogateescape"), [LOG.verifier])


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_opened_or_refused_with_a_reason(text: str) -> None:
    for read in (parse_verifier, parse_checkpoint, lambda text: open_note(text, KEYS)):
        refused(read, text)
    refused(lambda text: open_note(f"{POINT.text}\n\u2014 {text}\n", KEYS), text)
    refused(lambda text: open_note(NOTE, [text]), text)
    refused(lambda text: add_signature(NOTE, text), text)
    refused(lambda text: sign(text, LOG), text)
    refused(lambda text: cosign(text, WITNESS, 1), text)
    refused(lambda text: Signer(text, bytes(32)), text)
    refused(parse_checkpoint, f"a\n5\n{text}\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_opened_or_refused_with_a_reason(data: bytes) -> None:
    refused(lambda text: open_note(text, KEYS), data.decode(errors="surrogateescape"))
    refused(lambda text: open_note(text, KEYS), data.decode("latin-1"))
    refused(lambda value: Signer("a", value), data)
    for key in (LOG, WITNESS):
        line = f"\u2014 {key.name} {b64encode(parse_verifier(key.verifier).id + data).decode()}"
        with pytest.raises(NoteError):
            open_note(f"{POINT.text}\n{line}\n", [key.verifier])


def refused(read: Callable[[Any], object], value: object) -> None:
    try:
        read(value)
    except NoteError as error:
        assert str(error)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "so.example\n5\n",
        "\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "so.example\n05\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "so.example\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "so.example\n\u0665\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "so.example\n5\nAAAA\n",
        "so.example\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "so.example\n5\nmột gốc không phải base64\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


def test_control_characters_and_endless_signatures_are_refused() -> None:
    with pytest.raises(NoteError, match="control"):
        open_note(NOTE.replace("\n", "\r\n"), [LOG.verifier])
    with pytest.raises(NoteError, match="100 at most"):
        open_note(NOTE + f"{OTHER.line(b'')}\n" * 100, [LOG.verifier])
    assert open_note(NOTE + f"{OTHER.line(b'')}\n" * 99, [LOG.verifier])


@given(st.text(min_size=1, max_size=40), st.binary(min_size=32, max_size=32), st.text(max_size=100))
def test_whatever_can_be_signed_opens_again(name: str, seed: bytes, body: str) -> None:
    try:
        signer = Signer(name, seed)
        note = sign(f"{body}\n", signer)
    except NoteError:
        assume(False)
    assert open_note(note, [signer.verifier]) == (f"{body}\n", [name])
