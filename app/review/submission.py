"""Submissions, however they arrive, and their outcomes."""

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
    """How a submission arrived."""

    FORM = "form"
    PUSH = "push"
    MIRROR = "mirror"
    PEER = "peer"
    SEED = "seed"
    RECOVERY = "recovery"
    GUEST = "guest"


BY_GIT = frozenset({Via.PUSH, Via.MIRROR})
"""Ways by which people send whole texts without having seen others' changes since their last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawText:
    """A whole `index.md`, as git and other nodes provide it."""

    index: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An incoming proposal.

    A `text` by fields may lack `id`, `kind`, `schema`, `lang`, dates and licence, which are filled in. Empty sections
    are left out. If there is a base version, everything unchanged keeps its notation.

    `slug` None asks for a new record with an address derived from its title. `base` is the digest of the edited version
    (None: a new record). `files` are all files of the new version by name; None keeps those of the base. `reason` is
    one sentence for the curator. `key` makes repeated sending harmless: the same author and key give the same proposal;
    a draft's id is a good key. `round` is the number of the revision that was edited. `push` is the commit by which
    further records were sent at once.
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
    push: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Nothing was stored; `problems` lists what to fix by field, including warnings."""

    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that prevented it, without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Version `ver` of the record at `kind` and `slug` is visible. `merged` says that main had moved on."""

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
        """Return the outcome if `record` is published as version `ver`; without `proposal_id`, it already was.

        `digest` is given if its tombstone is published instead.
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
    """A field that both sides changed: `base` was before, `published` is current, `proposed` is the proposal's.

    Values are those of the front matter, Markdown for `body.<section>`, hex SHA-256 for `files.<name>`; None means that
    the field does not exist.
    """

    key: str
    base: JsonValue
    published: JsonValue
    proposed: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicted:
    """Nothing was published; somebody must decide the conflicting `fields`.

    `head` is the digest of the published version; a decision names it, so that it cannot apply to another text.
    """

    proposal_id: str
    head: str
    fields: tuple[ConflictedField, ...]
