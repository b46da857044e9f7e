"""An `Embedder` that calls an operator's server (OpenAI's /v1/embeddings) and does not trust its answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from app.search.meaning.embedder import EmbedderUnavailable, TextsRefused

if TYPE_CHECKING:
    from app.search.meaning.embedder import Vectors

BATCH_SIZE = 8
"""Passages in one request."""
QUESTION_SECONDS = 2.0
"""Seconds that a search waits for the vector; then it uses words only."""
PASSAGES_SECONDS = 30.0
SHORTEST = 300
"""Letters; a passage that is too long for the server's model is halved repeatedly, down to this length."""
_DIGITS = 32
"""Bytes of one number in an answer at most."""
_FRAME = 64 * 1024
_NO_VECTOR = "numbers that make no vector"
Post = Callable[[bytes, int, float], bytes]
"""Sends a request and returns the answer; the arguments limit its bytes and seconds.

Raises EmbedderUnavailable, and TextsRefused if the server rejects these texts.
"""


class EmbeddingServer:
    """Vectors of a model on another server. Safe for all threads."""

    def __init__(self, post: Post, *, model: str, dimensions: int, prefixes: tuple[str, str] = ("", "")) -> None:
        """`prefixes` are put before each question and each passage, as the model requires ("query:", "passage:")."""
        self._post = post
        self._model = model
        self.dimensions = dimensions
        self._before_question, self._before_passage = prefixes

    @property
    def name(self) -> str:
        """Everything that changes vectors, prefixes included: the mean of questions is stored with passages."""
        begun = hashlib.sha256(f"{self._before_question}\0{self._before_passage}".encode()).hexdigest()[:8]
        return f"{self._model}/{self.dimensions}/{begun}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text; raises EmbedderUnavailable."""
        parts = (texts[start : start + BATCH_SIZE] for start in range(0, len(texts), BATCH_SIZE))
        rows = [self._taken(part) for part in parts]
        return np.concatenate(rows) if rows else np.empty((0, self.dimensions), dtype=np.float32)

    def query(self, text: str) -> Vectors:
        """Return the vector of a question; raises EmbedderUnavailable."""
        vectors: Vectors = self._vectors([_begun(self._before_question, text)], QUESTION_SECONDS)[0]
        return vectors

    def _taken(self, texts: Sequence[str]) -> Vectors:
        """Request vectors of fewer texts, and then of shorter ones, if the server rejects them."""
        try:
            return self._vectors([_begun(self._before_passage, text) for text in texts], PASSAGES_SECONDS)
        except TextsRefused:
            if len(texts) > 1:
                return np.concatenate([self._taken([text]) for text in texts])
            half = len(texts[0]) // 2
            if half < SHORTEST:
                raise
            return self._taken([texts[0][:half]])

    def _vectors(self, texts: Sequence[str], seconds: float) -> Vectors:
        body = json.dumps({"model": self._model, "input": list(texts), "encoding_format": "float"}).encode()
        most = _FRAME + len(texts) * self.dimensions * _DIGITS
        rows = self._rows(self._post(body, most, seconds))
        if len(rows) != len(texts):
            self._refuse(f"{len(rows)} vectors for {len(texts)} texts")
        for numbers in map(len, rows):
            if numbers != self.dimensions:
                self._refuse(f"a vector of {numbers} numbers where NODE_MEANING_DIMENSIONS says {self.dimensions}")
        try:
            found = np.array(rows, dtype=np.float64)
        except OverflowError as error:
            # Integers in JSON may have any length.
            self._refuse(_NO_VECTOR, error)
        highest = np.abs(found).max(axis=1, keepdims=True)
        if not np.isfinite(found).all() or not highest.all():
            self._refuse(_NO_VECTOR)
        found /= highest
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)

    def _rows(self, answer: bytes) -> list[list[float]]:
        """Return the vectors in the order of the texts."""
        try:
            items = json.loads(answer, parse_constant=self._refuse)["data"]
            # Servers give the index of each vector's text; those that do not keep the order.
            places = [item.get("index", place) for place, item in enumerate(items)]
            rows = [item["embedding"] for item in items]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._refuse("no embeddings in the form of /v1/embeddings", error)
        is_sound = sorted(map(str, places)) == sorted(map(str, range(len(rows)))) and all(map(_is_numbers, rows))
        if not is_sound:
            self._refuse("no embeddings in the form of /v1/embeddings")
        return [rows[place] for place in sorted(range(len(rows)), key=lambda at: int(places[at]))]

    def _refuse(self, reason: str, cause: Exception | None = None) -> NoReturn:
        raise EmbedderUnavailable(self.name, f"the server sent {reason}"[:200]) from cause


def _begun(prefix: str, text: str) -> str:
    return f"{prefix} {text}".strip()


def _is_numbers(row: Any) -> bool:
    return isinstance(row, list) and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in row)
