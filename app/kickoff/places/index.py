"""The list of places for look-up, in SQLite: processes share the file's pages and need almost no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import Any

from app.identity import NamedPlace
from app.kickoff.places.names import (
    ASSOCIATION,
    DISTRICT,
    bare_name,
    folded,
    proper_name,
    shortens,
    spellings,
    without_form,
)
from app.kickoff.places.table import PART, UNKNOWN, PlaceEntry, attribution_of
from app.records.record import size_class
from app.shared.official_key import shortest

LONGEST_QUERY = 100
STATE = "state"
FORM = 1
"""Version of the file format; files of other versions are not read."""
_WHOLE, _PROPER, _WORD = range(3)
_TELLING = ("state", "within", "near", "population")
_COLUMNS = tuple(field.name for field in fields(PlaceEntry))
_HELD = ", ".join(f"place.{column}" for column in _COLUMNS)
_LAST = "\U0010ffff"

_LARGE_CITIES = frozenset({"city_state", "independent_city"})
_TIMES_LARGER = 20
"""Factor by which a city must be larger than other places of its name to be the one meant."""

_ALIKE = {
    "town": ("town", "municipality", UNKNOWN),
    "municipality": ("town", "municipality", UNKNOWN),
    "region": (DISTRICT, ASSOCIATION),
    "city_state": ("city_state", "independent_city"),
    "independent_city": ("independent_city", "city_state"),
}
"""Kinds in the list that match another kind in a record: a market town, for example, is called either."""

_SCHEMA = f"""
CREATE TABLE place (number INTEGER PRIMARY KEY, key TEXT, {", ".join(_COLUMNS)});
CREATE INDEX place_key ON place (key) WHERE key IS NOT NULL;
CREATE TABLE spelling (name TEXT, stands INTEGER, number INTEGER, PRIMARY KEY (name, stands, number)) WITHOUT ROWID;
PRAGMA user_version = {FORM};
"""
_RANKED = f"""
SELECT {_HELD} FROM (
    SELECT number,
        MIN(CASE WHEN name = :wanted AND stands = {_WHOLE} THEN 0 WHEN stands < {_WORD} THEN 1 ELSE 2 END) AS far
    FROM spelling WHERE name >= :wanted AND name < :end GROUP BY number
) JOIN place USING (number)
ORDER BY :kind IN ('{DISTRICT}', '{ASSOCIATION}') AND kind <> :kind, far, kind = '{PART}',
    -IFNULL(population, 0), number
LIMIT :limit
"""  # noqa: S608 - columns and numbers of this module alone
_CALLED = f"""
SELECT DISTINCT {_HELD}, number FROM spelling JOIN place USING (number)
WHERE spelling.name = ? AND stands < ? ORDER BY number
"""  # noqa: S608 - columns of this module alone
_DISTRICTS_OF = f"SELECT {_HELD} FROM place WHERE state = ? AND LENGTH(key) = 5 ORDER BY number"  # noqa: S608 - as above
_LONGER = f"""
SELECT DISTINCT {_HELD}, number FROM spelling JOIN place USING (number)
WHERE spelling.name >= ? AND spelling.name < ? AND stands < {_WORD} ORDER BY number
"""  # noqa: S608 - columns and numbers of this module alone


class PlaceLookup:
    """Look-ups in a list of places; subclasses implement `_rows` on their storage."""

    def _rows(self, query: str, values: Any = ()) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def __len__(self) -> int:
        return int(self._rows("SELECT COUNT(*) FROM place")[0][0])

    def __iter__(self) -> Iterator[PlaceEntry]:
        return iter(self._entries(f"SELECT {_HELD} FROM place ORDER BY number"))  # noqa: S608 - columns of this module

    def find(self, query: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return at most `limit` places whose name, or a word in it, begins with `query`.

        Case, umlauts, accents and punctuation make no difference, nor does a word for the kind of place beside the
        name, such as "Stadt", "Lkr." or "VG". Places of exactly this name come first, also with an addition
        ("Neustadt (Hessen)"), then names that begin with it, then words in names; within each group municipalities
        before their parts, and larger places before smaller ones.
        """
        wanted = folded(query[:LONGEST_QUERY])
        if not wanted or limit < 1:
            return ()
        found, kinds = self._ranked(wanted, limit), tuple[str, ...]()
        rest, meant = without_form(wanted)
        if rest and not found:
            wanted, kinds = rest, meant
            found = self._ranked(rest, limit, kinds[0])
        called = self._called(wanted, _WORD) + self._with_addition(wanted)
        first = sorted(called, key=lambda entry: (entry.kind not in kinds, *_as_asked(entry)))
        return (tuple(dict.fromkeys((*first, *found))) or self._shortened(wanted))[:limit]

    def meant(self, query: str) -> PlaceEntry | None:
        """Return the only place whose name is or begins with this one; None if there are several (Offenbach)."""
        whole = self._whole(self._so_called(query) or list(self.find(query, 2)))
        return whole[0] if len(whole) == 1 else None

    def likeliest(self, query: str) -> PlaceEntry | None:
        """Return the city meant although far smaller places share its name, else None. For readers, who see it."""
        whole = self._whole(self._so_called(query))
        first, *others = sorted(whole, key=lambda entry: -(entry.population or 0)) or (None,)
        if first is None or first.kind not in _LARGE_CITIES or not others:
            return None
        small = (first.population or 0) / _TIMES_LARGER
        return first if all(one.population is not None and one.population <= small for one in others) else None

    def known(self, name: str, state: str, kind: str, ars: str | None = None) -> PlaceEntry | None:
        """Return the entry for a place as records name it, with its population and its date.

        A known official key decides; otherwise name, state and kind must match exactly one place. The population of a
        state is the sum of its districts and cities.
        """
        found = self.get(ars) if ars else None
        if found:
            return found
        if kind == STATE:
            return self._state(name, state)
        wanted = folded(name[:LONGEST_QUERY])
        rest, _form = without_form(wanted)
        kinds = _ALIKE.get(kind, (kind,))
        for called in (self._called(wanted, _WORD), self._named_by_kind(rest, kind)):
            fitting = [entry for entry in called if entry.state == state and entry.kind in kinds]
            if fitting:
                exact = [entry for entry in fitting if entry.kind == kind] or fitting
                return exact[0] if len(exact) == 1 else None
        return None

    def _state(self, name: str, state: str) -> PlaceEntry | None:
        """Return a state with the population of its districts and independent cities; None if one is unknown."""
        parts = self._entries(_DISTRICTS_OF, state)
        if not parts or not all(part.population for part in parts):
            return None
        return PlaceEntry(
            name=name,
            state=state,
            kind=STATE,
            source=parts[0].source,
            population=sum(part.population or 0 for part in parts),
            population_as_of=min(part.population_as_of or "" for part in parts) or None,
            as_of=parts[0].as_of,
        )

    def has_namesakes(self, name: str, state: str) -> bool:
        """Return whether several places in a state have this name; parts, without a town hall, do not count."""
        called = self._called(folded(name[:LONGEST_QUERY]), _WORD)
        return len([entry for entry in called if entry.state == state and not entry.is_part]) > 1

    def get(self, ars: str) -> PlaceEntry | None:
        """Return the place with this official key (AGS, district key or ARS of 12 digits), or None."""
        found = self._entries(f"SELECT {_HELD} FROM place WHERE key = ?", shortest(ars))  # noqa: S608 - as above
        return found[0] if found else None

    def within_reach(self, one: NamedPlace, other: NamedPlace) -> bool:
        """Return whether two places share their state, their class of size or the well-known town nearby."""
        found = [(size_class(at.population), at.near) for key in (one.ars, other.ars) if (at := self.get(key or ""))]
        shared = (here and here == there for here, there in zip(*found, strict=True)) if len(found) > 1 else ()
        return one.state == other.state or any(shared)

    def told_apart_by(self, entry: PlaceEntry) -> tuple[str, ...]:
        """Fields to show beside the name: () if it is unique, else some of state, within, near, population."""
        rivals = [other for other in self._called(folded(entry.name), _PROPER) if other != entry]
        needed = []
        for field in _TELLING:
            value = getattr(entry, field)
            alike = [other for other in rivals if getattr(other, field) == value]
            if value is not None and len(alike) < len(rivals):
                needed.append(field)
                rivals = alike
        return tuple(needed)

    def _so_called(self, query: str) -> list[PlaceEntry]:
        """Return places of this name, including names with an addition or a word for the kind."""
        wanted = folded(query[:LONGEST_QUERY])
        rest, kinds = without_form(wanted)
        found = self._called(wanted, _WORD)
        if found:
            return found + [entry for entry in self._with_addition(wanted) if entry not in found]
        named = self._named_by_kind(rest, kinds[0]) + self._with_addition(rest) if rest else []
        return list(dict.fromkeys(entry for entry in named if entry.kind in kinds))

    @staticmethod
    def _whole(found: list[PlaceEntry]) -> list[PlaceEntry]:
        """Leave out parts of places, so that a hamlet of the same name does not make a town ambiguous."""
        return [entry for entry in found if not entry.is_part] or found

    def _with_addition(self, name: str) -> list[PlaceEntry]:
        """Places called so with an addition that people leave out: "Offenbach am Main", "Oldenburg (Oldenburg)"."""
        longer = self._entries(_LONGER, f"{name} ", f"{name} {_LAST}") if name else []
        return [entry for entry in longer if name in {bare_name(proper_name(called)) for called in _names(entry)}]

    def _shortened(self, wanted: str) -> tuple[PlaceEntry, ...]:
        """Return places whose addition is abbreviated: "Oldenburg (Oldb)", "Offenbach a. M."."""
        words = wanted.split()
        for name, short in ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(len(words) - 1, 0, -1)):
            found = tuple(
                entry
                for entry in self._with_addition(name)
                if any(shortens(short, folded(called).removeprefix(f"{name} ")) for called in _names(entry))
            )
            if found:
                return found
        return ()

    def _named_by_kind(self, rest: str, kind: str) -> list[PlaceEntry]:
        """Places called `rest` beside a word for their kind, also in one word: "Kreis Odenwald", "Odenwaldkreis"."""
        joined = [f"{rest}{link}kreis" for link in ("", "s")] if kind == DISTRICT else []
        return [entry for name in (rest, *joined) if name for entry in self._called(name, _WORD)]

    def _called(self, name: str, before: int) -> list[PlaceEntry]:
        """Return places of this name; `before` _WORD also includes names with a leading word for their kind."""
        return self._entries(_CALLED, name, before)

    def _ranked(self, wanted: str, limit: int, kind: str = "") -> tuple[PlaceEntry, ...]:
        values = {"wanted": wanted, "end": wanted + _LAST, "kind": kind, "limit": limit}
        return tuple(_entry(row) for row in self._rows(_RANKED, values))

    def _entries(self, query: str, *values: object) -> list[PlaceEntry]:
        return [_entry(row) for row in self._rows(query, values)]


class PlaceIndex(PlaceLookup):
    """A list of places in a database for look-up; immutable and thread-safe."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._lock = Lock()
        sources = self._rows("SELECT source, MAX(as_of) FROM place GROUP BY source")
        self.attributions = tuple(attribution_of(source, as_of) for source, as_of in sources)
        """How to name each source."""

    @classmethod
    def of(cls, entries: Iterable[PlaceEntry]) -> PlaceIndex:
        """Return an index in memory; their order here decides between equally good places."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(database, entries)
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> PlaceIndex | None:
        """Return the index that `write_index` wrote; None if there is none in the format of this release."""
        if not path.is_file():
            return None
        database = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)
        try:
            found = database.execute("PRAGMA user_version").fetchone()[0] == FORM
        except sqlite3.DatabaseError:
            found = False
        return cls(database) if found else None

    def rows(self, query: str, values: Any = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    _rows = rows


def write_index(path: Path, entries: Iterable[PlaceEntry]) -> None:
    """Write a file for `PlaceIndex.open` atomically; a missing folder is created."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    database = sqlite3.connect(draft)
    _fill(database, entries)
    database.execute("VACUUM")
    database.close()
    draft.replace(path)


def _fill(database: sqlite3.Connection, entries: Iterable[PlaceEntry]) -> None:
    database.executescript(_SCHEMA)
    row = f"INSERT INTO place VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})"  # noqa: S608 - question marks only
    for number, entry in enumerate(entries):
        key = shortest(entry.ars) if entry.ars else None
        database.execute(row, (number, key, *(getattr(entry, column) for column in _COLUMNS)))
        database.executemany("INSERT OR IGNORE INTO spelling VALUES (?, ?, ?)", _spellings(number, entry))
    database.commit()


def _entry(row: tuple[Any, ...]) -> PlaceEntry:
    return PlaceEntry(**dict(zip(_COLUMNS, row, strict=False)))


def _names(entry: PlaceEntry) -> tuple[str, ...]:
    return tuple(filter(None, (entry.name, entry.also)))


def _spellings(number: int, entry: PlaceEntry) -> Iterator[tuple[str, int, int]]:
    for name in _names(entry):
        without_kind = proper_name(name)
        proper = () if without_kind == name else spellings(without_kind)
        for spelling in spellings(name):
            yield spelling, _WHOLE, number
            for start in (index + 1 for index, letter in enumerate(spelling) if letter == " "):
                rest = spelling[start:]
                yield rest, _PROPER if rest in proper else _WORD, number


def _as_asked(entry: PlaceEntry) -> tuple[bool, bool, int]:
    """Return a sort key: towns and municipalities first, then by population, largest first."""
    return entry.is_part, entry.kind in (DISTRICT, ASSOCIATION), -(entry.population or 0)
