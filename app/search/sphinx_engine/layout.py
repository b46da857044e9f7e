# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables on a server, and what stands in them. All text comes analysed, as digests of terms.

Each server has everything twice, in the tables `a` and `b`: one answers while the other one is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from app.search.answering.postings import K1, impact
from app.search.document import PLACE
from app.search.port import Cursor
from app.search.terms import STEP, WEIGHTS

TABLES = ("a", "b")
_PREFIX = "erfahrungsnetz"
_BEGIN = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75)
LEAST = (*_BEGIN, WEIGHTS["title"], 3.25, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.5, 10.0)
"""A term stands in the last field whose number here is no more than its weight."""
FIELDS = tuple(f"f{place}" for place in range(len(LEAST)))
HEAVY = ",".join(name for name, least in zip(FIELDS, LEAST, strict=True) if least >= WEIGHTS["title"])
"""The fields of terms that weigh as much as one in the title."""
FIELD_WEIGHTS = ", ".join(
    f"{name}={round(1000 * impact((least + above - STEP) / 2, K1))}"
    for name, least, above in zip(FIELDS, LEAST, (*LEAST[1:], 12.0), strict=True)
)
"""What a term counts in each field, but for lengths: it finds the best candidates, which are scored exactly then."""
_ATTRIBUTES = {
    "bigint": ("record", "wording", "published", "confirmed", "length"),
    "uint": ("shown",),
    "multi_64": ("facets", "places"),
    "string": ("uid", "digest", "titlekey", "head", "weights", "zones"),
}
COLUMNS = ("id", *FIELDS, "words", *(name for names in _ATTRIBUTES.values() for name in names))
NAME_COLUMNS = ("id", "grams", "kind", "facetkey", "name")
BEGINNING = 20
"""So many bytes of a word can be sought by how it begins."""
_STATES = {"a": 1, "b": 2}
"""The documents that hold the state of a table. No other one gets these numbers."""
STATES = ", ".join(map(str, _STATES.values()))


def table(which: str) -> str:
    """Return the name of a table of documents."""
    return f"{_PREFIX}_{which}"


def names(which: str) -> str:
    """Return the name of the table of values and words that goes with it."""
    return f"{_PREFIX}_{which}_names"


_SERVER = """\
searchd
{{
    listen = {listen}:mysql41
    pid_file = {folder}/searchd.pid
    log = {folder}/searchd.log
    # What a server had not written yet when it ended follows from the catalogue, so it need not be kept twice.
    binlog_path =
    workers = threads
    max_packet_size = 64M
    collation_server = binary
}}
"""


def configuration(folder: str, listen: str) -> str:
    """Return the configuration of a server that keeps its tables in `folder` and listens at a host and port."""
    fields = [f"rt_field = {name}" for name in (*FIELDS, "words")]
    kept = [f"rt_attr_{kind} = {name}" for kind, several in _ATTRIBUTES.items() for name in several]
    named = ["rt_field = grams", "rt_attr_uint = kind", "rt_attr_string = facetkey", "rt_attr_string = name"]
    blocks = [(table(which), "1024M", [*fields, *kept]) for which in TABLES]
    blocks += [(names(which), "128M", named) for which in TABLES]
    tables = "\n".join(_block(name, folder, memory, lines) for name, memory, lines in blocks)
    return f"{tables}\n{_SERVER.format(folder=folder, listen=listen)}"


def _block(name: str, folder: str, memory: str, lines: Iterable[str]) -> str:
    given = (
        "type = rt",
        f"path = {folder}/{name}",
        "dict = keywords",
        "min_prefix_len = 3",
        f"rt_mem_limit = {memory}",
    )
    return "\n    ".join((f"index {name}\n{{", *given, *lines)) + "\n}\n"


class TableState(NamedTuple):
    """What a table says about itself. `epoch` counts the builds, `stamp` the commits since."""

    cursor: Cursor = Cursor()
    chain: str = ""
    epoch: int = 0
    stamp: int = 0

    def document(self, which: str) -> str:
        """Return the document that holds it."""
        return row(COLUMNS, {"id": _STATES[which], "head": json.dumps(self)})

    @classmethod
    def read(cls, packed: str) -> TableState:
        """Return what the document says that holds it."""
        cursor, *others = json.loads(packed)
        return cls(Cursor(*cursor), *others)


def table_of(state_id: int) -> str:
    """Return which table it is whose state has this number."""
    return next(which for which, number in _STATES.items() if number == state_id)


def number(name: str) -> int:
    """Return the number of a document, a record or a value of a facet: 62 bits, and never that of a state."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") // 4 + 1 + len(_STATES)


def value_number(key: str, value: str) -> int:
    """Return the number of a value of a facet."""
    return number(f"{key}\0{value}")


def facet_column(key: str) -> str:
    """Return where the values of a facet stand. There are too many places to count them with the others."""
    return "places" if key == PLACE else "facets"


@lru_cache(maxsize=200_000)
def term_token(term: str) -> str:
    """Return how a term is sought."""
    return _token("t", term)


def word_token(word: str) -> str:
    """Return how a word is sought as it is written anywhere but in the running text."""
    return _token("w", word)


def head_word_token(word: str) -> str:
    """Return how a word is sought as it is written in titles and the like."""
    return _token("h", word)


def beginning_token(text: str) -> str:
    """Return how a word is sought by its beginning, in lower case; what it goes on with does not change what it has."""
    return f"x{text.encode()[:BEGINNING].hex()}"


def grams(folded: str) -> set[str]:
    """Return the pairs of letters of a word: one slip changes three of them at most."""
    framed = f"\0{folded}\0"
    return {f"g{framed[place : place + 2].encode().hex()}" for place in range(len(framed) - 1)}


def _token(kind: str, text: str) -> str:
    return kind + blake2b(text.encode(), digest_size=8).hexdigest()


def row(columns: Iterable[str], values: Mapping[str, object]) -> str:
    """Return a document with these values as it is written in a statement."""
    return f"({', '.join(_literal(name, values.get(name)) for name in columns)})"


def _literal(column: str, value: object) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"({','.join(map(str, value))})"
    if value is None:
        number_like = column in (*_ATTRIBUTES["bigint"], *_ATTRIBUTES["uint"], "kind")
        return "0" if number_like else "()" if column in _ATTRIBUTES["multi_64"] else "''"
    return quoted(str(value))


def quoted(text: str) -> str:
    """Return a text as it is written in a statement."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", " ")
    return f"'{escaped}'"


def listed(numbers: Iterable[int]) -> str:
    """Return numbers as they are written in a statement."""
    return ", ".join(map(str, numbers))


def everything(most: int) -> str:
    """Return what lets a server tell so many rows; it would tell twenty."""
    return f"LIMIT {most} OPTION max_matches={most}"
