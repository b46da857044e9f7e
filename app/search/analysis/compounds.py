"""Splits German compounds by the cheapest full cover over a lexicon.

A word is covered from end to end by known parts; each part has a cost, weak parts a higher one, and the cheapest cover
wins. All levels are returned: Starkregenfrühwarnsystem gives Starkregen, Frühwarnsystem, Warnsystem, Regen, System and
the joined neighbours between them.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from app.search.analysis.lexicon import SHORT, Lexicon

MINIMUM = 7
"""Letters; shorter words are never split."""
WHOLE = 8
"""Letters; words up to this length that the lexicon contains stay whole."""
MAXIMUM = 64
"""Letters; longer words are noise, not German compounds, and would cost quadratic time."""
SHORTEST_PART = 3

PART_COST = 10.0
SHORT_COST = {3: 4.0, 4: 2.0}
MODIFIER_COST = 3.0
ELISION_COST = 2.0
UNLISTED_COST = 1.0
LINK_COST = {"s": 0.5, "n": 0.5, "en": 1.0, "es": 1.5, "er": 2.0, "e": 2.5, "ens": 3.0}
ENDING_COST = {
    "s": 0.4, "es": 0.4, "e": 0.4, "en": 0.4, "n": 0.4,
    "er": 1.5, "ern": 1.5, "nen": 1.5, "in": 1.5, "innen": 1.5,
}  # fmt: skip


def _by_last_letter(costs: Mapping[str, float]) -> Mapping[str, Sequence[tuple[str, float]]]:
    """Group endings by their last letter: most words then have none to check."""
    letters = {ending[-1] for ending in costs}
    return {letter: [(ending, cost) for ending, cost in costs.items() if ending[-1] == letter] for letter in letters}


_ENDINGS = _by_last_letter(ENDING_COST)
_LINKS = _by_last_letter(LINK_COST)
TAKES_LINKING_S = ("ung", "heit", "keit", "schaft", "ion", "tät", "ling", "tum", "sal")
"""German always puts an s after these endings: a cover without it is wrong."""
TOLERANCE = 3.0
"""Covers that cost at most this much more than the cheapest one are its rivals."""
RIVALS = 3
"""Covers kept for each remainder of a word."""
HEAD_BONUS = 0.05
"""Cost reduction per letter of the last part: of two equal covers the one with the longer head is right."""


class Part(NamedTuple):
    """A part of a compound: its position, base form and cost."""

    start: int
    end: int
    base: str
    cost: float


class Cover(NamedTuple):
    """Parts that cover a word to its end."""

    cost: float
    parts: tuple[Part, ...]


_COST_OF_COVER, _COST_OF_READING = attrgetter("cost"), itemgetter(1)


class Decompounder:
    """Finds the parts of compounds. Stateless; callers cache results."""

    def __init__(self, lexicon: Lexicon, exceptions: Mapping[str, str]) -> None:
        """`exceptions` maps a compound to its parts, written 'druck erzeugnis', or '-' to keep it whole."""
        self._lexicon = lexicon
        self._exceptions = exceptions

    def split(self, word: str) -> tuple[str, ...]:
        """Return all parts of a lower-case word at every level, without the word itself; () if it is no compound."""
        return self.parted(word)[0]

    def parted(self, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return `split` and the base forms of the smallest parts in order; () and () if the word is no compound."""
        atoms = self._atoms(word)
        if len(atoms) < 2:
            return (), ()
        spans = {
            word[first.start : last.start] + last.base for index, first in enumerate(atoms) for last in atoms[index:]
        }
        return tuple(sorted(spans - {word})), tuple(part.base for part in atoms)

    def _atoms(self, word: str) -> list[Part]:
        ruled = self._exceptions.get(word)
        if ruled is not None:
            return [] if ruled == "-" else _ruled_parts(word, ruled.split())
        if not MINIMUM <= len(word) <= MAXIMUM or self._stays_whole(word):
            return []
        atoms: list[Part] = []
        for part in self._cover(word):
            inner = self._atoms(part.base)
            if len(inner) < 2:
                atoms.append(part)
            else:
                atoms += [Part(part.start + x.start, part.start + x.end, x.base, x.cost) for x in inner]
        return atoms

    def _stays_whole(self, word: str) -> bool:
        lexicon = self._lexicon
        if word in lexicon.verbs or lexicon.is_deverbal(word):
            return True
        if len(word) <= WHOLE and lexicon.knows(word):
            return True
        bases = (word.removesuffix(ending) for ending, _ in _ENDINGS.get(word[-1], ()))
        return any(base != word and len(base) <= WHOLE and base in lexicon.nouns for base in bases)

    def _cover(self, word: str) -> list[Part]:
        """Return the best sequence of at least two parts from the first letter to the last, or nothing."""
        covers = self._cheapest(word)
        if not covers:
            return []
        limit = covers[0].cost + TOLERANCE
        rivals = [cover.parts for cover in covers if cover.cost <= limit]
        return self._refined(word, rivals) or list(rivals[0])

    def _cheapest(self, word: str) -> list[Cover]:
        size = len(word)
        best: list[list[Cover]] = [[] for _ in range(size)] + [[Cover(0.0, ())]]
        for start in range(size - SHORTEST_PART, -1, -1):
            found: list[Cover] = []
            for end in range(start + SHORTEST_PART, size + 1):
                if not best[end] or (start == 0 and end == size):
                    continue
                part = self._reading(word, start, end)
                if part is not None:
                    found += [Cover(part.cost + rest.cost, (part, *rest.parts)) for rest in best[end]]
            best[start] = sorted(found, key=_COST_OF_COVER)[:RIVALS]
        return best[0]

    def _refined(self, word: str, rivals: list[tuple[Part, ...]]) -> list[Part]:
        """Cut at every joint of the rivals if that gives parts (Nacht-bus-linie; not Druck-er-zeugnis)."""
        joints = sorted({part.end for parts in rivals for part in parts})
        refined = [self._reading(word, start, end) for start, end in zip([0, *joints], joints, strict=False)]
        parts = [part for part in refined if part is not None]
        return parts if len(parts) == len(joints) else []

    def _reading(self, word: str, start: int, end: int) -> Part | None:
        piece = word[start:end]
        reading = self._as_head(piece) if end == len(word) else self._as_first(piece, word[end])
        return reading and Part(start, end, reading[0], reading[1])

    def _as_head(self, piece: str) -> tuple[str, float] | None:
        nouns, bonus = self._lexicon.nouns, HEAD_BONUS * len(piece)
        if piece in nouns:
            return piece, _cost(piece) - bonus
        for ending, extra in _ENDINGS.get(piece[-1], ()):
            base = piece.removesuffix(ending)
            if base != piece and base in nouns:
                return base, _cost(base) + extra - bonus
        if piece.endswith(("ung", "ungen")) and self._lexicon.is_deverbal(piece):
            return piece, _cost(piece) + UNLISTED_COST - bonus
        return None

    def _as_first(self, piece: str, following: str) -> tuple[str, float] | None:
        if following != "s" and len(piece) > 6 and piece.endswith(TAKES_LINKING_S):
            return None
        nouns, readings = self._lexicon.nouns, list[tuple[str, float]]()
        if piece in nouns or piece in self._lexicon.curated:
            readings.append((piece, _cost(piece)))
        for link, extra in _LINKS.get(piece[-1], ()):
            base = piece.removesuffix(link)
            if base in nouns and base != piece and _may_link(base, link):
                free = link == "s" and base.endswith(TAKES_LINKING_S)
                readings.append((base, _cost(base) + (0.0 if free else extra)))
        if len(piece) > SHORT:
            if piece in self._lexicon.modifiers:
                readings.append((piece, _cost(piece) + MODIFIER_COST))
            if piece + "e" in nouns:
                readings.append((piece + "e", _cost(piece) + ELISION_COST))
        return min(readings, key=_COST_OF_READING) if readings else None


def _may_link(base: str, link: str) -> bool:
    # Sirene-n but not Haus-n; Frau-en but not Sirene-en.
    if link == "n":
        return base.endswith(("e", "el", "er"))
    if link in {"en", "es", "er", "e", "ens"}:
        return not base.endswith("e")
    return True


def _cost(part: str) -> float:
    return PART_COST + SHORT_COST.get(len(part), 0.0)


def _ruled_parts(word: str, bases: list[str]) -> list[Part]:
    parts = []
    start = 0
    for base, following in zip(bases, [*bases[1:], ""], strict=True):
        end = word.find(following, start + len(base) - 1) if following else len(word)
        parts.append(Part(start, end, base, 0.0))
        start = end
    return parts
