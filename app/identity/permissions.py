"""Who may do what: one table of pure predicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.identity.municipality import NamedPlace
from app.identity.person import Person, RoleKind


class Action(StrEnum):
    """What somebody wants to do. Reading what is published is none: everybody may."""

    SIGNED_IN = "signed_in"
    """Anything that only needs to know who it is, such as one's own account."""
    PROPOSE = "propose"
    """Write, keep drafts, send them for review, push with git, ask a question."""
    DISCUSS = "discuss"
    """See an unpublished proposal and take part in its discussion."""
    REVIEW = "review"
    """Request changes, take over, approve or decline: never one's own."""
    PUBLISH = "publish"
    """Publish what was approved: never one's own."""
    WITHDRAW = "withdraw"
    """Take a published record back, restore it, or archive it."""
    RESPOND = "respond"
    """Say for one's municipality "we use it too", "we can confirm", "it was different with us"."""
    CONFIRM = "confirm"
    """Confirm for those whom a record is about that it is right ("Stimmt noch" and what editors compiled)."""
    CURATE = "curate"
    """See the queue of proposals and the list of overdue records."""
    MODERATE = "moderate"
    """Decide about what other nodes send."""
    ADMINISTER = "administer"
    """Grant and revoke roles, invite people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an action is about: a record or a proposal.

    `organisations` are the slugs of those whom it names by reference, `places` the municipalities that it is about,
    `authors` the ids of all people whose words it holds.
    """

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
    """Tell whether `person` (None: nobody has signed in) may do `action`.

    Without `on` the answer is whether there is anything at all on which they might: it opens pages, while each
    single deed is asked about with its matter.
    """
    return person is not None and RULES[action](person, on)


def _anybody(_person: Person, _on: Subject | None) -> bool:
    return True


def _author(person: Person, _on: Subject | None) -> bool:
    return person.has(RoleKind.AUTHOR) or person.has(RoleKind.CURATOR)


def _curator(person: Person, on: Subject | None) -> bool:
    scopes = (role.scope for role in person.roles if role.kind is RoleKind.CURATOR)
    return any(on is None or scope.covers(on.topics, on.states, on.organisations) for scope in scopes)


def _curator_of_others(person: Person, on: Subject | None) -> bool:
    return _curator(person, on) and (on is None or person.id not in on.authors)


def _concerned(person: Person, on: Subject | None) -> bool:
    return _curator(person, on) or on is None or person.id in on.authors


def _for_a_municipality(person: Person, _on: Subject | None) -> bool:
    return person.municipality is not None


def _spoken_for(person: Person, on: Subject | None) -> bool:
    if on is None:
        return person.organisation is not None or person.municipality is not None
    by_town = person.municipality is not None and any(map(person.municipality.is_meant_by, on.places))
    return by_town or (person.organisation is not None and person.organisation in on.organisations)


def _curator_without_limits(person: Person, _on: Subject | None) -> bool:
    return any(role.kind is RoleKind.CURATOR and role.scope.unlimited for role in person.roles)


def _operator(person: Person, _on: Subject | None) -> bool:
    return person.has(RoleKind.OPERATOR)


RULES: Mapping[Action, Callable[[Person, Subject | None], bool]] = {
    Action.SIGNED_IN: _anybody,
    Action.PROPOSE: _author,
    Action.DISCUSS: _concerned,
    Action.REVIEW: _curator_of_others,
    Action.PUBLISH: _curator_of_others,
    Action.WITHDRAW: _curator,
    Action.RESPOND: _for_a_municipality,
    Action.CONFIRM: _spoken_for,
    Action.CURATE: _curator,
    Action.MODERATE: _curator_without_limits,
    # Operators look after people and the machine; whoever is to judge texts as well gets that role besides.
    Action.ADMINISTER: _operator,
}
