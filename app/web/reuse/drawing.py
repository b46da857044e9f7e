"""A chain as a small drawing, of which the words stand beside it too."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Chain, ChainLink, StepState
from app.shared.wording import N_
from app.web.reuse.answer import name_of
from app.web.shell.wording import _


def picture(chain: Chain) -> tuple[dict[str, Party], list[tuple[str, str, ChainLink]]]:
    """Return the parties of a chain in its order, each under a name that it alone has, and the links between them."""
    parties: dict[str, Party] = {}
    links = []
    for step in chain.steps:
        subject, object_ = (f"{party.kind}:{party.key}" for party in (step.subject, step.object))
        parties.setdefault(subject, step.subject)
        parties.setdefault(object_, step.object)
        links.append((subject, object_, step))
    return parties, links


WIDTH, BOX, LANE = 340, 280, 26
LINE, PADDING, GAP = 18, 9, 46
MAX_LETTERS = 36
"""In a line of a box."""

_LABELS = {
    "belongs_to": N_("belongs to"),
    "join": N_("joins"),
    "operate": N_("orders from"),
    "offers": N_("offers"),
    "eligible": N_("may take part"),
    "licence_open": N_("open licence"),
    "code_published": N_("source code"),
    "contains": N_("contains"),
    "maintained": N_("maintains"),
    "serves": N_("works for"),
    "listed": N_("lists"),
    "award": N_("buys from"),
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


def chain_drawing(chain: Chain) -> Drawing:
    """Return the drawing of a chain, the place on top."""
    parties, links = picture(chain)
    names = sorted(parties, key=lambda name: parties[name].kind is not PartyKind.PLACE)
    boxes = _boxes([parties[name] for name in names])
    used: Counter[tuple[int, int]] = Counter()
    arrows = []
    for subject, object_, step in links:
        start, end = names.index(subject), names.index(object_)
        near = abs(start - end) == 1
        pair = (min(start, end), max(start, end)) if near else (-1, -1)
        arrows.append((_straight if near else _around)(boxes[start], boxes[end], step, used[pair]))
        used[pair] += 1
    return Drawing(
        width=WIDTH,
        height=boxes[-1].end + 2 if boxes else 0,
        boxes=tuple(boxes),
        arrows=tuple(arrows),
        words="; ".join(_in_words(step) for _subject, _object, step in links),
    )


def _boxes(parties: Sequence[Party]) -> list[PartyBox]:
    boxes: list[PartyBox] = []
    top = 2
    for party in parties:
        name = name_of(party).removeprefix("https://")
        lines = textwrap.wrap(name, MAX_LETTERS, max_lines=3, placeholder=" …") or [""]
        baselines = tuple((top + PADDING + LINE * place + 13, text) for place, text in enumerate(lines))
        boxes.append(PartyBox(party.kind, top, 2 * PADDING + LINE * len(lines), baselines))
        top = boxes[-1].end + GAP
    return boxes


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
    return f"{_SIGNS[step.state]} {_(_LABELS[step.code])}".strip()


def _in_words(step: ChainLink) -> str:
    link = f"{name_of(step.subject)} – {_(_LABELS[step.code])} → {name_of(step.object)}"
    match step.state:
        case StepState.KNOWN:
            return link
        case StepState.OWN:
            return _("%(link)s (up to you)", link=link)
        case StepState.UNKNOWN:
            return _("%(link)s (open)", link=link)
        case StepState.CLOSED:
            return _("%(link)s (closed)", link=link)
