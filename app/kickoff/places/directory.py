"""The list of places in use: the node's own, the one created at set-up, or the shipped one."""

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
"""File name of a node's own list in its data folder."""
SHIPPED = Path(__file__).parent / "data" / "places.csv"

_log = structlog.get_logger(__name__)


class PlaceDirectory(PlaceLookup):
    """Places by name and official key.

    Reads its file at first use. A node's own file takes precedence, and its change or deletion takes effect without a
    restart; an unreadable one is logged. Next comes the list created at set-up, and then the shipped one, which has
    only the official keys of districts.
    """

    def __init__(self, own: Path | None, made: Path | None = None) -> None:
        self._own = own
        self._made = made
        self._kept = Kept[PlaceIndex]()

    def near(self, name: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return places within two typing errors of a misspelt name, that kind of place first; () for an exact name."""
        wanted = folded(name)
        misspelt = without_form(wanted)[0] or wanted
        meant = _speller(self._index()).correct(misspelt)
        return self.find(wanted.replace(misspelt, meant), limit) or self.find(meant, limit) if meant else ()

    def is_imitated_by(self, name: str) -> bool:
        """Return whether a self-chosen name looks like that of a place but is none."""
        return _names_in(self._index()).imitated_by(name)

    def attributions(self) -> tuple[Attribution, ...]:
        """Return the sources of the list in use, to be cited wherever it is shown."""
        return self._index().attributions

    def state(self) -> tuple[int, int] | None:
        """Return an identifier of the list in use, which changes with the node's own list."""
        if self._own is None:
            return None
        try:
            status = self._own.stat()
        except FileNotFoundError:
            return None
        except OSError:
            # Treat it as an unreadable list: reading fails once, which is logged, and the other list is used.
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
            # Readers cannot fix this, and the other list serves them.
            _log.warning("places.unreadable", file=str(own), reason=repr(error))
            return _coming_along(self._made)


@lru_cache(maxsize=1)
def _speller(index: PlaceIndex) -> Speller:
    """Return a speller for names; of two equally near names it prefers the larger place."""
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
    # The file belongs to the release and does not change while the program runs.
    found = PlaceIndex.open(made) if made else None
    return PlaceIndex.of(read_places(SHIPPED)) if found is None else found
