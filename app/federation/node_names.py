# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other nodes call themselves."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from app.db import Sessions
from app.federation.harvest.tables import IssuerRow

LONGEST = 80
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
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
