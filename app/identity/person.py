"""Somebody who has signed in at least once, and their roles with how far each reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.identity.municipality import Municipality

_LIMITS = ("topics", "states", "organisations")


class RoleKind(StrEnum):
    """What somebody is here; nobody needs a role for reading what is published."""

    READER = "reader"
    AUTHOR = "author"
    CURATOR = "curator"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a role is limited to. An empty set sets no limit; several sets must all fit.

    `topics` are ids of the vocabulary of topics (a topic includes those below it only if they are named),
    `states` codes such as "HE", `organisations` the readable names (slugs) of organisations' records.
    """

    topics: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()

    @classmethod
    def of(cls, topics: Iterable[str] = (), states: Iterable[str] = (), organisations: Iterable[str] = ()) -> Scope:
        """Return the scope with these limits."""
        return cls(topics=frozenset(topics), states=frozenset(states), organisations=frozenset(organisations))

    @classmethod
    def stored(cls, limits: Mapping[str, Iterable[str]]) -> Scope:
        """Return the scope that was stored as these limits."""
        return cls.of(**{name: limits.get(name, ()) for name in _LIMITS})

    @property
    def limits(self) -> dict[str, list[str]]:
        """Return the scope as it is stored: only the limits that there are."""
        return {name: sorted(getattr(self, name)) for name in _LIMITS if getattr(self, name)}

    def covers(self, topics: frozenset[str], states: frozenset[str], organisations: frozenset[str]) -> bool:
        """Tell whether something with these topics, states and organisations lies within the limits."""
        pairs = ((self.topics, topics), (self.states, states), (self.organisations, organisations))
        return all(not limit or limit & given for limit, given in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role with its reach."""

    kind: RoleKind
    scope: Scope = field(default_factory=Scope)


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
