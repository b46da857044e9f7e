"""Who may do what: one table of predicates without side effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.identity.municipality import NamedPlace
from app.identity.person import Person, RoleKind


class Action(StrEnum):
    """What a person wants to do. Reading published records is not listed, because everybody may."""

    SIGNED_IN = "signed_in"
    """Anything for which it is enough to know the person, such as managing their own account."""
    PROPOSE = "propose"
    """Write, keep drafts, send them for review, push with git, ask a question."""
    DISCUSS = "discuss"
    """See an unpublished proposal and take part in its discussion."""
    REVIEW = "review"
    """Request changes, take over, approve or decline; never for one's own texts."""
    PUBLISH = "publish"
    """Publish what was approved; never one's own texts."""
    WITHDRAW = "withdraw"
    """Withdraw, restore or archive a published record."""
    RESPOND = "respond"
    """Say for one's municipality "we use it too", "we can confirm", "it was different with us"."""
    CONFIRM = "confirm"
    """Confirm, on behalf of those the record is about, that it is correct ("Stimmt noch", and editors' compilations).
    """
    CURATE = "curate"
    """See the queue of proposals and the list of overdue records."""
    MODERATE = "moderate"
    """Decide about records from other nodes."""
    ADMINISTER = "administer"
    """Grant and revoke roles, invite people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A record or proposal, with slugs of its organisations, its municipalities, and ids of all who wrote any of it."""

    topics: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    places: frozenset[NamedPlace] = frozenset()
    authors: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        topics: Iterable[str] = (),
        states: Iterable[str] = (),
        organisations: Iterable[str] = (),
        places: Iterable[NamedPlace] = (),
        authors: Iterable[str] = (),
    ) -> Subject:
        """Return the subject with these properties."""
        return cls(
            topics=frozenset(topics),
            states=frozenset(states),
            organisations=frozenset(organisations),
            places=frozenset(places),
            authors=frozenset(authors),
        )


def may(person: Person | None, action: Action, on: Subject | None = None) -> bool:
    """Return whether `person` may do `action` to `on` (None: to any subject); check each single action with `on`."""
    return person is not None and RULES[action](person, on)


def _curator(person: Person, on: Subject | None) -> bool:
    scopes = (role.scope for role in person.roles if role.kind is RoleKind.CURATOR)
    return any(on is None or scope.covers(on.topics, on.states, on.organisations) for scope in scopes)


def _curator_of_others(person: Person, on: Subject | None) -> bool:
    return _curator(person, on) and (on is None or person.id not in on.authors)


def _spoken_for(person: Person, on: Subject | None) -> bool:
    town, organisation = person.municipality, person.organisation
    if on is None:
        return organisation is not None or town is not None
    return (town is not None and any(map(town.is_meant_by, on.places))) or organisation in on.organisations


RULES: Mapping[Action, Callable[[Person, Subject | None], bool]] = {
    Action.SIGNED_IN: lambda _person, _on: True,
    Action.PROPOSE: lambda person, _on: person.has(RoleKind.AUTHOR) or person.has(RoleKind.CURATOR),
    Action.DISCUSS: lambda person, on: on is None or person.id in on.authors or _curator(person, on),
    Action.REVIEW: _curator_of_others,
    Action.PUBLISH: _curator_of_others,
    Action.WITHDRAW: _curator,
    Action.RESPOND: lambda person, _on: person.municipality is not None,
    Action.CONFIRM: _spoken_for,
    Action.CURATE: _curator,
    Action.MODERATE: lambda person, _on: any(
        role.kind is RoleKind.CURATOR and not role.scope.limits for role in person.roles
    ),
    # Operators manage people and the machine; to judge texts as well, they need another role.
    Action.ADMINISTER: lambda person, _on: person.has(RoleKind.OPERATOR),
}
