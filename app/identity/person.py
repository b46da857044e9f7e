"""A person who has signed in at least once, and the scope of their roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.identity.municipality import Municipality

_LIMITS = ("topics", "states", "organisations")


class RoleKind(StrEnum):
    """The kinds of roles; nobody needs one for reading published records."""

    READER = "reader"
    AUTHOR = "author"
    CURATOR = "curator"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The limits of a role. An empty set means no limit; a subject must be within every limit.

    `topics` are ids of the vocabulary of topics (narrower topics count only if listed), `states` codes such as "HE",
    `organisations` the readable names (slugs) of organisations' records.
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
        """Return the limits for storage, without empty ones."""
        return {name: sorted(getattr(self, name)) for name in _LIMITS if getattr(self, name)}

    def covers(self, topics: frozenset[str], states: frozenset[str], organisations: frozenset[str]) -> bool:
        """Return whether these topics, states and organisations are within the limits."""
        pairs = ((self.topics, topics), (self.states, states), (self.organisations, organisations))
        return all(not limit or limit & given for limit, given in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role with its scope."""

    kind: RoleKind
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the rest of the program sees them.

    `id` is opaque, stored by other packages, and never reused. `pseudonym` is the author's name in the published
    history: it identifies nobody, and loses its connection to the person when the account is deleted. `organisation` is
    the readable name (slug) of the record of their organisation, None if unknown. `municipality` is the one they may
    speak for, None if nobody has identified it.
    """

    id: str
    pseudonym: str
    display_name: str
    organisation: str | None = None
    municipality: Municipality | None = None
    roles: tuple[Role, ...] = ()

    def has(self, kind: RoleKind) -> bool:
        """Return whether the person has a role of this kind, whatever its scope."""
        return any(role.kind is kind for role in self.roles)
