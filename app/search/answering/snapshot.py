"""One committed state of an index, seen as a whole: documents, facet sets, postings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple, TypeVar

from app.records.recent import Recent
from app.search.answering.columns import Columns
from app.search.answering.common import ByWeight
from app.search.answering.heads import Head, Places, name_key, names_in
from app.search.answering.postings import K1, B, Postings, postings
from app.search.answering.sets import Sets, bits_of, documents_of
from app.search.copies import Copy, StandingBack, twins
from app.search.document import USES
from app.search.plan import Alternative
from app.search.port import Cursor
from app.search.spelling import Speller


def facet_sets(heads: Iterable[tuple[int, Head]], size: int) -> dict[str, Sets]:
    """Facet key -> value -> set of documents, whose numbers are below `size`."""
    members: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, head in heads:
        for key, values in head.facets.items():
            for value in values:
                members[key][value].append(number)
    return {key: Sets.of(values, size) for key, values in members.items()}


class Portion(NamedTuple):
    """Documents of similar length, and the lowest saturation of any of them."""

    bits: int
    lowest: float


Value = TypeVar("Value")
FIRST_PORTION = 1_000
"""So many of the shortest documents at least are told from the others; each further portion is four times as large."""
REMEMBERED = 500_000
"""Documents of all terms that are kept, each of some 50 bytes."""
COMMON = 3
"""A word of the running text must occur in so many records before it is offered as a correction."""


class Snapshot(ABC):
    """A generation of an index with all of its documents; a new commit gives a new one. Immutable.

    Documents are numbered as the engine likes; a number may stand for none.
    """

    def __init__(self, columns: Columns, held: Sequence[int], standing_back: StandingBack) -> None:
        """`held` are the numbers of the documents that are not deleted."""
        self.columns = columns
        self.numbers = held
        self.twins: Mapping[str, tuple[str, ...]] = {}
        """What other nodes carry with the text of a document, by uid."""
        visible = self._visible(standing_back)
        self.end = len(columns)
        """All numbers are below it."""
        self.live = bits_of(visible, self.end)
        self._is_live = bytearray(self.end)
        for document in visible:
            self._is_live[document] = 1
        lengths = columns.lengths
        self.size = len(visible)
        average = max(1.0, sum(lengths[document] for document in visible) / max(1, self.size))
        self._saturation = array("d", (K1 * (1 - B + B * length / average) for length in lengths))
        # A number that stands for nothing has no length either, and would make all bounds less close.
        self._lowest = min((self._saturation[document] for document in visible), default=0.0)
        self._numbers = list(range(self.end))
        self._kept: Recent[str, Postings] = Recent(REMEMBERED, weigh=lambda found: found.weighs)

    @property
    @abstractmethod
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet key -> value -> set of documents."""

    @abstractmethod
    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""

    @abstractmethod
    def _weights(self, term: str) -> ByWeight:
        """The visible documents of a term, by its weight in them."""

    @property
    @abstractmethod
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""

    @property
    @abstractmethod
    def head_words(self) -> Counter[str]:
        """Written words of titles, topics, keywords and places with their number of documents."""

    @abstractmethod
    def _text_words(self) -> Counter[str]:
        """Written words of everything but the body with their number of documents."""

    @abstractmethod
    def head(self, document: int) -> Head:
        """The head of a document that is not deleted."""

    def held(self) -> Iterator[Head]:
        """The heads of all undeleted documents, copies from several nodes included."""
        return map(self.head, self.numbers)

    @cached_property
    def portions(self) -> list[Portion]:
        """The visible documents by length, the shortest first, in which a word counts most."""
        saturation, found, start, wanted = self._saturation, [], 0, FIRST_PORTION
        ordered = sorted(documents_of(self.live), key=saturation.__getitem__)
        while start < len(ordered):
            last = saturation[ordered[min(start + wanted, len(ordered)) - 1]]
            end = bisect_right(ordered, last, key=saturation.__getitem__)
            found.append(Portion(bits_of(ordered[start:end], self.end), saturation[ordered[start]]))
            start, wanted = end, wanted * 4
        return found

    def postings(self, term: str) -> Postings:
        """The documents of a term."""
        return self._kept.get(term, lambda: self._found(term))

    def _found(self, term: str) -> Postings:
        return postings(self._weights(term), self._saturation, self._numbers, self._lowest)

    def documents_with(self, alternative: Alternative) -> int:
        """The documents that have all terms of an alternative, as a set; none for one that counts for nothing."""
        bits = self.live if alternative.boost > 0 else 0
        for term in alternative.terms:
            bits &= self.postings(term).bits
        return bits

    def count(self, alternatives: Iterable[Alternative]) -> int:
        """The number of documents that have one of these alternatives."""
        bits = 0
        for one in alternatives:
            bits |= self.documents_with(one)
        return bits.bit_count()

    def impacts(self, found: Postings, documents: Sequence[int]) -> list[float]:
        """What a term counts in each of some documents that have it, see `impact`.

        Thousands for a page, so nothing is called.
        """
        saturation = self._saturation
        return [
            weight * (K1 + 1) / (weight + saturation[document])
            for weight, document in zip(found.weights_in(documents), documents, strict=True)
        ]

    @cached_property
    def words(self) -> dict[str, int]:
        """Words fit to be offered: all of the heads, and those of the text that are common."""
        common = {word: count for word, count in self._text_words().items() if count >= COMMON}
        return common | {word: max(count, common.get(word, 0)) for word, count in self.head_words.items()}

    @cached_property
    def speller(self) -> Speller:
        """Corrections against the words of this state."""
        return Speller(self.words)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles by how they are compared with what is typed; questions first."""
        titles = self._each(self.columns.titles)
        return {title.lower(): title for title in sorted(titles, key=lambda one: (not one.endswith("?"), one))}

    @cached_property
    def questions(self) -> dict[str, str]:
        """The questions that records answer, likewise; the shortest first."""
        questions = {question for several in self._each(self.columns.questions) for question in several}
        return {question.lower(): question for question in sorted(questions, key=lambda one: (len(one), one))}

    @cached_property
    def places(self) -> Counter[str]:
        """The names of places with their number of documents."""
        places = self.columns.places
        return Counter(place for number in self.numbers for place in places[number])

    @cached_property
    def users(self) -> Mapping[int, int]:
        """The documents that use what a document is about, as a set, by that document."""
        uids, refs = self.columns.uids, self.columns.refs
        numbers = {name: one for one in self.numbers for name in (refs[one], uids[one].partition("|")[2]) if name}
        using = self.facets.get(USES, {})
        named = ((numbers.get(name.rpartition("/r/")[2]), users) for name, users in using.items())
        return {number: users & self.live for number, users in named if number is not None}

    @cached_property
    def names(self) -> Mapping[str, Sequence[int]]:
        """The documents by the keys of their names, and of a place together with what is used there."""
        titles, places = self.columns.titles, self.columns.places
        found: dict[str, list[int]] = defaultdict(list)
        for one in documents_of(self.live):
            for title in (titles[one], *self.columns.others[one]):
                for name in names_in(title):
                    found[name_key(name)].append(one)
        for used, users in self.users.items():
            for user in documents_of(users):
                for place, name in product(places[user], names_in(titles[used])):
                    found[name_key(place + name)].append(user)
                    found[name_key(name + place)].append(user)
        return found

    def _each(self, column: Sequence[Value]) -> set[Value]:
        return {column[number] for number in self.numbers}

    def _visible(self, standing_back: StandingBack) -> list[int]:
        """Undeleted documents without those that stand back behind another copy of the record."""
        several = self._repeated(self.columns.ids) | self._repeated(self.columns.wordings)
        if not several:
            return list(self.numbers)
        copies = self._copies(number for number in self.numbers if number in several)
        uids = {copy: self.columns.uids[number] for copy, number in copies.items()}
        self.twins = {uids[one]: tuple(uids[other] for other in others) for one, others in twins(copies).items()}
        back = standing_back(copies.keys())
        shown = {number for copy, number in copies.items() if copy not in back}
        return [number for number in self.numbers if number not in several or number in shown]

    def _repeated(self, names: array[int]) -> set[int]:
        """Those of the held documents that share their name, where there is one."""
        last = {names[number]: number for number in self.numbers}
        if len(last) == len(self.numbers):
            return set()
        again = [number for number in self.numbers if names[number] and last[names[number]] != number]
        return set(again).union(last[names[number]] for number in again)

    def _copies(self, numbers: Iterable[int]) -> dict[Copy, int]:
        # After a crash there may be two of one copy; the later one counts.
        newest = {self.columns.uids[number]: number for number in numbers}
        heads = ((self.head(number), number) for number in newest.values())
        return {Copy(head.origin, head.id, head.digest, head.wording): number for head, number in heads}
