"""The list of places a node works with: its own, the one that set-up made, or the one that comes with the program."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import structlog

from app.kickoff.places.index import PlaceIndex
from app.kickoff.places.names import bare_name, folded, proper_name, without_form
from app.kickoff.places.table import Attribution, PlaceEntry, PlaceListInvalid, attribution_of, read_places
from app.records.look_alike import KnownNames
from app.search.spelling import Speller

OWN_FILE = "places.csv"
"""Name of a node's own list in its data folder."""
SHIPPED = Path(__file__).parent / "data" / "places.csv"

_log = structlog.get_logger(__name__)
_Stamp = tuple[int, int]


class PlaceDirectory:
    """Places by name and official key.

    Reads its file at the first question. A node's own file takes precedence and is taken up, changed or
    deleted, without a restart; one that cannot be read is logged. Then comes the list that set-up made, if there is
    one, and then the shipped one, which knows the official keys of districts alone.
    """

    def __init__(self, own: Path | None, made: Path | None = None) -> None:
        self._own = own
        self._made = made
        self._lock = Lock()
        self._held: tuple[_Stamp | None, PlaceIndex] | None = None

    def find(self, prefix: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return at most `limit` places whose name, or a word in it, begins with `prefix`.

        Case, umlauts, accents and punctuation make no difference, nor does a word for the kind of place beside the
        name, such as "Stadt", "Lkr." or "VG". Places called so come first, also with an addition ("Neustadt (Hessen)"),
        then names that begin so, then words; among these municipalities before their parts, larger places before
        smaller ones.
        """
        return self._index().find(prefix, limit)

    def near(self, name: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return the places whose name may be meant by a misspelt one, at most two slips away; () for one they have.

        As in `find`, a word for the kind of place may stand beside the name, and places of that kind come first.
        """
        index, wanted = self._index(), folded(name)
        misspelt = without_form(wanted)[0] or wanted
        meant = _speller(index).correct(misspelt)
        return index.find(wanted.replace(misspelt, meant), limit) or index.find(meant, limit) if meant else ()

    def meant(self, name: str) -> PlaceEntry | None:
        """Return the only place that somebody can mean by a name, None where there is none or a choice to make."""
        return self._index().meant(name)

    def likeliest(self, name: str) -> PlaceEntry | None:
        """Return the city that is surely meant beside much smaller places of its name, None where one has to ask.

        It is for readers alone, who are told which one was taken: whoever speaks for a place says which one it is.
        """
        return self._index().likeliest(name)

    def known(self, name: str, state: str, kind: str, ars: str | None = None) -> PlaceEntry | None:
        """Return what the list knows of a place as records name it, with its inhabitants and their date.

        The official key decides where there is one and the list knows it; else name, state and kind have to fit one
        place alone.
        """
        found = self.get(ars) if ars else None
        return found or self._index().known(name, state, kind)

    def has_namesakes(self, name: str, state: str) -> bool:
        """Tell whether several municipalities, districts or associations in a state are called so."""
        return self._index().has_namesakes(name, state)

    def get(self, ars: str) -> PlaceEntry | None:
        """Return the place with this official key (AGS, district key or ARS of 12 digits), or None."""
        return self._index().get(ars)

    def told_apart_by(self, entry: PlaceEntry) -> tuple[str, ...]:
        """Fields to show beside the name: () where it is unique, else some of state, within, near, population."""
        return self._index().told_apart_by(entry)

    def is_imitated_by(self, name: str) -> bool:
        """Tell whether a name that somebody gave themselves looks like that of a place and is none."""
        return _names_in(self._index()).imitated_by(name)

    def attributions(self) -> tuple[Attribution, ...]:
        """The sources of the list in use, to be named wherever it is shown."""
        return _attributions(self._index().sources)

    def state(self) -> Hashable:
        """Name the list in use: another one whenever a node's own was changed."""
        return self._stamp()

    def __len__(self) -> int:
        return len(self._index())

    def _index(self) -> PlaceIndex:
        stamp = self._stamp()
        held = self._held
        if held is None or held[0] != stamp:
            with self._lock:
                held = self._held
                if held is None or held[0] != stamp:
                    held = self._held = (stamp, self._read(stamp))
        return held[1]

    def _stamp(self) -> _Stamp | None:
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

    def _read(self, stamp: _Stamp | None) -> PlaceIndex:
        if self._own is None or stamp is None:
            return _coming_along(self._made)
        try:
            return PlaceIndex.of(read_places(self._own))
        except (PlaceListInvalid, OSError) as error:
            # Nobody who looks for a place can mend this, and the other list serves them.
            _log.warning("places.unreadable", file=str(self._own), reason=repr(error))
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


@lru_cache(8)
def _attributions(sources: tuple[tuple[str, str], ...]) -> tuple[Attribution, ...]:
    # Each page of records asks for them, since they tell one list from the next.
    return tuple(attribution_of(source, as_of or None) for source, as_of in sources)
