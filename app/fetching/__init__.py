"""The only way out: all requests to others pass one guarded door. Defines requests, answers and failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.shared.errors import Unavailable

_SAID = {
    "unreachable": "nothing answers there (%(detail)s). Is the address right, and does the node run?",
    "deadline": "the node took too long to answer. Try again later",
    "status": "it answered with %(detail)s. Is the address right, with its path, and does a node run there?",
    "redirect": "it leads to another address, which is not followed. Enter the address that its operator names",
    "address": "its name leads to %(detail)s, which is not on the open net; this node fetches from nowhere else",
    "port": "other nodes are fetched from at the ports 443 and 8443 alone, not at %(detail)s",
    "scheme": "other nodes are fetched from over https alone",
    "tls_expired": (
        "no secure connection to the node: its certificate has expired or is not valid yet. Tell its operator, and "
        "look at this clock"
    ),
    "tls_name": (
        "no secure connection to the node: its certificate is for another name than this address. Tell its operator"
    ),
    "tls_authority": (
        "no secure connection to the node: nobody known here vouches for its certificate. If the authority is one of "
        "your own administration, enter its file in NODE_FEDERATION_CA"
    ),
    "tls_version": (
        "no secure connection to the node: it speaks only forms of encryption older than TLS 1.2. Tell its operator"
    ),
    "tls_none": (
        "no secure connection to the node: what answers there does not speak TLS. Is the address right, with its port?"
    ),
}


class FetchFailed(Unavailable):
    """The other side did not answer as asked; `code` is stable and may be stored, `detail` is for the operator.

    Codes: `unreachable`, `deadline`, `status`, `cut_off`, `protocol`, and where no secure connection comes about:
    `tls_expired` (or not valid yet), `tls_name` (for another name), `tls_authority` (nobody vouches for it),
    `tls_version` (too old a TLS), `tls_none` (no TLS at all), `tls` (anything else).
    """

    code: str
    detail: str = ""

    @property
    def message(self) -> str:
        return _SAID.get(self.code, "the node did not answer as it should: %(code)s %(detail)s")

    @property
    def reason(self) -> str:
        """Return the code, and of a status which one it was."""
        return f"{self.code} {self.detail}" if self.code == "status" else self.code

    @property
    def is_absence(self) -> bool:
        """Tell whether the other side said that it has no such thing; after any other code it may answer soon."""
        return self.code == "status" and self.detail in ("404", "410")


class FetchRefused(FetchFailed):
    """A rule of this side was broken.

    Codes: `address`, `scheme`, `port`, `foreign` (not an address of the peer), `redirect`, `encoding`, `too_large` (on
    the wire or inflated), `document` (cannot be read safely), `hash` (other bytes than listed).
    """


KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes on the wire, bytes after unpacking, and seconds for everything from the name look-up to the last byte."""

    wire: int
    inflated: int
    seconds: float


class Peer(Protocol):
    """Who is asked, by the address under which everything of theirs lies."""

    @property
    def address(self) -> str:
        """Return the address, without a slash at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document under the address of `peer`. A JSON `body` is sent by POST and accepts any successful status."""

    peer: Peer
    url: str
    limits: Limits
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer that means success, unpacked."""

    body: bytes


class Fetcher(Protocol):
    """Fetches one document."""

    def fetch(self, wanted: Wanted) -> Fetched:
        """Return the answer; raises FetchFailed and FetchRefused."""
