"""Checks a proof file on the command line."""

import json
from argparse import Namespace
from base64 import b64encode
from pathlib import Path

from langnghe.cli.terminal import fail, say, show_json
from langnghe.core.proofs import ProofError, parse_proof, verify_proof
from langnghe.ledger import sequencer
from langnghe.ledger.actions import seal


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
