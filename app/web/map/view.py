"""The map of the whole site and of a search: markers, and a list with the same content.

Records are read in advance, since otherwise the first reader would wait for all of them; they are cached by version and
language. One marker stands for the records of one district, and for those too close to distinguish.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Flask, copy_current_request_context, current_app, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.kickoff.offers import record_of
from app.kickoff.places.map import HEIGHT, WIDTH, in_frame, outlines, projected
from app.records.five_lines.lines import leads
from app.records.record import Municipality
from app.search.document import parts_of
from app.shared.confinement import Background, StillReading
from app.shared.kept import Recent
from app.web.kickoff.situation import read_kickoff
from app.web.search.page import MAX_ON_MAP, map_page
from app.web.search.question import MAP, read_question
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.routing import page_address
from app.web.shell.shown import titled
from app.web.shell.wording import _, label, ngettext

blueprint = Blueprint("map", __name__)

CACHE_SIZE = 4096
"""Pins cached per process, each of about 1 KB."""
MAX_AT_ONCE = 50
"""Records read while the reader waits."""
NO_OUTCOME = "none"
"""Code for records without an outcome, such as solutions and concepts."""
OUTCOMES = ("success", "partial", "no_effect", "stopped", "too_early", "event", "unknown", NO_OUTCOME)
"""In the order of the legend."""
_OF_THEIR_OWN = frozenset({"district", "independent_city", "city_state", "state"})
_KEY = "enet.pins"

_Key = tuple[str, str, str, str, str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of a record. `x` and `y` are in the frame of the map; None if no list has the place.

    `district` is the name of its district; places of one district share a marker if there are many.
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
        """Return name and region, without repeating one in the other."""
        return self.name if self.region in ("", self.name) else f"{self.name}, {self.region}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pin:
    """A record with its leading places; compared by identity, since there is one pin per version."""

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
        """Return the places that can be shown."""
        return tuple(spot for spot in self.spots if spot.x is not None)


def pins(entries: Sequence[CatalogueEntry], *, wait: bool = True) -> list[Pin]:
    """Return the readable records in order; raises StillReading if reading them takes long, at once without `wait`."""
    kept: Recent[_Key, Pin | None]
    reading: Background[list[Pin]]
    kept, reading = current_app.extensions.setdefault(_KEY, (Recent(CACHE_SIZE), Background("map")))
    # The operator can replace the list of places at any time.
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
    if not wait:
        raise StillReading(1)
    return reading.call(tuple(keyed), copy_current_request_context(every))


def _pin(entry: CatalogueEntry) -> Pin | None:
    record = record_of(services().catalogue, entry)
    if record is None:
        # Show the map without a damaged record; `erfahrungsnetz doctor` names it.
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
"""Records read in advance at a time; after each batch it pauses for as long as that took."""
MAX_READ_AHEAD = 500
"""Up to this number all records are read within seconds."""
NAME = "warming"
_Answer = TypeVar("_Answer", bound=BaseResponse)


def warm_up(app: Flask) -> None:
    """Read all pins in the background, after the process's first page in a language and after each change."""
    background, warm = Background[None](NAME), dict[tuple[str, str], int]()

    def follow(answer: _Answer) -> _Answer:
        if answer.status_code == 200 and answer.mimetype == "text/html":
            key, seq = (current_language(), request.root_path), services().catalogue.last_seq()
            if warm.get(key) != seq and background.start(key, copy_current_request_context(_read_all))[1]:
                warm[key] = seq
        return answer

    app.after_request(follow)


def _read_all() -> None:
    node = services()
    listed = [entry for entry in reversed(node.catalogue.heads()) if node.schemas.kind(entry.kind).listed]
    if len(listed) > MAX_READ_AHEAD:
        # Readers of other pages would wait for a page that few request.
        return
    for first in range(0, len(listed), BATCH_SIZE):
        begun = time.perf_counter()
        pins(listed[first : first + BATCH_SIZE])
        time.sleep(time.perf_counter() - begun)
    node.reuse.network()


SIGN_STEP = 22
"""Units of the frame between two small signs."""
NEAR = 57.0
"""Units of the frame; on a telephone the width that a finger needs (24 pixels)."""
Placed = tuple[Spot, Pin]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A marker on the map: one record, or several with their number. `counts` is the number by outcome.

    `pins` are the records of `placed`, each once.
    """

    number: int
    x: int
    y: int
    name: str
    region: str
    placed: tuple[Placed, ...]
    pins: tuple[Pin, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def href(self) -> str:
        """Return the URL of the record, or of the place in the list if there are several."""
        return f"#ort-{self.number}" if self.pins[1:] else self.pins[0].href

    @property
    def words(self) -> str:
        """Return the marker in words, for screen readers."""
        if not self.pins[1:]:
            place, pin = self.placed[0][0].words, self.pins[0]
            return _("%(place)s: %(title)s – %(outcome)s", place=place, title=pin.title, outcome=pin.verdict)
        told = "; ".join(f"{number} {outcome_words(code)}" for code, number in self.counts)
        records = ngettext("%(num)s record", "%(num)s records", len(self.pins))
        return _("%(place)s: %(records)s (%(outcomes)s), in the list", place=self.name, records=records, outcomes=told)

    @property
    def signs(self) -> list[tuple[str, int]]:
        """Return its outcomes, each with its distance from the middle."""
        left = SIGN_STEP // 2 * (len(self.counts) - 1)
        return [(code, SIGN_STEP * place - left) for place, (code, _number) in enumerate(self.counts)]

    @property
    def towns(self) -> Iterator[tuple[Spot, list[Pin]]]:
        """Yield each place with its records."""
        for spot, found in groupby(self.placed, lambda one: one[0]):
            yield spot, [pin for _spot, pin in found]


@dataclass(slots=True)
class _Heap:
    x: float
    y: float
    name: str
    region: str
    placed: list[Placed]
    joined: bool = False


def marks(placed: Iterable[Placed]) -> tuple[Mark, ...]:
    """Return the markers by region and name, the order of the list and of keyboard navigation."""
    heaps = sorted(_together(_by_district(placed)), key=lambda heap: (heap.region.casefold(), heap.name.casefold()))
    return tuple(_mark(number, heap) for number, heap in enumerate(heaps, 1))


def counted(pins: Iterable[Pin]) -> tuple[tuple[str, int], ...]:
    """Return the number of records by outcome, in the order of the legend, without zeros."""
    found = Counter(pin.outcome for pin in pins)
    return tuple((code, found[code]) for code in OUTCOMES if found[code])


def _by_district(found: Iterable[Placed]) -> Iterator[_Heap]:
    districts: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for spot, pin in dict.fromkeys(found):
        if spot.x is not None:
            districts[spot.state, spot.district].append((spot, pin))
    for (_state, district), placed in districts.items():
        spots = {spot for spot, _pin in placed}
        x, y = (sum(parts) / len(spots) for parts in zip(*((spot.x or 0, spot.y or 0) for spot in spots), strict=True))
        yield _Heap(x, y, next(iter(spots)).name if len(spots) == 1 else district, placed[0][0].region, placed)


def _together(heaps: Iterable[_Heap]) -> list[_Heap]:
    """Merge groups too close to a larger one; only the grid cells around each are checked."""
    fields: defaultdict[tuple[int, int], list[_Heap]] = defaultdict(list)
    kept: list[_Heap] = []
    for heap in sorted(heaps, key=lambda heap: (-len(heap.placed), heap.x, heap.y)):
        column, row = int(heap.x // NEAR), int(heap.y // NEAR)
        around = (one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in fields[column + dx, row + dy])
        near = min(around, key=lambda one: _apart(one, heap), default=None)
        if near is not None and _apart(near, heap) < NEAR:
            near.placed += heap.placed
            near.joined = True
        else:
            fields[column, row].append(heap)
            kept.append(heap)
    return kept


def _apart(one: _Heap, other: _Heap) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def _mark(number: int, heap: _Heap) -> Mark:
    placed = sorted(heap.placed, key=lambda one: (one[0].words.casefold(), one[1].title.casefold()))
    pins = tuple(dict.fromkeys(pin for _spot, pin in placed))
    return Mark(
        number=number,
        x=round(heap.x),
        y=round(heap.y),
        name=_("%(place)s and surroundings", place=heap.name) if heap.joined else heap.name,
        region=heap.region,
        placed=tuple(placed),
        pins=pins,
        counts=counted(pins),
    )


@blueprint.app_template_global("map_view")
class MapView:
    """The records found by a search, by place.

    `marks` are in the order of the list; without any there is no map, only words. `abroad` are places outside the map,
    `placeless` the records without a place in the list of places. `words` describe the map in a sentence.
    """

    width, height, reach = WIDTH, HEIGHT, NEAR / 2

    def __init__(self, uids: Sequence[str], *, wait: bool = True) -> None:
        visible = services().catalogue.visible()
        found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, uids[:MAX_ON_MAP]))
        self.pins = pins([entry for entry in found if entry], wait=wait)
        self.left_out = max(0, len(uids) - MAX_ON_MAP)
        # None if set-up could not create them.
        self.outlines = outlines(services().settings.outlines_path)
        self.marks = marks((spot, pin) for pin in self.pins for spot in pin.placed)
        self.regions = [(region, list(found)) for region, found in groupby(self.marks, lambda mark: mark.region)]
        abroad = [(spot, pin) for pin in self.pins for spot in pin.spots if spot.is_abroad]
        self.abroad = sorted(abroad, key=lambda one: (one[0].words.casefold(), one[1].title))
        without = (pin for pin in self.pins if not any(spot.x is not None or spot.is_abroad for spot in pin.spots))
        self.placeless = sorted(without, key=lambda pin: pin.title.casefold())
        shown = {pin for mark in self.marks for pin in mark.pins}
        self.legend = [(code, outcome_words(code), number) for code, number in counted(shown)]
        places = len({spot for mark in self.marks for spot, _pin in mark.placed})
        records = ngettext("%(num)s record", "%(num)s records", len(shown))
        self.words = ngettext("%(records)s at one place", "%(records)s at %(num)s places", places, records=records)


@blueprint.app_template_global()
def map_picture(uids: Sequence[str]) -> MapView | None:
    """Return the map; None while records are being read, and then the page is not cached."""
    try:
        return MapView(uids, wait=False)
    except StillReading:
        page_cache.keep_private()
        return None


def outcome_words(code: str) -> str:
    """Return an outcome in words."""
    return _("without an outcome, such as solutions and concepts") if code == NO_OUTCOME else label("outcome", code)


@blueprint.get("/karte")
def whole() -> str | BaseResponse:
    """Show the places of all records; to filter them, readers use the search."""
    if request.args:
        narrowed = [(key, value) for key, value in request.args.items(multi=True) if key != "ansicht"]
        return redirect(f"{url_for('search.results')}?{urlencode([*narrowed, ('ansicht', MAP)])}")
    nothing: MultiDict[str, str] = MultiDict()
    return map_page(replace(read_question(nothing), view=MAP), read_kickoff(nothing))
