"""The table of other nodes for moderators and operators: by state, those in trouble first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import request

from app.federation.harvest.models import Freshness, NodeState
from app.federation.harvest.service import NodeView
from app.web.network.contacts import contacts
from app.web.shell.access import services
from app.web.shell.wording import _

STATE = "zustand"


class Standing(StrEnum):
    """The state of a node, in the order of the table; the values are used in addresses."""

    TROUBLE = "probleme"
    PAUSED = "angehalten"
    BLOCKED = "gesperrt"
    FINE = "in-ordnung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The nodes to show, and the number of nodes in each state; `wanted` is the chosen state, "" for all."""

    views: tuple[NodeView, ...]
    counts: Mapping[str, int]
    wanted: str
    words: Mapping[str, str]


def standing(view: NodeView) -> Standing:
    """Return the state of a node; quarantined records count as trouble too."""
    node = view.node
    if node.state is NodeState.BLOCKED:
        return Standing.BLOCKED
    if node.failures or view.set_aside or is_silent(view):
        return Standing.TROUBLE
    return Standing.PAUSED if node.state is NodeState.PAUSED else Standing.FINE


def is_silent(view: NodeView) -> bool:
    """Return whether an active node has not confirmed its list in time."""
    fresh = view.node.freshness_at(services().clock())
    return view.node.state is NodeState.ACTIVE and fresh is not Freshness.CONFIRMED


def sites() -> Sites:
    """Return the nodes in the state given in the URL, those in trouble first."""
    all_states = tuple(Standing)
    known = {view.node.origin: standing(view) for view in contacts().values()}
    wanted = request.args.get(STATE, "")
    chosen = [view for view in contacts().values() if wanted in ("", known[view.node.origin])]
    chosen.sort(key=lambda view: (all_states.index(known[view.node.origin]), view.node.origin))
    words = {
        "": _("All"),
        Standing.TROUBLE: _("With troubles"),
        Standing.PAUSED: _("Paused"),
        Standing.BLOCKED: _("Blocked"),
        Standing.FINE: _("In order"),
    }
    return Sites(views=tuple(chosen), counts={"": len(known), **Counter(known.values())}, wanted=wanted, words=words)
