"""Memberships between recorded organisations, with dates and sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, Citation, Fields, citations, entries, group, word, words
from app.reuse.naming import (
    NAME,
    ORGANISATION,
    Find,
    Naming,
    Party,
    PartyKind,
    at,
    key_of_name,
    nobody,
    origin_of,
    same_bodies,
)
from app.reuse.place import Place
from app.reuse.route import NATIONWIDE, Eligible

Names = Mapping[str, tuple[str, ...]]
"""The names of organisations in the lists of their own node, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """`member` belongs to `body` as member, owner or founder, says a record of the node `origin` ("": this one)."""

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
        """Whether a dated source confirms it."""
        return bool(self.sources) and self.as_of != UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """`called` holds the `key_of_name` of its names at its own node; `states` are those where it is active."""

    party: Party
    title: str
    type: str
    states: frozenset[str]
    eligible: Eligible
    eligible_sources: tuple[Citation, ...]
    as_of: str
    called: frozenset[str]
    origin: str = ""


def statements(record: Record, naming: Naming) -> Iterator[tuple[Membership, Party]]:
    """Yield the memberships that a record states, of its own organisation or of others in it, with the other party."""
    here = naming.organisation({"name": record.title, "ref": _ref(record)})
    for entry in entries(record, "memberships"):
        named = naming.organisation(entry["in"])
        yield _membership(record, entry, here, named), named
    for entry in entries(record, "members"):
        named = naming.organisation(entry["org"])
        yield _membership(record, entry, named, here), named


def organisation(record: Record, naming: Naming, names: Names) -> Organisation:
    """Return the organisation of a record. Its name comes from lists in other records, because titles are sentences."""
    eligible = group(record, "eligible")
    start = record.title.partition(": ")[0]
    key = naming.key_of(_ref(record))
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


def names_in(stated: Iterable[tuple[Membership, Party]]) -> Names:
    """Return the names of organisations by key, from records of their own node only."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for membership, named in stated:
        if named.ref and "://" not in named.ref and named.ref.partition("@")[2] == membership.origin:
            found[named.key][named.name] = None
    return {key: tuple(names) for key, names in found.items()}


def _ref(record: Record) -> str:
    return f"{record.kind}/{record.slug}"


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


PROVIDERS = frozenset({"municipal_it", "state_it"})
"""Kinds of organisation that run IT for the public bodies they belong to."""

_KEY = re.compile(r"[a-z0-9-]+@[a-z0-9.:~-]+")
"""The key of an organisation of another node."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Organisations and memberships of the nodes `origins`, this one ("") first; built by `from_records`."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    origins: tuple[str, ...] = ("",)
    _naming: Naming = field(default_factory=Naming)
    _by_member: Mapping[str, tuple[Membership, ...]] = field(default_factory=dict)
    _by_name: Mapping[str, tuple[Membership, ...]] = field(default_factory=dict)
    _called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_records(cls, organisations: Iterable[Record], find: Find = nobody) -> Network:
        """Return the network of records of believed nodes, ours first; `find` looks up global names."""
        records = sorted(_organisations(organisations), key=lambda record: record.origin != "")
        naming = Naming(find=find, same=same_bodies(records, find))
        origins = tuple(dict.fromkeys(("", *(record.origin for record in records))))
        known = cls(_naming=naming, origins=origins).heard(records)
        called = ((name, key) for key, found in known.organisations.items() for name in found.called)
        return replace(known, _called=_gathered({}, called))

    def heard(self, organisations: Iterable[Record]) -> Network:
        """Return this network with one more node's organisations, which only count for its own solutions."""
        read = [(record, self.naming(record.origin)) for record in _organisations(organisations)]
        if not read:
            return self
        named = tuple(found for record, naming in read for found in statements(record, naming))
        stated = tuple(found for found, _ in named)
        unrecorded = (found for found in stated if not found.member.ref)
        more = {key: found for key, found in _described(read, names_in(named)).items() if key not in self.organisations}
        return replace(
            self,
            organisations={**self.organisations, **more},
            memberships=(*self.memberships, *stated),
            _by_member=_gathered(self._by_member, ((one.member.key, one) for one in stated)),
            _by_name=_gathered(self._by_name, ((one.member.name, one) for one in unrecorded)),
        )

    def naming(self, origin: str) -> Naming:
        return replace(self._naming, origin=origin)

    def memberships_of(self, key: str) -> tuple[Membership, ...]:
        return self._by_member.get(key, ())

    def memberships_naming(self, place: Place) -> tuple[Membership, ...]:
        """Return the memberships in which a source names the place itself."""
        return tuple(found for name in sorted(place.names) for found in self._by_name.get(name, ()))

    def providers_in(self, state: str) -> tuple[Organisation, ...]:
        """Return the public providers recorded as active in the state, which a place there should ask first."""
        first: dict[str, Organisation] = {}
        for found in self.organisations.values():
            if found.type in PROVIDERS and found.states & {state, NATIONWIDE}:
                first.setdefault(found.party.name, found)
        return tuple(first.values())

    def joinable(self) -> tuple[Party, ...]:
        """Return the names of bodies that a place can select; each stands for all that `meant` finds."""
        providers = [found.party for found in self.organisations.values() if found.type in PROVIDERS]
        bodies = [_by_name_alone(self.named(found.body)) for found in self.memberships]
        first: dict[str, Party] = {}
        for party in sorted((*providers, *bodies), key=lambda party: bool(origin_of(party.key))):
            first.setdefault(party.name, party)
        return tuple(sorted(first.values(), key=lambda party: (party.name.casefold(), party.key)))

    def meant(self, stated: str) -> tuple[Party, ...]:
        """Return the organisations meant by an asker who claims membership in `stated`; only those of believed nodes.

        All organisations of the same name count as one body, however many records describe it. A name without a record
        is a party of its own.
        """
        party = self.mentioned(stated)
        if origin_of(party.key) not in self.origins:
            return ()
        if party.key.startswith(NAME):
            same = {key: replace(party, key=key) for key in (at(party.key, origin) for origin in self.origins)}
            return tuple((same | self._of_name(party.key)).values())
        known = self.organisations.get(party.key)
        names = sorted(known.called) if known else ()
        found = {party.key: self.named(party)}
        for name in names:
            found |= self._of_name(name)
        return tuple(found.values())

    def mentioned(self, text: str) -> Party:
        """Return the organisation that somebody at this node names, by a key or as records do."""
        key = self._naming.same.get(text, text)
        if key in self.organisations:
            return self.organisations[key].party
        if _KEY.fullmatch(text):
            return _by_name_alone(Party(kind=PartyKind.ORGANISATION, key=text, name=text))
        return self._naming.mentioned(text)

    def called_everywhere(self, slug: str, first: str) -> tuple[Party, ...]:
        """Return the bodies with a slug that is the same at every node: of node `first`, ours, then others."""
        keys = (
            self.naming(origin).key_of(f"{ORGANISATION}/{slug}") for origin in dict.fromkeys((first, *self.origins))
        )
        return tuple(self.organisations[key].party for key in dict.fromkeys(keys) if key in self.organisations)

    def named(self, party: Party) -> Party:
        """Return the party with the name from its record here, or unchanged if there is no record."""
        known = self.organisations.get(party.key)
        return known.party if known else party

    def _of_name(self, name: str) -> dict[str, Party]:
        return {key: self.organisations[key].party for key in self._called.get(name, ())}


def _organisations(records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if record.kind == ORGANISATION)


def _described(read: Iterable[tuple[Record, Naming]], names: Names) -> Mapping[str, Organisation]:
    first: dict[str, Organisation] = {}
    for record, naming in read:
        found = organisation(record, naming, names)
        first.setdefault(found.party.key, found)
    return first


def _by_name_alone(party: Party) -> Party:
    """Drop the origin of a party known only by name, so that the name means the same at every node."""
    return replace(party, key=party.key.partition("@")[0]) if party.key.startswith(NAME) else party


def _gathered(before: Mapping[str, tuple[T, ...]], pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    more: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        more[key].append(value)
    return {**before, **{key: (*before.get(key, ()), *values) for key, values in more.items()}}
