# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of places a node works with: the one that comes with the program, or its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

import structlog

from app.kickoff.places.attribution import Attribution, attribution_of
from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.errors import PlaceListInvalid
from app.kickoff.places.index import PlaceIndex
from app.kickoff.places.table import read_places

OWN_FILE = "places.csv"
"""Name of a node's own list in its data folder."""
SHIPPED = Path(__file__).parent / "data" / "places.csv"

_log = structlog.get_logger(__name__)
_Stamp = tuple[int, int]


class PlaceDirectory:
    """Places by name and official key.

    Reads its file at the first question. A node's own file takes precedence and is taken up, changed or
    deleted, without a restart; one that cannot be read is logged and the shipped list used.
    """

    def __init__(self, own: Path | None) -> None:
        self._own = own
        self._lock = Lock()
        self._held: tuple[_Stamp | None, PlaceIndex] | None = None

    @classmethod
    def load(cls, own: Path | None = None) -> PlaceDirectory:
        """Return the directory; `own` is the node's own list, which need not exist."""
        return cls(own)

    def find(self, prefix: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return at most `limit` places whose name, or a word in it, begins with `prefix`.

        Case, umlauts, accents and punctuation make no difference, nor does a leading "Stadt" or "Landkreis". The exact
        name comes first, then names that begin so, then words; among these municipalities before their parts,
        larger places before smaller ones.
        """
        return self._index().find(prefix, limit)

    def get(self, ars: str) -> PlaceEntry | None:
        """Return the place with this official key (AGS, district key or ARS of 12 digits), or None."""
        return self._index().get(ars)

    def told_apart_by(self, entry: PlaceEntry) -> tuple[str, ...]:
        """Fields to show beside the name: () where it is unique, else some of state, within, near, population."""
        return self._index().told_apart_by(entry)

    def attributions(self) -> tuple[Attribution, ...]:
        """The sources of the list in use, to be named wherever it is shown."""
        return tuple(attribution_of(source, as_of or None) for source, as_of in self._index().sources)

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
        return status.st_mtime_ns, status.st_size

    def _read(self, stamp: _Stamp | None) -> PlaceIndex:
        if self._own is None or stamp is None:
            return _shipped()
        try:
            return PlaceIndex(read_places(self._own))
        except (PlaceListInvalid, OSError) as error:
            # Nobody who looks for a place can mend this, and the shipped list serves them.
            _log.warning("places.unreadable", file=str(self._own), reason=repr(error))
            return _shipped()


@cache
def _shipped() -> PlaceIndex:
    # It comes with the program and stays as it is while that runs.
    return PlaceIndex(read_places(SHIPPED))
