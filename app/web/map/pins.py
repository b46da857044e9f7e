"""Records as a map shows them: where they come from and what came of them, kept by version and language.

They are read before somebody asks for them, since the first reader would wait for every record.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from flask import Flask, copy_current_request_context, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.kickoff.offers import record_of
from app.kickoff.places.map import in_frame, projected
from app.records.five_lines.lines import leads
from app.records.recent import Recent
from app.records.record import Municipality
from app.shared.confinement import Background
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.routing import page_address
from app.web.shell.shown import titled
from app.web.shell.wording import _, label

CACHE_SIZE = 4096
"""Pins kept per process, each of about 1 KB."""
MAX_AT_ONCE = 50
"""Records that are read while their reader waits."""
NO_OUTCOME = "none"
"""Stands for the outcome of records that have none, such as solutions and concepts."""
OUTCOMES = ("success", "partial", "no_effect", "stopped", "too_early", "event", "unknown", NO_OUTCOME)
"""In the order of the legend."""
_OF_THEIR_OWN = frozenset({"district", "independent_city", "city_state", "state"})
_KEY = "enet.pins"

_Key = tuple[str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of a record. `x` and `y` lie in the frame of the map; they are None where no list knows the place.

    `district` is what it lies in, by name; places of one district come together where they are many.
    """

    name: str
    region: str
    state: str = ""
    district: str = ""
    x: float | None = None
    y: float | None = None
    is_abroad: bool = False

    @property
    def words(self) -> str:
        """Name and region, which is not told twice."""
        return self.name if self.region in ("", self.name) else f"{self.name}, {self.region}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pin:
    """A record with the places that lead in it.

    There is one pin of one version, so they need not be compared by what they say.
    """

    id: str
    origin: str
    href: str
    title: str
    lang: str
    outcome: str
    verdict: str
    spots: tuple[Spot, ...]

    @property
    def placed(self) -> tuple[Spot, ...]:
        """The places that can be shown."""
        return tuple(spot for spot in self.spots if spot.x is not None)


def pins(entries: Sequence[CatalogueEntry]) -> list[Pin]:
    """Return the records that can be read, in their order; raises StillReading where reading them takes long."""
    kept, reading = _kept()
    # The operator can put in another list of places at any time.
    around = current_language(), request.root_path, hash(services().places.attributions())
    keyed = [(entry, (entry.digest, entry.origin, entry.kind, entry.slug, *around)) for entry in entries]
    missing = {entry: key for entry, key in keyed if key not in kept}

    def every() -> list[Pin]:
        for entry in services().catalogue.in_turn(missing):
            kept.put(missing[entry], _pin(entry))
        found = (kept.get(key, partial(_pin, entry)) for entry, key in keyed)
        return [pin for pin in found if pin is not None]

    if len(missing) <= MAX_AT_ONCE:
        return every()
    return reading.call(tuple(keyed), copy_current_request_context(every))


def _kept() -> tuple[Recent[_Key, Pin | None], Background[list[Pin]]]:
    found: tuple[Recent[_Key, Pin | None], Background[list[Pin]]]
    found = current_app.extensions.setdefault(_KEY, (Recent(CACHE_SIZE), Background("map")))
    return found


def _pin(entry: CatalogueEntry) -> Pin | None:
    record = record_of(services().catalogue, entry)
    if record is None:
        # One damaged record must not take the map from all others; `erfahrungsnetz doctor` names it.
        return None
    title, outcome = titled(record), record.data.get("outcome")
    code = outcome if isinstance(outcome, str) else NO_OUTCOME
    verdict = label("kind", record.kind) if code == NO_OUTCOME else label("outcome", code)
    if record.origin:
        verdict = _("%(place)s · Origin: %(site)s", place=verdict, site=record.origin)
    # Another node may have a newer schema than this one.
    code = code if code in OUTCOMES else "unknown"
    return Pin(
        id=record.id,
        origin=record.origin,
        href=page_address(entry),
        title=title.text,
        lang=title.lang,
        outcome=code,
        verdict=verdict,
        spots=tuple(dict.fromkeys(_spot(town) for town in leads(record))),
    )


def _spot(town: Municipality) -> Spot:
    region = town.lies_in
    words = region.words(services().schemas, current_language())
    if region.is_abroad:
        return Spot(name=town.name, region=words, is_abroad=True)
    unplaced = Spot(name=town.name, region=words, state=town.state)
    known = services().places.known(town.name, town.state, town.kind, town.ars)
    if known is None or known.latitude is None or known.longitude is None:
        return unplaced
    x, y = projected(known.latitude, known.longitude)
    district = known.name if known.kind in _OF_THEIR_OWN else known.within or known.name
    return replace(unplaced, district=district, x=x, y=y) if in_frame(x, y) else unplaced


BATCH_SIZE = 10
"""Records read ahead at a time; after each of them others come first for as long as it took."""
MAX_READ_AHEAD = 500
"""Up to this number of records all are read within seconds."""
NAME = "warming"
_Answer = TypeVar("_Answer", bound=BaseResponse)


def warm_up(app: Flask) -> None:
    """Read all pins in the background, after the first page in a language that the process answers and each change."""
    background, warm = Background[None](NAME), dict[tuple[str, str], int]()

    def follow(answer: _Answer) -> _Answer:
        if answer.status_code == 200 and answer.mimetype == "text/html":
            key, seq = (current_language(), request.root_path), services().catalogue.last_seq()
            if warm.get(key) != seq and background.begin(key, copy_current_request_context(_read_all)):
                warm[key] = seq
        return answer

    app.after_request(follow)


def _read_all() -> None:
    node = services()
    listed = [entry for entry in reversed(node.catalogue.heads()) if node.schemas.kind(entry.kind).listed]
    if len(listed) > MAX_READ_AHEAD:
        # Readers of other pages would wait for what few ask for.
        return
    for first in range(0, len(listed), BATCH_SIZE):
        begun = time.perf_counter()
        pins(listed[first : first + BATCH_SIZE])
        time.sleep(time.perf_counter() - begun)
    node.reuse.network()
