"""The use cases of search by meaning: follow the records, compute missing vectors, compare them with a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.catalogue.agreement import Difference, compare
from app.catalogue.entry import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.catalogue.service import CatalogueService
from app.search.document import parts_of, uid_of
from app.search.meaning.embedder import Embedder
from app.search.meaning.passages import LESSON, LessonName, Passage, passages
from app.search.meaning.questions import Questions
from app.search.meaning.store import VectorStore
from app.search.meaning.vectors import QuestionNearness, VectorFiles, packed
from app.search.port import Cursor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 200
"""Changed records whose passages are written in one transaction."""
TEXTS = 16
"""Passages computed at once, which takes some seconds; a stop waits only for these."""
MAX_PASSAGES = 200
"""The nearest passages searched for lessons; about every third is one."""
Stop = Callable[[], bool]


class MeaningService:
    """Compares questions with records by meaning; returns None while there are no vectors. Thread-safe."""

    def __init__(
        self,
        store: VectorStore,
        folder: Path,
        catalogue: CatalogueService,
        kinds: frozenset[str],
        model: str,
        open_embedder: Callable[[], Embedder],
    ) -> None:
        """`folder` holds the vectors of this machine; `open_embedder` opens the one for `model` at first use."""
        self._store = store
        self._files = VectorFiles(folder, model)
        self._catalogue = catalogue
        self._kinds = kinds
        self._model = model
        self.questions = Questions(open_embedder)
        self._counted: tuple[int, tuple[int, int]] = (-1, (0, 0))

    def nearness(self, text: str) -> QuestionNearness | None:
        """Return how near the records are to a question; None if that is unavailable now."""
        vectors = self._files.newest()
        if vectors is None or not text.strip():
            return None
        question = self.questions.vector(" ".join(text.split()))
        return None if question is None else vectors.nearness(question)

    def state(self) -> int | None:
        """Return an identifier of the vectors in use; None if there are none."""
        return self._files.state()

    def parts(self, uids: Collection[str], nearness: QuestionNearness) -> Mapping[str, str]:
        """Return the nearest part of each record: "lesson:<id>", "section:<id>", a field; "" if that is gone."""
        held = self._store.parts(uids)
        rows = nearness.vectors.rows
        places = {uid: int(nearness.best[rows[uid]]) for uid in uids if uid in rows}
        return {uid: dict(enumerate(held.get(uid, ()))).get(places.get(uid, -1), "") for uid in uids}

    def like(self, uid: str) -> QuestionNearness | None:
        """Return how near all records are to a record; None if it has no vector yet."""
        vectors = self._files.newest()
        return vectors.like(uid) if vectors else None

    def lessons(self, question: str, like: Iterable[LessonName], most: int) -> list[LessonName] | None:
        """Return one lesson per record near to the mean of question and answers (`like`), or None."""
        vectors, asked, answers = self._files.newest(), self.questions.vector(question), tuple(like)
        if vectors is None or asked is None:
            return None
        known = self._store.parts({one.uid for one in answers})
        held = {(uid, part): place for uid, parts in known.items() for place, part in enumerate(parts)}
        places = ((one.uid, held.get((one.uid, f"{LESSON}{one.lesson}"), -1)) for one in answers)
        nearest = vectors.nearest_passages(asked, [one for one in places if one[1] >= 0], MAX_PASSAGES)
        parts = self._store.parts({uid for uid, _place in nearest})
        found: dict[str, LessonName] = {}
        for uid, place in nearest:
            part = dict(enumerate(parts.get(uid, ()))).get(place, "")
            if part.startswith(LESSON):
                found.setdefault(uid, LessonName(uid, part.removeprefix(LESSON)))
        return [one for one in found.values() if one.uid not in known][:most]

    def follow(self) -> bool:
        """Store the passages of changed records and delete those of deleted ones; return whether there were any."""
        state, generation = self._store.state(), self._catalogue.generation()
        if state.model != self._model or state.cursor.generation != generation:
            self._store.begin(self._model)
            state = self._store.state()
        if state.cursor.seq == 0:
            return self._follow_all(generation)
        seq, moved = state.cursor.seq, False
        while changes := self._catalogue.changes(seq, BATCH):
            seq, moved = changes[-1].seq, True
            changed = {uid_of(change): change for change in changes if change.id}
            found = {uid: self._passages(entry) for uid, entry in changed.items()}
            self._store.follow(found, Cursor(seq, generation), self._model)
        return moved

    def rebuild(self) -> None:
        """Read the passages of all records again; keep the vectors of texts that still exist."""
        self._store.begin(self._model)
        self.follow()

    def compute(self, stop: Stop = lambda: False) -> bool:
        """Compute missing vectors until `stop`; return whether more are missing. May be killed at any time."""
        embedder = self.questions.embedder
        while texts := self.missing(TEXTS):
            if stop():
                return True
            self.keep(texts, embedder.passages(list(texts.values())))
        return False

    def missing(self, limit: int) -> dict[bytes, str]:
        """Return up to `limit` texts without a vector, by the key of their vector."""
        found: dict[bytes, str] = {}
        if self._store.state().model != self._model:
            # Another process of the node has switched to another model; this one ends soon.
            return found
        while not found and (lacking := self._store.missing(limit)):
            wanted = defaultdict(set)
            for uid, key in lacking:
                wanted[uid].add(key)
            for uid, keys in wanted.items():
                origin, record_id = parts_of(uid)
                texts = self._visible(record_id, origin)
                held = {one.key(self._model): one.text for one in texts}
                found |= {key: held[key] for key in keys & held.keys()}
                if keys - held.keys():
                    # The stored text differs, by damage or because a new release cuts passages differently; a passage
                    # that can never be computed must not block all others.
                    self._store.follow({uid: texts}, None, self._model)
        return found

    def keep(self, keys: Iterable[bytes], vectors: Iterable[NDArray[np.float32]]) -> None:
        """Store computed vectors, one for each key."""
        self._store.add({key: packed(vector) for key, vector in zip(keys, vectors, strict=True)})

    def refresh(self) -> bool:
        """Write the newest vectors here if missing; return whether it did. Raises EmbedderUnavailable."""
        state = self._store.state().changes
        done, everything = self.progress()
        if not done or state in self._files.states() or (done < everything and self._files.is_recent(state)):
            return False
        return self._files.write(state, self._store.rows(), self.questions.common)

    def lacking(self) -> int:
        """Return the work left: passages without a vector plus changes not yet read."""
        done, everything = self.progress()
        state, last = self._store.state(), self._catalogue.last_seq()
        followed = state.model == self._model and state.cursor.generation == self._catalogue.generation()
        return everything - done + last - (state.cursor.seq if followed else 0)

    def agree(self) -> tuple[Difference, ...]:
        """Return the records that have passages though not visible, or none though visible."""
        heads = [(uid_of(entry), "shown") for entry in self._catalogue.heads() if entry.kind in self._kinds]
        held = [(uid, "shown") for uid in self._store.uids()]
        return tuple(compare(heads, held))

    def is_complete(self) -> bool:
        """Return whether every passage has a vector and this machine's file contains them."""
        done, everything = self.progress()
        return done == everything > 0 and self._store.state().changes in self._files.states()

    def progress(self) -> tuple[int, int]:
        """Return the number of passages that have a vector, and that of all passages."""
        changes = self._store.state().changes
        known, found = self._counted
        if known != changes:
            # Counting reads all passages, and monitoring asks every few seconds.
            found = self._store.progress()
            self._counted = changes, found
        return found

    def _follow_all(self, generation: int) -> bool:
        """Read every visible record; records published meanwhile come after the cursor."""
        last = self._catalogue.last_seq()
        heads = [entry for entry in self._catalogue.heads() if entry.kind in self._kinds]
        for start in range(0, len(heads), BATCH):
            part = {uid_of(entry): self._passages(entry) for entry in heads[start : start + BATCH]}
            self._store.follow(part, Cursor(0, generation), self._model)
        self._store.follow({}, Cursor(last, generation), self._model)
        self._store.sweep()
        return True

    def _passages(self, entry: CatalogueEntry) -> tuple[Passage, ...]:
        return self._visible(entry.id, entry.origin) if entry.kind in self._kinds else ()

    def _visible(self, record_id: str, origin: str) -> tuple[Passage, ...]:
        try:
            # An unreadable record must not stop the search for others; `doctor` reports it.
            record = self._catalogue.readable(self._catalogue.head(record_id, origin))
        except (RecordNotFound, RecordWithdrawn):
            return ()
        return passages(record) if record else ()
