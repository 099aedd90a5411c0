"""Programs that others wrote accept what our log signs, and refuse the same that we refuse."""

import json
import os
import re
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from shutil import copy

import pytest

from langnghe.core.merkle import consistency_proof, inclusion_proof
from langnghe.core.notes import COSIGNATURE, Checkpoint, Signer, add_signature, cosign, parse_verifier, sign
from langnghe.core.proofs import Proof, format_proof
from tests.core.trees import edge, reader, some

LOG = Signer("so.example/nhat-ky", b"7" * 32)
WITNESS = Signer("bao.example", b"2" * 32, COSIGNATURE)
ENTRIES = some(300)
READ = reader(ENTRIES)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Go program, built from Debian's packages alone, without a network."""
    folder = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    source = Path(__file__).with_name("independent") / "check.go"
    subprocess.run(["go", "build", "-o", folder / "check", source], env=os.environ | settings, check=True)
    return folder / "check"


def checkpoint(size: int, entries: list[bytes] = ENTRIES) -> str:
    note = sign(Checkpoint(LOG.name, size, edge(entries[:size]).root()).text, LOG)
    return add_signature(note, cosign(note, WITNESS, 1_790_000_000))


def accepts(program: Path, key: str, *contents: str | bytes) -> bool:
    """Return whether the program ends well with these contents as its files."""
    files = [program.parent / f"file-{number}" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return subprocess.run([program, key, *files], capture_output=True, check=False).returncode == 0


def test_go_accepts_a_proof_and_refuses_another_entry_or_key(check: Path) -> None:
    for index, size in [(0, 1), (0, 2), (6, 11), (255, 256), (256, 257), (17, 300)]:
        proof = format_proof(Proof(index, inclusion_proof(index, size, READ), checkpoint(size), b"{}"))
        assert accepts(check, LOG.verifier, proof, ENTRIES[index])
        assert not accepts(check, LOG.verifier, proof, ENTRIES[index] + b".")
        assert not accepts(check, Signer(LOG.name, b"8" * 32).verifier, proof, ENTRIES[index])
        assert not accepts(check, LOG.verifier, proof.replace(f"\n{size}\n", f"\n{size + 1}\n"), ENTRIES[index])


def test_go_accepts_that_a_tree_continues_another_and_refuses_a_fork(check: Path) -> None:
    forked = [*ENTRIES[:3], b"another", *ENTRIES[4:]]
    for old, new in [(1, 2), (5, 8), (8, 11), (255, 257), (256, 300)]:
        lines = "\n".join(b64encode(one).decode() for one in consistency_proof(old, new, READ))
        assert accepts(check, LOG.verifier, checkpoint(old), checkpoint(new), lines)
        if new > 3:
            assert not accepts(check, LOG.verifier, checkpoint(old), checkpoint(new, forked), lines)


def test_openssl_verifies_the_signature_over_the_notes_body(tmp_path: Path) -> None:
    text, _, lines = checkpoint(11).rpartition("\n\n")
    der = bytes.fromhex("302a300506032b6570032100") + parse_verifier(LOG.verifier).public
    (tmp_path / "key.pem").write_bytes(
        b"-----BEGIN PUBLIC KEY-----\n" + b64encode(der) + b"\n-----END PUBLIC KEY-----\n"
    )
    (tmp_path / "signature").write_bytes(b64decode(lines.split("\n")[0].split(" ")[2])[4:])
    words = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "body", "-sigfile"]
    for body, is_right in [(f"{text}\n", True), (f"{text}\n\n", False)]:
        (tmp_path / "body").write_text(body, "utf-8")
        done = subprocess.run([*words, "signature"], cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode == 0) == is_right


def test_what_the_document_tells_readers_to_type_works(check: Path, tmp_path: Path) -> None:
    document = (Path(__file__).parents[2] / "docs" / "verify.md").read_text("utf-8")
    entry = ENTRIES[6].decode()
    extra = json.dumps({"entry": entry, "salt": "", "private": {}}, ensure_ascii=False).encode()
    proof = format_proof(Proof(6, inclusion_proof(6, 11, READ), checkpoint(11), extra))
    (tmp_path / "bien-nhan.tlog-proof").write_text(proof, "utf-8")
    copy(Path(__file__).with_name("independent") / "check.go", tmp_path)
    env = os.environ | {"KEY": LOG.verifier, "GOCACHE": str(check.parent / "cache")}
    blocks = re.findall(r"```sh\n(.*?)```", document, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        subprocess.run(["sh", "-euc", block], cwd=tmp_path, env=env, check=True)
