"""The one way in which the server calls an address that somebody wrote down: one look-up, one machine, no redirect.

The name is looked up once and the connection goes to that very machine, so that a name which answers otherwise the
next time (DNS rebinding) leads nowhere. A certificate is still checked against the name.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

HERE = {"127.0.0.1", "localhost", "::1"}  # this machine, when an operator names it so
MOST_BYTES = 10_000
Machine = IPv4Address | IPv6Address
OWN_NETWORKS = tuple(ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
TELLS_SECRETS = ip_network("fd00:ec2::/32")  # where hosts of clouds ask for their own keys, by IPv6
CARRIES_IPV4 = ip_network("64:ff9b::/96")  # RFC 6052


class Unreachable(OSError):
    """The address leads where the server does not go; the message names no part of it."""


def parts(address: str) -> SplitResult | None:
    """Return the parts of an http or https address with a host and without a password in it; None for others."""
    try:
        where = urlsplit(address)
        is_whole = where.port != 0 and bool(where.hostname)
    except ValueError:
        return None
    return where if is_whole and where.username is None and where.scheme in {"http", "https"} else None


def is_secret(address: str) -> bool:
    """Return whether nobody on the way reads what is sent there: https, or this machine itself."""
    where = parts(address)
    return where is not None and (where.scheme == "https" or where.hostname in HERE)


def is_open(machine: Machine, host: str) -> bool:
    """Return whether the server goes there: the open network, the province's own, or this machine if named so."""
    found = _bare(machine)
    if host in HERE:
        return found.is_loopback
    if isinstance(found, IPv6Address) and found in TELLS_SECRETS:
        return False
    if any(found in network for network in OWN_NETWORKS if network.version == found.version):
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _bare(machine: Machine) -> Machine:
    """Return the IPv4 address that an IPv6 address carries, else the address itself."""
    if isinstance(machine, IPv4Address):
        return machine
    if machine in CARRIES_IPV4:
        return IPv4Address(int(machine) & 0xFFFF_FFFF)
    return machine.ipv4_mapped or machine.sixtofour or machine


def by_number(host: str) -> Machine | None:
    """Return the machine that a host names by its number, also one number of 32 bits; None when it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def machines(host: str, port: int) -> list[str]:
    """Look the host up once and return its machines; Unreachable when any of them is closed to us."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_open(ip_address(each), host) for each in found):
        raise Unreachable("closed")
    return found


def _reached(found: list[str], port: int, patience: float) -> socket.socket:
    """Return a connection to the first of the machines that answers."""
    for machine in found[:-1]:
        with suppress(OSError):
            return socket.create_connection((machine, port), patience)
    return socket.create_connection((found[-1], port), patience)


def certificate_until(address: str, patience: float) -> float:
    """Return until when (seconds since 1970) the certificate of an https address holds that everyone would accept.

    ssl.SSLError when a browser would not; OSError when nobody answers.
    """
    where = urlsplit(address)
    reached = socket.create_connection((where.hostname or "", where.port or 443), patience)
    with reached, ssl.create_default_context().wrap_socket(reached, server_hostname=where.hostname) as secured:
        return ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))


def post(address: str, body: bytes, headers: Mapping[str, str], patience: float) -> tuple[int, bytes]:
    """Post the body and return status and at most 10,000 bytes of the answer; follows no redirect, uses no proxy.

    Unreachable when the address is none or leads where the server does not go; OSError, HTTPException or ValueError
    when nobody answers as HTTP.
    """
    where = parts(address)
    if where is None or where.hostname is None:
        raise Unreachable("no address")
    host, is_secure = where.hostname, where.scheme == "https"
    connection = HTTPSConnection(host, where.port) if is_secure else HTTPConnection(host, where.port)
    try:
        reached = _reached(machines(host, connection.port), connection.port, patience)
        secured = ssl.create_default_context().wrap_socket(reached, server_hostname=host) if is_secure else reached
        connection.sock = secured  # so that it does not look the name up again
        connection.request("POST", (where.path or "/") + (where.query and f"?{where.query}"), body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_BYTES)
    finally:
        connection.close()
