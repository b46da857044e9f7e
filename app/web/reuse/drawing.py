"""A chain as a small drawing, of which the words stand beside it too."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Chain, ChainLink, StepState
from app.web.reuse.answer import name_of
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow between two parties by their names in the picture; `step` gives kind, state, date and sources."""

    source: str
    target: str
    step: ChainLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`parties` in the order in which the chain reaches them, each under a name that it alone has."""

    parties: Mapping[str, Party]
    edges: tuple[Edge, ...]


def picture(chain: Chain) -> Picture:
    """Return the parties and arrows of a chain."""
    parties: dict[str, Party] = {}
    edges = []
    for step in chain.steps:
        ends = [f"{party.kind}:{party.key}" for party in (step.subject, step.object)]
        parties.setdefault(ends[0], step.subject)
        parties.setdefault(ends[1], step.object)
        edges.append(Edge(source=ends[0], target=ends[1], step=step))
    return Picture(parties=parties, edges=tuple(edges))


WIDTH, BOX, LANE = 340, 280, 26
LINE, PADDING, GAP = 18, 9, 46
LETTERS = 36
"""So many letters fit into a line of a box."""

_LABELS: Mapping[str, Callable[[], str]] = {
    "belongs_to": lambda: _("belongs to"),
    "join": lambda: _("joins"),
    "operate": lambda: _("orders from"),
    "offers": lambda: _("offers"),
    "eligible": lambda: _("may take part"),
    "licence_open": lambda: _("open licence"),
    "code_published": lambda: _("source code"),
    "contains": lambda: _("contains"),
    "maintained": lambda: _("maintains"),
    "serves": lambda: _("works for"),
    "listed": lambda: _("lists"),
    "award": lambda: _("buys from"),
}
_SIGNS = {StepState.KNOWN: "", StepState.OWN: "→", StepState.UNKNOWN: "?", StepState.CLOSED: "×"}


@dataclass(frozen=True, slots=True)
class PartyBox:
    """A party; `lines` are the baselines and texts of its name."""

    kind: str
    y: int
    height: int
    lines: tuple[tuple[int, str], ...]

    @property
    def middle(self) -> int:
        """The height of its centre."""
        return self.y + self.height // 2

    @property
    def end(self) -> int:
        """The height of its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Arrow:
    """A link: the path of its line, the corners of its tip, and its word at (x, y)."""

    path: str
    tip: str
    label: str
    x: int
    y: int
    state: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """`words` is what the drawing shows, for those who do not see it."""

    width: int
    height: int
    boxes: tuple[PartyBox, ...]
    arrows: tuple[Arrow, ...]
    words: str


def draw(found: Picture) -> Drawing:
    """Return the drawing of a chain, the place on top."""
    names = sorted(found.parties, key=lambda name: found.parties[name].kind is not PartyKind.PLACE)
    boxes = _boxes([found.parties[name] for name in names])
    order = {name: index for index, name in enumerate(names)}
    return Drawing(
        width=WIDTH,
        height=boxes[-1].end + 2 if boxes else 0,
        boxes=tuple(boxes),
        arrows=tuple(_arrows(found.edges, boxes, order)),
        words="; ".join(_in_words(edge.step) for edge in found.edges),
    )


def _boxes(parties: Sequence[Party]) -> list[PartyBox]:
    boxes: list[PartyBox] = []
    top = 2
    for party in parties:
        name = name_of(party).removeprefix("https://")
        lines = textwrap.wrap(name, LETTERS, max_lines=3, placeholder=" …") or [""]
        baselines = tuple((top + PADDING + LINE * place + 13, text) for place, text in enumerate(lines))
        boxes.append(PartyBox(party.kind, top, 2 * PADDING + LINE * len(lines), baselines))
        top = boxes[-1].end + GAP
    return boxes


def _arrows(edges: Sequence[Edge], boxes: Sequence[PartyBox], order: Mapping[str, int]) -> list[Arrow]:
    used: Counter[tuple[int, int]] = Counter()
    arrows = []
    for edge in edges:
        start, end = order[edge.source], order[edge.target]
        near = abs(start - end) == 1
        pair = (min(start, end), max(start, end)) if near else (-1, -1)
        draw_one = _straight if near else _around
        arrows.append(draw_one(boxes[start], boxes[end], edge.step, used[pair]))
        used[pair] += 1
    return arrows


def _straight(start: PartyBox, end: PartyBox, step: ChainLink, nth: int) -> Arrow:
    """Return an arrow between neighbours; a second one between the same stands beside the first."""
    x = 60 + 110 * nth
    down = start.y < end.y
    y1, y2 = (start.end, end.y) if down else (start.y, end.end)
    tip = y2 - 9 if down else y2 + 9
    return Arrow(
        path=f"M{x} {y1}V{tip}",
        tip=f"{x - 5},{tip} {x + 5},{tip} {x},{y2}",
        label=_label(step),
        x=x + 12,
        y=(y1 + y2) // 2 + 5,
        state=step.state,
    )


def _around(start: PartyBox, end: PartyBox, step: ChainLink, nth: int) -> Arrow:
    """Return an arrow past the boxes between, on the right of them."""
    x = BOX + LANE + 12 * nth
    y1, y2 = start.middle, end.middle
    return Arrow(
        path=f"M{BOX} {y1}H{x}V{y2}H{BOX + 9}",
        tip=f"{BOX + 9},{y2 - 5} {BOX + 9},{y2 + 5} {BOX},{y2}",
        label=_label(step),
        x=BOX - 90,
        y=start.end + GAP // 2 + 5 if y1 < y2 else end.end + GAP // 2 + 5,
        state=step.state,
    )


def _label(step: ChainLink) -> str:
    word = _LABELS[step.code]() if step.code in _LABELS else ""
    return f"{_SIGNS[step.state]} {word}".strip()


def _in_words(step: ChainLink) -> str:
    label = _LABELS[step.code]() if step.code in _LABELS else ""
    link = f"{name_of(step.subject)} – {label} → {name_of(step.object)}"
    match step.state:
        case StepState.KNOWN:
            return link
        case StepState.OWN:
            return _("%(link)s (up to you)", link=link)
        case StepState.UNKNOWN:
            return _("%(link)s (open)", link=link)
        case StepState.CLOSED:
            return _("%(link)s (closed)", link=link)
