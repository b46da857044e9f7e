"""The nodes in the network, for readers."""

from flask import Blueprint, render_template

from app.catalogue.models import OWN
from app.federation.harvest.models import Freshness, Node
from app.web.network.contacts import contacts
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.links import node_name
from app.web.shell.wording import _, ngettext

blueprint = Blueprint("network", __name__)


def confirmed(node: Node) -> str:
    """Return in words when a node last confirmed its list."""
    at = node.confirmed_at
    if at is None:
        return _("not read yet")
    if node.freshness_at(services().clock()) is Freshness.CONFIRMED:
        return moment(at)
    return _("not confirmed since %(at)s", at=moment(at))


@blueprint.get("/netz")
def overview() -> str:
    """Show the nodes, when each last confirmed its list, and how to become a partner."""
    node = services()
    shown = node.catalogue.counts.by_origin(node.schemas.listed)
    visible = [view.node for view in contacts().values() if view.node.visible]
    visible.sort(key=lambda one: (node_name(one.origin).casefold(), one.origin))
    return render_template(
        "network/overview.html",
        nodes=[(one, shown.get(one.origin, 0)) for one in visible],
        own=ngettext("%(num)s record", "%(num)s records", shown.get(OWN, 0)),
        contact=node.settings.operator_email,
    )
