"""A node's public address, which names the node and begins the name of each of its records."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.shared.errors import Invalid

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"https?://(?:(?:{_LABEL}\.)*{_LABEL}|\[[0-9a-f:]{{2,39}}\])(?::[1-9][0-9]{{0,4}})?(?:/[a-z0-9][a-z0-9-]{{0,61}}){{0,3}}",
    re.ASCII,
)
_IPV6 = re.compile(r"\[([0-9a-f:]+)\]", re.ASCII)
_LONGEST = 200
_RECORD_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class IssuerInvalid(Invalid):
    """`address` is no address that a node can have."""

    address: str


@dataclass(frozen=True, slots=True, order=True)
class Issuer:
    """The address of a node, such as `https://erfahrungen.example`: lower case, no slash at the end."""

    address: str

    @classmethod
    def parse(cls, address: str) -> Issuer:
        """Parse http(s), host in ASCII or IP address, port and up to 3 path segments. Raises IssuerInvalid."""
        if len(address) > _LONGEST or _ADDRESS.fullmatch(address) is None:
            raise IssuerInvalid(address)
        return cls(address)

    @property
    def origin(self) -> str:
        """The node's short name: `host[:port]`, path after `~`; `[::1]` becomes `ip6.--1` (no brackets in sets)."""
        place = self.address.partition("://")[2].replace("/", "~")
        return _IPV6.sub(lambda found: f"ip6.{found[1].replace(':', '-')}", place)

    def sub(self, record_id: str) -> str:
        """Return the global name of a record of this node."""
        return f"{self.address}/r/{record_id}"

    def record_id(self, sub: str) -> str | None:
        """Return the id in the global name of a record of this node, None when another node named it."""
        start = f"{self.address}/r/"
        found = sub.removeprefix(start)
        return found if sub.startswith(start) and _RECORD_ID.fullmatch(found) else None


@dataclass(frozen=True, slots=True)
class GlobalNames:
    """Reads global names of records; `own` are the addresses after which this node's records are named."""

    own: frozenset[Issuer]

    def __call__(self, name: str) -> tuple[str, str] | None:
        """Return origin ("" for this node) and id of the record with a global name; None for any other text."""
        address, _, record_id = name.rpartition("/r/")
        try:
            issuer = Issuer.parse(address)
        except IssuerInvalid:
            return None
        if issuer.record_id(name) is None:
            return None
        return ("" if issuer in self.own else issuer.origin), record_id
