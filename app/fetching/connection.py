"""Which addresses this node may connect to, connections to names resolved once, and the trust in TLS certificates."""

import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.fetching import FetchFailed, FetchRefused, Peer
from app.shared.addresses import is_inside, is_public, plain

HTTPS_PORTS = frozenset({443, 8443})
_LOWEST_LOOPBACK_PORT = 1024
_DEFAULT_PORTS = {"https": 443, "http": 80}
_UNFIT = frozenset(" #@\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address taken apart: whom to connect to, and what to ask for there."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def _target(parts: SplitResult, host: str, port: int | None) -> Target:
    return Target(
        secure=parts.scheme == "https",
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        path=f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
    )


class AddressRules(Protocol):
    """Says which numeric addresses may be connected to."""

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """The rules of one node. `loopback`: it is bound to this machine alone, so its peers may be here too."""

    loopback: bool

    def target(self, url: str, peer: Peer) -> Target:
        """Return what to connect to for `url`; raises FetchRefused unless it lies under the peer's address."""
        if not url.startswith(f"{peer.address}/") or not url.isascii() or not url.isprintable() or _UNFIT & set(url):
            raise FetchRefused("foreign", url[:200])
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise FetchRefused("port", url[:200]) from error
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        if not secure and not self.loopback:
            raise FetchRefused("scheme", parts.scheme)
        target = _target(parts, host, port)
        usual = secure and target.port in HTTPS_PORTS
        here = self.loopback and target.port >= _LOWEST_LOOPBACK_PORT
        if not usual and not here:
            raise FetchRefused("port", str(target.port))
        return target

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address; plain http stays on this machine."""
        address = plain(text)
        if address is None:
            return False
        if address.is_loopback:
            return self.loopback
        return secure and is_public(address)


@dataclass(frozen=True, slots=True)
class EnteredAddress:
    """Lets an address entered by the operator be local and plain http; cloud metadata addresses stay refused."""

    url: str

    @property
    def target(self) -> Target:
        """Return what to connect to; raises FetchRefused for what is no web address."""
        try:
            parts = urlsplit(self.url)
            port = parts.port
        except ValueError as error:
            raise FetchRefused("foreign", self.url[:200]) from error
        sound = self.url.isascii() and self.url.isprintable() and not _UNFIT & set(self.url)
        if not sound or parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise FetchRefused("foreign", self.url[:200])
        return _target(parts, parts.hostname, port)

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address; plain http stays in the house."""
        address = plain(text)
        if address is None:
            return False
        return is_inside(address) or (secure and is_public(address))


_EXPIRED, _TOO_EARLY = 10, 9
_NAMES = frozenset({62, 64})
"""What OpenSSL calls a certificate for another host name or address."""
_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS", "WRONG_SSL_VERSION")
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_EOF")


def trusting(authorities: Path | None = None) -> ssl.SSLContext:
    """Trust the system's and a PEM file's authorities, from TLS 1.2 on. Raises OSError if the file has none."""
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
    """Opens sockets only to `addresses` until one connects; `seconds` is the limit for all of them together."""

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
        if self._handle is not None:
            self._handle.close()


def addresses(target: Target, rules: AddressRules, resolve: Resolver = socket.getaddrinfo) -> list[tuple[int, Any]]:
    """Return a host's socket addresses. Raises FetchFailed, and FetchRefused if any of them is not permitted."""
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
    made = (
        HTTPSConnection(target.host, target.port, timeout=seconds, ssl_context=trust)
        if target.secure
        else HTTPConnection(target.host, target.port, timeout=seconds)
    )
    # The one place where the library opens a socket; it has no public one.
    made._new_conn = pinned.connect  # type: ignore[method-assign] # noqa: SLF001
    return made


def _said(error: OSError | UnicodeError | None) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__)[:200]
