"""People: who they are, how they prove it, and what they may do. Names and addresses are stored only here."""

from app.identity.municipality import Municipality, NamedPlace
from app.identity.permissions import Action, Subject, may
from app.identity.person import Person, Role, RoleKind, Scope

__all__ = ["Action", "Municipality", "NamedPlace", "Person", "Role", "RoleKind", "Scope", "Subject", "may"]
