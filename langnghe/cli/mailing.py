"""The verbs `receive-mail` (one letter from standard input) and `fetch-mail` (a mailbox)."""

import sys
from argparse import Namespace

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.timezone import now

from langnghe.cli.terminal import bar, fail, say, show_json
from langnghe.core.refusal import Refused
from langnghe.ledger.durability import is_down
from langnghe.web import imap, mail

TAKEN, UNREADABLE, LATER = 0, 65, 75  # EX_OK, EX_DATAERR, EX_TEMPFAIL of sysexits.h, which mail servers understand


def receive_mail(_arguments: Namespace) -> int:
    """Receive the letter; a mail server keeps it and tries again when the database takes nothing (75)."""
    try:
        mail.receive(sys.stdin.buffer.read(mail.MOST_BYTES + 1), settings.CLOCK or now())
    except mail.TooLarge as refused:
        fail(str(refused))
        return UNREADABLE
    except (DatabaseError, InterfaceError, OSError) as error:
        if not is_down(error):
            raise
        fail("Cơ sở dữ liệu chưa ghi được; máy chủ thư sẽ gửi lại.")
        return LATER
    return TAKEN


def fetch_mail(arguments: Namespace) -> int:
    """Receive what waits in the mailbox of LANGNGHE_IMAP, and say how many letters came to what."""
    if not settings.IMAP:
        raise Refused("Chưa đặt LANGNGHE_IMAP, ví dụ imaps://ten:matkhau@may-chu/INBOX.")
    counts = imap.fetch(settings.IMAP, settings.CLOCK or now(), bar("Thư"))
    if arguments.json:
        show_json(counts)
        return 0
    told = {"taken": "tiếp nhận", "kept": "giữ riêng (thư tự động, thư trống)", "procedure": "theo thủ tục riêng"}
    told |= {"too_large": "quá lớn, còn trong hộp thư"}
    say("; ".join(f"{count} {told[name]}" for name, count in sorted(counts.items())) or "Không có thư mới.")
    return 0
