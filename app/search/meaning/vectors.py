"""The vectors of a node in memory-mapped files, and the nearness of each record to a question."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numkong
import numpy as np
import structlog
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from numpy.typing import NDArray

STANDS_OUT = 1.5
"""Standard deviations above the mean of all records at which a record is a hit without matching words."""
WORDS_WEIGHT = 3.0
"""A record scores its deviation plus this times its share by words. The optimum is flat: 2 to 5 do as well."""
ANSWERS = 0.28
"""Cosine at which a record answers the question, even if it lacks a word of it."""
BEST = 3
"""Number of best passages whose mean is the score of a record."""
_BATCH_SIZE = 2_000
"""Passages centred at once, because centring takes four times their memory."""
_VECTORS, _LENGTHS, _RECORDS, _RAW = "vectors.bin", "lengths.npy", "records.json", "raw"
AT_MOST_EVERY = 30.0
"""Seconds between two writes of the files while vectors are still being computed."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class QuestionNearness:
    """The nearness of all records to one question by meaning, from one state of the vectors.

    Records are identified by position in `uids`; callers must pass the same object while its contents are the same,
    because results are cached by it. `places` are a set as one integer with a bit for each position.

    `z` is, by row, how far a record is above the mean of all, in standard deviations; `best` its nearest passage.
    `highest` is the mean cosine of the best passages of the nearest record.
    """

    vectors: VectorMap
    z: NDArray[np.float32]
    best: NDArray[np.int32]
    highest: float

    def standing_out(self, uids: Sequence[str], places: int, most: int) -> list[int]:
        """Return those of these places that are near enough to be hits by themselves, nearest first."""
        members = _members(places)
        z = self._deviations(uids, members)
        return [int(members[one]) for one in _highest(z, most) if z[one] >= STANDS_OUT]

    def nearest(self, uids: Sequence[str], most: int) -> list[int]:
        """Return the places of the nearest records, nearest first, without records that have no vector."""
        rows = self.vectors.rows_of(uids)
        z = np.where(rows >= 0, self.z[rows], np.float32(-np.inf))
        return [int(one) for one in _highest(z, most) if rows[one] >= 0]

    def ordered(self, uids: Sequence[str], places: int, by_words: Mapping[int, float], first: int) -> dict[int, float]:
        """Return the scores of the `first` of these places, best first.

        `by_words` is the share of the question that a record's words match: 0 for none, about 1 if the text has every
        word once, nearly 2 if the title has, and below 3 however often they occur.
        """
        members = _members(places)
        shares = np.zeros(len(uids), dtype=np.float32)
        shares[list(by_words)] = list(by_words.values())
        score = self._deviations(uids, members) + WORDS_WEIGHT * shares[members]
        return {int(members[one]): float(score[one]) for one in _highest(score, first)}

    @property
    def answers(self) -> bool:
        """Return whether some record is near enough to answer the question, even if words are missing."""
        return self.highest >= ANSWERS

    def stands_out(self, uid: str) -> bool:
        """Return whether a record is near enough to be a hit by itself."""
        return self.deviation(uid) >= STANDS_OUT

    def deviation(self, uid: str) -> float:
        """Return how far a record is above the mean of all, in standard deviations; 0 for one without a vector."""
        row = self.vectors.rows.get(uid)
        return 0.0 if row is None else float(self.z[row])

    def _deviations(self, uids: Sequence[str], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the deviations of these places; a record without a vector counts as the mean."""
        rows = self.vectors.rows_of(uids)[places]
        return np.where(rows >= 0, self.z[rows], np.float32(0))


def _members(places: int) -> NDArray[np.int64]:
    packed = np.frombuffer(places.to_bytes(places.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder="little"))


def _highest(values: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Return the places of the highest values, highest first, ties in order; only these are sorted."""
    some = np.arange(len(values))
    if 0 < most < len(values):
        some = np.flatnonzero(values >= np.partition(values, -most)[-most])
    return some[np.argsort(-values[some], kind="stable")][:most]


def packed(vector: NDArray[np.float32]) -> bytes:
    """Return a vector as a signed byte for each dimension, the longest component 127."""
    scaled = vector * (127 / max(float(np.abs(vector).max()), 1e-9))
    return bytes(np.rint(scaled).astype(np.int8).tobytes())


class VectorMap:
    """One state of the vectors, read from a folder that never changes."""

    def __init__(self, folder: Path) -> None:
        """Map the files written by `write`."""
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
        """Compare a question (a vector of length 1) with all passages, after removing what all questions share."""
        return self._nearness(question - self._common)

    def like(self, uid: str) -> QuestionNearness | None:
        """Compare the first passage of a record (title and summary) with all passages; None if it has none."""
        row = self.rows.get(uid)
        return None if row is None else self._nearness(self._vectors[self._starts[row]].astype(np.float32))

    def _nearness(self, question: NDArray[np.float32]) -> QuestionNearness:
        cosines = self._cosines(np.frombuffer(packed(question), dtype=np.int8))
        firsts, best = self._best(cosines)
        scores: NDArray[np.float32] = firsts.mean(axis=0, dtype=np.float32, where=~np.isnan(firsts))
        spread = float(scores.std())
        z = (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
        return QuestionNearness(self, z.astype(np.float32), best, float(np.max(scores)))

    def nearest_passages(
        self, question: NDArray[np.float32], like: Iterable[tuple[str, int]], most: int
    ) -> list[tuple[str, int]]:
        """Return record and position of passages nearest to a question and its answers (`like`)."""
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
        """Return the rows of these records, -1 for one without a vector; cached for the last list."""
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
        """Return the best cosines of each record by row, NaN if it has fewer passages, and the best one's position."""
        found = np.full((BEST, len(self._starts)), np.nan, dtype=np.float32)
        left = cosines.copy()
        best = np.zeros(len(self._starts), dtype=np.int32)
        for rank in range(BEST):
            highest = np.maximum.reduceat(left, self._starts)
            found[rank] = np.where(np.isinf(highest), np.nan, highest)
            at = np.flatnonzero(left == highest[self._owner])
            # Equal passages may share a position; each takes one.
            at = at[np.diff(self._owner[at], prepend=-1) > 0]
            if rank == 0:
                best[self._owner[at]] = at - self._starts[self._owner[at]]
            left[at] = -np.inf
        return found, best


def write(model: str, rows: Iterable[tuple[str, bytes]], common: NDArray[np.float32], folder: Path) -> None:
    """Write vectors of a model, ordered by record, into a new folder at once; `common` is the mean of questions."""
    uids: list[str] = []
    starts: list[int] = []
    count = 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        # Do not load all of them into memory: this process also answers readers.
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
        # Remove an incomplete folder, e.g. on a full disk; a complete one was renamed already.
        shutil.rmtree(made, ignore_errors=True)


def _centred(matrix: NDArray[np.int8]) -> Iterator[NDArray[np.int8]]:
    """Yield the passages minus their mean, which distinguishes none of them and hides what does."""
    parts = [matrix[start : start + _BATCH_SIZE] for start in range(0, len(matrix), _BATCH_SIZE)]
    mean = sum(_units(part).sum(axis=0) for part in parts) / len(matrix)
    for part in parts:
        own = _units(part) - mean
        # If all passages are equal, the difference is zero.
        yield np.rint(own * (127 / np.maximum(np.abs(own).max(axis=1, keepdims=True), 1e-4))).astype(np.int8)


def _units(part: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.asarray(part / np.maximum(_lengths(part), 1)[:, np.newaxis], dtype=np.float32)


def _lengths(matrix: NDArray[np.int8]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float32)), dtype=np.float32)


class VectorFiles:
    """The folder of vector states. Safe for all threads, and for all processes that share the folder."""

    def __init__(self, folder: Path, model: str) -> None:
        """Vectors of any other `model` are ignored."""
        self._folder = folder
        self._model = model
        self._mapped: tuple[int, VectorMap] | None = None

    def newest(self) -> VectorMap | None:
        """Return the newest readable state; None if there is none."""
        newest = max(self.states(), default=None)
        if newest is None:
            return None
        if self._mapped is None or self._mapped[0] != newest:
            self._mapped = self._read(newest) or self._mapped
        mapped = self._mapped[1] if self._mapped else None
        return mapped if mapped and mapped.model == self._model else None

    def state(self) -> int | None:
        """Return the number of the state that `newest` returns."""
        return self._mapped[0] if self.newest() and self._mapped else None

    def _read(self, state: int) -> tuple[int, VectorMap] | None:
        folder = self._folder / str(state)
        try:
            return state, VectorMap(folder)
        except (OSError, EOFError, ValueError) as error:
            is_missing = isinstance(error, FileNotFoundError)
            if is_missing and state != max(self.states(), default=None):
                # A newer state replaced it just now; keep using the one read before.
                return None
            _log.warning("meaning.vectors_unreadable", state=state, error=type(error).__name__)
            if is_missing or not isinstance(error, OSError):
                # Delete damaged or incomplete files: they are derived, and the next run writes them again. Other
                # errors, such as too many open files, do not mean that the files are damaged.
                shutil.rmtree(folder, ignore_errors=True)
            return None

    def write(self, state: int, rows: Iterable[tuple[str, bytes]], common: NDArray[np.float32]) -> bool:
        """Write a state and remove earlier ones; return False if another process has done it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / "lock", timeout=0):
                if state in self.states():
                    # Another process wrote this state before this one got the lock.
                    return False
                write(self._model, rows, common, self._folder / str(state))
                for old in self.states():
                    if old < state:
                        shutil.rmtree(self._folder / str(old), ignore_errors=True)
        except Timeout:
            return False
        return True

    def is_recent(self, state: int) -> bool:
        """Return whether a state before this one was written a moment ago, so that this one can wait."""
        newest = max(self.states(), default=0)
        if not 0 < newest < state:
            return False
        return time.time() - (self._folder / str(newest)).stat().st_mtime < AT_MOST_EVERY

    def states(self) -> frozenset[int]:
        """Return the existing states."""
        try:
            return frozenset(int(entry.name) for entry in os.scandir(self._folder) if entry.name.isdigit())
        except OSError:
            # Search then works without meaning; the next write of a state raises the error.
            return frozenset()
