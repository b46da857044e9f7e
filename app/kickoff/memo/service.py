"""The use cases of memos: judge, export, download, reload, store on request, compare with current records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.catalogue import CatalogueEntry, CatalogueService
from app.kickoff.memo.exports import MemoExports
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.memo import Decision, Find, PinnedRecord, ReuseMemo
from app.kickoff.memo.pinning import RecordChange, changes_since, figures_of, pin, way_of, without_words
from app.kickoff.memo.store import Kept, MemoStore
from app.kickoff.offers import Offers, openness_of_record
from app.kickoff.situation import Situation
from app.records.five_lines import FiveLinesReader
from app.reuse.place import Place

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMemo:
    """A stored memo, with the times of its last save and its expiry (UTC)."""

    memo: ReuseMemo
    saved_at: datetime
    expires_at: datetime


class MemoService:
    """The use cases of memos. The asker's words and tokens are never logged."""

    def __init__(
        self,
        form: MemoFormat,
        exports: MemoExports,
        store: MemoStore,
        catalogue: CatalogueService,
        offers: Offers,
        five_lines: FiveLinesReader,
        *,
        issuer: str,
        home: Callable[[str], str],
    ) -> None:
        """`issuer` is the public address of this node; `home` returns that of another node by its origin."""
        self._home = home
        self.form = form
        self.exports = exports
        self._store = store
        self._catalogue = catalogue
        self._offers = offers
        self._five_lines = five_lines
        self._issuer = issuer

    def home(self, origin: str) -> str:
        """Return the public address of the node with this `origin` in the catalogue."""
        return self._home(origin) if origin else self._issuer

    def pin(self, entry: CatalogueEntry) -> PinnedRecord:
        """Pin exactly this version of a record; raises InvalidRecord like the catalogue."""
        record = self._catalogue.record(entry)
        openness = openness_of_record(record, self._catalogue)
        figures = figures_of(self._five_lines(record))
        return pin(record, entry, self.home(entry.origin), figures, str(openness or ""))

    def find(
        self, entry: CatalogueEntry, place: Place | None, question: str = "", decision: Decision = Decision.NOTED
    ) -> Find:
        """Pin this version, with how `place` could obtain the requested thing today. Raises InvalidRecord."""
        offers = self._offers.ways(entry, Situation(place=place), question)
        return Find(
            record=self.pin(entry),
            decision=decision,
            way=way_of(one.answer for one in offers if one.answer),
            in_scope=self._offers.is_in_scope(self._catalogue.record(entry), question),
        )

    def save(self, memo: ReuseMemo, asker: str = "", token: str = "") -> Kept:
        """Store a memo, or replace that of `token`. Raises MemoInvalid, MemoStoreFull and MemoNotFound."""
        document = self.form.to_json(memo)
        kept = self._store.replace(token, document, asker) if token else self._store.add(document, asker)
        _log.info("memo.saved", size=len(document), finds=len(memo.finds))
        return kept

    def load(self, token: str) -> KeptMemo:
        """Return a stored memo; raises MemoNotFound."""
        kept = self._store.get(token)
        memo = self.form.from_json(kept.document)
        return KeptMemo(memo=memo, saved_at=kept.saved_at, expires_at=kept.expires_at)

    def delete(self, token: str) -> None:
        """Delete a stored memo at once; raises MemoNotFound."""
        self._store.delete(token)
        _log.info("memo.deleted")

    def forget_record(self, record_id: str) -> None:
        """Remove the words of a record from all stored memos."""
        self._store.rewrite(
            record_id.encode(), lambda raw: self.form.to_json(without_words(self.form.from_json(raw), record_id))
        )

    def purge(self) -> int:
        """Delete expired memos and return their number; saving a memo does so too."""
        removed = self._store.purge()
        if removed:
            _log.info("memo.purged", removed=removed)
        return removed

    def changes_since(self, memo: ReuseMemo) -> tuple[RecordChange, ...]:
        """Return the records of the memo with newer versions, withdrawn ones, and those whose content differs."""
        return changes_since(memo, self._catalogue, self._issuer)
