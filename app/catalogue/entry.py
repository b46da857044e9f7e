"""One line of the catalogue, and the errors for names that lead to no visible record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.records.record import RecordRef
from app.shared.errors import NotFound


class State(StrEnum):
    """`broken`: its file breaks the rules, the last good one stays visible; `hidden`: a foreign record, not shown."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    BROKEN = "broken"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One version of a record.

    `seq` ascends over the whole catalogue. `origin` is "" for this node's own records. `ver` counts from 1 for each
    record; `at` (UTC) is the time of publication. `digest` is `sha256:…`, or empty if broken. `id` is empty for a
    broken version of a record that was never readable. `problems` is a JSON list of objects with file, line, field,
    code and params, for broken versions only. `told` is the written form of `Told`, None if not stored; that of
    `Repeated` for another node's.
    """

    seq: int
    origin: str
    id: str
    ver: int
    digest: str
    state: State
    at: datetime
    kind: str
    slug: str
    problems: str | None = None
    told: str | None = None

    @property
    def ref(self) -> str:
        """How this node names the record, as `Record.ref` does."""
        return RecordRef(kind=self.kind, slug=self.slug, origin=self.origin).text

    @property
    def repeats(self) -> Repeated | None:
        """Return the earlier versions that another node's version only confirms; None if it is an edit."""
        return Repeated.read(self.told) if self.origin else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a version says about the one before: digest `prev` after a loss, last `topics` of a withdrawn record."""

    prev: str = ""
    topics: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Told:
        """Read the written form that `text` returns."""
        prev, *topics = text.split(" ") if text else ("",)
        return cls(prev=prev, topics=tuple(topics))

    @property
    def text(self) -> str:
        """Return the written form, empty if there is nothing to say."""
        return " ".join((self.prev, *self.topics))


@dataclass(frozen=True, slots=True)
class Repeated:
    """The last edit of a foreign record (`seq`, `at`), and `digests`: its own and those of its confirmations."""

    seq: int
    at: datetime
    digests: tuple[str, ...]

    @classmethod
    def read(cls, text: str | None) -> Repeated | None:
        """Read the written form that `text` returns; None for None and for the older form without a leading number."""
        if not text or not text[0].isdigit():
            return None
        seq, at, *digests = text.split(" ")
        return cls(int(seq), datetime.fromisoformat(at), tuple(digests))

    @property
    def text(self) -> str:
        """Return the written form."""
        return " ".join((str(self.seq), self.at.isoformat(), *self.digests))


class RecordNotFound(NotFound):
    """No good version has this `name`: an id, `<kind>/<slug>`, or `<id>/v/<ver>`."""

    name: str


class RecordWithdrawn(NotFound):
    """The record was withdrawn; `entry` is the withdrawal, `CatalogueService.withdrawal` gives the reason."""

    def __init__(self, entry: CatalogueEntry) -> None:
        super().__init__(entry.id)
        self.entry = entry


def shown(entry: CatalogueEntry | None, name: str) -> CatalogueEntry:
    """Return the entry if it may be read under `name`; raises RecordNotFound and RecordWithdrawn."""
    if entry is None or entry.state is State.HIDDEN:
        raise RecordNotFound(name)
    if entry.state is State.WITHDRAWN:
        raise RecordWithdrawn(entry)
    return entry
