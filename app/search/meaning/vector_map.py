"""All vectors of a node as one file that its processes map into memory, and how near each record is to a question."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numkong
import numpy as np

from app.search.meaning.nearness import QuestionNearness

if TYPE_CHECKING:
    from numpy.typing import NDArray

BEST = 3
"""The score of a record is the mean of its so many best passages."""
_AT_ONCE = 2_000
"""Passages centred at once, because there they take four times the memory."""
_VECTORS, _LENGTHS, _RECORDS, _RAW = "vectors.bin", "lengths.npy", "records.json", "raw"


def packed(vector: NDArray[np.float32]) -> bytes:
    """Return a vector as a signed byte for each dimension, the longest component 127."""
    scaled = vector * (127 / max(float(np.abs(vector).max()), 1e-9))
    return bytes(np.rint(scaled).astype(np.int8).tobytes())


class VectorMap:
    """One state of the vectors, read from a folder that never changes."""

    def __init__(self, folder: Path) -> None:
        """Map the files that `write` made."""
        self._lengths = np.load(folder / _LENGTHS)
        self._vectors = np.memmap(folder / _VECTORS, dtype=np.int8, mode="r").reshape(len(self._lengths), -1)
        self.model, uids, starts, common = json.loads((folder / _RECORDS).read_text("utf-8"))
        self._common = np.array(common, dtype=np.float32)
        self.rows: dict[str, int] = {uid: row for row, uid in enumerate(uids)}
        self._starts = np.array(starts, dtype=np.int64)
        self._counts = np.diff(self._starts, append=len(self._vectors))
        self._aligned: tuple[Sequence[str], NDArray[np.int64]] = ((), np.empty(0, dtype=np.int64))
        self._owner = np.repeat(np.arange(len(uids)), self._counts)

    def nearness(self, question: NDArray[np.float32]) -> QuestionNearness:
        """Compare a question (a vector of length 1) with all passages, without what all questions have in common."""
        return self._nearness(question - self._common)

    def like(self, uid: str) -> QuestionNearness | None:
        """Compare the first passage of a record, its title and summary, with all passages; None without one."""
        row = self.rows.get(uid)
        return None if row is None else self._nearness(self._vectors[self._starts[row]].astype(np.float32))

    def _nearness(self, question: NDArray[np.float32]) -> QuestionNearness:
        cosines = self._cosines(np.frombuffer(packed(question), dtype=np.int8))
        firsts, best = self._best(cosines)
        scores = firsts.mean(axis=0, dtype=np.float32, where=~np.isnan(firsts))
        spread = float(scores.std())
        z = (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
        return QuestionNearness(self, z.astype(np.float32), best, float(scores.max()))

    def nearest_passages(
        self, question: NDArray[np.float32], like: Iterable[tuple[str, int]], most: int
    ) -> list[tuple[str, int]]:
        """Return the passages nearest to a question (a vector of length 1), each by its record and its place there.

        Where passages are given that answer it (`like`), nearest to the middle between the question and them.
        """
        own = question - self._common
        known = [self._passage(self.rows[uid], place) for uid, place in like if uid in self.rows]
        wanted = own / np.linalg.norm(own) + np.mean(known, axis=0) if known else own
        cosines = self._cosines(np.frombuffer(packed(wanted), dtype=np.int8))
        uids = tuple(self.rows)
        nearest = np.argsort(-cosines, kind="stable")[:most]
        return [(uids[self._owner[at]], int(at - self._starts[self._owner[at]])) for at in nearest]

    def _passage(self, row: int, place: int) -> NDArray[np.float32]:
        at = self._starts[row] + min(place, int(self._counts[row]) - 1)
        return np.asarray(self._vectors[at] / self._lengths[at], dtype=np.float32)

    def rows_of(self, uids: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of these records, -1 for one without a vector; remembered for the last list asked for."""
        known, rows = self._aligned
        if known is not uids:
            rows = np.array([self.rows.get(uid, -1) for uid in uids], dtype=np.int64)
            self._aligned = uids, rows
        return rows

    def _cosines(self, question: NDArray[np.int8]) -> NDArray[np.float32]:
        products = np.asarray(numkong.cdist(question[np.newaxis], self._vectors, "dot"), dtype=np.float32)[0]
        length = np.linalg.norm(question.astype(np.float32))
        return np.asarray(products / (self._lengths * length), dtype=np.float32)

    def _best(self, cosines: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """The best cosines of each record, row by row, NaN where it has fewer passages; and where the very best is."""
        found = np.full((BEST, len(self._starts)), np.nan, dtype=np.float32)
        left = cosines.copy()
        best = np.zeros(len(self._starts), dtype=np.int32)
        for rank in range(BEST):
            highest = np.maximum.reduceat(left, self._starts)
            found[rank] = np.where(np.isinf(highest), np.nan, highest)
            at = np.flatnonzero(left == highest[self._owner])
            # Equal passages may share a place; each takes one.
            at = at[np.diff(self._owner[at], prepend=-1) > 0]
            if rank == 0:
                best[self._owner[at]] = at - self._starts[self._owner[at]]
            left[at] = -np.inf
        return found, best


def write(model: str, rows: Iterable[tuple[str, bytes]], common: NDArray[np.float32], folder: Path) -> None:
    """Write vectors of a model, ordered by record, into a new folder; it appears whole or not at all.

    `common` is what all questions have in common.
    """
    uids: list[str] = []
    starts: list[int] = []
    count = 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        # Never all of them in memory: they are written by a process that answers readers.
        with (made / _RAW).open("wb") as file:
            for uid, group in groupby(rows, key=itemgetter(0)):
                uids.append(uid)
                starts.append(count)
                for _, vector in group:
                    file.write(vector)
                    count += 1
        lengths = []
        with (made / _VECTORS).open("wb") as file:
            for part in _centred(np.memmap(made / _RAW, dtype=np.int8, mode="r").reshape(count, -1)):
                file.write(part.tobytes())
                lengths.append(_lengths(part))
        (made / _RAW).unlink()
        np.save(made / _LENGTHS, np.maximum(np.concatenate(lengths), 1))
        (made / _RECORDS).write_text(json.dumps([model, uids, starts, common.tolist()]), "utf-8")
        made.rename(folder)
    finally:
        # Left where the disk is full, for example; once it has its name there is nothing to remove.
        shutil.rmtree(made, ignore_errors=True)


def _centred(matrix: NDArray[np.int8]) -> Iterator[NDArray[np.int8]]:
    """Yield the passages without what all of them have in common: it tells none from another, and hides what does."""
    parts = [matrix[start : start + _AT_ONCE] for start in range(0, len(matrix), _AT_ONCE)]
    mean = sum(_units(part).sum(axis=0) for part in parts) / len(matrix)
    for part in parts:
        own = _units(part) - mean
        # Where all passages are the same, nothing is left of them.
        yield np.rint(own * (127 / np.maximum(np.abs(own).max(axis=1, keepdims=True), 1e-4))).astype(np.int8)


def _units(part: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.asarray(part / np.maximum(_lengths(part), 1)[:, np.newaxis], dtype=np.float32)


def _lengths(matrix: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float32)), dtype=np.float32)
