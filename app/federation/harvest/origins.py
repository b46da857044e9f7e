# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What readers learn of nodes beside records: what they call themselves, whose word about organisations counts.

It is that of peers of which the operator says so. Readers learn by it who may sell them what, so the catalogue
counts each decision as a change of such a record: networks, filters and pages that rest on it are made anew.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueService
from app.catalogue.foreign import renumber
from app.db import Sessions
from app.federation.harvest.models import IssuerRow, PeerRow
from app.federation.harvest.peers import PeerNotFound
from app.federation.issuer import Issuer

LONGEST_NODE_NAME = 80
"""Characters shown of a name: it is chosen by the node itself."""


class NodeNames:
    """Reads the names from what nodes said of themselves last."""

    def __init__(self, sessions: Sessions) -> None:
        """Read through `sessions`."""
        self._sessions = sessions

    def by_origin(self) -> dict[str, str]:
        """Return the name of every known node by the short name of its records' address; some have none."""
        columns = select(col(IssuerRow.origin), col(IssuerRow.name)).order_by(col(IssuerRow.known_since))
        with self._sessions.reading() as db:
            return {row.origin: _readable(row.name) for row in db.execute(columns) if row.name}


def _readable(name: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return plain if len(plain) <= LONGEST_NODE_NAME else f"{plain[: LONGEST_NODE_NAME - 1]}…"


_ORGANISATION = "organisation"


class OrganisationOrigins:
    """Reads the decisions."""

    def __init__(self, sessions: Sessions) -> None:
        """Read through `sessions`."""
        self._sessions = sessions

    def __call__(self) -> tuple[str, ...]:
        """Return the origins whose records of organisations count here, those that were added first before others."""
        wanted = (
            select(col(IssuerRow.origin))
            .join(PeerRow, col(PeerRow.address) == col(IssuerRow.address))
            # Blocking says so here in the very transaction that takes the records out of sight.
            .where(col(PeerRow.organisations), ~col(IssuerRow.blocked))
            .order_by(col(PeerRow.added_at), col(PeerRow.address))
        )
        with self._sessions.reading() as db:
            return tuple(dict.fromkeys(db.scalars(wanted)))

    def ever(self) -> tuple[str, ...]:
        """Return the origins that may ever have counted: those of all nodes whose key an operator has compared.

        Who is no peer any more, or blocked, stays among them; whom only hubs have introduced was never believed.
        """
        compared = select(col(IssuerRow.origin)).where(col(IssuerRow.introduced_by) == "").distinct()
        with self._sessions.reading() as db:
            return tuple(db.scalars(compared))


class OrganisationDecisions:
    """Writes the decisions."""

    def __init__(self, sessions: Sessions, catalogue: CatalogueService) -> None:
        """Keep rows through `sessions`, in step with those of `catalogue`."""
        self._sessions = sessions
        self._catalogue = catalogue

    def decide(self, issuer: Issuer, *, counts: bool) -> bool:
        """Let the word of a peer about organisations count or not; tell whether that changes anything.

        Raises PeerNotFound and RepositoryBusy.
        """
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = db.get(PeerRow, issuer.address)
            if row is None:
                raise PeerNotFound(issuer.address)
            if row.organisations == counts:
                return False
            row.organisations = counts
            db.flush()
            known = db.get(IssuerRow, issuer.address)
            if known is not None:
                renumber(db, known.origin, _ORGANISATION)
        return True
