"""What an index stores of each document besides its postings: the head, and the positions of terms."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import Any

from app.search.analysis.words import FOLDED, clean
from app.search.port import IndexDocument
from app.search.query import SearchHit
from app.search.terms import DocumentTerms, Zone


@dataclass(frozen=True, slots=True)
class Head:
    """The stored fields of a document: identity, facets, and values to sort by.

    `keys` are the sort keys of its names, see `names_in`. The last fields have defaults because an index of an earlier
    release lacks them and keeps answering until it is rebuilt.
    """

    uid: str
    id: str
    origin: str
    kind: str
    slug: str
    digest: str
    title: str
    facets: Mapping[str, tuple[str, ...]]
    published: float
    confirmed: float
    length: int
    places: Sequence[str] = ()
    questions: Sequence[str] = ()
    wording: str = ""
    titles: Sequence[str] = ()
    keys: Sequence[str] = ()

    def hit(self, score: float, **found: Any) -> SearchHit:
        """Return the document as a hit with this score; `found` are further fields of `SearchHit`."""
        return SearchHit(
            uid=self.uid, id=self.id, origin=self.origin, kind=self.kind, slug=self.slug, score=round(score, 4), **found
        )


def title_key(title: str) -> str:
    """Key for sorting by title after DIN 5007-1: umlauts like their vowels."""
    return unicodedata.normalize("NFC", title).lower().translate(FOLDED)


_JOINED = re.compile(r"\s(?:und|and)\s|[()]")
_LEGAL_FORM = re.compile(r"\s(?:eG|GmbH|AG|AöR|e\. ?V\.)$")


def names_in(title: str) -> Iterable[str]:
    """The names in a title: all, before a colon, in brackets, without the legal form (GmbH)."""
    short = title.partition(": ")[0]
    return filter(None, (title, short, *(_LEGAL_FORM.sub("", one.strip()) for one in _JOINED.split(short))))


def name_key(name: str) -> str:
    """Key for comparing names: letters and digits only, so that spaces and hyphens do not matter."""
    return "".join(filter(str.isalnum, clean(name).casefold()))


@dataclass(frozen=True, slots=True)
class Places:
    """Positions of the terms in a document; read only for hits that are shown."""

    zones: Mapping[str, Zone]
    lessons: Mapping[str, Zone]


def unpack_head(packed: bytes) -> Head:
    """Return the head of a document from its stored form."""
    # `json.loads` would first detect the encoding, which takes half of the time.
    head = Head(*_read(packed.decode())[0])
    # All heads stay in memory, so equal strings are shared.
    facets = {intern(key): tuple(map(intern, values)) for key, values in head.facets.items()}
    return replace(head, origin=intern(head.origin), kind=intern(head.kind), facets=facets)


_read = json.JSONDecoder().raw_decode


def unpack_places(packed: str) -> Places:
    """Return the positions of the terms in a document from their stored form."""
    zones, lessons = json.loads(packed)
    return Places(
        {name: Zone(frozenset(words), frozenset(parts)) for name, (words, parts) in zones.items()},
        {name: Zone(frozenset(words), frozenset(parts)) for name, (words, parts) in lessons.items()},
    )


def pack_head(document: IndexDocument, length: int) -> bytes:
    """Return the stored form of the head of a document."""
    confirmed = document.confirmed_at
    names = (name for title in (document.title, *document.titles) for name in names_in(title))
    return json.dumps(
        [
            document.uid,
            document.id,
            document.origin,
            document.kind,
            document.slug,
            document.digest,
            document.title,
            {key: list(values) for key, values in document.facets.items()},
            document.published_at.timestamp(),
            confirmed.timestamp() if confirmed else 0.0,
            length,
            document.places,
            document.questions,
            document.wording,
            document.titles,
            list(dict.fromkeys(map(name_key, names))),
        ]
    ).encode()


def pack_places(terms: DocumentTerms) -> str:
    """Return the stored form of the positions of terms in a document."""

    def pack(zones: Mapping[str, Zone]) -> dict[str, list[list[str]]]:
        return {name: [sorted(zone.words), sorted(zone.parts)] for name, zone in zones.items()}

    return json.dumps([pack(terms.zones), pack(terms.lessons)], ensure_ascii=False)
