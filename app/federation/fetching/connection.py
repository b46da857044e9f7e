"""Connections to addresses that were looked at: the name is resolved once, and nothing else is connected to.

With TLS: whom to believe that a server is the one it says it is, and why it was not believed.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.federation.fetching.port import FetchFailed, FetchRefused
from app.federation.fetching.target import AddressRules, Target

_EXPIRED, _TOO_EARLY = 10, 9
_NAMES = frozenset({62, 64})
"""What OpenSSL calls a certificate for another host name or address."""
_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS", "WRONG_SSL_VERSION")
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_EOF")


def trusting(authorities: Path | None = None) -> ssl.SSLContext:
    """Return whom the system trusts and, if given, the authorities in a file of certificates (PEM) as well.

    TLS 1.2 is the oldest that is spoken. Raises OSError (also ssl.SSLError) for a file that holds no certificates.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities is not None:
        context.load_verify_locations(cafile=authorities)
    return context


def tls_code(error: ssl.SSLError) -> str:
    """Return why a handshake failed: one of the codes of `FetchFailed` that begin with `tls`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in (_EXPIRED, _TOO_EARLY):
            return "tls_expired"
        return "tls_name" if error.verify_code in _NAMES else "tls_authority"
    reason = error.reason or ""
    if any(part in reason for part in _OLD):
        return "tls_version"
    return "tls_none" if any(part in reason for part in _NOT_TLS) else "tls"


Resolved = list[tuple[Any, Any, int, str, Any]]


class Resolver(Protocol):
    """Looks names up, as `socket.getaddrinfo` does."""

    def __call__(self, host: str, port: int, *, type: int) -> Resolved:  # noqa: A002 - the name in the library
        """Return what belongs to a name."""


class Pinned:
    """Opens sockets to addresses found by `addresses` and to no others, until one takes the connection.

    `seconds` from now are for all of them together, however many a name has.
    """

    def __init__(self, found: Iterable[tuple[int, Any]], seconds: float) -> None:
        self._found = tuple(found)
        self._until = time.monotonic() + seconds
        self._ended = False
        self._handle: socket.socket | None = None

    def connect(self) -> socket.socket:
        """Return a connected socket; raises FetchFailed."""
        error: OSError | None = None
        for family, address in self._found:
            left = self._until - time.monotonic()
            if left <= 0 or self._ended:
                raise FetchFailed("deadline") from error
            opened = socket.socket(family, socket.SOCK_STREAM)
            try:
                opened.settimeout(left)
                opened.connect(address)
            except OSError as failed:
                opened.close()
                error = failed
            else:
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # TLS takes the socket over, so a second handle is kept to end the connection with.
                self._handle = opened.dup()
                if self._ended:
                    # Time ran out while there was nothing to end yet.
                    self.end()
                return opened
        raise FetchFailed("unreachable", _said(error)) from error

    def end(self) -> None:
        """End the connection, whoever is reading from it, and open no other one."""
        self._ended = True
        if self._handle is not None:
            try:
                self._handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side was faster.
                return

    def close(self) -> None:
        """Give the second handle back."""
        if self._handle is not None:
            self._handle.close()


class _PinnedHttp(HTTPConnection):
    pinned: Pinned

    def _new_conn(self) -> socket.socket:
        return self.pinned.connect()


class _PinnedHttps(HTTPSConnection):
    pinned: Pinned

    def _new_conn(self) -> socket.socket:
        return self.pinned.connect()


def addresses(target: Target, rules: AddressRules, resolve: Resolver = socket.getaddrinfo) -> list[tuple[int, Any]]:
    """Return family and socket address of everything the host's name stands for.

    If one of them is not permitted, the whole name is refused: a good name has no such address.
    Raises FetchRefused and FetchFailed.
    """
    try:
        found = resolve(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailed("unreachable", _said(error)) from error
    for *_rest, address in found:
        if not rules.permits(str(address[0]), secure=target.secure):
            raise FetchRefused("address", str(address[0]))
    return [(family, address) for family, _type, _protocol, _name, address in found]


def connection(target: Target, pinned: Pinned, seconds: float, trust: ssl.SSLContext) -> HTTPConnection:
    """Return a connection, not opened yet. No proxy is asked, whatever the surroundings say."""
    made: _PinnedHttp | _PinnedHttps
    if target.secure:
        made = _PinnedHttps(target.host, target.port, timeout=seconds, ssl_context=trust)
    else:
        made = _PinnedHttp(target.host, target.port, timeout=seconds)
    made.pinned = pinned
    return made


def _said(error: OSError | UnicodeError | None) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__)[:200]
