# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The use cases of the search by meaning: follow the records, compute what is missing, say what is near a question."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from filelock import FileLock, Timeout

from app.catalogue.entry import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.catalogue.service import CatalogueService
from app.errors import Invalid, NotFound
from app.search.document import uid_of
from app.search.meaning.embedder import Embedder, EmbedderUnavailable
from app.search.meaning.nearness import QuestionNearness
from app.search.meaning.passages import Passage, passages
from app.search.meaning.store import VectorStore
from app.search.meaning.vector_map import VectorMap, packed, write
from app.search.port import Cursor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 200
"""Changed records whose passages are written at once."""
TEXTS = 16
"""Passages computed at once, some seconds of work; a stop waits for no more."""
REMEMBERED_QUESTIONS = 500
AT_MOST_EVERY = 30.0
"""Seconds between two writings of the vectors while more are computed."""
Stop = Callable[[], bool]
_log = structlog.get_logger(__name__)


def _never() -> bool:
    return False


class MeaningService:
    """Compares questions with records by what they mean. Safe for all threads of a process.

    Everything it keeps is derived. As long as no vector is there, it says nothing, and the search goes by words alone.
    """

    def __init__(
        self,
        store: VectorStore,
        folder: Path,
        catalogue: CatalogueService,
        kinds: frozenset[str],
        open_embedder: Callable[[], Embedder],
    ) -> None:
        """`folder` holds the vectors for this machine; `open_embedder` is called once, by the first use."""
        self._store = store
        self._folder = folder
        self._catalogue = catalogue
        self._kinds = kinds
        self._open_embedder = open_embedder
        self._opening = threading.Lock()
        self._embedder: Embedder | None = None
        self._counted: tuple[int, tuple[int, int]] = (-1, (0, 0))
        self._mapped: tuple[int, VectorMap] | None = None
        self._question = lru_cache(maxsize=REMEMBERED_QUESTIONS)(self._embedded)

    def nearness(self, text: str) -> QuestionNearness | None:
        """Return how near the records are to a question; None where that cannot be told now."""
        vectors = self._vectors()
        if vectors is None or not text.strip():
            return None
        try:
            question = self._question(" ".join(text.split()))
        except EmbedderUnavailable as error:
            _log.warning("meaning.unavailable", model=error.name, reason=error.reason)
            return None
        return vectors.nearness(question)

    def part(self, uid: str, nearness: QuestionNearness) -> str:
        """Return which part of a record is nearest: "lesson:<id>", "section:<id>", a field; "" if that is gone."""
        row = nearness.vectors.rows.get(uid)
        return "" if row is None else self._store.part(uid, int(nearness.best[row]))

    def like(self, uid: str) -> QuestionNearness | None:
        """Return how near all records are to a record; None where it has no vector yet."""
        vectors = self._vectors()
        vector = vectors.of(uid) if vectors else None
        return vectors.nearness(vector) if vectors and vector is not None else None

    def follow(self) -> bool:
        """Take the passages of changed records in and drop those of records that are gone; tell whether any were."""
        embedder = self._opened()
        state, generation = self._store.state(), self._catalogue.generation()
        if state.model != embedder.name or state.cursor.generation != generation:
            self._store.begin(embedder.name)
            state = self._store.state()
        if state.cursor.seq == 0:
            return self._follow_all(embedder, generation)
        seq, moved = state.cursor.seq, False
        while changes := self._catalogue.changes(seq, BATCH):
            seq, moved = changes[-1].seq, True
            changed = {uid_of(change): change for change in changes if change.id}
            found = {uid: self._passages(entry) for uid, entry in changed.items()}
            self._store.follow(found, Cursor(seq, generation), embedder.name)
        return moved

    def rebuild(self) -> None:
        """Read the passages of all records again; vectors of texts that are still there stay."""
        self._store.begin(self._opened().name)
        self.follow()

    def compute(self, stop: Stop = _never) -> bool:
        """Compute vectors that are missing until none is or `stop` says so; tell whether more are missing.

        May be killed anywhere: what was computed is kept batch by batch. Raises EmbedderUnavailable.
        """
        embedder = self._opened()
        while texts := self.missing(TEXTS):
            if stop():
                return True
            self.keep(texts, embedder.passages(list(texts.values())))
        return False

    def missing(self, limit: int) -> dict[bytes, str]:
        """Return up to `limit` texts without a vector, by the key that it will be kept under."""
        model = self._store.state().model
        found: dict[bytes, str] = {}
        while not found and (lacking := self._store.missing(limit)):
            wanted = defaultdict(set)
            for uid, key in lacking:
                wanted[uid].add(key)
            for uid, keys in wanted.items():
                texts = self._texts_of(uid)
                held = {one.key(model): one.text for one in texts}
                found |= {key: held[key] for key in keys & held.keys()}
                if keys - held.keys():
                    # Its text went unnoticed, by damage or because a new release cuts passages otherwise; what can
                    # never be computed must not stand in the way of all others.
                    self._store.follow({uid: texts}, None, model)
        return found

    def keep(self, keys: Iterable[bytes], vectors: Iterable[NDArray[np.float32]]) -> None:
        """Keep computed vectors, one for each key."""
        self._store.add({key: packed(vector) for key, vector in zip(keys, vectors, strict=True)})

    def refresh(self) -> bool:
        """Write the newest vectors into the folder of this machine if they are not there; tell whether it was done."""
        state = self._store.state()
        wanted = self._folder / str(state.changes)
        if wanted.is_dir() or self._is_recent(state.changes) or not self.progress()[0]:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / "lock", timeout=0):
                write(self._store.rows(), wanted)
                for old in self._states():
                    if old < state.changes:
                        shutil.rmtree(self._folder / str(old), ignore_errors=True)
        except Timeout:
            # Another process on this machine is at it.
            return False
        return True

    def _is_recent(self, changes: int) -> bool:
        """While vectors are computed, all of them are not written again for each few."""
        done, everything = self.progress()
        newest = max(self._states(), default=0)
        if done == everything or not 0 < newest < changes:
            return False
        return time.time() - (self._folder / str(newest)).stat().st_mtime < AT_MOST_EVERY

    def agree(self) -> frozenset[str]:
        """Return the records (uid) of which passages are held though they are not visible, or none though they are."""
        visible = {uid_of(entry) for entry in self._catalogue.heads() if entry.kind in self._kinds}
        return self._store.uids() ^ visible

    def is_complete(self) -> bool:
        """Tell whether every passage has a vector and this machine's file holds them."""
        done, everything = self.progress()
        return done == everything > 0 and self._store.state().changes in set(self._states())

    def progress(self) -> tuple[int, int]:
        """Return how many of how many passages have a vector."""
        changes = self._store.state().changes
        known, found = self._counted
        if known != changes:
            # Counting walks through all of them, and monitors ask every few seconds.
            found = self._store.progress()
            self._counted = changes, found
        return found

    def _opened(self) -> Embedder:
        with self._opening:
            self._embedder = self._embedder or self._open_embedder()
            return self._embedder

    def _embedded(self, text: str) -> NDArray[np.float32]:
        return self._opened().query(text)

    def _vectors(self) -> VectorMap | None:
        newest = max(self._states(), default=None)
        if newest is None:
            return None
        mapped = self._mapped
        if mapped is None or mapped[0] != newest:
            try:
                mapped = self._mapped = newest, VectorMap(self._folder / str(newest))
            except FileNotFoundError:
                # A newer state has taken its place this moment; the one before goes on answering.
                return mapped[1] if mapped else None
            except (OSError, ValueError) as error:
                # Damaged files are derived: once they are gone, the next round writes them anew.
                _log.warning("meaning.vectors_unreadable", state=newest, error=type(error).__name__)
                shutil.rmtree(self._folder / str(newest), ignore_errors=True)
                return mapped[1] if mapped else None
        return mapped[1]

    def _states(self) -> Iterator[int]:
        try:
            return iter([int(entry.name) for entry in os.scandir(self._folder) if entry.name.isdigit()])
        except FileNotFoundError:
            return iter(())

    def _follow_all(self, embedder: Embedder, generation: int) -> bool:
        """Read every visible record; what is published meanwhile stands after the cursor."""
        last = self._catalogue.last_seq()
        heads = [entry for entry in self._catalogue.heads() if entry.kind in self._kinds]
        for start in range(0, len(heads), BATCH):
            part = {uid_of(entry): self._passages(entry) for entry in heads[start : start + BATCH]}
            self._store.follow(part, Cursor(0, generation), embedder.name)
        self._store.follow({}, Cursor(last, generation), embedder.name)
        self._store.sweep()
        return True

    def _texts_of(self, uid: str) -> tuple[Passage, ...]:
        origin, _, record_id = uid.partition("|")
        return self._visible(record_id, origin)

    def _passages(self, entry: CatalogueEntry) -> tuple[Passage, ...]:
        return self._visible(entry.id, entry.origin) if entry.kind in self._kinds else ()

    def _visible(self, record_id: str, origin: str) -> tuple[Passage, ...]:
        try:
            return passages(self._catalogue.record(self._catalogue.head(record_id, origin)))
        except (RecordNotFound, RecordWithdrawn):
            return ()
        except (Invalid, NotFound) as error:
            # One unreadable record must not keep the others from being found; `doctor` names it.
            _log.warning("meaning.record_unreadable", record=record_id, origin=origin, error=type(error).__name__)
            return ()
