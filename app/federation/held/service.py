"""The one place that facades ask: in the order of change, by global name, by digest; in step with the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from app.catalogue import CatalogueEntry, CatalogueService, ForeignFileNotHeld, RecordNotFound, RecordWithdrawn, State
from app.catalogue.agreement import Difference, compare
from app.catalogue.ledger import Progress, silent
from app.catalogue.models import OWN
from app.federation.held.items import HeldItem, ItemQueries, ItemSelection, ListPosition
from app.federation.held.projection import Projection
from app.federation.held.source import Hop, StatementSource
from app.shared.errors import NotFound

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

    def by_digest(self, digest: str, sub: str | None = None) -> str:
        """Return the newest signed statement with this content, about `sub` if given; raises StatementNotHeld."""
        for entry in self._with_digest(digest, sub):
            jws = self._given_out(entry)
            if jws is not None:
                return jws
        raise StatementNotHeld(digest)

    def file(self, digest: str, name: str, sub: str | None = None) -> tuple[CatalogueEntry, bytes]:
        """Return a file of a version that may be read here, by the digest of its content; raises StatementNotHeld.

        Equal digests name equal files, so it does not matter whose they are.
        """
        for entry in self._with_digest(digest, sub):
            data = self._file_of(entry, name)
            if data is not None:
                return entry, data
        raise StatementNotHeld(f"{digest}/{name}")

    def sub(self, item: HeldItem) -> str:
        """Return the global name of an item."""
        return self.sub_of(item.origin, item.record_id)

    def sub_of(self, origin: str, record_id: str) -> str:
        """Return the global name of a record."""
        return self._source(origin).sub(origin, record_id)

    def home(self, origin: str) -> str:
        """Return the public address that the global names of an origin's records begin with."""
        return self.sub_of(origin, _ANY_ID).removesuffix(f"/r/{_ANY_ID}")

    def jws(self, item: HeldItem) -> str:
        """Return the signed statement about an item; raises RecordNotFound and RecordWithdrawn."""
        return self._source(item.origin).jws(item.origin, item.record_id, item.ver)

    def hops(self, item: HeldItem) -> tuple[Hop, ...]:
        """Return the way that an item took here."""
        return self._source(item.origin).hops(item.origin, item.record_id, item.ver)

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
        return tuple(compare(lambda: _newest(self._catalogue, position.seq), lambda: _offered(self.items)))

    def _with_digest(self, digest: str, sub: str | None) -> Iterator[CatalogueEntry]:
        """Yield the versions with this content that may be handed on, the newest first."""
        for entry in reversed(self._catalogue.with_digest(digest)):
            if entry.state is State.HIDDEN:
                continue
            if sub in (None, self._source(entry.origin).sub(entry.origin, entry.id)):
                yield entry

    def _file_of(self, entry: CatalogueEntry, name: str) -> bytes | None:
        try:
            # Asked as readers do, who see nothing of a record that was withdrawn.
            found = self._catalogue.get(entry.id, entry.ver, entry.origin)
            if all(file.name != name for file in self._catalogue.record(found).files):
                return None
            return self._catalogue.file(found, name)
        except (RecordNotFound, RecordWithdrawn, ForeignFileNotHeld):
            return None

    def _given_out(self, entry: CatalogueEntry) -> str | None:
        try:
            return self._source(entry.origin).jws(entry.origin, entry.id, entry.ver)
        except RecordWithdrawn:
            return None

    def _source(self, origin: str) -> StatementSource:
        return self._own if origin == OWN else self._foreign
