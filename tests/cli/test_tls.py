"""TLS on both sides: the shipped proxy takes nothing old, and nobody is told anything who cannot prove the name."""

import datetime
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from allauth.socialaccount.adapter import get_adapter
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from langnghe import settings as own_settings
from langnghe.cli import certificate
from langnghe.core import outward
from langnghe.core.refusal import Refused
from langnghe.web import imap
from tests.house.source import ROOT

NAME, DAY = "localhost", 86_400


@dataclass(frozen=True)
class Papers:
    """A certificate that signs itself, and its key."""

    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def papers(folder: Path, days: int = 90) -> Papers:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    made = made.not_valid_after(now + datetime.timedelta(days=days, hours=1)).add_extension(names, critical=False)
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
        key, hashes.SHA256()
    )
    found = Papers(folder / "fullchain.pem", folder / "privkey.pem")
    found.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    found.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Echo(BaseHTTPRequestHandler):
    """Says under which protocol the proxy says that it was asked."""

    def do_GET(self) -> None:
        said = (self.headers.get("X-Forwarded-Proto", "") + " " + self.headers.get("Host", "")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_said: object) -> None:
        return


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Run Debian's nginx with docs/deploy/nginx.conf, its names and numbers changed; return its two ports."""
    folder = Path(tmp_path_factory.mktemp("nginx"))
    own, plain, secure = papers(folder), free_port(), free_port()
    behind = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    site = (ROOT / "docs/deploy/nginx.conf").read_text()
    changes = {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "langnghe.tinh.example;": f"{NAME};",
        "/etc/letsencrypt/live/langnghe.tinh.example/fullchain.pem": str(own.certificate),
        "/etc/letsencrypt/live/langnghe.tinh.example/privkey.pem": str(own.key),
        "127.0.0.1:8000": f"127.0.0.1:{behind.server_port}",
    }
    for old, new in changes.items():
        assert old in site, old
        site = site.replace(old, new)
    kept = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {kept}\n{site} }}"
    (folder / "nginx.conf").write_text(whole)
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    for _turn in range(100):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", secure)) == 0:
                break
        time.sleep(0.1)
    yield plain, secure
    process.terminate()
    process.wait()
    behind.shutdown()


def client(version: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> ssl.SSLContext:
    """Return a client that speaks this version alone, however weak, and asks for no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    return context


def spoken(port: int, context: ssl.SSLContext) -> str:
    """Return version and suite on which client and server agree."""
    with socket.create_connection(("127.0.0.1", port), 5) as line, context.wrap_socket(line) as secured:
        return f"{secured.version()} {(secured.cipher() or ('',))[0]}"


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[int]:
    """A server that takes TLS 1.0 and 1.1, to show that the clients of these tests do speak them."""
    context = papers(tmp_path).server()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    with answering(context) as port:
        yield port


class answering:
    """A server in a thread that shakes hands with whoever comes, and says nothing more."""

    def __init__(self, context: ssl.SSLContext, before: Callable[[socket.socket], None] | None = None) -> None:
        self.context, self.before, self.told = context, before, b""
        self.ear = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return int(self.ear.getsockname()[1])

    def __exit__(self, *_error: object) -> None:
        self.ear.shutdown(socket.SHUT_RDWR)  # wakes who waits for the next caller, and would still take one
        self.thread.join(5)
        self.ear.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _who = self.ear.accept()
            except OSError:
                return
            try:
                if self.before:
                    self.before(line)
                with self.context.wrap_socket(line, server_side=True) as secured:
                    self.told += secured.recv(1000)
            except OSError:
                line.close()


OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", OLD)
def test_the_proxy_refuses_what_is_older_than_tls_1_2(
    proxy: tuple[int, int], old_server: int, version: ssl.TLSVersion
) -> None:
    assert spoken(old_server, client(version)).startswith("TLSv1")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        spoken(proxy[1], client(version))


def test_the_proxy_takes_tls_1_3_and_1_2_with_its_strongest_suite(proxy: tuple[int, int]) -> None:
    assert spoken(proxy[1], client(ssl.TLSVersion.TLSv1_3)).startswith("TLSv1.3 TLS_")
    weak_first = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
    assert spoken(proxy[1], client(ssl.TLSVersion.TLSv1_2, weak_first)) == "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384"


@pytest.mark.parametrize("suite", ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384"])
def test_the_proxy_takes_no_suite_that_does_not_authenticate_what_it_encrypts(
    proxy: tuple[int, int], old_server: int, suite: str
) -> None:
    asking = client(ssl.TLSVersion.TLSv1_2, f"{suite}:@SECLEVEL=0")
    assert spoken(old_server, asking) == f"TLSv1.2 {suite}"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        spoken(proxy[1], asking)


def test_the_proxy_leads_to_https_and_says_itself_how_it_was_asked(proxy: tuple[int, int]) -> None:
    plain, secure = proxy
    sent = requests.get(f"http://{NAME}:{plain}/vu-viec?a=1", allow_redirects=False, timeout=5)
    assert (sent.status_code, sent.headers["Location"]) == (301, f"https://{NAME}/vu-viec?a=1")
    forged = {"X-Forwarded-Proto": "http", "Host": NAME}
    with pytest.warns(Warning, match="Unverified"):
        answer = requests.get(f"https://{NAME}:{secure}/", headers=forged, verify=False, timeout=5)  # noqa: S501 its own
    assert answer.text == f"https {NAME}"


def greet(line: socket.socket) -> None:
    """Speak SMTP up to the moment when both begin TLS (RFC 3207)."""
    line.sendall(b"220 thu\r\n")
    line.recv(1000)
    line.sendall(b"250-thu\r\n250 STARTTLS\r\n")
    line.recv(1000)
    line.sendall(b"220 go\r\n")


def test_no_letter_goes_to_a_mail_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    for options, before in (({"use_ssl": True}, None), ({"use_tls": True}, greet)):
        server = answering(papers(tmp_path).server(), before)
        with server as port, pytest.raises(ssl.SSLCertVerificationError):
            EmailBackend(NAME, port, "officer", "secret", timeout=5, **options).open()
        assert server.told == b""


def test_no_mailbox_gateway_witness_or_provider_is_trusted_without_a_certificate_that_holds(tmp_path: Path) -> None:
    server = answering(papers(tmp_path).server())
    with server as port:
        with pytest.raises(ssl.SSLError):
            outward.post(f"https://{NAME}:{port}/", b"{}", {}, 5)
        with pytest.raises(requests.exceptions.SSLError), get_adapter().get_requests_session() as session:
            session.get(f"https://{NAME}:{port}/.well-known/openid-configuration", timeout=5)
        with pytest.raises(Refused, match="SSLCertVerificationError"):
            imap.fetch(f"imaps://a:b@{NAME}:{port}/INBOX", datetime.datetime.now(datetime.UTC))
    assert server.told == b""


def test_the_check_sees_what_a_browser_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, now = papers(tmp_path), time.time()
    with answering(own.server()) as port:
        address = f"https://{NAME}:{port}"
        assert "không được công nhận" in certificate.problems(address, now)[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(own.certificate))
        assert certificate.problems(address, now) == []
        assert "chỉ còn 9 ngày" in certificate.problems(address, now + 81 * DAY)[0]
    assert "Không mở được" in certificate.problems(address, now)[0]
    assert certificate.problems("http://127.0.0.1:8000", now) == []


@pytest.mark.parametrize("asked", ["", "?sslmode=verify-full&sslrootcert=/etc/ssl/ca.pem"])
def test_a_database_elsewhere_is_reached_under_tls_alone(asked: str) -> None:
    options = own_settings.database(f"postgres://u:p@db.tinh.example/langnghe{asked}")["OPTIONS"]
    assert options["sslmode"] == "verify-full"
    assert ("sslrootcert" in options) == bool(asked)


@pytest.mark.parametrize("asked", ["sslmode=prefer", "sslmode=disable", "sslmode=require", "application_name=x"])
def test_less_than_that_is_not_taken(asked: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        own_settings.database(f"postgres://u:p@db.tinh.example/langnghe?{asked}")


@pytest.mark.parametrize(
    ("scheme", "host", "tls"),
    [
        ("smtp", "thu.tinh.example", (False, True)),
        ("smtps", "thu.tinh.example", (True, False)),
        ("smtp", "localhost", (False, False)),
    ],
)
def test_letters_leave_this_machine_under_tls_alone(scheme: str, host: str, tls: tuple[bool, bool]) -> None:
    assert own_settings.mail_tls(scheme, host) == tls


@pytest.mark.parametrize("here", ["postgres://u@%2Frun%2Fpostgresql/d", "postgres://u:p@127.0.0.1/d", "postgres:///d"])
def test_a_database_on_this_machine_needs_none(here: str) -> None:
    assert "sslmode" not in own_settings.database(here)["OPTIONS"]


@pytest.mark.parametrize(
    ("address", "is_secret"),
    [("https://a.example/x", True), ("http://a.example/x", False), ("http://127.0.0.1:1/x", True), ("ftp://a", False)],
)
def test_what_is_sent_in_the_clear_stays_on_this_machine(address: str, is_secret: bool) -> None:
    assert outward.is_secret(address) is is_secret
