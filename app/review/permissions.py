"""Who may decide on a text as published and as proposed: four eyes, and the area of a curator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.identity import Action, NamedPlace, Person, Subject, may
from app.identity.errors import NotAllowed
from app.records.json_value import OBJECT, JsonValue
from app.records.record import Record
from app.review.errors import OutsideArea, OwnProposal
from app.review.submission import Via
from app.review.workflow import OF_THE_NODE, WITHOUT_ACCOUNT


def needs_two(via: Via, author: str) -> bool:
    """Return whether approving and publishing takes two people, because the author has no account at this node."""
    return via in WITHOUT_ACCOUNT or (not author and via not in OF_THE_NODE)


def is_seconded(via: Via, author: str, approvers: AbstractSet[str], publisher: str) -> bool:
    """Return whether two people will have read a text once `publisher` publishes it.

    `author` is an id, empty if unknown; `approvers` are the ids of those who approved it and did not write it. An
    author with an account here counts as one of the two. An author without one might be the publisher, so another
    person must have approved.
    """
    return bool(approvers - {publisher} if needs_two(via, author) else approvers)


_ORGANISATION = "organisation/"
_SPEAKING = ("publisher", "maintainer", "product_owner")


HasNamesakes = Callable[[str, str], bool]
"""Returns whether several places in a state (such as "HE") share this name, so that it identifies none of them."""


def subject_of_record(record: Record, has_namesakes: HasNamesakes = lambda _name, _state: False) -> Subject:
    """Return the subject of a record, without places that lack an official key and have namesakes in their state."""
    return Subject.of(
        topics=record.topics,
        states=regions_of(record),
        organisations=organisations_of(record),
        places=[
            NamedPlace(name=place.name, state=place.state, ars=place.ars)
            for place in record.municipalities
            # An official key of another country may equal that of a municipality here.
            if not place.lies_in.is_abroad and (place.ars or not has_namesakes(place.name, place.state))
        ],
    )


def permit(person: Person, action: Action, on: Subject | None = None) -> None:
    """Raise NotAllowed unless the person may do this."""
    if not may(person, action, on):
        raise NotAllowed(action.value)


def regions_of(record: Record) -> tuple[str, ...]:
    """Return the states that a record is about: those of its municipalities, or where an organisation works."""
    found = [place.state for place in record.municipalities if place.state]
    states = record.data.get("states", ())
    found += [str(state) for state in states] if isinstance(states, Sequence) and not isinstance(states, str) else []
    return tuple(dict.fromkeys(found))


def organisations_of(record: Record) -> tuple[str, ...]:
    """Return the slugs of publisher, maintainer, owner, and of the record if it is itself an organisation."""
    own = [record.slug] if record.kind == "organisation" else []
    named = [slug for key in _SPEAKING if (slug := _slug_of(record.data.get(key)))]
    return tuple(dict.fromkeys([*own, *named]))


def _slug_of(value: JsonValue) -> str:
    """Return the slug of the organisation that an object names, directly or under `org`; "" if it names none."""
    if not isinstance(value, OBJECT):
        return ""
    ref = value.get("ref")
    if isinstance(ref, str):
        # Nobody here speaks for an organisation of another node, given by a global name.
        return ref.removeprefix(_ORGANISATION) if ref.startswith(_ORGANISATION) else ""
    return _slug_of(value.get("org"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """The subjects of a record as published (None for a new record) and as proposed."""

    before: Subject | None
    after: Subject

    @property
    def sides(self) -> tuple[Subject, ...]:
        return (self.after,) if self.before is None else (self.before, self.after)

    def allows(self, person: Person, action: Action) -> bool:
        """Return whether the person may do this to the text as published and as proposed."""
        return all(may(person, action, side) for side in self.sides)

    def concerns(self, person: Person) -> bool:
        """Return whether the person may see the proposal and take part in its discussion."""
        return any(may(person, Action.DISCUSS, side) for side in self.sides)

    def permit(self, person: Person, action: Action) -> None:
        """Raise NotAllowed if no role of the person allows the action, OutsideArea if only its limits forbid it."""
        if self.allows(person, action):
            return
        if not may(person, action):
            raise NotAllowed(action.value)
        before = self.before is not None and not may(person, action, self.before)
        raise OutsideArea(action.value, before=before, after=not may(person, action, self.after))

    def permit_decision(self, person: Person, action: Action, proposal_id: str) -> None:
        """Raise OwnProposal if the person wrote any part of the text; otherwise raise what `permit` raises."""
        if person.id in self.after.authors:
            raise OwnProposal(proposal_id)
        self.permit(person, action)
