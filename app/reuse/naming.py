"""Parties that a chain passes through: how records of one node name organisations, and who is meant at this node."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from app.records.record import Record
from app.reuse.front_matter import Fields

_WORD = re.compile(r"[a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class PartyKind(StrEnum):
    """What stands at the end of a link; also the kind of a node in the picture."""

    PLACE = "place"
    ORGANISATION = "organisation"
    SOLUTION = "solution"
    LICENCE = "licence"
    CODE = "code"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`key` tells parties of one kind apart; `ref` names the record where there is one, as this node names it.

    The key of an organisation is the slug of its record, or "name-…" made from its name where it has none; behind
    either stands "@<origin>" where another node says so, because its slugs and names are not ours. An address can
    carry all of them. No record should have a slug that starts with "name-". An organisation that is named by the
    global name of a record which is not held here has that name as its key.
    """

    kind: PartyKind
    key: str
    name: str
    ref: str | None = None
    url: str | None = None


@lru_cache(maxsize=10_000)
def key_of_name(name: str) -> str:
    """Return the key of an organisation that is known by its name only; spelling and case do not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS))
    return "-".join(("name", *_WORD.findall(plain)))


ORGANISATION = "organisation"
NAME = "name-"
"""How the key of an organisation begins that is known by its name only."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SAME = "same_as"

Find = Callable[[str], str | None]
"""Returns how this node names ("organisation/<slug>", see `RecordRef`) the organisation that has a global name.

None where no such record is held here.
"""


def nobody(_name: str) -> str | None:
    """Find nothing."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Reads how records of `origin` name organisations.

    `same` leads from the key of a foreign organisation to that of the own one of which we say that it is the same.
    """

    origin: str = ""
    find: Find = nobody
    same: Mapping[str, str] = field(default_factory=dict)

    def organisation(self, value: Fields) -> Party:
        """Return the organisation that a record names, by its record where it has one and otherwise by its name."""
        name, url, ref = str(value["name"]), value.get("url"), value.get("ref")
        return self._named(str(ref), name, url) if ref else self._called(name, url)

    def mentioned(self, text: str) -> Party:
        """Return the organisation that somebody mentions by slug, by either name of its record or else by its name."""
        slug = text.removeprefix(f"{ORGANISATION}/")
        if "://" in text:
            return self._named(text, text)
        if _SLUG.fullmatch(slug) and not slug.startswith(NAME):
            return self._named(f"{ORGANISATION}/{slug}", slug)
        return self._called(slug)

    def key_of(self, ref: str) -> str:
        """Return the key of the organisation that a record calls `ref`."""
        return self._settled(ref)[0]

    def _named(self, ref: str, name: str, url: str | None = None) -> Party:
        key, settled = self._settled(ref)
        return Party(kind=PartyKind.ORGANISATION, key=key, name=name, ref=settled, url=url)

    def _called(self, name: str, url: str | None = None) -> Party:
        """A name is no slug, even where it looks like one: who is meant by it is known only where a record says so."""
        key = name if name.startswith(NAME) and _SLUG.fullmatch(name) else key_of_name(name)
        return Party(kind=PartyKind.ORGANISATION, key=at(key, self.origin), name=name, url=url)

    def _settled(self, ref: str) -> tuple[str, str]:
        found = (self.find(ref) or ref) if "://" in ref else at(ref, self.origin)
        key = found.removeprefix(f"{ORGANISATION}/")
        own = self.same.get(key)
        return (own, f"{ORGANISATION}/{own}") if own else (key, found)


def at(key: str, origin: str) -> str:
    """Return what a key or a name of a record is called here (see `RecordRef`) that `origin` uses, empty for us."""
    return f"{key}@{origin}" if origin else key


def origin_of(key: str) -> str:
    """Return the node that a key belongs to, empty for this one; of a record that is not held here its global name."""
    return key if "://" in key else key.partition("@")[2]


def same_bodies(records: Iterable[Record], find: Find) -> Mapping[str, str]:
    """Return by their keys which foreign organisations our own records call the same as themselves.

    Only our own word joins them: by theirs, others could speak for an organisation that is described here.
    """
    naming = Naming(find=find)
    found: dict[str, str] = {}
    for record in (record for record in records if not record.origin):
        for target in (relation.target for relation in record.relations if relation.rel == _SAME):
            key = naming.key_of(target)
            if origin_of(key):
                found.setdefault(key, record.slug)
    return found
