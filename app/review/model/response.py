# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a municipality responds to a record or a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Relation(StrEnum):
    """What the response says about its target."""

    REUSES = "reuses"
    CONFIRMS = "confirms"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondingPlace:
    """The municipality in whose name somebody responded; `state` such as "HE", `ars` where it is known."""

    name: str
    state: str
    ars: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A response on its way in. `record_id` and `digest` name the version read, `lesson` one of its lessons.

    `origin` is the node whose record it is, "" for this one. In whose name it is follows from the person who responds.
    """

    record_id: str
    digest: str
    relation: Relation
    origin: str = ""
    lesson: str | None = None
    since: date | None = None
    adapted: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A published response; `at` is when it was published last, `version` the digest of the text it is about.

    `origin` is the node on whose word it stands, "" for this one. `counts` is False where a newer response of the same
    municipality to the same counts instead.
    """

    record_id: str
    origin: str
    slug: str
    relation: Relation
    place: RespondingPlace
    lesson: str | None
    since: str | None
    adapted: str
    note: str
    at: datetime
    version: str
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCount:
    """How many municipalities responded to a record, or to the lesson `lesson` of it.

    `elsewhere` tells how many of them stand on the word of other nodes, by origin, the largest number first.
    """

    lesson: str | None
    reuses: int = 0
    confirms: int = 0
    contradicts: int = 0
    elsewhere: tuple[tuple[str, int], ...] = ()
