# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody who has signed in at least once."""

from __future__ import annotations

from dataclasses import dataclass

from app.identity.municipality import Municipality
from app.identity.roles import Role, RoleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the rest of the program sees them.

    `id` is opaque and never used for two people; other packages store it. `pseudonym` is the author's name in the
    published history: it names nobody and is cut off from the person when the account is deleted. `organisation` is the
    readable name (slug) of the record of the organisation that somebody works for, None when it is not known.
    `municipality` is the one in whose name they may speak, None where nobody has identified it.
    """

    id: str
    pseudonym: str
    display_name: str
    organisation: str | None = None
    municipality: Municipality | None = None
    roles: tuple[Role, ...] = ()

    def has(self, kind: RoleKind) -> bool:
        """Tell whether the person has a role of this kind, however limited."""
        return any(role.kind is kind for role in self.roles)
