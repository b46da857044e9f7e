"""A chain as a small drawing, of which the words stand beside it too."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

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


Box = tuple[Party, int, int, list[str]]
"""A party with the heights of its upper and lower edge, and the lines of its name."""


def chain_drawing(chain: Chain) -> dict[str, object]:
    """Return the drawing of a chain, the place on top, and what it shows in words for those who do not see it."""
    parties, links = picture(chain)
    names = sorted(parties, key=lambda name: parties[name].kind is not PartyKind.PLACE)
    boxes = _boxes([parties[name] for name in names])
    used: Counter[tuple[int, int]] = Counter()
    arrows = []
    for subject, object_, step in links:
        start, end = names.index(subject), names.index(object_)
        near = abs(start - end) == 1
        pair = (min(start, end), max(start, end)) if near else (-1, -1)
        path, tip, x, y = (_straight if near else _around)(boxes[start], boxes[end], used[pair])
        label = f"{_SIGNS[step.state]} {_(_LABELS[step.code])}".strip()
        arrows.append({"path": path, "tip": tip, "label": label, "x": x, "y": y, "state": step.state})
        used[pair] += 1
    return {
        "width": WIDTH,
        "height": boxes[-1][2] + 2 if boxes else 0,
        "boxes": [
            {
                "kind": party.kind,
                "y": top,
                "height": end - top,
                "lines": [(top + PADDING + LINE * place + 13, text) for place, text in enumerate(lines)],
            }
            for party, top, end, lines in boxes
        ],
        "arrows": arrows,
        "words": "; ".join(_in_words(step) for _subject, _object, step in links),
    }


def _boxes(parties: Sequence[Party]) -> list[Box]:
    boxes: list[Box] = []
    top = 2
    for party in parties:
        name = name_of(party).removeprefix("https://")
        lines = textwrap.wrap(name, MAX_LETTERS, max_lines=3, placeholder=" …") or [""]
        end = top + 2 * PADDING + LINE * len(lines)
        boxes.append((party, top, end, lines))
        top = end + GAP
    return boxes


def _straight(start: Box, end: Box, nth: int) -> tuple[str, str, int, int]:
    """Return path, tip and place of the word of an arrow between neighbours; a second one stands beside the first."""
    x = 60 + 110 * nth
    down = start[1] < end[1]
    y1, y2 = (start[2], end[1]) if down else (start[1], end[2])
    tip = y2 - 9 if down else y2 + 9
    return f"M{x} {y1}V{tip}", f"{x - 5},{tip} {x + 5},{tip} {x},{y2}", x + 12, (y1 + y2) // 2 + 5


def _around(start: Box, end: Box, nth: int) -> tuple[str, str, int, int]:
    """Return the same of an arrow past the boxes between, on the right of them."""
    x = BOX + LANE + 12 * nth
    y1, y2 = (top + (lower - top) // 2 for _party, top, lower, _lines in (start, end))
    tip = f"{BOX + 9},{y2 - 5} {BOX + 9},{y2 + 5} {BOX},{y2}"
    return f"M{BOX} {y1}H{x}V{y2}H{BOX + 9}", tip, BOX - 90, min(start, end, key=lambda box: box[1])[2] + GAP // 2 + 5


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
