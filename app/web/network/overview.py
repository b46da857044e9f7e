"""Who takes part in the network, for everybody: in a few sentences and a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template

from app.catalogue.models import OWN
from app.federation.harvest.models import Freshness, Node
from app.web.network.contacts import contacts
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.links import node_name
from app.web.shell.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLine:
    """A node whose records are shown here, and how many they are."""

    node: Node
    records: int

    @property
    def name(self) -> str:
        """What readers call it."""
        return node_name(self.node.origin)

    @property
    def records_in_words(self) -> str:
        """How many of its records are shown here."""
        return ngettext("%(num)s record", "%(num)s records", self.records)

    @property
    def confirmed(self) -> str:
        """When it last confirmed its list."""
        return confirmed(self.node)


def confirmed(node: Node) -> str:
    """Return in words when a node last confirmed its list."""
    at = node.confirmed_at
    if at is None:
        return _("not read yet")
    if node.freshness_at(services().clock()) is Freshness.CONFIRMED:
        return moment(at)
    return _("not confirmed since %(at)s", at=moment(at))


def node_lines(shown: Mapping[str, int]) -> tuple[NodeLine, ...]:
    """Return the nodes that are shown, by name; `shown` are records by node."""
    lines = [
        NodeLine(node=view.node, records=shown.get(origin, 0))
        for origin, view in contacts().items()
        if view.node.visible
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.node.origin)))


blueprint = Blueprint("network", __name__)


@blueprint.get("/netz")
def overview() -> str:
    """Show the nodes, since when each has confirmed what it publishes, and how to become a partner."""
    node = services()
    shown = node.catalogue.counts.by_origin(node.schemas.listed)
    lines, own = node_lines(shown), ngettext("%(num)s record", "%(num)s records", shown.get(OWN, 0))
    return render_template(
        "network/overview.html",
        lines=lines,
        total=sum(line.records for line in lines),
        own=own,
        contact=node.settings.operator_email,
    )
