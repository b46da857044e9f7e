# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who belongs to whom among the recorded organisations, since when and on whose word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.content.record import Record
from app.reuse.citation import Citation, citations
from app.reuse.eligibility import NATIONWIDE, Eligible
from app.reuse.front_matter import UNKNOWN, Fields, entries, group, word, words
from app.reuse.party import Party, PartyKind, organisation
from app.reuse.place import Place

PROVIDERS = frozenset({"municipal_it", "state_it"})
"""Kinds of organisation that run information technology for the public bodies they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`member` belongs to `body`; `kind` is member, owner or founder, and `as_of` the day the sources speak of."""

    member: Party
    body: Party
    kind: str
    as_of: str
    sources: tuple[Citation, ...]
    since: str | None = None
    note: str | None = None

    @property
    def known(self) -> bool:
        """Whether a dated source says so."""
        return bool(self.sources) and self.as_of != UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A recorded organisation; `type` and `states` (where it is active) are codes of the schema."""

    party: Party
    title: str
    type: str
    states: frozenset[str]
    eligible: Eligible
    eligible_sources: tuple[Citation, ...]
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`organisations` by slug, `memberships` in the order of the records; build it with `from_records`."""

    organisations: Mapping[str, Organisation]
    memberships: tuple[Membership, ...]
    _by_member: Mapping[str, tuple[Membership, ...]]

    @classmethod
    def from_records(cls, organisations: Iterable[Record]) -> Network:
        """Return the network of these records; records of other kinds are passed over."""
        records = tuple(record for record in organisations if record.kind == "organisation")
        memberships = tuple(found for record in records for found in _memberships(record))
        by_member: defaultdict[str, list[Membership]] = defaultdict(list)
        for membership in memberships:
            by_member[membership.member.key].append(membership)
        names = _short_names(records)
        return cls(
            organisations={record.slug: _organisation(record, names) for record in records},
            memberships=memberships,
            _by_member={key: tuple(found) for key, found in by_member.items()},
        )

    def memberships_of(self, key: str) -> tuple[Membership, ...]:
        """Return where the organisation with this key belongs."""
        return self._by_member.get(key, ())

    def memberships_naming(self, place: Place) -> tuple[Membership, ...]:
        """Return the memberships that a source records for the place itself."""
        return tuple(found for found in self.memberships if not found.member.ref and place.is_called(found.member.name))

    def providers_in(self, state: str) -> tuple[Organisation, ...]:
        """Return the public providers that are recorded as active in the state: whom to ask first there."""
        return tuple(
            found
            for found in self.organisations.values()
            if found.type in PROVIDERS and found.states & {state, NATIONWIDE}
        )

    def joinable(self) -> tuple[Party, ...]:
        """Return the bodies that a place may name as its memberships, by name: providers, and whoever has members."""
        providers = {key: found.party for key, found in self.organisations.items() if found.type in PROVIDERS}
        bodies = {found.body.key: self.named(found.body) for found in self.memberships}
        return tuple(sorted({**bodies, **providers}.values(), key=lambda party: (party.name.casefold(), party.key)))

    def named(self, party: Party) -> Party:
        """Return the party under the name by which its record is known here, as given where there is no record."""
        known = self.organisations.get(party.key)
        return known.party if known else party


def _memberships(record: Record) -> Iterator[Membership]:
    here = organisation({"name": record.title, "ref": record.ref})
    for entry in entries(record, "memberships"):
        yield _membership(record, entry, here, organisation(entry["in"]))
    for entry in entries(record, "members"):
        yield _membership(record, entry, organisation(entry["org"]), here)


def _membership(record: Record, entry: Fields, member: Party, body: Party) -> Membership:
    return Membership(
        member=member,
        body=body,
        kind=entry.get("kind", "member"),
        as_of=entry["as_of"],
        sources=citations(record, entry["sources"]),
        since=entry.get("since"),
        note=entry.get("note"),
    )


def _organisation(record: Record, names: Mapping[str, str]) -> Organisation:
    eligible = group(record, "eligible")
    name = names.get(record.slug) or record.title.partition(": ")[0]
    return Organisation(
        party=Party(kind=PartyKind.ORGANISATION, key=record.slug, name=name, ref=record.ref),
        title=record.title,
        type=word(record, "org_type"),
        states=frozenset(words(record, "states")),
        eligible=Eligible.read(eligible),
        eligible_sources=citations(record, eligible.get("sources", ())),
        as_of=record.last_confirmed,
    )


def _short_names(records: Iterable[Record]) -> Mapping[str, str]:
    """Titles are sentences, so an organisation is called what others call it in their lists."""
    names: dict[str, str] = {}
    for record in records:
        for key, part in (("memberships", "in"), ("members", "org")):
            for entry in entries(record, key):
                party = organisation(entry[part])
                if party.ref:
                    names.setdefault(party.key, party.name)
    return names
