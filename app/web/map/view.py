"""What a page with a map shows: signs, the list beside that tells the same, and what could not be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from app.kickoff.places.map import HEIGHT, WIDTH, Outlines, outlines
from app.search.document import parts_of
from app.web.map.marks import NEAR, Mark, counted, marks
from app.web.map.pins import NO_OUTCOME, Pin, Spot, pins
from app.web.shell.access import services
from app.web.shell.wording import _, label, ngettext

MOST = 2000
"""Records on one map; of more, filters have to choose."""
STEP = 22
"""From one small sign to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A mark as it is drawn: where it leads, its words for those who do not see it, and its outcomes below it."""

    mark: Mark
    href: str
    words: str
    signs: tuple[tuple[str, int], ...]

    @property
    def number(self) -> str:
        """How many records it stands for, "" for a single one."""
        return str(len(self.mark.pins)) if self.mark.pins[1:] else ""


class MapView:
    """The records that a search found, by where they come from."""

    width, height, reach = WIDTH, HEIGHT, NEAR / 2

    def __init__(self, uids: Sequence[str]) -> None:
        visible = services().catalogue.visible()
        found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, uids[:MOST]))
        self.pins = pins([entry for entry in found if entry])
        self.left_out = max(0, len(uids) - MOST)

    @property
    def outlines(self) -> Outlines | None:
        """The outlines below the signs; None where set-up could not make them."""
        return outlines(services().settings.outlines_path)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The marks in the order of the list."""
        return marks((spot, pin) for pin in self.pins for spot in pin.placed)

    @property
    def is_drawn(self) -> bool:
        """Tell whether there is a map to show, and not the records in words alone."""
        return bool(self.signs)

    @cached_property
    def signs(self) -> tuple[Sign, ...]:
        """The marks as they are drawn."""
        return tuple(_sign(mark) for mark in self.marks)

    @property
    def regions(self) -> Iterator[tuple[str, list[Mark]]]:
        """Yield the marks by region."""
        for region, found in groupby(self.marks, lambda mark: mark.region):
            yield region, list(found)

    @cached_property
    def abroad(self) -> list[tuple[Spot, Pin]]:
        """The places that lie beside the map."""
        found = [(spot, pin) for pin in self.pins for spot in pin.spots if spot.is_abroad]
        return sorted(found, key=lambda one: (one[0].words.casefold(), one[1].title))

    @cached_property
    def placeless(self) -> list[Pin]:
        """The records that name no place, or none that the list of places knows."""
        without = (pin for pin in self.pins if not any(spot.x is not None or spot.is_abroad for spot in pin.spots))
        return sorted(without, key=lambda pin: pin.title.casefold())

    @property
    def legend(self) -> list[tuple[str, str, int]]:
        """Code, words and number of each outcome on the map."""
        return [(code, outcome_words(code), number) for code, number in counted(self._shown)]

    @cached_property
    def _shown(self) -> set[Pin]:
        return {pin for mark in self.marks for pin in mark.pins}

    @cached_property
    def words(self) -> str:
        """What the map shows, in a sentence."""
        places = len({spot for mark in self.marks for spot, _pin in mark.placed})
        found = ngettext("%(num)s record", "%(num)s records", len(self._shown))
        return ngettext("%(records)s at one place", "%(records)s at %(num)s places", places, records=found)


def outcome_words(code: str) -> str:
    """Return an outcome in words."""
    return _("without an outcome, such as solutions and concepts") if code == NO_OUTCOME else label("outcome", code)


def _sign(mark: Mark) -> Sign:
    first = mark.pins[0]
    if not mark.pins[1:]:
        place = mark.placed[0][0].words
        words = _("%(place)s: %(title)s – %(outcome)s", place=place, title=first.title, outcome=first.verdict)
        return Sign(mark=mark, href=first.href, words=words, signs=((first.outcome, 0),))
    told = "; ".join(f"{number} {outcome_words(code)}" for code, number in mark.counts)
    number = ngettext("%(num)s record", "%(num)s records", len(mark.pins))
    words = _("%(place)s: %(records)s (%(outcomes)s), in the list", place=mark.name, records=number, outcomes=told)
    left = STEP // 2 * (len(mark.counts) - 1)
    return Sign(
        mark=mark,
        href=f"#ort-{mark.number}",
        words=words,
        signs=tuple((code, STEP * place - left) for place, (code, _number) in enumerate(mark.counts)),
    )
