# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People: who they are, how they prove it, and what they may do. Names and addresses live only here."""

from app.identity.municipality import Municipality, NamedPlace
from app.identity.permissions import Action, Matter, may
from app.identity.person import Person
from app.identity.roles import Role, RoleKind, Scope

__all__ = ["Action", "Matter", "Municipality", "NamedPlace", "Person", "Role", "RoleKind", "Scope", "may"]
