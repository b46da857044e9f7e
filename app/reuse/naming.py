"""Parties in a chain: how records of a node name organisations, and which organisation that is at this node."""

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
    """The kinds of party that a link connects; also the kinds of node in the diagram."""

    PLACE = "place"
    ORGANISATION = "organisation"
    SOLUTION = "solution"
    LICENCE = "licence"
    CODE = "code"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`key` identifies a party within its kind; `ref` names its record, if it has one, as this node does.

    The key of an organisation is the slug of its record, or "name-…" derived from its name if it has none, followed by
    "@<origin>" if another node names it, because its slugs and names are not ours. Keys are safe in URLs. No record
    should have a slug that starts with "name-". The key of an organisation named by the global name of a record that is
    not held here is that global name.
    """

    kind: PartyKind
    key: str
    name: str
    ref: str | None = None
    url: str | None = None


@lru_cache(maxsize=10_000)
def key_of_name(name: str) -> str:
    """Return the key of an organisation known only by name; spelling and case do not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS))
    return "-".join(("name", *_WORD.findall(plain)))


ORGANISATION = "organisation"
NAME = "name-"
"""Prefix of the key of an organisation known only by name."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SAME = "same_as"

Find = Callable[[str], str | None]
"""Returns this node's name ("organisation/<slug>", see `RecordRef`) of the organisation with a global name.

None if no such record is held here.
"""


def nobody(_name: str) -> str | None:
    """Find nothing."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Reads how records of `origin` name organisations; `same` maps foreign keys to ours (see `same_bodies`)."""

    origin: str = ""
    find: Find = nobody
    same: Mapping[str, str] = field(default_factory=dict)

    def organisation(self, value: Fields) -> Party:
        """Return the organisation in an object of a record: by its record if it names one, otherwise by its name."""
        name, url, ref = str(value["name"]), value.get("url"), value.get("ref")
        return self._named(str(ref), name, url) if ref else self._called(name, url)

    def mentioned(self, text: str) -> Party:
        """Return the organisation mentioned by slug, by either name of its record, or otherwise by its own name."""
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
        """Never take a name for a slug, even if it looks like one: only a record can tell which is meant."""
        key = name if name.startswith(NAME) and _SLUG.fullmatch(name) else key_of_name(name)
        return Party(kind=PartyKind.ORGANISATION, key=at(key, self.origin), name=name, url=url)

    def _settled(self, ref: str) -> tuple[str, str]:
        found = (self.find(ref) or ref) if "://" in ref else at(ref, self.origin)
        key = found.removeprefix(f"{ORGANISATION}/")
        own = self.same.get(key)
        return (own, f"{ORGANISATION}/{own}") if own else (key, found)


def at(key: str, origin: str) -> str:
    """Return this node's form (see `RecordRef`) of a key or record name used by `origin`, "" for this node."""
    return f"{key}@{origin}" if origin else key


def origin_of(key: str) -> str:
    """Return the node that a key belongs to: "" for this one, the global name itself for a record not held here."""
    return key if "://" in key else key.partition("@")[2]


def same_bodies(records: Iterable[Record], find: Find) -> Mapping[str, str]:
    """Map keys of foreign organisations to those of our own records that declare them the same; only ours count."""
    naming = Naming(find=find)
    found: dict[str, str] = {}
    for record in (record for record in records if not record.origin):
        for target in (relation.target for relation in record.relations if relation.rel == _SAME):
            key = naming.key_of(target)
            if origin_of(key):
                found.setdefault(key, record.slug)
    return found
