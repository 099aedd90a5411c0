"""A witness of public logs: cosigns a log's tree only when it continues the last one seen, else keeps both.

    witness.py init NAME | serve HOST PORT | watch URL     in the folder $WITNESS_HOME, or witness-data; see README.md

Formats: C2SP tlog-witness, tlog-cosignature, tlog-checkpoint, tlog-tiles; hashes: RFC 6962. It imports nothing of Lắng
Nghe, and so repeats its few hash functions: a witness must not see with the eyes of the one it watches."""

import fcntl
import json
import os
import re
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HOME = Path(os.environ.get("WITNESS_HOME", "witness-data"))  # key (secret), logs.txt, state.json, evidence/
NUMBER, HASH, MOST_BYTES = "(0|[1-9][0-9]{0,18})", "[A-Za-z0-9+/]{43}=", 64 * 1024
Give = Callable[[int, int], bytes]  # (start, size) -> hash over `size` leaves from `start` on


class Refused(Exception):
    """HTTP status and reason."""


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def roots(old: int, start: int, size: int, known: bytes, give: Give) -> tuple[bytes, bytes]:
    """Return old and new root, from the known old root and the hashes that a consistency proof has (RFC 6962 2.1.2)."""
    if old == size:
        found = known or give(start, size)
        return found, found
    half = 1 << (size - 1).bit_length() - 1
    if old <= half:
        was, now = roots(old, start, half, known, give)
        return was, node(now, give(start + half, size - half))
    was, now = roots(old - half, start + half, size - half, b"", give)
    left = give(start, half)
    return node(left, was), node(left, now)


def store(path: Path, text: str) -> None:
    """Write the file whole and lastingly, or not at all."""
    with (fresh := path.with_name(f"{path.name}.new")).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    os.fsync(folder := os.open(path.parent, os.O_RDONLY))
    os.close(folder)


def keep(kind: str, kept: str, shown: str) -> None:
    """Keep two signed checkpoints that do not go together; once, whatever lines strangers add below what is signed."""
    signed = "\n\n".join(note.rpartition("\n\n")[0] for note in (kept, shown))
    folder = HOME / "evidence" / f"{kind}-{sha256(signed.encode()).hexdigest()[:16]}"
    if not folder.exists():
        folder.mkdir(parents=True)
        store(folder / "known.txt", kept)
        store(folder / "shown.txt", shown)
    print(f"{kind}: {folder}", file=sys.stderr, flush=True)


def public(name: str, key: bytes) -> tuple[bytes, str]:
    """Return a key's id, and the key as people pass it on; its first byte is its type."""
    identity = sha256(name.encode() + b"\n" + key).digest()[:4]
    return identity, f"{name}+{identity.hex()}+{b64encode(key).decode()}"


class Witness:
    def __init__(self) -> None:
        self.name, seed = (HOME / "key").read_text("utf-8").split()
        self.key, self.logs = Ed25519PrivateKey.from_private_bytes(b64decode(seed)), dict[tuple[str, bytes], bytes]()
        self.id, self.vkey = public(
            self.name, b"\x04" + self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        )
        for line in (HOME / "logs.txt").read_text("utf-8").split():
            name, key = line.split("+")[0], b64decode(line.split("+", 2)[-1])
            if public(name, key)[1] != line or key[:1] != b"\x01":
                raise ValueError(f"logs.txt: {line}?")
            self.logs[name, public(name, key)[0]] = key[1:]
        self.last("")  # without state.json it stops: one that lost its memory must not begin again by itself

    def last(self, origin: str) -> tuple[str, int, bytes]:
        """Return note, size and root of the last tree cosigned for the log."""
        note = json.loads((HOME / "state.json").read_text("utf-8")).get(origin, "")
        return (note, *self.opened(note)[2:]) if note else ("", 0, sha256(b"").digest())

    def opened(self, note: str) -> tuple[str, str, int, bytes]:
        """Return origin, text, size and root of a checkpoint that a known log signed."""
        (text, _, lines), origin = note.rpartition("\n\n"), note.split("\n")[0]
        if origin not in {name for name, _ in self.logs}:
            raise Refused(404, "unknown log")
        for name, value in re.findall(r"^\u2014 (\S+) ([A-Za-z0-9+/=]+)$", lines, re.MULTILINE):
            try:
                key = self.logs[name, (data := b64decode(value))[:4]]
                Ed25519PublicKey.from_public_bytes(key).verify(data[4:], f"{text}\n".encode())
            except (ValueError, KeyError, InvalidSignature):
                continue
            if name == origin and (found := re.match(f"[^\n]+\n{NUMBER}\n({HASH})\n", f"{text}\n")):
                return origin, f"{text}\n", int(found[1]), b64decode(found[2])
        raise Refused(403, "no checkpoint signed by this log")

    def asked(self, body: str) -> str:
        """Answer a request `add-checkpoint` (C2SP tlog-witness)."""
        head, _, note = body.partition("\n\n")
        size = self.opened(note)[2]
        found = re.fullmatch(f"old {NUMBER}((?:\n{HASH}){{0,63}})", head)
        if not found or int(found[1]) > size:
            raise Refused(400, "`old` and a size up to the new one, then up to 63 hashes, then an empty line")
        proof = [b64decode(line) for line in found[2].split()]
        return self.judge(note, int(found[1]), lambda *_: proof.pop(0), proof)

    def judge(self, note: str, old: int, give: Give, unused: Sequence[bytes] = ()) -> str:
        """Remember the tree and return the cosignature line, if it continues the last one (all of a proof used)."""
        origin, text, size, root = self.opened(note)
        with (HOME / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # for threads, and for `serve` beside `watch`
            kept, last, known = self.last(origin)
            is_fork = size == last and root != known
            if is_fork and kept:
                keep("fork", kept, note)
            if old != last or is_fork:
                raise Refused(409, last)
            try:
                good = (last == 0 or roots(last, 0, size, known, give) == (known, root)) and not unused
            except IndexError:  # the proof is too short
                good = False
            if not good:
                keep("unproven", kept, note)
                raise Refused(422, "the proof does not lead from the tree known here to this one")
            state = json.loads((HOME / "state.json").read_text("utf-8"))
            store(HOME / "state.json", json.dumps(state | {origin: note}, ensure_ascii=False, indent=1))
        now = int(time.time())
        signature = self.key.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        return f"\u2014 {self.name} {b64encode(self.id + now.to_bytes(8, 'big') + signature).decode()}\n"


def serve(host: str, port: str) -> None:
    """Answer logs until stopped."""
    witness = Witness()

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            status, text = 404, "only /add-checkpoint is here\n"
            try:
                length = int(self.headers.get("Content-Length") or 0)
                if self.path == "/add-checkpoint":
                    status, text = 400, "from 1 byte to 64 KB\n"
                    if 0 < length <= MOST_BYTES:
                        status, text = 200, witness.asked(self.rfile.read(length).decode())
            except Refused as refusal:
                status, text = refusal.args[0], f"{refusal.args[1]}\n"
            except ValueError:
                status, text = 400, "not UTF-8 text with a length\n"
            self.send_response(status)
            self.send_header("Content-Type", "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    server = ThreadingHTTPServer((host, int(port)), Handler)
    print(f"http://{host}:{server.server_port}/add-checkpoint", witness.vkey, flush=True)
    server.serve_forever()


def watch(url: str) -> None:
    """Fetch a log's checkpoint and judge it by the log's tiles, once."""

    def get(path: str) -> bytes:
        with urlopen(f"{url.rstrip('/')}/{path}", timeout=60) as answer:
            return bytes(answer.read(MOST_BYTES))

    @cache
    def tile(level: int, index: int) -> bytes:
        width, digits = min(256, (size >> 8 * level) - 256 * index), str(index).zfill((len(str(index)) + 2) // 3 * 3)
        path = f"tile/{level}/" + re.sub("...(?=.)", r"x\g<0>/", digits)
        try:
            return get(f"{path}.p/{width}" if width < 256 else path)
        except OSError:
            return get(path)

    def give(start: int, count: int) -> bytes:
        if count & (count - 1):
            half = 1 << count.bit_length() - 1
            return node(give(start, half), give(start + half, count - half))
        level, low = divmod(count.bit_length() - 1, 8)
        first = start >> 8 * level
        row = [tile(level, first // 256)[32 * i : 32 * i + 32] for i in range(first % 256, first % 256 + (1 << low))]
        while len(row) > 1:
            row = [node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    witness, note = Witness(), get("checkpoint").decode()
    origin, _, size, _ = witness.opened(note)
    kept, last, _ = witness.last(origin)
    if size < last:
        keep("smaller", kept, note)
        raise Refused(409, f"the log shows {size} entries, and showed {last} before")
    print(witness.judge(note, last, give), end="")


def init(name: str) -> None:
    """Make the secret key, readable by its owner alone, and an empty memory."""
    HOME.mkdir(parents=True, exist_ok=True)
    with open(os.open(HOME / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{name}\n{b64encode(os.urandom(32)).decode()}\n")
    (HOME / "logs.txt").touch()
    store(HOME / "state.json", "{}")
    print(Witness().vkey)


def main() -> None:
    verbs: dict[tuple[str, int], Callable[..., None]] = {("init", 2): init, ("serve", 3): serve, ("watch", 2): watch}
    verb = verbs.get((" ".join(sys.argv[1:2]), len(sys.argv) - 1))
    try:
        verb(*sys.argv[2:]) if verb else print(__doc__)
    except (Refused, OSError, ValueError) as error:
        raise SystemExit(" ".join(map(str, error.args))) from None


if __name__ == "__main__":
    main()
