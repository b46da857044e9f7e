"""One committed state of an index: documents, facet sets, postings."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from app.search.answering.heads import Head, Places
from app.search.answering.sets import bits_of, documents_of
from app.search.copies import Copy, DuplicatePolicy, twins
from app.search.document import REFERS_TO, USES
from app.search.plan import Alternative
from app.search.port import Cursor
from app.search.spelling import Speller
from app.search.terms import STEP, WEIGHTS
from app.shared.kept import Recent

K1 = 2.0
B = 0.2
"""Okapi BM25. Titles tell more here than usual, and lengths less, because thorough records must not rank lower."""
CACHE_SIZE = 32_000_000
"""Bytes of postings kept in memory."""
_ENTRY = 300
"""Bytes of an entry besides its weights; a term without records takes as much."""
_QUARTERS = {weight * STEP: weight for weight in range(256)}
"""Weights are stored in quarters; a weight above the maximum counts as the maximum."""
FIRST_TIER = 200
"""Documents in the first tier of a term: two pages of the largest size. Further tiers grow tenfold."""
COMMON_WORD = 3
"""Records that must use a word of running text before it is offered as a correction."""
Facets = dict[str, dict[str, int]]
"""Facet key -> value -> set of documents."""


def facet_sets(heads: Iterable[tuple[int, Head]], size: int) -> Facets:
    """Return the facets of numbered documents; all numbers are below `size`."""
    members: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, head in heads:
        for key, values in head.facets.items():
            for value in values:
                members[key][value].append(number)
    return {key: {value: bits_of(few, size) for value, few in values.items()} for key, values in members.items()}


class Tier(NamedTuple):
    """A set of documents, and the highest score that a term has in any of them."""

    bits: int
    bound: float


class Postings(NamedTuple):
    """The documents of a term as a set, and its weight by document number in quarters.

    In `heavy` documents it weighs as much as one word of the title. `tiers` are disjoint parts, those with the highest
    weights first.
    """

    weights: bytes
    bits: int
    heavy: int
    tiers: tuple[Tier, ...]


def _members(weights: bytes | bytearray, least: int, below: int = 256) -> int:
    """Return the set of documents with a weight from `least` to below `below`."""
    digits = b"0" * least + b"1" * (below - least) + b"0" * (256 - below)
    return int(weights[::-1].translate(digits) or b"0", 2)


class Offers(NamedTuple):
    """Possible completions: texts by their lower-case form, and the number of documents per place."""

    titles: dict[str, str]
    questions: dict[str, str]
    places: Counter[str]


class Names(NamedTuple):
    """The first document by name key, further documents `again` with the same key, and which documents use which.

    `numbers` has all documents by name (see `RecordRef`) and id. `used` has the name keys of each used document with
    the set of its users, `users` this set by document number.
    """

    documents: Mapping[str, int]
    numbers: Mapping[str, int]
    again: Mapping[str, Sequence[int]]
    used: Sequence[tuple[str, int]]
    users: Mapping[int, int]


class Snapshot(ABC):
    """One immutable state of an index with its documents; the engine numbers them, with gaps."""

    def __init__(self, heads: Sequence[Head | None], duplicate_policy: DuplicatePolicy) -> None:
        """`heads` are those of all documents by number, None for an unused number."""
        self._heads = heads
        self.end = len(heads)
        """All numbers are below it."""
        self.numbers = [number for number, head in enumerate(heads) if head]
        self.uids = [head.uid if head else "" for head in heads]
        self.twins: dict[str, tuple[str, ...]] = {}
        """What other nodes carry with the text of a document, by uid."""
        visible = self._visible(duplicate_policy)
        self.live = bits_of(visible, self.end)
        self.size = len(visible)
        lengths = [head.length if head else 0 for head in heads]
        average = max(1.0, sum(lengths[document] for document in visible) / max(1, self.size))
        self._saturation = [K1 / STEP * (1 - B + B * length / average) for length in lengths]
        self._lowest = min((self._saturation[document] for document in visible), default=1.0)
        self._postings: Recent[str, Postings] = Recent(CACHE_SIZE, weigh=lambda found: _ENTRY + 2 * len(found.weights))

    @property
    @abstractmethod
    def facets(self) -> Facets:
        """Return facet key -> value -> set of documents."""

    @abstractmethod
    def where(self, document: int) -> Places:
        """Return the positions of terms in a document."""

    @abstractmethod
    def _weights(self, term: str) -> Iterator[tuple[Iterable[int], Iterable[float]]]:
        """Yield documents of a term with its weights in them, in parts; deleted and hidden ones are included."""

    @property
    @abstractmethod
    def state(self) -> tuple[Cursor, str]:
        """Return cursor and fingerprint of the analysis chain as of this commit; empty ones if there is none."""

    @abstractmethod
    def _written_words(self) -> tuple[Counter[str], Counter[str]]:
        """Return written words with document counts: of titles, keywords and places, and of all but the body."""

    def head(self, document: int) -> Head:
        """Return the head of a document that is not deleted."""
        head = self._heads[document]
        if head is None:
            raise KeyError(document)
        return head

    def held(self) -> Iterator[Head]:
        """Yield the heads of all undeleted documents, copies from several nodes included."""
        return filter(None, self._heads)

    def postings(self, term: str) -> Postings:
        """Return the visible documents of a term."""
        return self._postings.get(term, lambda: self._read_postings(term))

    def _read_postings(self, term: str) -> Postings:
        quarters = bytearray(self.end)
        for numbers, several in self._weights(term):
            for number, weight in zip(numbers, several, strict=False):
                quarters[number] = _QUARTERS.get(weight, 255)
        for hidden in documents_of(_members(quarters, 1) & ~self.live):
            quarters[hidden] = 0
        weights = bytes(quarters)
        counts = Counter(weights.replace(b"\0", b""))
        tiers, held, wanted, heaviest = list[Tier](), 0, FIRST_TIER, max(counts, default=0)
        for weight in sorted(counts, reverse=True):
            held += counts[weight]
            if held >= wanted or weight == min(counts):
                bound = heaviest * (K1 + 1) / (heaviest + self._lowest)
                tiers.append(Tier(_members(weights, weight, heaviest + 1), bound))
                held, wanted, heaviest = 0, wanted * 10, weight - 1
        heavy = _members(weights, int(WEIGHTS["title"] / STEP))
        return Postings(weights, _members(weights, 1), heavy, tuple(tiers))

    def impacts(self, term: str, documents: Iterable[int]) -> list[float]:
        """Return the BM25 factor of a term in each given document that has it: 0 to K1 + 1, less for longer ones."""
        weights, saturation = self.postings(term).weights, self._saturation
        return [weights[one] * (K1 + 1) / (weights[one] + saturation[one]) for one in documents]

    def documents_with(self, alternative: Alternative) -> int:
        """Return the set of documents with all terms of an alternative; empty for an alternative of no weight."""
        bits = self.live if alternative.boost > 0 else 0
        for term in alternative.terms:
            bits &= self.postings(term).bits
        return bits

    def count(self, alternatives: Iterable[Alternative]) -> int:
        """Return the number of documents that have one of these alternatives."""
        bits = 0
        for one in alternatives:
            bits |= self.documents_with(one)
        return bits.bit_count()

    @cached_property
    def speller(self) -> Speller:
        """Return a speller with all words of titles, keywords and places, and the common ones of the text."""
        words, text = self._written_words()
        return Speller(words | {word: count for word, count in text.items() if count >= COMMON_WORD})

    @cached_property
    def offers(self) -> Offers:
        """Return the possible completions: questions, shortest first, titles, and places."""
        heads = list(self.held())
        titles = sorted({head.title for head in heads}, key=lambda one: (not one.endswith("?"), one))
        questions = sorted({one for head in heads for one in head.questions}, key=lambda one: (len(one), one))
        return Offers(
            {title.lower(): title for title in titles},
            {question.lower(): question for question in questions},
            Counter(place for head in heads for place in head.places),
        )

    @cached_property
    def names(self) -> Names:
        """Return what documents are called, and which ones they use."""
        documents: dict[str, int] = {}
        # One list per name would make the garbage collector traverse all heads.
        again: dict[str, list[int]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for number, head in enumerate(self._heads):
            if head:
                numbers[head.id] = number
                if not head.origin:
                    numbers[f"{head.kind}/{head.slug}"] = number
        for number in documents_of(self.live):
            for key in self.head(number).keys:
                if documents.setdefault(key, number) != number:
                    again[key].append(number)
        using = ((numbers.get(name.rpartition("/r/")[2]), bits) for name, bits in self.facets.get(USES, {}).items())
        users = {number: bits & self.live for number, bits in using if number is not None}
        used = [(key, bits) for number, bits in users.items() for key in self.head(number).keys if bits]
        return Names(documents, numbers, again, used, users)

    def collected(self, name: str) -> int:
        """Return the documents that the record with this name refers to."""
        numbers = self.names.numbers
        collection = numbers.get(name.rpartition("/r/")[2], self.end)
        listed = (one for one, bits in self.facets.get(REFERS_TO, {}).items() if bits >> collection & 1)
        found = (numbers.get(one.rpartition("/r/")[2]) for one in listed)
        return bits_of([number for number in found if number is not None], self.end) & self.live

    def _visible(self, duplicate_policy: DuplicatePolicy) -> list[int]:
        """Return the undeleted documents without hidden copies."""
        ids = Counter(head.id for head in self.held())
        wordings = Counter(head.wording for head in self.held() if head.wording)
        several = {
            number: head
            for number, head in enumerate(self._heads)
            if head and (ids[head.id] > 1 or wordings[head.wording] > 1)
        }
        if not several:
            return self.numbers
        # After a crash there may be two documents of one copy; the later one counts.
        newest = {head.uid: (number, head) for number, head in several.items()}
        copies = {Copy(head.origin, head.id, head.digest, head.wording): number for number, head in newest.values()}
        for one, others in twins(copies).items():
            self.twins[self.uids[copies[one]]] = tuple(self.uids[copies[other]] for other in others)
        shown = {copies[copy] for copy in copies.keys() - duplicate_policy(copies.keys())}
        return [number for number in self.numbers if number not in several or number in shown]
