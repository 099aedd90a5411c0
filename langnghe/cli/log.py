"""The public log on the command line: proof files, kept checkpoints, receipts drawn by lot, a new log."""

import json
import secrets
from argparse import Namespace
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from django.db.models import Max
from django.utils.timezone import now

from langnghe.cases.models import Voice
from langnghe.cases.receipt import receipt_file
from langnghe.cli.terminal import fail, say, show_json
from langnghe.core.notes import NoteError, open_note, parse_checkpoint
from langnghe.core.proofs import ProofError, parse_proof, verify_proof
from langnghe.ledger import sequencer
from langnghe.ledger.actions import seal
from langnghe.ledger.models import Checkpoint


def verify_file(arguments: Namespace) -> int:
    """Check a `.tlog-proof` file against the log's public key; 0 when all of it holds."""
    try:
        text = Path(arguments.file).read_text("utf-8")
        entry, is_open = _opened(parse_proof(text).extra)
        verdict = verify_proof(text, entry, arguments.key or sequencer.signer().verifier, arguments.witness)
    except (OSError, UnicodeDecodeError) as error:
        return fail(f"Không đọc được tệp {arguments.file}: {error}")
    except ProofError as error:
        return fail(f"Tệp không chứng minh được gì: {error}")
    facts = json.loads(entry)
    if arguments.json:
        show_json({"index": verdict.index, "size": verdict.size, "witnesses": verdict.witnesses, "entry": facts})
        return 0
    say(f"Đúng: mục {verdict.index} trong {verdict.size} mục mà nhật ký đã ký.")
    say(
        f"  {facts['subject']}: {facts['event']}, ngày {facts['day']}, hạn {facts['due'] or 'chưa có'}, {facts['body']}"
    )
    say(f"  Đơn vị làm chứng: {', '.join(verdict.witnesses) or 'không có trong tệp'}")
    say("  Nội dung riêng khớp với con dấu của mục." if is_open else "  Tệp không mở con dấu của nội dung riêng.")
    return 0


def _opened(extra: bytes) -> tuple[bytes, bool]:
    """Return the entry that the extra line carries, and whether it also opens the entry's seal.

    ProofError when the line is neither an entry nor a receipt, or opens another seal.
    """
    try:
        said = json.loads(extra)
        if "entry" not in said:
            return extra, False
        entry = json.loads(said["entry"])
        opening = seal(bytes.fromhex(said["salt"]), said["private"])
        if entry["seal"] != b64encode(opening).decode():
            raise ProofError("nội dung riêng không khớp con dấu của mục")
        return str(said["entry"]).encode(), True
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ProofError("dòng extra không phải một mục nhật ký") from None


def checkpoint_differences(path: str) -> Iterator[str]:
    """Yield a line when the log has never signed what this kept checkpoint says."""
    try:
        text, _names = open_note(Path(path).read_text("utf-8"), [sequencer.signer().verifier])
        kept = parse_checkpoint(text)
    except (OSError, UnicodeDecodeError, NoteError) as error:
        yield f"Mốc trong tệp {path} không dùng được: {error}"
        return
    if not Checkpoint.objects.filter(size=kept.size, root=kept.root).exists():
        yield f"Nhật ký không có mốc {kept.size} như trong tệp {path}"


def receipt_differences(count: int) -> Iterator[str]:
    """Yield a line for each of so many voices drawn by lot whose receipt file does not prove it."""
    last = Voice.objects.aggregate(last=Max("pk"))["last"] or 0
    for _ in range(min(count, last)):
        voice = Voice.objects.select_related("case").filter(pk__gte=secrets.randbelow(last) + 1).earliest("pk")
        try:
            text = receipt_file(voice)
            if text is not None:  # one that waits for its place is named by the check of the log
                entry, _is_open = _opened(parse_proof(text).extra)
                verify_proof(text, entry, sequencer.signer().verifier)
        except (ProofError, OSError) as error:
            yield f"Biên nhận của {voice.case.code} không đúng: {error}"


def new_log(arguments: Namespace) -> int:
    """Begin a new public log, and say what must be told to whom."""
    kept = sequencer.restart(arguments.reason, now())
    checkpoint = sequencer.run()
    say(f"Nhật ký mới bắt đầu với {checkpoint.size} mục, khóa công khai mới:")
    say(sequencer.signer().verifier)
    say(f"Tệp của nhật ký cũ giữ tại {kept}. Hãy công bố lý do và khóa mới, và báo cho các đơn vị làm chứng.")
    return 0
