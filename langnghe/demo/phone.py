"""Plays a telephone beside a demo: what is typed goes to its message door, signed, and what comes back is shown.

Run with the same LANGNGHE_MESSAGES_SMS as the demo: `python -m langnghe.demo.phone --url http://127.0.0.1:8000`.
"""

import base64
import json
import os
import secrets
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from langnghe.cases.gateways import Signed

PATIENCE = 20  # seconds
PICTURE = "/anh "
HELP = """Gõ tin nhắn rồi Enter. Gửi ảnh: /anh TỆP LỜI. Kết thúc: Ctrl+D.
"""


class Phone:
    """A telephone with its gateway: sends to the site, and hears answers at the address of the setting."""

    def __init__(self, site: str, setting: str, number: str, heard: Callable[[str], object]) -> None:
        secret, _at, address = setting.partition("@")
        self.gateway = Signed(channel="sms", contact="phone", secret=secret, address=address)
        self.site, self.number, self.heard = site.rstrip("/"), number, heard
        self.seen: set[str] = set()
        where = urlsplit(address)
        self.server = HTTPServer((where.hostname or "127.0.0.1", where.port or 80), _inbox(self))
        Thread(target=self.server.serve_forever, daemon=True).start()

    def is_demo(self) -> bool:
        """Return whether the site says of itself that it is a demo."""
        with urlopen(f"{self.site}/robots.txt", timeout=PATIENCE) as answer:  # noqa: S310 the address of the operator
            return "noindex" in answer.headers.get("X-Robots-Tag", "")

    def say(self, text: str, *pictures: Path) -> tuple[int, dict[str, Any]]:
        """Send a message and return the door's HTTP status and JSON."""
        images = [{"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()} for path in pictures]
        message = {"id": secrets.token_hex(8), "from": self.number, "text": text, "images": images}
        body, moment = json.dumps(message, ensure_ascii=False).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Langnghe-Timestamp": moment,
            "X-Langnghe-Signature": self.gateway.signature(moment, body),
        }
        request = Request(f"{self.site}/api/v1/messages/sms", body, headers)  # noqa: S310 the address of the operator
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.loads(error.read())

    def take(self, headers: Any, body: bytes) -> int:
        """Show an answer once, and return the HTTP status for whoever brought it."""
        if not self.gateway.is_signed(headers, body):
            return 401
        if headers["Idempotency-Key"] not in self.seen:
            self.seen.add(headers["Idempotency-Key"])
            self.heard(json.loads(body)["text"])
        return 200

    def hang_up(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _inbox(phone: Phone) -> type[BaseHTTPRequestHandler]:
    class Inbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(phone.take(self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Stay silent: the screen is the telephone's."""

    return Inbox


def _typed(phone: Phone, line: str) -> str:
    """Send a line of the keyboard, and return what went wrong."""
    if line.startswith(PICTURE):
        name, _blank, text = line.removeprefix(PICTURE).partition(" ")
        if not Path(name).is_file():
            return f"Không có tệp {name}."
        status, answer = phone.say(text, Path(name))
    else:
        status, answer = phone.say(line)
    return "" if status == 200 else f"{status}: {answer['detail']}"  # noqa: PLR2004 HTTP's OK


def main() -> int:
    parser = ArgumentParser(prog="python -m langnghe.demo.phone", description="Giả làm một điện thoại nhắn tin.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="địa chỉ của bản minh hoạ đang chạy")
    parser.add_argument("--number", default="+84900000001", help="số điện thoại của người nhắn")
    arguments = parser.parse_args()
    setting = os.environ.get("LANGNGHE_MESSAGES_SMS", "")
    if not setting:
        sys.stderr.write("Đặt LANGNGHE_MESSAGES_SMS như của bản minh hoạ, ví dụ BÍ_MẬT@http://127.0.0.1:8100/\n")
        return 2
    try:
        phone = Phone(arguments.url, setting, arguments.number, lambda words: sys.stdout.write(f"< {words}\n"))
    except OSError as error:
        sys.stderr.write(f"Không nghe được ở địa chỉ của LANGNGHE_MESSAGES_SMS: {error.strerror}.\n")
        return 2
    try:
        return _talk(phone)
    except OSError as error:
        sys.stderr.write(f"Không gọi được {arguments.url}: {error}. Bản minh hoạ có đang chạy không?\n")
        return 2
    finally:
        phone.hang_up()


def _talk(phone: Phone) -> int:
    """Send what is typed until the end of input; refuse a site that is no demo."""
    if not phone.is_demo():
        sys.stderr.write("Chỉ dùng với bản minh hoạ.\n")
        return 2
    sys.stdout.write(HELP)
    for line in sys.stdin:
        if wrong := _typed(phone, line.strip()):
            sys.stdout.write(f"! {wrong}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
