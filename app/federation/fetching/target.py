"""Where this node may connect to: rules about an address before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from app.federation.fetching.port import FetchRefused
from app.federation.issuer import Issuer
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


class AddressRules(Protocol):
    """Says which numeric addresses may be connected to."""

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """The rules of one node. `loopback`: it is bound to this machine alone, so its peers may be here too."""

    loopback: bool

    def target(self, url: str, peer: Issuer) -> Target:
        """Return what to connect to for `url`; raises FetchRefused unless it lies under the peer's address."""
        if not url.startswith(f"{peer.address}/") or not url.isascii() or not url.isprintable() or _UNFIT & set(url):
            raise FetchRefused("foreign", url[:200])
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError as error:
            raise FetchRefused("port", url[:200]) from error
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        if not secure and not self.loopback:
            raise FetchRefused("scheme", parts.scheme)
        target = Target(
            secure=secure,
            host=host,
            port=port or _DEFAULT_PORTS[parts.scheme],
            path=f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
        )
        self._check_port(target)
        return target

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address; plain http stays on this machine."""
        address = plain(text)
        if address is None:
            return False
        if address.is_loopback:
            return self.loopback
        return secure and is_public(address)

    def _check_port(self, target: Target) -> None:
        usual = target.secure and target.port in HTTPS_PORTS
        here = self.loopback and target.port >= _LOWEST_LOOPBACK_PORT
        if not usual and not here:
            raise FetchRefused("port", str(target.port))


@dataclass(frozen=True, slots=True)
class EnteredAddress:
    """The rules for the one address that the operator has entered for a service of their own.

    That may lie on this machine or in the network of the house, and speak plain http there; whatever else a name
    may lead to, such as where clouds tell a machine its secrets, is refused as ever.
    """

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
        return Target(
            secure=parts.scheme == "https",
            host=parts.hostname,
            port=port or _DEFAULT_PORTS[parts.scheme],
            path=f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
        )

    def permits(self, text: str, *, secure: bool) -> bool:
        """Tell whether a connection may go to this numeric address; plain http stays in the house."""
        address = plain(text)
        if address is None:
            return False
        return is_inside(address) or (secure and is_public(address))
