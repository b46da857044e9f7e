"""What a record says about its organisation: what it is called and does, where it belongs, who belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, Citation, Fields, citations, entries, group, word, words
from app.reuse.naming import Naming, Party, PartyKind, key_of_name
from app.reuse.route import Eligible

Names = Mapping[str, tuple[str, ...]]
"""What organisations are called in the lists of their own node, by key."""


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


def statements(record: Record, naming: Naming) -> Iterator[tuple[Membership, Party]]:
    """Yield the memberships that a record states, each with the organisation that it names in them.

    It speaks of its own organisation and of the members of that, and of nobody else.
    """
    here = naming.organisation({"name": record.title, "ref": _ref(record)})
    for entry in entries(record, "memberships"):
        named = naming.organisation(entry["in"])
        yield _membership(record, entry, here, named), named
    for entry in entries(record, "members"):
        named = naming.organisation(entry["org"])
        yield _membership(record, entry, named, here), named


def organisation(record: Record, naming: Naming, names: Names) -> Organisation:
    """Return the organisation of a record; titles are sentences, so it is called what others call it in their lists."""
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
    """Return what organisations are called in the lists of their own node: no other decides on a name that it bears."""
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
