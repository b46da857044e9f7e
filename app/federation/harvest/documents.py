"""The documents of another node: where they lie and how large they may be."""

from __future__ import annotations

from urllib.parse import urlencode

from app.federation.fetching import KIB, MIB, Fetched, Fetcher, FetchRefused, Limits, Wanted
from app.federation.issuer import Issuer

CONFIGURATION = Limits(wire=160 * KIB, inflated=160 * KIB, seconds=20)
PAGE = Limits(wire=8 * MIB, inflated=16 * MIB, seconds=60)
LINES = Limits(wire=16 * MIB, inflated=32 * MIB, seconds=60)
STATEMENT = Limits(wire=360_000, inflated=360_000, seconds=20)
RESOLVED = Limits(wire=600 * KIB, inflated=600 * KIB, seconds=20)
"""A page ends at 4 MiB and one item; 32 MiB are the lines of 170,000 records."""
FILE_SECONDS = 120.0


class PeerDocuments:
    """Asks one peer. `requests` counts how often."""

    def __init__(self, fetcher: Fetcher, peer: Issuer) -> None:
        self._fetcher = fetcher
        self._peer = peer
        self.requests = 0

    def configuration(self, etag: str = "") -> Fetched:
        """Fetch what the peer says of itself, unless it still has this tag."""
        return self._fetch(f"{self._peer.address}/.well-known/openid-federation", CONFIGURATION, etag)

    def page(self, endpoint: str, *, token: str = "", since: str = "", own: bool = True) -> bytes:
        """Fetch a page of the list of statements: the one after `token`, or the first from `since` on."""
        asked = {"verb": "ListRecords"}
        if token:
            asked |= {"resumptionToken": token}
        else:
            asked |= {"metadataPrefix": "enet"} | ({"from": since} if since else {}) | ({"set": "own"} if own else {})
        return self._fetch(f"{endpoint}?{urlencode(asked)}", PAGE).body

    def lines(self, origin: str) -> str:
        """Fetch the lines behind the state root of an origin."""
        return as_ascii(self._fetch(f"{self._peer.address}/state.txt?{urlencode({'origin': origin})}", LINES))

    def statement(self, digest: str, sub: str) -> str:
        """Fetch one statement by the digest of its content."""
        name = digest.removeprefix("sha256:")
        return as_ascii(self._fetch(f"{self._peer.address}/v/{name}?{urlencode({'sub': sub})}", STATEMENT))

    def file(self, digest: str, name: str, size: int, seconds: float = FILE_SECONDS) -> bytes:
        """Fetch a file of the version with a digest: at most `size` bytes, in at most `seconds` of the two minutes."""
        url = f"{self._peer.address}/v/{digest.removeprefix('sha256:')}/dateien/{name}"
        # What cannot be packed grows a little by packing.
        limits = Limits(wire=size + size // 1000 + KIB, inflated=size, seconds=min(FILE_SECONDS, max(seconds, 0.1)))
        return self._fetch(url, limits).body

    def resolved(self, endpoint: str, issuer: Issuer) -> str:
        """Fetch what the peer vouches for about another node."""
        asked = urlencode({"sub": issuer.address, "trust_anchor": self._peer.address})
        return as_ascii(self._fetch(f"{endpoint}?{asked}", RESOLVED))

    def _fetch(self, url: str, limits: Limits, etag: str = "") -> Fetched:
        self.requests += 1
        return self._fetcher.fetch(Wanted(peer=self._peer, url=url, limits=limits, etag=etag))


def as_ascii(found: Fetched) -> str:
    """Return a document as text; raises FetchRefused where it holds anything but ASCII."""
    try:
        return found.body.decode("ascii")
    except UnicodeDecodeError as error:
        raise FetchRefused("document", "not ASCII") from error
