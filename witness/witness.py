"""A witness of public logs: remembers the last tree of each log, cosigns a tree only when it continues that one, and
keeps both when it does not. Python 3.11 and `cryptography`; README.md says how to run it.

Formats: C2SP tlog-witness, tlog-cosignature, tlog-checkpoint, tlog-tiles; hashes: RFC 6962. It imports nothing of
Lắng Nghe, and so repeats its few hash functions: a witness must not see with the eyes of the one it watches."""

import argparse
import fcntl
import json
import os
import re
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NUMBER, HASH, MOST_BYTES, MOST_HASHES = "(0|[1-9][0-9]{0,18})", "[A-Za-z0-9+/]{43}=", 64 * 1024, 63
Read = Callable[[int, int], bytes]  # (level, index) -> hash over the 2**level leaves from leaf index * 2**level on


class Refused(Exception):
    """HTTP status and reason."""


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree(start: int, size: int, read: Read) -> bytes:
    """Return the hash over `size` leaves from `start` on."""
    if size & (size - 1) == 0:
        return read(size.bit_length() - 1, start // size)
    half = 1 << (size - 1).bit_length() - 1
    return node(tree(start, half, read), tree(start + half, size - half, read))


def prove(old: int, start: int, size: int, known: bool, read: Read) -> list[bytes]:
    """Return the proof that the tree of `size` leaves continues the one of `old` (RFC 6962 section 2.1.2)."""
    if old == size:
        return [] if known else [tree(start, size, read)]
    half = 1 << (size - 1).bit_length() - 1
    if old <= half:
        return [*prove(old, start, half, known, read), tree(start + half, size - half, read)]
    return [*prove(old - half, start + half, size - half, False, read), tree(start, half, read)]


def replay(old: int, size: int, known: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Use up the proof from its end; return the old and the new root it leads to. IndexError when it is too short."""
    if old == size:
        found = known or proof.pop()
        return found, found
    half, other = 1 << (size - 1).bit_length() - 1, proof.pop()
    if old <= half:
        was, now = replay(old, half, known, proof)
        return was, node(now, other)
    was, now = replay(old - half, size - half, b"", proof)
    return node(other, was), node(other, now)


def store(path: Path, text: str) -> None:
    """Write the file whole and lastingly, or not at all."""
    with (fresh := path.with_name(f"{path.name}.new")).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    os.fsync(folder := os.open(path.parent, os.O_RDONLY))
    os.close(folder)


def vkey(name: str, key: bytes) -> tuple[bytes, str]:
    """Return the id of the public key, and the key as people pass it on; its first byte is its type."""
    identity = sha256(name.encode() + b"\n" + key).digest()[:4]
    return identity, f"{name}+{identity.hex()}+{b64encode(key).decode()}"


class Witness:
    """Works in a folder with `key` (secret), `logs.txt` (a log's key a line), `state.json`, `evidence/`."""

    def __init__(self, home: Path) -> None:
        self.home, self.logs = home, dict[tuple[str, bytes], bytes]()
        self.name, seed = (home / "key").read_text("utf-8").split()
        self.key = Ed25519PrivateKey.from_private_bytes(b64decode(seed))
        self.id, self.vkey = vkey(self.name, b"\x04" + self.key.public_key().public_bytes_raw())
        for line in (home / "logs.txt").read_text("utf-8").split():
            name, key = line.split("+")[0], b64decode(line.split("+", 2)[-1])
            if vkey(name, key)[1] != line or key[:1] != b"\x01":
                raise SystemExit(f"logs.txt: {line}?")
            self.logs[name, vkey(name, key)[0]] = key[1:]
        self.state()  # a witness that lost its memory does not begin again by itself

    def state(self) -> dict[str, str]:
        """Return the last note cosigned for each log, by origin."""
        return dict(json.loads((self.home / "state.json").read_text("utf-8")))

    def opened(self, note: str) -> tuple[str, str, int, bytes]:
        """Return the origin, text, size and root of a checkpoint that a known log signed."""
        text, lines = note.rpartition("\n\n")[0] + "\n", note.rpartition("\n\n")[2]
        if (origin := note.split("\n")[0]) not in {name for name, _ in self.logs}:
            raise Refused(404, "unknown log")
        for name, value in re.findall(r"^\u2014 (\S+) ([A-Za-z0-9+/=]+)$", lines, re.MULTILINE):
            try:
                key = self.logs[name, (data := b64decode(value))[:4]]
                Ed25519PublicKey.from_public_bytes(key).verify(data[4:], text.encode())
            except (ValueError, KeyError, InvalidSignature):
                continue
            if name == origin and (found := re.match(f"[^\n]+\n{NUMBER}\n({HASH})\n", text)):
                return origin, text, int(found[1]), b64decode(found[2])
        raise Refused(403, "no checkpoint signed by this log")

    def add(self, body: str) -> str:
        """Judge an add-checkpoint request of C2SP tlog-witness; remember its tree, return the cosignature line."""
        head, _, note = body.partition("\n\n")
        origin, text, size, root = self.opened(note)
        asked = re.fullmatch(f"old {NUMBER}((?:\n{HASH})*)", head)
        if not asked or int(asked[1]) > size or asked[2].count("\n") > MOST_HASHES:
            raise Refused(400, "`old` and a size up to the new one, then up to 63 hashes, then an empty line")
        proof = [b64decode(line) for line in asked[2].split()]
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # for threads, and for `serve` beside `watch`
            kept = (state := self.state()).get(origin, "")
            last, known = self.opened(kept)[2:] if kept else (0, sha256(b"").digest())
            if size == last and root != known:
                self.keep("fork", kept, note)
            if int(asked[1]) != last or (size == last and root != known):
                raise Refused(409, last)
            try:
                good = last == 0 or replay(last, size, known, proof) == (known, root)
            except IndexError:
                good = False
            if not good or proof:
                self.keep("unproven", kept, note)
                raise Refused(422, "the proof does not lead from the tree known here to this one")
            store(self.home / "state.json", json.dumps(state | {origin: note}, ensure_ascii=False, indent=1))
        now = int(time.time())
        signature = self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        return f"\u2014 {self.name} {b64encode(self.id + now.to_bytes(8, 'big') + signature).decode()}\n"

    def keep(self, kind: str, kept: str, shown: str) -> None:
        """Keep two signed checkpoints that do not go together; what is shown twice is kept once."""
        folder = self.home / "evidence" / f"{kind}-{sha256(f'{kept}{shown}'.encode()).hexdigest()[:16]}"
        folder.mkdir(parents=True, exist_ok=True)
        store(folder / "known.txt", kept)
        store(folder / "shown.txt", shown)
        print(f"{kind}: {folder}", file=sys.stderr, flush=True)


def serve(witness: Witness, host: str, port: int) -> None:
    """Answer POST /add-checkpoint until stopped."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            status, text = 404, "only /add-checkpoint is here\n"
            try:
                length = int(self.headers.get("Content-Length") or 0)
                if self.path == "/add-checkpoint":
                    if not 0 < length <= MOST_BYTES:
                        raise Refused(400, "from 1 byte to 64 KB")
                    status, text = 200, witness.add(self.rfile.read(length).decode())
            except Refused as refusal:
                status, text = refusal.args[0], f"{refusal.args[1]}\n"
            except ValueError:
                status, text = 400, "not UTF-8 text with a length\n"
            self.send_response(status)
            self.send_header("Content-Type", "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer((host, port), Handler)
    print(f"http://{host}:{server.server_port}/add-checkpoint", witness.vkey, flush=True)
    server.serve_forever()


def watch(witness: Witness, url: str) -> None:
    """Fetch a log's checkpoint, make the proof from its tiles, and judge it as if the log had sent it."""

    def get(path: str) -> bytes:
        with urlopen(f"{url.rstrip('/')}/{path}", timeout=60) as answer:
            return bytes(answer.read(MOST_BYTES))

    @cache
    def tile(level: int, index: int) -> bytes:
        width = min(256, (size >> 8 * level) - 256 * index)
        digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
        path = f"tile/{level}/" + re.sub("...(?=.)", r"x\g<0>/", digits)
        try:
            return get(f"{path}.p/{width}" if width < 256 else path)
        except OSError:
            return get(path)

    def read(level: int, index: int) -> bytes:
        first, count = index << level % 8, 1 << level % 8
        held, at = tile(level // 8, first // 256), first % 256
        row = [held[32 * i : 32 * i + 32] for i in range(at, at + count)]
        while len(row) > 1:
            row = [node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    note = get("checkpoint").decode()
    origin, _, size, _ = witness.opened(note)
    kept = witness.state().get(origin, "")
    last = witness.opened(kept)[2] if kept else 0
    if size < last:
        witness.keep("smaller", kept, note)
        raise Refused(409, f"the log shows {size} leaves, and showed {last} before")
    proof = prove(last, 0, size, True, read) if 0 < last < size else []
    print(witness.add("\n".join([f"old {last}", *(b64encode(one).decode() for one in proof)]) + f"\n\n{note}"), end="")


def init(home: Path, name: str) -> None:
    """Make the secret key, readable by its owner alone, and an empty memory."""
    home.mkdir(parents=True, exist_ok=True)
    with open(os.open(home / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{name}\n{b64encode(os.urandom(32)).decode()}\n")
    (home / "logs.txt").touch()
    store(home / "state.json", "{}")
    print(Witness(home).vkey)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("witness-data"), help="the folder of key and memory")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("init", help="make the key and print its public half").add_argument("name")
    serving = verbs.add_parser("serve", help="answer the logs")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8400)
    verbs.add_parser("watch", help="go and look at a log, once").add_argument("url")
    given = parser.parse_args()
    try:
        if given.verb == "init":
            init(given.home, given.name)
        elif given.verb == "serve":
            serve(Witness(given.home), given.host, given.port)
        else:
            watch(Witness(given.home), given.url)
    except (Refused, OSError, ValueError) as error:
        raise SystemExit(" ".join(map(str, error.args))) from None


if __name__ == "__main__":
    main()
