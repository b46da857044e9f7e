# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which records are like which: worked out beforehand, because a page must not walk through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, or_, select
from sqlmodel import col

from app.catalogue.entry import CatalogueEntry
from app.catalogue.service import CatalogueService
from app.content.record import Record
from app.db import Sessions
from app.search.document import uid_of
from app.search.models import NeighbourRow
from app.search.port import Reason, ReasonCode, SearchHit
from app.search.service import SearchService

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

KEPT = 12
"""Neighbours kept of each record; pages show fewer, and some of them may be withdrawn by then."""
FEW = 50
"""With so many new records at most, the neighbours of their neighbours are worked out as well."""
_NONE = ""
"""Stands for the neighbour of a record that has none, so that nobody looks for one again."""


class NeighbourStore:
    """The lists, by the identifier of a record over all nodes. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def of(self, uid: str) -> tuple[str, ...] | None:
        """Return the records most like this one, best first; None where that has not been worked out."""
        query = select(col(NeighbourRow.other)).where(col(NeighbourRow.uid) == uid).order_by(col(NeighbourRow.position))
        with self._sessions.reading() as db:
            found = tuple(db.execute(query).scalars())
        return tuple(other for other in found if other != _NONE) if found else None

    def known(self) -> frozenset[str]:
        """Return the records whose neighbours have been worked out."""
        with self._sessions.reading() as db:
            return frozenset(db.execute(select(col(NeighbourRow.uid)).distinct()).scalars())

    def keep(self, found: Mapping[str, Sequence[str]]) -> None:
        """Put these lists in the place of those that are there."""
        rows = [
            {"uid": uid, "position": position, "other": other}
            for uid, others in found.items()
            for position, other in enumerate(others[:KEPT] or [_NONE])
        ]
        with self._sessions.begin() as db:
            db.execute(delete(NeighbourRow).where(col(NeighbourRow.uid).in_(list(found))))
            if rows:
                db.execute(insert(NeighbourRow), rows)

    def forget(self, uids: Iterable[str]) -> None:
        """Forget the lists of these records, and all that name one of them: they changed or are gone."""
        changed = list(uids)
        named = select(col(NeighbourRow.uid)).where(col(NeighbourRow.other).in_(changed))
        with self._sessions.begin() as db:
            db.execute(
                delete(NeighbourRow).where(or_(col(NeighbourRow.uid).in_(changed), col(NeighbourRow.uid).in_(named)))
            )


class Neighbours:
    """Similar records as pages show them. Safe for all threads of a process."""

    def __init__(
        self,
        store: NeighbourStore,
        catalogue: CatalogueService,
        search: SearchService,
        meaning: Callable[[], MeaningService | None],
    ) -> None:
        """Go by `meaning` where that is complete, and by the words of `search` where there is none."""
        self._store = store
        self._catalogue = catalogue
        self._search = search
        self._meaning = meaning

    def of(self, record: Record, limit: int) -> tuple[SearchHit, ...]:
        """Return the visible records most like this one, best first, with the fields of action that they share."""
        known = self._store.of(f"{record.origin}|{record.id}")
        if known is None:
            return self._search.similar(record, limit)
        visible = self._catalogue.visible()
        entries = (visible.get(record_id, origin) for origin, _, record_id in (uid.partition("|") for uid in known))
        return tuple(islice((self._hit(record, entry) for entry in entries if entry), limit))

    def work_out(self, stop: Callable[[], bool]) -> bool:
        """Work out what is not known until `stop` says so; tell whether more is left."""
        meaning = self._meaning()
        if meaning and not meaning.is_complete():
            return False
        heads = {uid_of(entry): entry for entry in self._search.searched()}
        left = sorted(heads.keys() - self._store.known())
        for uid in left:
            if stop():
                return True
            found = self._nearest(uid, heads, meaning)
            # A new record may stand among the neighbours of others now; when all are new, each has its turn anyway.
            others = [other for other in found if other in heads] if len(left) <= FEW else []
            self._store.keep({uid: found, **{other: self._nearest(other, heads, meaning) for other in others}})
        return False

    def _nearest(self, uid: str, heads: Mapping[str, CatalogueEntry], meaning: MeaningService | None) -> list[str]:
        nearness = meaning.like(uid) if meaning else None
        if nearness:
            others = [other for other in heads if other != uid]
            return [others[place] for place in nearness.nearest(others, KEPT)]
        return [hit.uid for hit in self._search.similar(self._catalogue.record(heads[uid]), KEPT)]

    def _hit(self, record: Record, entry: CatalogueEntry) -> SearchHit:
        topics = self._catalogue.record(entry).topics
        shared = (topic for topic in record.topics if topic in topics)
        return SearchHit(
            uid=uid_of(entry),
            id=entry.id,
            origin=entry.origin,
            kind=entry.kind,
            slug=entry.slug,
            score=0.0,
            reasons=tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": topic}) for topic in shared),
        )
