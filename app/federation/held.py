"""What this node holds and hands on: the newest version of every record, as its home lists it.

What this node says itself is made from the catalogue when somebody asks, never stored; equal content gives equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol, TypeAlias

from app.catalogue import CatalogueEntry, CatalogueService, RecordNotFound, RecordWithdrawn, State
from app.catalogue.agreement import Difference, compare
from app.catalogue.ledger import Progress, silent
from app.catalogue.models import OWN
from app.federation.issuer import Issuer
from app.federation.items import HeldItem, ItemQueries, ItemSelection, ListPosition, Projection
from app.federation.statement import Statement
from app.shared.errors import NotFound


class StatementSource(Protocol):
    """Statements about the records of some origins."""

    def sub(self, origin: str, record_id: str) -> str:
        """Return the global name of a record."""

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return (origin, record id) of a global name; None when it is not one of this source's."""

    def payload(self, origin: str, record_id: str, ver: int) -> bytes:
        """Return what the list of the home names of one version; raises RecordNotFound and RecordWithdrawn."""


_REMEMBERED = 256
_Chain: TypeAlias = tuple[CatalogueEntry, ...]


class OwnStatements:
    """Says what the catalogue lists as own versions. What was asked for last is remembered."""

    def __init__(self, catalogue: CatalogueService, issuer: Issuer) -> None:
        self._catalogue = catalogue
        self._issuer = issuer
        self._payload = lru_cache(maxsize=_REMEMBERED)(lambda chain: self._make(chain).payload())

    def sub(self, _origin: str, record_id: str) -> str:
        """Return the global name of an own record."""
        return self._issuer.sub(record_id)

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return ("", record id) when the name is one of this node's."""
        record_id = self._issuer.record_id(sub)
        return (OWN, record_id) if record_id else None

    def payload(self, _origin: str, record_id: str, ver: int) -> bytes:
        """Return what the list names of one version; raises RecordNotFound and RecordWithdrawn."""
        return self._payload(self._chain(record_id, ver))

    def statement(self, record_id: str, ver: int) -> Statement:
        """Return the statement about an own version; raises like `payload`."""
        return self._make(self._chain(record_id, ver))

    def _chain(self, record_id: str, ver: int) -> _Chain:
        """Return the good versions of a record up to `ver`, the oldest first."""
        if ver == 1:
            try:
                # From the catalogue's memory: most records have one version.
                head = self._catalogue.head(record_id)
            except (RecordNotFound, RecordWithdrawn):
                head = None
            if head is not None and head.ver == 1:
                return (head,)
        versions = self._catalogue.versions(record_id)
        chain = tuple(entry for entry in versions if entry.ver <= ver)
        if not chain or chain[-1].ver != ver:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        if versions[-1].state is State.WITHDRAWN and ver != versions[-1].ver:
            raise RecordWithdrawn(versions[-1])
        return chain

    def _make(self, chain: _Chain) -> Statement:
        entry, before = chain[-1], chain[-2] if len(chain) > 1 else None
        withdrawn = entry.state is State.WITHDRAWN
        # A version that was brought back says again what it said when it was signed first.
        prev, topics = self._catalogue.told(entry)
        published = [one for one in chain if one.state is State.PUBLISHED]
        if withdrawn and not topics and published:
            topics = self._catalogue.record(published[-1]).topics
        return Statement.about(
            self._catalogue.withdrawal(entry) if withdrawn else self._catalogue.record(entry),
            issuer=self._issuer,
            ver=entry.ver,
            issued_at=entry.at,
            prev=prev or (before.digest if before else None),
            topics=topics if withdrawn else (),
        )


_CHUNK = 500


def _newest(catalogue: CatalogueService, up_to_seq: int) -> Iterator[tuple[str, str]]:
    for entry in catalogue.newest(up_to_seq):
        if entry.state is not State.HIDDEN:
            yield f"{entry.origin}/{entry.id}".lstrip("/"), f"{entry.ver} {entry.digest}"


def _offered(items: ItemQueries) -> Iterator[tuple[str, str]]:
    seq = 0
    while page := items.after(seq, ItemSelection(), _CHUNK):
        seq = page[-1].seq
        yield from ((f"{item.origin}/{item.record_id}".lstrip("/"), f"{item.ver} {item.digest}") for item in page)


_ANY_ID = "00000000-0000-4000-8000-000000000000"


class StatementNotHeld(NotFound):
    """Nothing that may be handed on is held under `name`, a global name or a digest."""

    name: str


class HeldStatements:
    """Own records and those of other nodes."""

    def __init__(
        self,
        items: ItemQueries,
        projection: Projection,
        catalogue: CatalogueService,
        *,
        own: StatementSource,
        foreign: StatementSource,
    ) -> None:
        """Ask `own` for statements about records of origin "", and `foreign` for all others."""
        self.items = items
        self._projection = projection
        self._catalogue = catalogue
        self._own = own
        self._foreign = foreign

    def catch_up(self, progress: Progress = silent) -> ListPosition:
        """Take in what the catalogue holds; costs three short queries when nothing is new."""
        return self._projection.catch_up(progress)

    def by_sub(self, sub: str) -> HeldItem:
        """Return the item with a global name; raises StatementNotHeld."""
        for source in (self._own, self._foreign):
            found = source.find(sub)
            item = self.items.get(*found) if found else None
            if item is not None:
                return item
        raise StatementNotHeld(sub)

    def sub(self, item: HeldItem) -> str:
        """Return the global name of an item."""
        return self.sub_of(item.origin, item.record_id)

    def sub_of(self, origin: str, record_id: str) -> str:
        """Return the global name of a record."""
        return self._source(origin).sub(origin, record_id)

    def home(self, origin: str) -> str:
        """Return the public address that the global names of an origin's records begin with."""
        return self.sub_of(origin, _ANY_ID).removesuffix(f"/r/{_ANY_ID}")

    def payload(self, item: HeldItem) -> bytes:
        """Return what the list of the home names of an item; raises RecordNotFound and RecordWithdrawn."""
        return self._source(item.origin).payload(item.origin, item.record_id, item.ver)

    def entry(self, item: HeldItem) -> CatalogueEntry:
        """Return the line of the catalogue that an item stands for; raises StatementNotHeld and RecordWithdrawn."""
        if not item.withdrawn:
            head = self._catalogue.head(item.record_id, item.origin)
            if head.ver == item.ver:
                return head
        versions = self._catalogue.versions(item.record_id, item.origin)
        found = next((entry for entry in versions if entry.ver == item.ver), None)
        if found is None:
            raise StatementNotHeld(item.digest)
        return found

    def disagreements(self) -> tuple[Difference, ...]:
        """Return every record that is offered in another version than the catalogue's; reads and changes nothing else.

        What has not been taken in yet is no disagreement.
        """
        position = self._projection.position()
        if position.generation != self._catalogue.generation():
            return ()
        return tuple(compare(_newest(self._catalogue, position.seq), _offered(self.items)))

    def _source(self, origin: str) -> StatementSource:
        return self._own if origin == OWN else self._foreign
