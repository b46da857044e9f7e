# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who learned from whom: what records say that they took over, who took them over, and what municipalities answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.web.map.marks import Mark
from app.web.map.pins import Pin, Spot, pins, spot
from app.web.responses.use import users_of
from app.web.shell.access import services
from app.web.shell.choices import label
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """`learner` took over what `teacher` did, as told by the record `by`, or on the word of the learner alone.

    No list may know where they lie.
    """

    learner: Spot
    teacher: Spot
    by: Pin
    of: Pin
    how: str
    by_answer: bool = False

    @property
    def is_told_by_itself(self) -> bool:
        """Tell whether both ends are told by the same record."""
        return self.by.id == self.of.id and self.by.origin == self.of.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A line from whom one learned to who learned: the curve, and how many took it."""

    path: str
    tip: str
    number: int
    by_answer: bool


def learnings(found: Sequence[Pin]) -> list[Learning]:
    """Return what these records and the answers to them tell."""
    named = _named(found)
    learned = [one for pin in found for one in (*_from_records(pin, named), *_followed(pin), *_answered(pin))]
    return sorted(learned, key=lambda one: (one.teacher.words.casefold(), one.learner.words.casefold(), one.by.title))


def ends(found: Iterable[Learning]) -> Iterator[tuple[Spot, Pin]]:
    """Yield both places of everything that was learned, each with the record that tells of it."""
    for one in found:
        yield one.teacher, one.of
        yield one.learner, one.by


def _named(found: Iterable[Pin]) -> Mapping[str, Pin]:
    """Return the records that these name as what they learned from, whether they are among them or not."""
    names = dict.fromkeys(name for pin in found for _rel, name in pin.learned)
    entries = {name: entry for name in names if (entry := services().catalogue.named(name))}
    by_id = {(pin.origin, pin.id): pin for pin in pins(list(entries.values()))}
    return {name: pin for name, entry in entries.items() if (pin := by_id.get((entry.origin, entry.id)))}


def _from_records(pin: Pin, named: Mapping[str, Pin]) -> Iterator[Learning]:
    for rel, name in pin.learned:
        other = named.get(name)
        # What comes from nowhere, such as a product on the market, was not learned from a place.
        if other and other.spots and pin.spots and _first(other) != _first(pin):
            how = label("relation.rel", rel)
            yield Learning(learner=_first(pin), teacher=_first(other), by=pin, of=other, how=how)


def _followed(pin: Pin) -> Iterator[Learning]:
    for follower in pin.followers if pin.spots else ():
        if follower != _first(pin):
            yield Learning(learner=follower, teacher=_first(pin), by=pin, of=pin, how=_("takes it over"))


def _answered(pin: Pin) -> Iterator[Learning]:
    for one in users_of(pin.id, pin.origin) if pin.spots else ():
        learner = spot(one.place.name, one.place.state, one.place.ars)
        how = _("uses it too, as it says itself")
        yield Learning(learner=learner, teacher=_first(pin), by=pin, of=pin, how=how, by_answer=True)


def _first(pin: Pin) -> Spot:
    return (pin.placed or pin.spots)[0]


def ways(found: Iterable[Learning], places: Mapping[Spot, Mark]) -> tuple[Way, ...]:
    """Return a line for every two marks between which somebody learned; none within one mark."""
    numbers: dict[tuple[int, int, int, int, bool], int] = {}
    for one in found:
        start, end = places.get(one.teacher), places.get(one.learner)
        if start and end and start is not end:
            key = (start.x, start.y, end.x, end.y, one.by_answer)
            numbers[key] = numbers.get(key, 0) + 1
    return tuple(_way(key[:4], number, by_answer=key[4]) for key, number in numbers.items())


_BEND, _SHORTER, _TIP = 0.16, 27.0, 13.0


def _way(ends: tuple[int, int, int, int], number: int, *, by_answer: bool) -> Way:
    """Return a bent line that ends before its sign, so that two ways between the same places can be told apart."""
    x1, y1, x2, y2 = ends
    across, down = x2 - x1, y2 - y1
    bend_x, bend_y = (x1 + x2) / 2 - down * _BEND, (y1 + y2) / 2 + across * _BEND
    length = ((x2 - bend_x) ** 2 + (y2 - bend_y) ** 2) ** 0.5 or 1.0
    to_x, to_y = (x2 - bend_x) / length, (y2 - bend_y) / length
    end_x, end_y = x2 - to_x * _SHORTER, y2 - to_y * _SHORTER
    back_x, back_y = end_x - to_x * _TIP, end_y - to_y * _TIP
    side_x, side_y = -to_y * _TIP / 2, to_x * _TIP / 2
    corners = ((end_x, end_y), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y))
    return Way(
        path=f"M{x1} {y1}Q{bend_x:.0f} {bend_y:.0f} {back_x:.0f} {back_y:.0f}",
        tip=" ".join(f"{x:.0f},{y:.0f}" for x, y in corners),
        number=number,
        by_answer=by_answer,
    )
