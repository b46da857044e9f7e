"""The nodes whose lists this node reads, looked up once per request."""

from collections.abc import Mapping

from flask import g

from app.federation.harvest.service import NodeView
from app.web.shell.access import services


def contacts() -> Mapping[str, NodeView]:
    """Return all known nodes by their short name."""
    if "contacts" not in g:
        g.contacts = {view.node.origin: view for view in services().harvest.views()}
    found: Mapping[str, NodeView] = g.contacts
    return found


def is_chosen(origin: str) -> bool:
    """Return whether a moderator or operator here added a node, as opposed to an association."""
    view = contacts().get(origin)
    return view is not None and view.node.association is None
