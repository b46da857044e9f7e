"""Where signed statements come from: made here for own records, kept as received for others'.

Own ones are made from git when somebody asks, never stored. Equal content and an equal key give an equal string, so
making one again is as good as keeping it. After a change of keys every statement is at once signed with the new
one, and erased text is gone from here as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol, TypeAlias

from app.catalogue import CatalogueEntry, CatalogueService, RecordNotFound, RecordWithdrawn, State
from app.catalogue.models import OWN
from app.federation.issuer import Issuer
from app.federation.jose import sign
from app.federation.keys import KeyRole, NodeKeys
from app.federation.statement import TYP, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One station that a statement took: the node's OAI-PMH address, and what that node said of it.

    `harvested_at` is when the next station fetched it, `stamped_at` what its header there said; both UTC.
    """

    base_url: str
    harvested_at: datetime
    stamped_at: datetime


class StatementSource(Protocol):
    """Statements about the records of some origins."""

    def sub(self, origin: str, record_id: str) -> str:
        """Return the global name of a record."""

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return (origin, record id) of a global name; None when it is not one of this source's."""

    def jws(self, origin: str, record_id: str, ver: int) -> str:
        """Return the signed statement about one version; raises RecordNotFound and RecordWithdrawn.

        Of a withdrawn record only the withdrawal itself is given out.
        """

    def hops(self, origin: str, record_id: str, ver: int) -> tuple[Hop, ...]:
        """Return the way it took here, the last station first; empty for own records."""


_REMEMBERED = 256
_Chain: TypeAlias = tuple[CatalogueEntry, ...]


class OwnStatements:
    """Signs what the catalogue lists as own versions. What was asked for last is remembered without signature."""

    def __init__(
        self, catalogue: CatalogueService, issuer: Issuer, keys: NodeKeys, named_at: Issuer | None = None
    ) -> None:
        """Speak as `issuer`, with the record key of `keys`; records were named at `named_at` if it has moved since."""
        self._catalogue = catalogue
        self._issuer = issuer
        self._named_at = named_at or issuer
        self._keys = keys
        self._payload = lru_cache(maxsize=_REMEMBERED)(lambda chain: self._make(chain).payload())

    @property
    def naming(self) -> Issuer:
        """Return the address that this node's records are named after: its own, or where it was before it moved."""
        return self._named_at

    def sub(self, _origin: str, record_id: str) -> str:
        """Return the global name of an own record."""
        return self._named_at.sub(record_id)

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return ("", record id) when the name is one of this node's."""
        record_id = self._named_at.record_id(sub)
        return (OWN, record_id) if record_id else None

    def hops(self, _origin: str, _record_id: str, _ver: int) -> tuple[Hop, ...]:
        """Return nothing: own records come from here."""
        return ()

    def jws(self, _origin: str, record_id: str, ver: int) -> str:
        """Return the signed statement about an own version; raises RecordNotFound and RecordWithdrawn."""
        return sign(self.payload(record_id, ver), self._keys.signer(KeyRole.RECORD), TYP)

    def payload(self, record_id: str, ver: int) -> bytes:
        """Return the bytes that are signed; raises like `jws`."""
        return self._payload(self._chain(record_id, ver))

    def statement(self, record_id: str, ver: int) -> Statement:
        """Return the statement about an own version; raises like `jws`."""
        return self._make(self._chain(record_id, ver))

    def _chain(self, record_id: str, ver: int) -> _Chain:
        """Return the good versions of a record up to `ver`, the oldest first."""
        only = self._only_version(record_id) if ver == 1 else None
        if only is not None:
            return (only,)
        versions = self._catalogue.versions(record_id)
        chain = tuple(entry for entry in versions if entry.ver <= ver)
        if not chain or chain[-1].ver != ver:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        if versions[-1].state is State.WITHDRAWN and ver != versions[-1].ver:
            raise RecordWithdrawn(versions[-1])
        return chain

    def _only_version(self, record_id: str) -> CatalogueEntry | None:
        """Return the newest version if it is the first, from the catalogue's memory: true of most records."""
        try:
            head = self._catalogue.head(record_id)
        except (RecordNotFound, RecordWithdrawn):
            return None
        return head if head.ver == 1 else None

    def _make(self, chain: _Chain) -> Statement:
        entry, before = chain[-1], chain[-2] if len(chain) > 1 else None
        withdrawn = entry.state is State.WITHDRAWN
        # A version that was brought back says again what it said when it was signed first.
        prev, topics = self._catalogue.told(entry)
        return Statement.about(
            self._catalogue.withdrawal(entry) if withdrawn else self._catalogue.record(entry),
            issuer=self._issuer,
            sub=self._named_at.sub(entry.id),
            ver=entry.ver,
            issued_at=entry.at,
            prev=prev or (before.digest if before else None),
            topics=(topics or self._last_topics(chain)) if withdrawn else (),
        )

    def _last_topics(self, chain: _Chain) -> tuple[str, ...]:
        published = [entry for entry in chain if entry.state is State.PUBLISHED]
        return self._catalogue.record(published[-1]).topics if published else ()
