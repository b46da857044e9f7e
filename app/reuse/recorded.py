# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a record says about its organisation: what it is called and does, where it belongs, who belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.content.record import Record, RecordRef
from app.reuse.citation import Citation, citations
from app.reuse.eligibility import Eligible
from app.reuse.front_matter import UNKNOWN, Fields, entries, group, word, words
from app.reuse.naming import Naming
from app.reuse.party import Party, PartyKind, key_of_name

Names = Mapping[str, tuple[str, ...]]
"""What organisations are called in the lists of their own node, by key."""

_LISTS = (("memberships", "in"), ("members", "org"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`member` belongs to `body`; `kind` is member, owner or founder, and `as_of` the day the sources speak of.

    `origin` is the node whose record says so, empty for this one.
    """

    member: Party
    body: Party
    kind: str
    as_of: str
    sources: tuple[Citation, ...]
    since: str | None = None
    note: str | None = None
    origin: str = ""

    @property
    def known(self) -> bool:
        """Whether a dated source says so."""
        return bool(self.sources) and self.as_of != UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A recorded organisation; `type` and `states` (where it is active) are codes of the schema.

    `called` holds every name that its own node uses for it, as keys that do not depend on spelling.
    """

    party: Party
    title: str
    type: str
    states: frozenset[str]
    eligible: Eligible
    eligible_sources: tuple[Citation, ...]
    as_of: str
    called: frozenset[str]
    origin: str = ""


def memberships(record: Record, naming: Naming) -> Iterator[Membership]:
    """Yield the memberships that a record states: it speaks of its own organisation and of the members of that."""
    here = naming.organisation({"name": record.title, "ref": RecordRef(kind=record.kind, slug=record.slug).text})
    for entry in entries(record, "memberships"):
        yield _membership(record, entry, here, naming.organisation(entry["in"]))
    for entry in entries(record, "members"):
        yield _membership(record, entry, naming.organisation(entry["org"]), here)


def organisation(record: Record, naming: Naming, names: Names) -> Organisation:
    """Return the organisation of a record; titles are sentences, so it is called what others call it in their lists."""
    eligible = group(record, "eligible")
    start = record.title.partition(": ")[0]
    key = naming.key_of(RecordRef(kind=record.kind, slug=record.slug).text)
    called = names.get(key, ())
    return Organisation(
        party=Party(kind=PartyKind.ORGANISATION, key=key, name=called[0] if called else start, ref=record.ref),
        title=record.title,
        type=word(record, "org_type"),
        states=frozenset(words(record, "states")),
        eligible=Eligible.read(eligible, naming),
        eligible_sources=citations(record, eligible.get("sources", ())),
        as_of=record.last_confirmed,
        called=frozenset(map(key_of_name, (start, *called))),
        origin=record.origin,
    )


def names_in(records: Iterable[tuple[Record, Naming]]) -> Names:
    """Return what organisations are called in the lists of their own node: no other decides on a name that it bears."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for record, naming in records:
        for key, part in _LISTS:
            for entry in entries(record, key):
                party = naming.organisation(entry[part])
                if party.ref and "://" not in party.ref and RecordRef.parse(party.ref).origin == record.origin:
                    found[party.key].append(party.name)
    return {key: tuple(dict.fromkeys(names)) for key, names in found.items()}


def _membership(record: Record, entry: Fields, member: Party, body: Party) -> Membership:
    return Membership(
        member=member,
        body=body,
        kind=entry.get("kind", "member"),
        as_of=entry["as_of"],
        sources=citations(record, entry["sources"]),
        since=entry.get("since"),
        note=entry.get("note"),
        origin=record.origin,
    )
