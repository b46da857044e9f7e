"""How a municipality responds to a record or a lesson, and the record that a response is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.identity import Municipality, NamedPlace
from app.records.json_value import JsonValue
from app.records.record import Record


class ResponseKind(StrEnum):
    """What the response says about its target."""

    REUSES = "reuses"
    CONFIRMS = "confirms"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A response on its way in. `record_id` and `digest` name the version read, `lesson` one of its lessons.

    `origin` is the node whose record it is, "" for this one. In whose name it is follows from the person who responds.
    """

    record_id: str
    digest: str
    relation: ResponseKind
    origin: str = ""
    lesson: str | None = None
    since: date | None = None
    adapted: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A published response; `at` is when it was published last, `version` the digest of the text it is about.

    `place` is the municipality in whose name somebody responded, `origin` the node on whose word it stands, "" for this
    one. `counts` is False where a newer response of the same
    municipality to the same counts instead.
    """

    record_id: str
    origin: str
    slug: str
    relation: ResponseKind
    place: NamedPlace
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


GlobalName = Callable[[str, str], str]
"""Returns the global name of a record by origin ("" for this node) and identifier; raises NotFound for no origin."""

_RECORD = "/r/"


def written_target(target: Record, name: GlobalName) -> str:
    """Return how a file of this node names `target`."""
    return name(target.origin, target.id) if target.origin else target.id


def global_target(response: Record, name: GlobalName) -> str:
    """Return the global name of what a response is about; raises what `name` raises."""
    target = str(response.data["target"])
    return target if _RECORD in target else name(response.origin, target)


_SOURCE = "auskunft"
_TITLES = {
    ResponseKind.REUSES: "{place} nutzt nach: {title}",
    ResponseKind.CONFIRMS: "{place} bestätigt: {title}",
    ResponseKind.CONTRADICTS: "{place} widerspricht: {title}",
}
_MAX_TITLE_LENGTH = 100
_MAX_SUMMARY_LENGTH = 280


def front_of(
    reaction: Reaction, place: Municipality, target: Record, *, written: str, response_id: str, today: date
) -> dict[str, JsonValue]:
    """Return the front matter of what `place` says of `target`; empty entries are left to the writer of the file.

    `written` is how the file names `target`.
    """
    title = _TITLES[reaction.relation].format(place=place.name, title=target.title)
    note = " ".join(reaction.note.split())
    return {
        "id": response_id,
        "title": _cut(title, _MAX_TITLE_LENGTH),
        "summary": _cut(note or title, _MAX_SUMMARY_LENGTH),
        "topics": list(target.topics),
        "compiled_by": "municipality",
        "target": written,
        "version": reaction.digest,
        "lesson": reaction.lesson,
        "relation": reaction.relation.value,
        "place": {"name": place.name, "state": place.state, "ars": place.ars, "sources": [_SOURCE]},
        "since": reaction.since.isoformat() if reaction.since else None,
        "adapted": reaction.adapted.strip(),
        "note": note,
        "sources": [
            {
                "key": _SOURCE,
                "title": f"Auskunft auf diesem Netz: {place.name}"[:_MAX_TITLE_LENGTH],
                "publisher": place.name,
                "date": today.isoformat(),
                "self_reported": True,
            }
        ],
    }


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
