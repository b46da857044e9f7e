"""Vectors for generated records that no model has made: to compute those of 10,000 records takes hours.

A vector lies about as near to what all passages of the model share as real ones do, and its rest follows from the key
of its passage, so each run has the same. The figures that rest on them are about comparing vectors, not about making
them; whether a model's vectors find the right records is told by the graded questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.search.meaning.service import MeaningService
from app.search.meaning.store import VectorStore
from app.search.meaning.vectors import packed
from app.wiring import Services

_AT_ONCE = 5_000
_SHARING = 16
"""Real passages that show what all of them share."""


def meaning_of(services: Services) -> MeaningService:
    """Return what compares by meaning; raises RuntimeError where it is not installed."""
    meaning = services.meaning()
    if meaning is None:
        raise RuntimeError("the search by meaning is not installed: make setup")
    return meaning


def give_vectors(services: Services) -> int:
    """Give each passage of a node a vector, work out which records are alike, and return the number of passages."""
    meaning = meaning_of(services)
    meaning.follow()
    store, shared = VectorStore(services.sessions), _shared(meaning)
    while missing := store.missing(_AT_ONCE):
        store.add({key: _vector(key, shared) for _uid, key in missing})
    meaning.refresh()
    services.neighbours.work_out(lambda: False)
    return meaning.progress()[1]


def _shared(meaning: MeaningService) -> NDArray[np.float32]:
    texts = list(meaning.missing(_SHARING).values()) or ["Beispiel"]
    return np.asarray(meaning.questions.embedder.passages(texts).mean(axis=0), dtype=np.float32)


def _vector(key: bytes, shared: NDArray[np.float32]) -> bytes:
    own = np.random.default_rng(np.frombuffer(key, dtype=np.uint64)).normal(size=shared.size)
    length = np.sqrt(max(1 - float(shared @ shared), 0.05))
    return packed(np.asarray(shared + own * (length / np.linalg.norm(own)), dtype=np.float32))
