"""The list of places a node works with: its own, the one that set-up made, or the one that comes with the program."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import structlog

from app.kickoff.places.index import PlaceIndex, PlaceLookup
from app.kickoff.places.names import bare_name, folded, proper_name, without_form
from app.kickoff.places.table import Attribution, PlaceEntry, PlaceListInvalid, read_places
from app.records.look_alike import KnownNames
from app.search.spelling import Speller
from app.shared.kept import Kept

OWN_FILE = "places.csv"
"""Name of a node's own list in its data folder."""
SHIPPED = Path(__file__).parent / "data" / "places.csv"

_log = structlog.get_logger(__name__)


class PlaceDirectory(PlaceLookup):
    """Places by name and official key.

    Reads its file at the first question. A node's own file takes precedence and is taken up, changed or
    deleted, without a restart; one that cannot be read is logged. Then comes the list that set-up made, if there is
    one, and then the shipped one, which knows the official keys of districts alone.
    """

    def __init__(self, own: Path | None, made: Path | None = None) -> None:
        self._own = own
        self._made = made
        self._kept = Kept[PlaceIndex]()

    def near(self, name: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return the places whose name may be meant by a misspelt one, at most two slips away; () for one they have.

        As in `find`, a word for the kind of place may stand beside the name, and places of that kind come first.
        """
        wanted = folded(name)
        misspelt = without_form(wanted)[0] or wanted
        meant = _speller(self._index()).correct(misspelt)
        return self.find(wanted.replace(misspelt, meant), limit) or self.find(meant, limit) if meant else ()

    def is_imitated_by(self, name: str) -> bool:
        """Tell whether a name that somebody gave themselves looks like that of a place and is none."""
        return _names_in(self._index()).imitated_by(name)

    def attributions(self) -> tuple[Attribution, ...]:
        """The sources of the list in use, to be named wherever it is shown."""
        return self._index().attributions

    def state(self) -> tuple[int, int] | None:
        """Name the list in use: another one whenever a node's own was changed."""
        if self._own is None:
            return None
        try:
            status = self._own.stat()
        except FileNotFoundError:
            return None
        except OSError:
            # Like no list that can be read: reading it fails once, which is logged, and the other list is used.
            return 0, 0
        return status.st_mtime_ns, status.st_size

    def _rows(self, query: str, values: Any = ()) -> list[tuple[Any, ...]]:
        return self._index().rows(query, values)

    def _index(self) -> PlaceIndex:
        # Reading the list takes a third of a second.
        return self._kept.get(self.state, self._read)

    def _read(self) -> PlaceIndex:
        own = self._own if self.state() else None
        try:
            return PlaceIndex.of(read_places(own)) if own else _coming_along(self._made)
        except (PlaceListInvalid, OSError) as error:
            # Nobody who looks for a place can mend this, and the other list serves them.
            _log.warning("places.unreadable", file=str(own), reason=repr(error))
            return _coming_along(self._made)


@lru_cache(maxsize=1)
def _speller(index: PlaceIndex) -> Speller:
    """Corrects names, of two that are equally near to that of the larger place."""
    people: dict[str, int] = {}
    for place in index:
        for name in filter(None, (place.name, place.also)):
            for spelling in (folded(name), bare_name(proper_name(name))):
                people[spelling] = max(people.get(spelling, 0), place.population or 0)
    return Speller(people)


@lru_cache(maxsize=1)
def _names_in(index: PlaceIndex) -> KnownNames:
    return KnownNames(name for place in index for name in (place.name, place.also) if name)


@cache
def _coming_along(made: Path | None) -> PlaceIndex:
    # It comes with the program and stays as it is while that runs.
    found = PlaceIndex.open(made) if made else None
    return PlaceIndex.of(read_places(SHIPPED)) if found is None else found
