# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a decision is about, in the terms in which identity answers who may take it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from app.content.json_value import OBJECT, JsonValue
from app.content.record import Record
from app.identity import Action, Matter, NamedPlace, Person, may
from app.review.errors import NotAllowed
from app.review.tables.proposal import ProposalRow

_ORGANISATION = "organisation/"
_SPEAKING = ("publisher", "maintainer", "product_owner")


def matter_of(row: ProposalRow, writers: Iterable[str]) -> Matter:
    """Return what a decision on a proposal is about; `writers` are the ids of all whose words it holds."""
    return Matter.of(
        topics=json.loads(row.topics),
        states=json.loads(row.regions),
        organisations=json.loads(row.organisations),
        authors=writers,
    )


def matter_of_record(record: Record) -> Matter:
    """Return what a decision on a published record is about."""
    return Matter.of(
        topics=record.topics,
        states=regions_of(record),
        organisations=organisations_of(record),
        places=[NamedPlace(name=place.name, state=place.state, ars=place.ars) for place in record.municipalities],
    )


def permit(person: Person, action: Action, on: Matter | None = None) -> None:
    """Raise NotAllowed unless the person may do that."""
    if not may(person, action, on):
        raise NotAllowed(action.value)


def regions_of(record: Record) -> tuple[str, ...]:
    """Return the states that a record is about: of its municipalities, or where an organisation works."""
    found = [place.state for place in record.municipalities]
    states = record.data.get("states", ())
    found += [str(state) for state in states] if isinstance(states, Sequence) and not isinstance(states, str) else []
    return tuple(dict.fromkeys(found))


def organisations_of(record: Record) -> tuple[str, ...]:
    """Return the slugs of the organisations that a record names by reference, and who may speak for it.

    These are whoever publishes, maintains or owns it, and the record itself where it describes an organisation.
    """
    own = [record.slug] if record.kind == "organisation" else []
    named = [slug for key in _SPEAKING if (slug := _slug_of(record.data.get(key)))]
    return tuple(dict.fromkeys([*own, *named]))


def _slug_of(value: JsonValue) -> str:
    """Return the slug of the organisation that an object names, directly or under `org`; empty when it names none."""
    if not isinstance(value, OBJECT):
        return ""
    ref = value.get("ref")
    if isinstance(ref, str):
        # Nobody here speaks for the organisation of another node, which a global name stands for.
        return ref.removeprefix(_ORGANISATION) if ref.startswith(_ORGANISATION) else ""
    return _slug_of(value.get("org"))
