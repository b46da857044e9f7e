"""What somebody sends in, by whatever way it comes, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.identity import Person
from app.records.json_value import JsonValue
from app.records.problem import Problem
from app.records.record import Record
from app.review.text.record_text import RecordText


class Via(StrEnum):
    """The way a submission came."""

    FORM = "form"
    PUSH = "push"
    MIRROR = "mirror"
    PEER = "peer"
    SEED = "seed"
    RECOVERY = "recovery"
    GUEST = "guest"


BY_GIT = frozenset({Via.PUSH, Via.MIRROR})
"""Ways by which people send whole texts without having seen what others changed since their last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawText:
    """A whole `index.md`, as git and other nodes give it."""

    index: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A proposal on its way in.

    A `text` by its fields may lack `id`, `kind`, `schema`, `lang`, dates and licence; submitting fills them in. Empty
    sections are left out. Where a base version exists, everything that did not change keeps its notation.

    `slug` None asks for a new record whose address is made from its title. `base` is the digest of the version that
    was edited (None: a new record). `files` are all files of the record from now on by name; None keeps those of the
    base. `reason` is one sentence for the curator. `key` makes a repeated sending harmless: the same author and key
    give the same proposal; the id of the draft serves well. `round` is the number of the revision that was edited.
    """

    kind: str
    author: Person
    text: RecordText | RawText
    slug: str | None = None
    base: str | None = None
    files: Mapping[str, bytes] | None = None
    reason: str = ""
    via: Via = Via.FORM
    key: str | None = None
    round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Nothing was stored; `problems` say by field what has to be mended, warnings included."""

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return what keeps it from being taken, without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Readers see it: version `ver` of the record at `kind` and `slug`. `merged` says that main had moved on."""

    proposal_id: str
    kind: str
    slug: str
    record_id: str
    ver: int
    digest: str
    merged: bool = False

    @classmethod
    def of(
        cls, record: Record, ver: int, *, proposal_id: str = "", digest: str = "", merged: bool = False
    ) -> Published:
        """Return the outcome where `record` stands as version `ver`; without `proposal_id` it stood there before.

        `digest` is given where it is a note of its withdrawal that stands there.
        """
        return cls(
            proposal_id=proposal_id,
            kind=record.kind,
            slug=record.slug,
            record_id=record.id,
            ver=ver,
            digest=digest or record.digest,
            merged=merged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictedField:
    """A field that both sides changed: `base` was before, `published` stands now, `proposed` is asked for.

    Values are those of the front matter, Markdown for `body.<section>`, hex SHA-256 for `files.<name>`; None means
    that the field is not there.
    """

    key: str
    base: JsonValue
    published: JsonValue
    proposed: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicted:
    """Nothing was published; `fields` must be decided in words.

    `head` is the digest of what is published now; a decision names it, so that it never decides about another text.
    """

    proposal_id: str
    head: str
    fields: tuple[ConflictedField, ...]
