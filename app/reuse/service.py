"""Answers questions about solutions in the catalogue."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from app.catalogue import CatalogueEntry, CatalogueService
from app.catalogue.models import OWN
from app.records.look_alike import KnownNames
from app.records.record import Record
from app.reuse.naming import ORGANISATION
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from app.reuse.productisation import Criterion, check
from app.shared.clock import Clock
from app.shared.errors import Invalid


class NotASolution(Invalid):
    """Only a solution can be asked about."""

    ref: str


_Version = tuple[str, str, int, str]
"""Origin, id, version and digest."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What was read at change number `seq`: organisations by origin, the records of believed nodes, and networks."""

    seq: int
    records: Mapping[_Version, Record]
    by_origin: Mapping[str, Sequence[CatalogueEntry]]
    base: Network
    names: KnownNames
    heard: dict[str, Network] = field(default_factory=dict)


class ReuseService:
    """Reads the organisations of the catalogue, again only after a change. Thread-safe."""

    def __init__(
        self, catalogue: CatalogueService, clock: Clock, believed: Callable[[], Sequence[str]] = tuple
    ) -> None:
        """Read through `catalogue`; `clock` decides whether a contract has expired.

        `believed` returns the other nodes, by origin, whose records of organisations count here. Code that changes this
        list must give a record of such a node the next change number.
        """
        self._catalogue = catalogue
        self._clock = clock
        self._believed = believed
        self._remembered: _Remembered | None = None

    def network(self, origin: str = OWN) -> Network:
        """Return the network that answers questions about solutions of `origin` for readers of this node.

        It consists of our own organisations, those of nodes believed about organisations, and those of the solution's
        own node, which count for its solutions only.
        """
        remembered = self._now()
        if origin in remembered.base.origins:
            return remembered.base
        if origin not in remembered.heard:
            theirs = map(self._catalogue.readable, remembered.by_origin.get(origin, ()))
            remembered.heard[origin] = remembered.base.heard(record for record in theirs if record)
        return remembered.heard[origin]

    def is_imitated_by(self, name: str) -> bool:
        """Return whether a name that somebody chose imitates the name of an organisation without being it."""
        return self._now().names.imitated_by(name)

    def obtainable(self, place: Place, entry: CatalogueEntry) -> Answer:
        """Return whether and how `place` can obtain a version. Raises NotASolution and InvalidRecord."""
        return obtainable(place, self._solution(entry), self.network(entry.origin), self._clock().date())

    def productisation(self, entry: CatalogueEntry) -> tuple[Criterion, ...]:
        """Return the eight criteria for the solution in this version; raises like `obtainable`."""
        return check(self._solution(entry), self.network(entry.origin), self._clock().date())

    def _now(self) -> _Remembered:
        seq, remembered = self._catalogue.last_seq(), self._remembered
        if remembered is None or remembered.seq != seq:
            # Two threads may both build it; either result is right for this change number.
            remembered = self._remembered = self._read(seq)
        return remembered

    def _read(self, seq: int) -> _Remembered:
        by_origin: defaultdict[str, list[CatalogueEntry]] = defaultdict(list)
        for entry in self._catalogue.heads("organisation"):
            by_origin[entry.origin].append(entry)
        believed = [entry for origin in (OWN, *self._believed()) for entry in by_origin.get(origin, ())]
        before = self._remembered.records if self._remembered else {}
        versions = {(entry.origin, entry.id, entry.ver, entry.digest): entry for entry in believed}
        found = {key: before.get(key) or self._catalogue.readable(entry) for key, entry in versions.items()}
        records = {key: record for key, record in found.items() if record}
        # Each global name is looked up once; the result is valid as long as the network.
        base = Network.from_records(records.values(), cache(self._find))
        names = KnownNames(name for one in base.organisations.values() for name in (one.title, one.party.name))
        return _Remembered(seq, records, by_origin, base, names)

    def _find(self, name: str) -> str | None:
        entry = self._catalogue.named(name)
        return entry.ref if entry and entry.kind == ORGANISATION else None

    def _solution(self, entry: CatalogueEntry) -> Record:
        if entry.kind != "solution":
            raise NotASolution(f"{entry.kind}/{entry.slug}")
        return self._catalogue.record(entry)
