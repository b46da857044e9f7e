# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider that the operator took out of the file lets nobody in any more."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlmodel import col

from app.clock import Clock
from app.db import Sessions
from app.identity import sessions as signed_in
from app.identity.providers import Providers
from app.identity.reading import PROVIDER
from app.identity.tables import LinkRow, RoleRow, SessionRow


class FormerProviders:
    """Whatever goes back to providers that are not in the file."""

    def __init__(self, sessions: Sessions, clock: Clock, providers: Providers) -> None:
        self._sessions = sessions
        self._clock = clock
        self._issuers = {provider.issuer for provider in providers}

    def end(self) -> int:
        """End all sessions through former providers and forget the roles that they named; return how many sessions.

        Access tokens stay, with the roles that were granted here: taken out by mistake, a provider comes back whole.
        """
        known = select(col(LinkRow.person_id)).where(col(LinkRow.issuer).in_(self._issuers))
        without = (col(RoleRow.source) == PROVIDER, col(RoleRow.person_id).not_in(known))
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(*without))
            return signed_in.end(db, self._clock(), col(SessionRow.issuer).not_in(self._issuers))
