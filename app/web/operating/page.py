"""The operator's page: what needs somebody, and the partners. Figures stand at `/metrics`, proofs in `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template

from app.federation.harvest.models import PeerState
from app.identity import Action
from app.web.network.reasons import why_not_fetched
from app.web.operating.attention import ailments
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.formats import moment
from app.web.shell.nodes import node_name
from app.web.shell.wording import _
from app.wiring.overview import Partners, watched

blueprint = Blueprint("operating", __name__)


@blueprint.get("/betrieb")
@requires(Action.ADMINISTER)
def page() -> str:
    """Show how the node is at this moment."""
    node = services()
    found, now = watched(node), node.clock()
    return render_template(
        "operating/page.html",
        now=now,
        ailments=ailments(found, now),
        partners=[*_partners(found.partners)] if found.partners else [],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """A node that is fetched from."""

    name: str
    reached: str
    trouble: str
    set_aside: int


def _partners(partners: Partners) -> Iterator[PartnerLine]:
    for view in partners.peers:
        peer = view.peer
        paused = "" if peer.state is PeerState.ACTIVE else _("paused or blocked")
        yield PartnerLine(
            name=node_name(peer.issuer.origin),
            reached=moment(peer.succeeded_at) if peer.succeeded_at else _("never yet"),
            trouble=why_not_fetched(peer.error) if peer.failures else paused,
            set_aside=partners.set_aside.get(peer.issuer.address, 0),
        )
