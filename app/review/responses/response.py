"""A municipality's response to a record or a lesson, and the record that stores it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.identity import Municipality, NamedPlace
from app.records.json_value import JsonValue
from app.records.record import Record
from app.review.text.record_text import review_date


class ResponseKind(StrEnum):
    """What the response says about its target."""

    REUSES = "reuses"
    CONFIRMS = "confirms"
    CONTRADICTS = "contradicts"
    PLANS = "plans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An incoming response. `record_id` and `digest` name the version read, `lesson` one of its lessons.

    `origin` is the record's node, "" for this one. The responding person determines the municipality. A plan says in
    which `quarter` ("2027-Q2") it begins, and which `mailbox` of an office answers.
    """

    record_id: str
    digest: str
    relation: ResponseKind
    origin: str = ""
    lesson: str | None = None
    note: str = ""
    quarter: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A published response; `at` is when it was last published, `version` the digest of the text it is about.

    `place` is the municipality that responds, without a name if nothing proves it; `origin` is the node that claims so,
    "" for this one. `counts` is False then, and if a newer response of the same municipality to the same target counts.
    Of a plan, `until` (YYYY-MM-DD) is the last day on which it stands.
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
    quarter: str = ""
    until: str = ""
    mailbox: str = ""

    def is_over(self, today: date) -> bool:
        """Return whether this is a plan that has ended; no node lets one stand for longer than a year."""
        over = self.until < today.isoformat() or self.at.date() + timedelta(days=366) < today
        return self.relation is ResponseKind.PLANS and over


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCount:
    """The number of municipalities that responded to a record, or to its lesson `lesson`.

    `older` of those who reuse it read a version that was edited since. `plans` are newest first. `elsewhere` gives the
    number of responses claimed by other nodes, by origin, largest first.
    """

    lesson: str | None
    reuses: int = 0
    confirms: int = 0
    contradicts: int = 0
    older: int = 0
    plans: tuple[Response, ...] = ()
    elsewhere: tuple[tuple[str, int], ...] = ()


GlobalName = Callable[[str, str], str]
"""Returns a record's global name by origin ("" for this node) and identifier; raises NotFound for unknown origins."""

_RECORD = "/r/"


def written_target(target: Record, name: GlobalName) -> str:
    """Return the name of `target` in a file of this node."""
    return name(target.origin, target.id) if target.origin else target.id


def global_target(response: Record, name: GlobalName) -> str:
    """Return the global name of a response's target; raises what `name` raises."""
    target = str(response.data["target"])
    return target if _RECORD in target else name(response.origin, target)


_SOURCE = "auskunft"
_TITLES = {
    ResponseKind.REUSES: "{place} nutzt nach: {title}",
    ResponseKind.CONFIRMS: "{place} bestätigt: {title}",
    ResponseKind.CONTRADICTS: "{place} widerspricht: {title}",
    ResponseKind.PLANS: "{place} plant: {title}",
}
_MAX_TITLE_LENGTH = 100
_MAX_SUMMARY_LENGTH = 280


def front_of(
    reaction: Reaction, place: Municipality, target: Record, *, written: str, response_id: str, today: date
) -> dict[str, JsonValue]:
    """Return the response's front matter with `written` as the target's name; the file's writer drops empty entries."""
    is_plan = reaction.relation is ResponseKind.PLANS
    title = _TITLES[reaction.relation].format(place=place.name, title=target.title)
    note = " ".join(reaction.note.split())
    return {
        "schema": "response/1.1" if is_plan else "response/1",
        "id": response_id,
        "title": cut(title, _MAX_TITLE_LENGTH),
        "summary": cut(note or title, _MAX_SUMMARY_LENGTH),
        "topics": list(target.topics),
        "compiled_by": "municipality",
        "target": written,
        "version": reaction.digest,
        "lesson": reaction.lesson,
        "relation": reaction.relation.value,
        "place": {"name": place.name, "state": place.state, "ars": place.ars, "sources": [_SOURCE]},
        "note": note,
        "quarter": reaction.quarter if is_plan else None,
        "until": review_date(today).isoformat() if is_plan else None,
        "contact": {"mailbox": reaction.mailbox} if is_plan and reaction.mailbox else None,
        "sources": self_reported(place.name, today.isoformat()),
    }


def self_reported(publisher: str, today: str) -> list[JsonValue]:
    """Return the sources of statements for which their author names no other source."""
    title = f"Auskunft auf diesem Netz: {publisher}"[:_MAX_TITLE_LENGTH]
    return [{"key": _SOURCE, "title": title, "publisher": publisher, "date": today, "self_reported": True}]


def cut(text: str, limit: int) -> str:
    """Return a text, shortened to `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
