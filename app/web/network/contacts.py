"""The nodes whose lists this one reads, as pages need them: asked for once in a request."""

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


def contact_of(origin: str) -> NodeView | None:
    """Return what is known of one node."""
    return contacts().get(origin)


def is_chosen(origin: str) -> bool:
    """Tell whether somebody here has chosen a node, which is more than what an association says."""
    view = contact_of(origin)
    return view is not None and view.node.association is None
