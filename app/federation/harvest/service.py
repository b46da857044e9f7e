"""Everything an operator, a page or a timer can do with other nodes, put together."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from shutil import rmtree

import structlog
from jsonschema_rs import Draft202012Validator
from sqlalchemy import ColumnElement, delete, func, select
from sqlmodel import col
from tuf.api.metadata import Root

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.database import Sessions
from app.federation.association.members import Members
from app.federation.association.trust import Associations, OwnAddress
from app.federation.harvest.foreign_records import ForeignLookup
from app.federation.harvest.models import ForeignRecord, Node, NodeState, Quarantined
from app.federation.harvest.moderation import Moderation
from app.federation.harvest.nodes import NodeNotKnown
from app.federation.harvest.origins import bind, decide_on_organisations, node_names
from app.federation.harvest.report import AsideReason, End, RunReport
from app.federation.harvest.run import SLICE_SECONDS, Run, RunParts, first_root, list_folder, mirrored_timestamp
from app.federation.harvest.witness import SEEN, last_seen
from app.federation.issuer import Issuer
from app.federation.listing.keys import RootFile
from app.federation.listing.own import ABOUT, MEMBERS
from app.federation.listing.reading import LISTS, Source, kept_metadata
from app.fetching import FetchFailed
from app.records.repository import RepositoryBusy

HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A node with how many records of it are held, withdrawn ones included, and how many were set aside."""

    node: Node
    records: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class DamagedRecord:
    """A record of another node that is not held as its list names it."""

    origin: str
    record_id: str


class HarvestService:
    """The reading half of the federation. One object per process, safe for all its threads."""

    def __init__(
        self,
        own: Issuer,
        parts: RunParts,
        *,
        catalogue: CatalogueService,
        sessions: Sessions,
        follow: Callable[[], object],
        members: Members,
        schema: Draft202012Validator,
    ) -> None:
        """Read with `parts`; `follow` updates search and offers after changes; `schema` is that of lists of members."""
        self._own = own
        self._parts = parts
        self._fetcher = parts.fetcher
        self._sessions = sessions
        self._catalogue = catalogue
        self.follow = follow
        self.nodes = parts.nodes
        self.moderation = Moderation(sessions, catalogue, parts.nodes, follow, parts.clock)
        self.records = ForeignLookup(sessions)
        self.files = parts.files
        self.associations = Associations(own, members, parts, schema, self._forget, self._bind)

    def views(self) -> tuple[NodeView, ...]:
        """Return all nodes by address, with what is held of each."""
        counts, aside = self.nodes.record_counts(), self.aside_counts()
        return tuple(
            NodeView(node=one, records=counts.get(one.origin, 0), set_aside=aside.get(one.origin, 0))
            for one in self.nodes.all()
        )

    def node_names(self) -> dict[str, str]:
        """Return what nodes are called by their short name; of some nobody has said it."""
        return node_names(self._sessions)

    def set_aside(self, limit: int = 200) -> tuple[Quarantined, ...]:
        """Return what was set aside, the latest first."""
        newest = select(Quarantined).order_by(col(Quarantined.at).desc(), col(Quarantined.path)).limit(limit)
        with self._sessions.reading() as db:
            return tuple(db.scalars(newest))

    def aside_counts(self) -> dict[str, int]:
        """Return how many records were set aside of which origin."""
        counted = select(col(Quarantined.origin), func.count()).group_by(col(Quarantined.origin))
        with self._sessions.reading() as db:
            return {origin: number for origin, number in db.execute(counted)}  # noqa: C416 - rows are no pairs

    def try_again(self, origin: str, reason: str = "") -> None:
        """Look anew at what was set aside of a node (for a reason), with its next run; raises NodeNotKnown."""
        node = self.nodes.at(origin)
        if node is None:
            raise NodeNotKnown(origin)
        with self._sessions.begin() as db:
            db.execute(delete(Quarantined).where(col(Quarantined.origin) == origin, *_set_aside_for(reason)))
        self.nodes.change(node.issuer, taken={}, next_at=node.added_at)

    def let_wait_no_longer(self) -> None:
        """Look anew at the corrections that a node sent above its limit; called once a day."""
        with self._sessions.reading() as db:
            waiting = set(db.scalars(select(col(Quarantined.origin)).where(*_set_aside_for(AsideReason.CORRECTIONS))))
        for origin in waiting:
            self.try_again(origin, AsideReason.CORRECTIONS)

    def look(self, issuer: Issuer) -> RootFile:
        """Ask a node for its first root; nothing is believed yet. Raises FetchFailed and OwnAddress."""
        if issuer == self._own:
            raise OwnAddress(issuer.address)
        return first_root(self._fetcher, Source(issuer, LISTS))

    def join(self, link: str, own_root: str) -> Node:
        """Join and trust an association. Raises LinkInvalid, OwnAddress, NameTaken, FetchFailed, RepositoryBusy."""
        association, root = self.associations.ask(link, own_root)
        return self.add(association, root, mirror=True, trusted=True)

    def add(
        self,
        issuer: Issuer,
        root: str,
        *,
        mirror: bool = False,
        organisations: bool | None = None,
        trusted: bool | None = None,
    ) -> Node:
        """Read the list of a node from now on whose first root, by its SHA-256, has been compared.

        `mirror`: lists of others may be fetched from it too. `organisations`: what it says about organisations counts
        here; None lets that of a node count that nobody chose before, and changes nothing for a chosen one.
        `trusted`: its members are read too; None changes nothing. Raises NameTaken and RepositoryBusy.
        """
        is_new = all(one.issuer != issuer or one.association is not None for one in self.nodes.all())
        self.nodes.add(issuer, root, mirror=mirror, trusted=trusted)
        if trusted is not None:
            self.associations.settle()
        if organisations is not None or is_new:
            self.count_organisations(issuer, counts=organisations is not False)
        return self.nodes.get(issuer)

    def remove(self, issuer: Issuer, *, keep_successor: bool = False) -> None:
        """Forget a node with everything that came from it, and with all that are known by its word alone.

        `keep_successor`: the association to which it hands over is trusted from now on without its word.
        Raises NodeNotKnown and RepositoryBusy.
        """
        was_trusted = self.nodes.get(issuer).trusted
        if keep_successor:
            self.nodes.inherit(issuer)
        self._forget(issuer)
        if was_trusted:
            self.associations.settle()

    def _bind(self, issuer: Issuer, keys: str | None) -> None:
        bind(self._sessions, self._catalogue, issuer, keys)
        self.follow()

    def _forget(self, issuer: Issuer) -> None:
        folder = list_folder(self._parts.folder, self.nodes.get(issuer))
        # While the node is known, what rests on its word is found and made anew.
        self.count_organisations(issuer, counts=False)
        self.moderation.remove(issuer)
        rmtree(folder, ignore_errors=True)

    def count_organisations(self, issuer: Issuer, *, counts: bool) -> None:
        """Let what a node says about organisations count here or not; raises NodeNotKnown and RepositoryBusy."""
        if decide_on_organisations(self._sessions, self._catalogue, issuer, counts=counts):
            self.follow()

    def read(self, issuer: Issuer, show: Progress = silent, seconds: float = SLICE_SECONDS) -> RunReport:
        """Take in a node's news for some seconds, reporting failures. Raises NodeNotKnown (also: paused, blocked)."""
        if self.nodes.get(issuer).state is not NodeState.ACTIVE:
            raise NodeNotKnown(issuer.address)
        lease = self.nodes.lease(issuer)
        if lease is None:
            return RunReport(node=issuer, end=End.BUSY)
        end = time.monotonic() + seconds
        mirrors = tuple(one.issuer for one in self.nodes.all() if one.mirror and one.state is NodeState.ACTIVE)
        report = Run(self._parts, lease, mirrors, lambda: end - time.monotonic(), show).run()
        self.nodes.finish(lease, report.error, again=report.end is End.INTERRUPTED)
        if lease.node.trusted:
            # Where another process publishes at this moment, the next look settles it.
            with suppress(RepositoryBusy):
                self.associations.settle()
        if report.tally.stored:
            self.files.remove(report.tally.unnamed)
            self.follow()
        if report.end is not End.UNCHANGED:
            _log.info(
                "list.read",
                node=issuer.address,
                end=report.end.value,
                stored=report.tally.stored,
                files=report.files.arrived,
                error=report.error or None,
            )
        return report

    def seen(self) -> Mapping[str, bytes]:
        """Return what the list of this node says of those that it reads."""
        nodes = self.nodes.all()
        return {SEEN: last_seen(nodes)} if nodes else {}

    def own_list_elsewhere(self, version: int, root: Root) -> tuple[dict[str, str], int]:
        """Ask all mirrors for the number of the own list; return who could not say, and the highest number."""
        silent, highest = {}, version
        for node in self.nodes.all():
            if not node.mirror or node.state is not NodeState.ACTIVE:
                continue
            try:
                found = mirrored_timestamp(self._fetcher, node.issuer, self._own, root)
                # Renewals count the timestamp alone, and readers take none with a lower number than they have seen.
                highest = max(highest, found.version, found.snapshot_meta.version)
            except FetchFailed as error:
                if not error.is_absence:
                    silent[node.issuer.address] = error.reason
        return silent, highest

    def mirrored(self, origin: str, part: str, name: str) -> bytes | None:
        """Return a file of another node's list as it came, None where it is not here."""
        node = self.nodes.at(origin)
        if node is None or node.state is not NodeState.ACTIVE:
            return None
        if part == "metadata":
            return kept_metadata(list_folder(self._parts.folder, node), name)
        hashed, _, path = name.rpartition("/")[2].partition(".")
        if path in (ABOUT, SEEN, MEMBERS):
            kept = list_folder(self._parts.folder, node) / path
            said = kept.read_bytes() if kept.exists() else b""
            return said if sha256(said).hexdigest() == hashed else None
        record_id = name.split("/")[1] if name.startswith("files/") else path.removesuffix(".json")
        with self._sessions.reading() as db:
            row = db.get(ForeignRecord, (origin, record_id))
        if row is None or row.hidden:
            return None
        if name.startswith("files/"):
            here = HASH.fullmatch(hashed) and self.files.names(origin, hashed)
            return self.files.content(hashed) if here else None
        return row.payload.encode() if row.target == hashed else None

    def damaged(self) -> Iterator[DamagedRecord]:
        """Yield the records that are not held as their list names them, and let the next run fetch them again."""
        columns = select(
            col(ForeignRecord.origin),
            col(ForeignRecord.record_id),
            col(ForeignRecord.target),
            col(ForeignRecord.payload),
        )
        found: list[DamagedRecord] = []
        with self._sessions.reading() as db:
            for origin, record_id, target, payload in db.execute(columns):
                if sha256(payload.encode("utf-8", "replace")).hexdigest() != target:
                    found.append(DamagedRecord(origin, record_id))
        for origin in {one.origin for one in found}:
            ids = [one.record_id for one in found if one.origin == origin]
            with self._sessions.begin() as db:
                for row in db.scalars(select(ForeignRecord).where(col(ForeignRecord.origin) == origin)):
                    if row.record_id in ids:
                        row.target = ""
            if node := self.nodes.at(origin):
                self.nodes.change(node.issuer, taken={}, next_at=node.added_at)
        yield from found


def _set_aside_for(reason: str) -> tuple[ColumnElement[bool], ...]:
    return (col(Quarantined.reason) == reason,) if reason else ()
