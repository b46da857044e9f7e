"""Who exchanges what with this node, for everybody: in a table and in a small drawing."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from app.catalogue.models import OWN
from app.federation.harvest.models import Audit, PeerState
from app.federation.keys import KeyRole
from app.web.network.contacts import Contact, contacts
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.links import node_name
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLine:
    """A node that is seen here, and how many of its records are shown."""

    contact: Contact
    records: int

    @property
    def name(self) -> str:
        """What readers call it."""
        return node_name(self.contact.origin)

    @property
    def works(self) -> bool:
        """Tell whether it was reached last time."""
        return self.contact.unreachable_since is None

    @property
    def records_in_words(self) -> str:
        """How many of its records are shown here."""
        return ngettext("%(num)s record", "%(num)s records", self.records)

    @property
    def role(self) -> str:
        """What it is to this node."""
        peer, through = self.contact.peer, self.contact.through
        if peer is None:
            return _("known through %(site)s", site=node_name(through)) if through else _("known")
        if peer.state is not PeerState.ACTIVE:
            return _("partner, paused: nothing is fetched at the moment")
        return _("partner that also passes on what others publish") if peer.hub else _("partner")

    @property
    def fresh(self) -> str:
        """When it was last heard of."""
        since, heard = self.contact.unreachable_since, self.contact.heard_at
        if since:
            return _("not reached since %(at)s", at=moment(since))
        return moment(heard) if heard else _("not reached yet")


def node_lines(shown: Mapping[str, int]) -> tuple[NodeLine, ...]:
    """Return the partners, each followed by the nodes that it made known; `shown` are records by node."""
    lines = [
        NodeLine(contact=contact, records=shown.get(origin, 0))
        for origin, contact in contacts().items()
        if not contact.blocked
    ]
    lines.sort(key=lambda line: (line.name.casefold(), line.contact.origin))
    known = {line.contact.origin for line in lines}
    roots = [line for line in lines if line.contact.through not in known]
    below = {origin: [line for line in lines if line.contact.through == origin] for origin in known}
    return tuple(line for root in roots for line in (root, *below[root.contact.origin]))


def audit_words(contact: Contact) -> str:
    """Return in words how what is held of a node compares with what it says it has published."""
    state = contact.issuer.audit if contact.issuer else Audit.UNKNOWN
    return {
        Audit.OK: _("complete and up to date"),
        Audit.BEHIND: _("something is still missing and will be fetched"),
        Audit.MISMATCH: _("something held here contradicts what the origin says"),
        Audit.UNKNOWN: _("not compared yet"),
    }[state]


WIDTH, INDENT = 340, 22
HEIGHT, GAP = 50, 14
LETTERS = 36
MOST = 12
"""Nodes drawn; the table has all of them."""


@dataclass(frozen=True, slots=True)
class NodeBox:
    """A node: its place, and two lines of text. `works` is False for one that cannot be reached."""

    x: int
    y: int
    width: int
    name: str
    note: str
    works: bool


@dataclass(frozen=True, slots=True)
class NodePicture:
    """`lines` are paths from a box to the one above it, each with whether that node can be reached."""

    width: int
    height: int
    boxes: tuple[NodeBox, ...]
    lines: tuple[tuple[str, bool], ...]
    words: str
    left_out: int


def draw(site: str, own: str, nodes: Sequence[NodeLine]) -> NodePicture:
    """Return the drawing of this site, whose records are `own` in words, with the nodes around it."""
    top = NodeBox(2, 2, WIDTH - 4, _fitting(site, 0), own, True)
    boxes, lines, above = [top], [], {"": top}
    for line in nodes[:MOST]:
        parent = above.get(line.contact.through, top)
        x, y = parent.x + INDENT, boxes[-1].y + HEIGHT + GAP
        note = line.records_in_words if line.works else _("%(records)s, not reached", records=line.records_in_words)
        box = NodeBox(x, y, WIDTH - 2 - x, _fitting(line.name, x // 8), note, line.works)
        lines.append((f"M{x} {y + HEIGHT // 2}H{parent.x + INDENT // 2}V{parent.y + HEIGHT}", line.works))
        boxes.append(box)
        above[line.contact.origin] = box
    return NodePicture(
        width=WIDTH,
        height=boxes[-1].y + HEIGHT + 2,
        boxes=tuple(boxes),
        lines=tuple(lines),
        words="; ".join(f"{line.name}: {line.records_in_words}, {line.fresh}" for line in nodes[:MOST]),
        left_out=max(0, len(nodes) - MOST),
    )


def _fitting(text: str, less: int) -> str:
    return textwrap.shorten(text, LETTERS - less, placeholder=" …") if " " in text else text[: LETTERS - less]


blueprint = Blueprint("network", __name__)
blueprint.add_app_template_filter(audit_words)


@blueprint.get("/netz")
def overview() -> str:
    """Show the nodes, how fresh what is held of them is, and how to become a partner."""
    node = services()
    shown = node.catalogue.counts.by_origin(node.schemas.listed)
    lines, own = node_lines(shown), ngettext("%(num)s record", "%(num)s records", shown.get(OWN, 0))
    key = node.federation.keys.ring(KeyRole.FEDERATION).signer(node.clock()).kid
    return render_template(
        "network/overview.html",
        lines=lines,
        picture=draw(node.settings.name, own, lines),
        total=sum(line.records for line in lines),
        own=own,
        address=node.settings.issuer,
        contact=node.settings.operator_email,
        key=key,
    )
