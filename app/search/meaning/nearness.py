"""How near records are to one question, and how that and the order of the words become one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.search.meaning.vector_map import VectorMap

STANDS_OUT = 1.5
"""Standard deviations above the mean of all records from where a record is near enough to be a hit by itself."""
WORDS_WEIGHT = 3.0
"""A record is worth its deviation and three times its share by words. The optimum is flat: 2 to 5 do as well."""
ANSWERS = 0.28
"""A record whose passages have this cosine is about what was asked, even where a word of it stands nowhere."""


@dataclass(frozen=True, slots=True)
class QuestionNearness:
    """Fills the port `Nearness` from one state of the vectors.

    `z` says by row how far a record stands above the mean of all, in standard deviations; `best` which of its
    passages is nearest. `highest` is the mean cosine of the best passages of the nearest record.
    """

    vectors: VectorMap
    z: NDArray[np.float32]
    best: NDArray[np.int32]
    highest: float

    def standing_out(self, uids: Sequence[str], places: int, most: int) -> list[int]:
        """Return the nearest of these places that are near enough to be hits by themselves, nearest first."""
        members = _members(places)
        z = self._deviations(uids, members)
        return [int(members[one]) for one in _highest(z, most) if z[one] >= STANDS_OUT]

    def nearest(self, uids: Sequence[str], most: int) -> list[int]:
        """Return the places of the nearest records, nearest first, those without a vector left out."""
        rows = self.vectors.rows_of(uids)
        z = np.where(rows >= 0, self.z[rows], np.float32(-np.inf))
        return [int(one) for one in _highest(z, most) if rows[one] >= 0]

    def ordered(self, uids: Sequence[str], places: int, by_words: Mapping[int, float], first: int) -> dict[int, float]:
        """Return the scores of the `first` of these places, best first.

        `by_words` says how much of the question their words are.
        """
        members = _members(places)
        shares = np.zeros(len(uids), dtype=np.float32)
        shares[list(by_words)] = list(by_words.values())
        score = self._deviations(uids, members) + WORDS_WEIGHT * shares[members]
        return {int(members[one]): float(score[one]) for one in _highest(score, first)}

    @property
    def answers(self) -> bool:
        """Tell whether some record is so near that it is an answer, whatever words are missing."""
        return self.highest >= ANSWERS

    def stands_out(self, uid: str) -> bool:
        """Tell whether a record is near enough to be a hit by itself."""
        return self.deviation(uid) >= STANDS_OUT

    def deviation(self, uid: str) -> float:
        """Return how far a record stands above the mean of all; 0 for one without a vector."""
        row = self.vectors.rows.get(uid)
        return 0.0 if row is None else float(self.z[row])

    def _deviations(self, uids: Sequence[str], places: NDArray[np.int64]) -> NDArray[np.float32]:
        """What is not known yet counts as the mean."""
        rows = self.vectors.rows_of(uids)[places]
        return np.where(rows >= 0, self.z[rows], np.float32(0))


def _members(places: int) -> NDArray[np.int64]:
    packed = np.frombuffer(places.to_bytes(places.bit_length() // 8 + 1, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder="little"))


def _highest(values: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """The places of the highest values, highest first and equal ones as they stand; only these are sorted."""
    some = np.arange(len(values))
    if 0 < most < len(values):
        some = np.flatnonzero(values >= np.partition(values, -most)[-most])
    return some[np.argsort(-values[some], kind="stable")][:most]
