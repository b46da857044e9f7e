"""The memo's use cases: judge, export, download, load again, keep on wish, compare with today."""

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
    """A memo that was kept, when it was saved last, and until when it stays (UTC)."""

    memo: ReuseMemo
    saved_at: datetime
    expires_at: datetime


class MemoService:
    """Everything views do with memos. Neither words of the asker nor tokens reach a log."""

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
        """Work for the node whose public address is `issuer`; `home` gives that of another one by its origin."""
        self._home = home
        self.form = form
        self.exports = exports
        self._store = store
        self._catalogue = catalogue
        self._offers = offers
        self._five_lines = five_lines
        self._issuer = issuer

    def home(self, origin: str) -> str:
        """Return the public address of the node whose records stand under `origin` in the catalogue."""
        return self._home(origin) if origin else self._issuer

    def pin(self, entry: CatalogueEntry) -> PinnedRecord:
        """Hold exactly this version of a record; raises InvalidRecord like the catalogue."""
        record = self._catalogue.record(entry)
        openness = openness_of_record(record, self._catalogue)
        figures = figures_of(self._five_lines(record))
        return pin(record, entry, self.home(entry.origin), figures, str(openness or ""))

    def find(
        self, entry: CatalogueEntry, place: Place | None, question: str = "", decision: Decision = Decision.NOTED
    ) -> Find:
        """Hold this version with the way in which `place` could obtain today what was asked for.

        Raises InvalidRecord.
        """
        offers = self._offers.ways(entry, Situation(place=place), question)
        return Find(
            record=self.pin(entry),
            decision=decision,
            way=way_of(one.answer for one in offers if one.answer),
            in_scope=self._offers.is_in_scope(self._catalogue.record(entry), question),
        )

    def save(self, memo: ReuseMemo, asker: str = "", token: str = "") -> Kept:
        """Keep the memo, counted for a network address, under a new link or, its time beginning anew, that of `token`.

        Raises MemoInvalid, MemoStoreFull, and MemoNotFound where nothing is kept under the token.
        """
        document = self.form.to_json(memo)
        kept = self._store.replace(token, document, asker) if token else self._store.add(document, asker)
        _log.info("memo.saved", size=len(document), finds=len(memo.finds))
        return kept

    def load(self, token: str) -> KeptMemo:
        """Return a kept memo; raises MemoNotFound."""
        kept = self._store.get(token)
        memo = self.form.from_json(kept.document)
        return KeptMemo(memo=memo, saved_at=kept.saved_at, expires_at=kept.expires_at)

    def delete(self, token: str) -> None:
        """Forget a kept memo at once; raises MemoNotFound."""
        self._store.delete(token)
        _log.info("memo.deleted")

    def forget_record(self, record_id: str) -> None:
        """Take the words of a record out of all that is kept."""
        self._store.rewrite(
            record_id.encode(), lambda raw: self.form.to_json(without_words(self.form.from_json(raw), record_id))
        )

    def purge(self) -> int:
        """Remove the memos whose time is over and return their number; saving one does so too."""
        removed = self._store.purge()
        if removed:
            _log.info("memo.purged", removed=removed)
        return removed

    def changes_since(self, memo: ReuseMemo) -> tuple[RecordChange, ...]:
        """Return which records of the memo have newer versions, were withdrawn, or are not what was read."""
        return changes_since(memo, self._catalogue, self._issuer)
