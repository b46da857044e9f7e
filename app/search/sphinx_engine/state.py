# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One state of the index over all shards that answer, and what was counted in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from types import MappingProxyType

from app.content.recent import Recent
from app.search.answering.heads import Places
from app.search.answering.matching import Filters
from app.search.answering.snapshot import Extent
from app.search.query import Sort
from app.search.spelling import FIRST_DISTANCE_TWO, SHORTEST, Speller, edit_distance
from app.search.sphinx_engine.layout import (
    FIELD_WEIGHTS,
    everything,
    facet_column,
    grams,
    head_word_token,
    listed,
    names,
    number,
    quoted,
    value_number,
    word_token,
)
from app.search.sphinx_engine.rows import READ, Candidate, candidate, head_of, places_of
from app.search.sphinx_engine.servers import HeldTable, Rows, Silent

REMEMBERED = 100_000
"""Numbers of documents of terms that are kept."""
MOST_VALUES = 20_000
"""Values of facets, or spellings, that a server is asked for at once."""
MOST_SPELLINGS = 1_000
_PAGE = 10_000
_ASKING = ThreadPoolExecutor(16, "search")
"""Shards are asked side by side."""
NO_FILTERS: Filters = MappingProxyType({})
_RANKED = (
    "ranker=expr('sum((1000*sum_idf+word_count)*user_weight)'), idf='plain,tfidf_unnormalized',"
    f" field_weights=({FIELD_WEIGHTS})"
)
_ORDERS = {
    Sort.NEWEST: "published DESC, uid ASC",
    Sort.CONFIRMED: "confirmed DESC, published DESC, uid ASC",
    Sort.TITLE: "titlekey ASC, uid ASC",
}


class IndexState:
    """The tables that answer, one of each shard. Raises Silent where one of them does not any more."""

    def __init__(self, tables: Sequence[HeldTable]) -> None:
        self.tables = tables
        self._counts: Recent[str, int] = Recent(REMEMBERED)
        self._values: dict[int, tuple[str, str]] = {}

    @cached_property
    def extent(self) -> Extent:
        """How many documents are visible, and how long they are together."""
        rows = self.ask("SELECT COUNT(*), SUM(length) FROM {table} WHERE shown=1")
        return Extent(sum(int(row[0]) for row in rows), sum(int(row[1] or 0) for row in rows))

    @cached_property
    def facet_keys(self) -> frozenset[str]:
        """The facets that any document has."""
        return frozenset(
            row[0] for row in self.ask("SELECT facetkey FROM {names} WHERE kind=1 GROUP BY facetkey LIMIT 1000")
        )

    def count(self, wanted: str, filters: Filters = NO_FILTERS, *, but: str = "") -> int:
        """Return how many visible documents answer; the filter of the facet `but` is left open."""
        where = condition(wanted, filters, but=but)
        return self._counts.get(where, lambda: self._count(where))

    def best(self, wanted: str, filters: Filters, sort: Sort, first: int) -> list[Candidate]:
        """Return candidates for the `first` places, in no order."""
        order, columns, ranker = _ORDERS.get(sort, _ORDERS[Sort.NEWEST]), READ, "ranker=none"
        if wanted and sort is Sort.RELEVANCE:
            order, columns, ranker = f"w DESC, length ASC, {order}", f"{READ}, WEIGHT() AS w", _RANKED
        rows = self.ask(
            f"SELECT {columns} FROM {{table}} WHERE {condition(wanted, filters)} ORDER BY {order}"
            f" LIMIT {first} OPTION max_matches={first}, {ranker}"
        )
        return [candidate(*row[:2]) for row in rows]

    def named(self, uids: Sequence[str], filters: Filters, most: int) -> list[Candidate]:
        """Return of these documents the first that pass the filters."""
        if not uids:
            return []
        places = {number(uid): place for place, uid in enumerate(uids)}
        passing = self.ask(
            f"SELECT id FROM {{table}} WHERE {_of(places)} AND {condition('', filters)} {everything(len(uids))}"
        )
        kept = sorted((int(row[0]) for row in passing), key=places.__getitem__)[:most]
        rows = self.ask(f"SELECT {READ} FROM {{table}} WHERE {_of(kept)} {everything(most)}") if kept else ()
        return [candidate(*row) for row in rows]

    def uids(self, wanted: str, filters: Filters, most: int) -> list[str]:
        """Return as many of all that answers."""
        rows = self.ask(f"SELECT uid FROM {{table}} WHERE {condition(wanted, filters)} {everything(most)}, ranker=none")
        return [row[0] for row in rows][:most]

    def values(self, column: str, wanted: str, filters: Filters, *, but: str = "") -> Mapping[str, Mapping[str, int]]:
        """Count what answers by the values of the facets of a column: key -> value -> documents."""
        rows = self.ask(
            f"SELECT GROUPBY(), COUNT(*) FROM {{table}} WHERE {condition(wanted, filters, but=but)}"
            f" GROUP BY {column} {everything(MOST_VALUES)}, ranker=none"
        )
        self._learn({int(row[0]) for row in rows})
        found: dict[str, dict[str, int]] = {}
        for value_id, having in rows:
            if int(value_id) in self._values:
                key, value = self._values[int(value_id)]
                counts = found.setdefault(key, {})
                counts[value] = counts.get(value, 0) + int(having)
        return found

    def where_all(self, uids: Sequence[str]) -> list[Places]:
        """Return where the terms of these documents stand."""
        numbers = [number(uid) for uid in uids]
        rows = self.ask(f"SELECT id, zones FROM {{table}} WHERE {_of(numbers)} {everything(len(uids))}") if uids else ()
        found = {int(place): zones for place, zones in rows}
        if len(found) < len(set(numbers)):
            raise Silent("a document has gone since it was found")
        return [places_of(found[one]) for one in numbers]

    def twins(self, uid: str) -> tuple[str, ...]:
        """Return the uids of what other nodes carry with the text of a document."""
        rows = self.ask(f"SELECT head FROM {{table}} WHERE id={number(uid)}")
        if not rows or not (head := head_of(rows[0][0])).wording:
            return ()
        alike = self.ask(
            f"SELECT head FROM {{table}} WHERE wording={number(head.wording)} ORDER BY id ASC {everything(_PAGE)}"
        )
        return tuple(one.uid for row in alike if (one := head_of(row[0])).origin != head.origin)

    def where_met(self, wanted: str, most: int) -> Iterator[Places]:
        """Yield where the terms stand of some documents that answer."""
        for row in self.ask(f"SELECT zones FROM {{table}} WHERE {condition(wanted, NO_FILTERS)} {everything(most)}"):
            yield places_of(row[0])

    def digests(self, shard: int, after: int) -> Rows:
        """Return number, uid and digest of the documents of a shard after a number, hidden ones included; not all."""
        one = self.tables[shard]
        return one.server.ask(
            f"SELECT id, uid, digest FROM {one.table} WHERE id>{after} ORDER BY id ASC {everything(_PAGE)}"
        )

    def nearest_word(self, word: str, common: int) -> str | None:
        """Return the word that is nearest in its spelling: any of titles and the like, or a common one of the texts."""
        folded = word.lower()
        if len(folded) < SHORTEST:
            return None
        slips = 2 if len(folded) >= FIRST_DISTANCE_TWO else 1
        pairs = grams(folded)
        same = f'"{" ".join(sorted(pairs))}"/{max(1, len(pairs) - 3 * slips)}'
        rows = self.ask(
            f"SELECT name FROM {{names}} WHERE MATCH({quoted(same)}) LIMIT {MOST_SPELLINGS}"
            f" OPTION max_matches={MOST_SPELLINGS}, ranker=wordcount"
        )
        near = {row[0] for row in rows if edit_distance(folded, row[0].lower(), slips) <= slips}
        return Speller({one: having for one in near if (having := self._uses(one, common))}).correct(word)

    def _uses(self, word: str, common: int) -> int:
        in_heads, anywhere = self.count(head_word_token(word)), self.count(word_token(word))
        return max(in_heads, anywhere if anywhere >= common else 0)

    def _count(self, where: str) -> int:
        rows = self.ask(f"SELECT COUNT(*) FROM {{table}} WHERE {where} OPTION ranker=none")
        return sum(int(row[0]) for row in rows)

    def _learn(self, numbers: set[int]) -> None:
        unknown = numbers - self._values.keys()
        if unknown:
            rows = self.ask(f"SELECT id, facetkey, name FROM {{names}} WHERE {_of(unknown)} {everything(len(unknown))}")
            self._values |= {int(value_id): (key, value) for value_id, key, value in rows}

    def ask(self, statement: str) -> Rows:
        """Return the rows of all shards, `{table}` and `{names}` being the names of the tables."""

        def asked(one: HeldTable) -> Rows:
            return one.server.ask(statement.replace("{table}", one.table).replace("{names}", names(one.which)))

        if len(self.tables) == 1:
            return asked(self.tables[0])
        return [row for rows in _ASKING.map(asked, self.tables) for row in rows]


def condition(wanted: str, filters: Filters, *, but: str = "") -> str:
    """Return the condition of a statement: visible, answering, and passing all filters but one."""
    parts = [f"MATCH({quoted(wanted)})"] if wanted else []
    parts.append("shown=1")
    for key, values in filters.items():
        if key != but and values:
            accepted = ", ".join(str(value_number(key, value)) for value in values)
            parts.append(f"{facet_column(key)} IN ({accepted})")
    return " AND ".join(parts)


def _of(numbers: Iterable[int]) -> str:
    return f"id IN ({listed(numbers)})"
