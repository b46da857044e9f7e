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

    In whose name it is follows from the person who responds.
    """

    record_id: str
    digest: str
    relation: Relation
    lesson: str | None = None
    since: date | None = None
    adapted: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A published response; `at` is when it was published last, `version` the digest of the text it is about."""

    record_id: str
    slug: str
    relation: Relation
    place: RespondingPlace
    lesson: str | None
    since: str | None
    adapted: str
    note: str
    at: datetime
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCount:
    """How many municipalities responded to a record, or to the lesson `lesson` of it."""

    lesson: str | None
    reuses: int = 0
    confirms: int = 0
    contradicts: int = 0
