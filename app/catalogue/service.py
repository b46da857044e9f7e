"""The catalogue's use cases: what is visible, in which version, and what has changed."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import structlog

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.catching_up import CatchUp, compare
from app.catalogue.edits import Edits
from app.catalogue.entry import CatalogueEntry, RecordNotFound, Told, shown
from app.catalogue.foreign import ForeignRecords, NoForeignRecords, as_told
from app.catalogue.ledger import Ledger, Progress, silent
from app.catalogue.models import OWN
from app.catalogue.moment import Moment
from app.catalogue.own import Counts, OwnRecords
from app.catalogue.own_files import OwnFiles
from app.catalogue.queries import CatalogueQueries, Heads, by_id, by_place, from_here, good, with_digest
from app.catalogue.texts import OwnTexts, TextRows
from app.database import Sessions
from app.records.git.errors import ObjectUnreadable
from app.records.record import Record, RecordRef, Withdrawn
from app.records.record_reader import not_withdrawn
from app.records.service import ContentService
from app.shared.clock import Clock
from app.shared.errors import Invalid, NotFound

_log = structlog.get_logger(__name__)
ReadName = Callable[[str], tuple[str, str] | None]
"""Returns origin and id of the record that has a global name; None for any other text."""
_BATCH_SIZE = 100
"""Records read at a time from a list of any length; the cache holds at least this many."""


class CatalogueService:
    """Every version of every record, in one log; texts are kept by digest, foreign ones by `ForeignRecords`."""

    def __init__(
        self,
        sessions: Sessions,
        content: ContentService,
        clock: Clock,
        foreign: ForeignRecords | None = None,
        read_name: ReadName = lambda _name: None,
        files: OwnFiles | None = None,
    ) -> None:
        self._read_name = read_name
        self._content = content
        self._foreign = foreign or NoForeignRecords()
        self._files = files
        self._clock = clock
        self._ledger, self._queries = Ledger(sessions), CatalogueQueries(sessions)
        self._text_rows, self._texts = TextRows(sessions), OwnTexts(sessions, content)
        self._catching_up = CatchUp(content, self._ledger, self._text_rows)
        self._remembered = Heads.of(-1, ())
        self.moment = Moment()
        """The current answer; code that builds one from several parts calls its `begin` and `end`."""
        self._edits = Edits(self.versions, self.record)
        self.own, self.counts = OwnRecords(sessions, self._edits, self.last_seq), Counts(sessions, self.last_seq)
        self._unreadable: dict[tuple[str, str], CatalogueEntry] = {}
        """The version of each record whose damage was logged last."""

    def catch_up(self, progress: Progress | None = None) -> int:
        """Add what git has published; return the last change number. Repeatable; raises NotInitialised."""
        self._catching_up.run(progress or silent)
        if self._files:
            self._files.follow()
        self.moment.renew()
        return self.last_seq()

    def rebuild(self, progress: Progress | None = None) -> int:
        """Read everything again and repair what is wrong, missing or superfluous; return the last change number."""
        self._catching_up.rebuild(progress or silent)
        if self._files:
            self._files.settle()
        self.moment.renew()
        return self.last_seq()

    @contextmanager
    def appending(self) -> Iterator[None]:
        """Hold the lock for adding rows (change numbers appear in order). Raises RepositoryBusy."""
        try:
            with self._content.exclusive("catalogue"):
                yield
        finally:
            self.moment.renew()

    def last_seq(self) -> int:
        """Return the last change number, 0 at first; it rises with every visible change."""
        return self.moment.seq(self._queries.last_seq)

    def state(self) -> Hashable:
        """Return a name for the state of the catalogue now, regardless of this thread's current answer."""
        return self._queries.state()

    def version_count(self) -> int:
        """Return the number of versions; the last change number is higher, since changed rows get a new one."""
        return self._queries.version_count()

    def published(self) -> tuple[int, str]:
        """Return the last change number, and the commit up to which the own history was read, "" before the first."""
        return self._queries.published()

    def generation(self) -> int:
        """Return how often the catalogue was rebuilt; readers that follow change numbers then start over."""
        return self._ledger.generation()

    def head(self, record_id: str, origin: str = OWN) -> CatalogueEntry:
        """Return the newest good version of a record; raises RecordNotFound and RecordWithdrawn."""
        return self.visible().get(record_id, origin) or shown(
            self._queries.newest_good(*by_id(record_id, origin)), record_id
        )

    def head_by_slug(self, kind: str, slug: str) -> CatalogueEntry:
        """Return the newest good version of the own record at a readable address; raises like `head`."""
        return self.visible().at(kind, slug, OWN) or shown(
            self._queries.newest_good(*by_place(kind, slug, OWN)), f"{kind}/{slug}"
        )

    def named(self, name: str) -> CatalogueEntry | None:
        """Return the visible version named "solution/<slug>" or globally "https://…/r/<id>", or None."""
        known = self._read_name(name)
        if known is not None:
            origin, record_id = known
            return self.visible().get(record_id, origin)
        ref = RecordRef.parse(name)
        return self.visible().at(ref.kind, ref.slug, ref.origin)

    def names_own(self, name: str) -> bool:
        """Return whether a global name is that of a record of this node, even if there is no such record."""
        known = self._read_name(name)
        return known is not None and known[0] == OWN

    def get(self, record_id: str, ver: int, origin: str = OWN) -> CatalogueEntry:
        """Return one good version. Raises RecordNotFound, and RecordWithdrawn for any earlier one too."""
        versions = self.versions(record_id, origin)
        shown(versions[-1] if versions else None, record_id)
        wanted = next((entry for entry in versions if entry.ver == ver), None)
        return shown(wanted, f"{record_id}/v/{ver}")

    def versions(self, record_id: str, origin: str = OWN) -> tuple[CatalogueEntry, ...]:
        """Return all good versions of a record, oldest first; empty if unknown."""
        found = self._queries.matching(*by_id(record_id, origin), good())
        return tuple(sorted(found, key=lambda entry: entry.ver))

    def last_edit(self, entry: CatalogueEntry) -> CatalogueEntry:
        """Return the last version up to `entry` that changed what the record says; those after it only confirm it."""
        return self._edits.last(entry)

    def with_digest(self, digest: str) -> tuple[CatalogueEntry, ...]:
        """Return the good versions with this content in order of change; several if an edit was reverted."""
        return self._queries.matching(with_digest(digest), good())

    def changes(self, after_seq: int, limit: int = 1000) -> Sequence[CatalogueEntry]:
        """Return up to `limit` versions with a change number above `after_seq`, ascending; broken ones too."""
        return self._queries.changes(after_seq, limit)

    def heads(self, kind: str | None = None) -> Sequence[CatalogueEntry]:
        """Return the visible version of every record (of one kind), in the order of change."""
        return tuple(entry for entry in self.visible().entries if kind in (None, entry.kind))

    def newest(self, up_to: int | None = None) -> Iterator[CatalogueEntry]:
        """Yield the newest good version of every record, including withdrawn and hidden ones, read in batches."""
        return self._queries.newest(self.last_seq() if up_to is None else up_to)

    def visible(self) -> Heads:
        """Return all visible versions at this moment; for several records, call it once."""
        if self._remembered.seq != self.last_seq():
            # Another thread may have read a newer state since this one began its answer.
            self.moment.renew()
        seq, remembered = self.last_seq(), self._remembered
        if remembered.seq != seq:
            # Two threads may both build it; either result is right for this change number.
            remembered = self._remembered = self._queries.heads_at(seq, self.generation(), remembered)
        return remembered

    def problems(self) -> Sequence[CatalogueEntry]:
        """Return the broken versions that would replace a visible one, or would be a record's first."""
        return self._queries.broken()

    def disagreements(self, progress: Progress | None = None) -> tuple[Difference, ...]:
        """Compare every row with git, reading everything again; empty if they agree. Raises NotInitialised."""
        head = self._content.head()
        behind = Difference(code=Disagreement.BEHIND, expected=head, found=self._ledger.cursor().position)
        expected = self._catching_up.expected(head, progress or silent)
        # If the rows are wrong, so are the texts, and checking those would add nothing.
        found = tuple(compare(expected, self._queries.matching(from_here()))) or tuple(self._text_rows.disagreements())
        return found if behind.expected == behind.found else (behind, *found)

    def record(self, entry: CatalogueEntry) -> Record:
        """Return exactly this version. Raises InvalidRecord, ObjectMissing, ObjectUnreadable, RecordNotFound."""
        if entry.origin:
            return as_told(self._foreign.record(entry), entry.origin)
        try:
            found = self._texts.read(entry)
        except (Invalid, NotFound, ObjectUnreadable):
            # It may be repaired without a new change number.
            self.moment.lack()
            raise
        return not_withdrawn(found.path, found)

    def readable(self, entry: CatalogueEntry) -> Record | None:
        """Return the record, or None if unreadable, which is logged once and reported by `doctor`."""
        try:
            return self.record(entry)
        except (Invalid, NotFound, ObjectUnreadable) as error:
            self.moment.lack()
            if self._unreadable.get((entry.origin, entry.id)) != entry:
                self._unreadable[entry.origin, entry.id] = entry
                said = {"kind": entry.kind, "slug": entry.slug, "origin": entry.origin, "ver": entry.ver}
                _log.warning("catalogue.record_unreadable", **said, error=type(error).__name__, reason=str(error))
            return None

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        """Read the records of a page together, so that `record` returns them from the cache."""
        entries = list(entries)
        self._texts.read_ahead(entry for entry in entries if not entry.origin)
        self._foreign.read_ahead(entry for entry in entries if entry.origin)

    def in_turn(self, entries: Iterable[CatalogueEntry]) -> Iterator[CatalogueEntry]:
        """Yield any number of entries while reading their records in batches, as `read_ahead` does."""
        rest = iter(entries)
        while together := list(islice(rest, _BATCH_SIZE)):
            self.read_ahead(together)
            yield from together

    def told(self, entry: CatalogueEntry) -> tuple[str, tuple[str, ...]]:
        """Return the digest and topics that an own version states for the one before, see `Told`."""
        if entry.told is None:
            version = self._content.version(self._content.path_of(entry.kind, entry.slug), entry.ver)
            return version.prev, version.topics
        told = Told.read(entry.told)
        return told.prev, told.topics

    def raise_above(self, seq: int) -> None:
        """Make all future change numbers higher than `seq`. Raises RepositoryBusy."""
        with self.appending():
            self._ledger.raise_above(seq)

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Return reason and successor of a withdrawn version; raises RecordNotFound for others, and like `record`."""
        if entry.origin:
            return self._foreign.withdrawal(entry)
        found = self._texts.read(entry)
        if not isinstance(found, Withdrawn):
            raise RecordNotFound(f"{entry.id}/v/{entry.ver}")
        return found

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of this version; raises like `record`, UnsafePath, ForeignFileNotHeld, StoreUnreachable."""
        if entry.origin:
            return self._foreign.file(entry, name)
        kept = self._files.file(self.record(entry), name) if self._files else None
        return self._texts.file(entry, name) if kept is None else kept
