"""All visible responses by target, counting each municipality once; notifies authors of those from other nodes."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any, cast

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn, State
from app.identity import NamedPlace
from app.records.checks.wording import describe_field
from app.records.record import Record
from app.review.context import PlaceOfKey, ReviewContext
from app.review.models import Notice, NoticeKind, Position, Purpose
from app.review.notices.audience import authors_of
from app.review.responses.response import Response, ResponseCount, ResponseKind, global_target
from app.review.text.record_text import RecordText
from app.shared.errors import DomainError
from app.shared.official_key import shortest

_Name = tuple[str, str]
_CHOSEN = datetime.min.replace(tzinfo=UTC)
UNPROVEN = NamedPlace(name="", state="")
"""The municipality of a response whose node may not speak for the one that it names."""


Strangers = Mapping[str, datetime]
"""Origins that nobody here has chosen, with the time since when each is known."""


Bound = Mapping[str, frozenset[str]]
"""Origins that may not speak for every municipality, each with the official keys that it may speak for."""


def counted(
    found: Iterable[Response],
    strangers: Strangers = MappingProxyType({}),
    bound: Bound = MappingProxyType({}),
    place: PlaceOfKey = lambda _key: None,
) -> tuple[Response, ...]:
    """Return the responses to one record, newest first, with `counts` set for each.

    A response counts only if its node may speak for the municipality. For nodes in `bound`, the municipality gets the
    name that `place` has for its key, and no name if the node may not speak for it. Of several responses of one
    municipality the newest counts; but a stranger's never replaces one from this node, a peer, or a node known longer.
    """
    named = [replace(one, place=_proven(one, bound, place)) if one.origin in bound else one for one in found]
    ordered = sorted(named, key=lambda one: (one.at, not one.origin, one.origin, one.record_id), reverse=True)
    heard = [one for one in ordered if one.origin not in bound or _speaks(one, bound)]
    keys = {_named(one.place): shortest(one.place.ars) for one in heard if one.place.ars}
    first: dict[tuple[str | None, str | _Name], Response] = {}
    # Sorting is stable: among nodes known equally long, the newest response stays first.
    for one in sorted(heard, key=lambda one: strangers.get(one.origin, _CHOSEN)):
        first.setdefault((one.lesson, _identity(one.place, keys)), one)
    counting = {id(one) for one in first.values()}
    return tuple(replace(one, counts=id(one) in counting) for one in ordered)


def count(lesson: str | None, responses: Iterable[Response], older: Collection[str] = ()) -> ResponseCount:
    """Return the numbers of municipalities by kind of response to a lesson, or to the record (None).

    `older` are the digests of versions that have been edited since.
    """
    found = [one for one in responses if one.counts and one.lesson == lesson]
    said = Counter(one.relation for one in found)
    elsewhere = Counter(one.origin for one in found if one.origin)
    return ResponseCount(
        lesson=lesson,
        reuses=said[ResponseKind.REUSES],
        confirms=said[ResponseKind.CONFIRMS],
        contradicts=said[ResponseKind.CONTRADICTS],
        plans=plans_among(found),
        older=sum(one.relation is ResponseKind.REUSES and one.version in older for one in found),
        elsewhere=tuple(elsewhere.most_common()),
    )


def plans_among(responses: Iterable[Response]) -> tuple[Response, ...]:
    """Return the plans that count, in their order; nobody plans a lesson."""
    return tuple(one for one in responses if one.counts and one.relation is ResponseKind.PLANS and not one.lesson)


def _speaks(one: Response, bound: Bound) -> bool:
    return shortest(one.place.ars or "") in bound.get(one.origin, ())


def _proven(one: Response, bound: Bound, place: PlaceOfKey) -> NamedPlace:
    """Return the place by its official key, ignoring the name that the node claims; an unknown key is the name."""
    if not _speaks(one, bound):
        return UNPROVEN
    claimed, key = one.place, shortest(one.place.ars or "")
    return replace(place(key) or replace(claimed, name=key), ars=claimed.ars)


def _identity(place: NamedPlace, keys: Mapping[_Name, str]) -> str | _Name:
    """Return a municipality's identity: its key, or the key of the only place of this name here that has one."""
    return shortest(place.ars) if place.ars else keys.get(_named(place), _named(place))


def _named(place: NamedPlace) -> _Name:
    return " ".join(unicodedata.normalize("NFC", place.name).casefold().split()), place.state


KIND = "response"
_log = structlog.get_logger(__name__)


_Read = Mapping[CatalogueEntry, tuple[str, Response]]


class ResponseIndex:
    """Finds responses, reading only new ones after a change; plans that have ended are left out."""

    def __init__(self, context: ReviewContext) -> None:
        self._catalogue = context.catalogue
        self._name = context.global_name
        self._strangers = context.strangers
        self._bound = context.bound
        self._place = context.place
        self._clock = context.clock
        self._known: tuple[tuple[int, date], Mapping[str, tuple[Response, ...]], _Read] = ((-1, date.min), {}, {})

    def of(self, record_id: str, origin: str = "") -> tuple[Response, ...]:
        """Return the responses to a record, newest first; raises NotFound for an unknown origin."""
        return self.about(self._name(origin, record_id))

    def about(self, target: str) -> tuple[Response, ...]:
        """Return the responses to the record with a global name, newest first."""
        self._refresh()
        return self._known[1].get(target, ())

    def target(self, entry: CatalogueEntry) -> str:
        """Return the global name of a visible response's target, "" if the response cannot be read."""
        self._refresh()
        return self._known[2].get(entry, ("",))[0]

    def reused_here(self) -> frozenset[str]:
        """Return the identifiers of the records that, by responses on this node, municipalities reuse."""
        self._refresh()
        said = self._known[2].values()
        reused = ResponseKind.REUSES
        return frozenset(target[-36:] for target, one in said if not one.origin and one.relation is reused)

    def _refresh(self) -> None:
        today, before = self._clock().date(), self._known[2]
        state = self._catalogue.last_seq(), today
        if self._known[0] == state:
            return
        read: dict[CatalogueEntry, tuple[str, Response]] = {}
        by_target: defaultdict[str, list[Response]] = defaultdict(list)
        for entry in self._catalogue.heads(KIND):
            # A version never changes, so it is read once.
            if found := before.get(entry) or self._read(entry):
                read[entry] = found
                if not found[1].is_over(today):
                    by_target[found[0]].append(found[1])
        strangers, bound = self._strangers(), self._bound()
        # Two threads may both build it; either result is right for this change number and day.
        said = {target: counted(found, strangers, bound, self._place) for target, found in by_target.items()}
        self._known = (state, said, read)

    def _read(self, entry: CatalogueEntry) -> tuple[str, Response] | None:
        try:
            record = self._catalogue.record(entry)
            return global_target(record, self._name), response_of(record, entry)
        except DomainError as error:
            # A peer's record may vanish between two queries; one unreadable response must not hide the others.
            _log.warning("responses.unreadable", record=entry.id, origin=entry.origin, error=type(error).__name__)
            return None


def response_of(record: Record, entry: CatalogueEntry) -> Response:
    """Return a published response as a value."""
    data = cast("Mapping[str, Any]", record.data)
    place = data["place"]
    return Response(
        record_id=record.id,
        origin=entry.origin,
        slug=record.slug,
        relation=ResponseKind(data["relation"]),
        place=NamedPlace(name=place["name"], state=place["state"], ars=place.get("ars")),
        lesson=data.get("lesson"),
        since=data.get("since"),
        adapted=data.get("adapted", ""),
        note=data.get("note", ""),
        at=entry.at,
        version=data["version"],
        quarter=data.get("quarter", ""),
        until=data.get("until", ""),
        mailbox=data.get("contact", {}).get("mailbox", ""),
    )


Tell = Callable[[Session, Sequence[CatalogueEntry]], int]
"""Writes notices about changes of the catalogue and returns their number."""
_CURSOR = "responses"
_BATCH_SIZE = 500


class Arrivals:
    """Notifies authors of new responses, once per record and origin, and reusers of new versions and withdrawals."""

    def __init__(self, context: ReviewContext, index: ResponseIndex, also: Iterable[Tell]) -> None:
        """`also` write further notices about the same changes."""
        self._also = tuple(also)
        self._context = context
        self._catalogue = context.catalogue
        self._index = index

    def tell(self) -> int:
        """Notify of all news, once per record, origin and day to avoid floods of mail; return the number of notices."""
        told = 0
        while True:
            with self._context.sessions.reading() as db:
                place = _place(db)
            current = self._catalogue.generation()
            generation, after = place
            if generation != current:
                # After a rebuild, do not send notices again.
                after = self._catalogue.last_seq() if generation >= 0 else 0
            changes = self._catalogue.changes(after, _BATCH_SIZE)
            if not changes and generation == current:
                return told
            groups = self._groups(changes)
            with self._context.sessions.begin() as db:
                if _place(db) != place:
                    # Another process has already handled these changes.
                    continue
                told += sum(self._tell(db, record_id, origin) for record_id, origin in sorted(groups))
                told += self._tell_reusers(db, changes) + sum(tell(db, changes) for tell in self._also)
                seq = changes[-1].seq if changes else after
                db.merge(Position(name=_CURSOR, generation=current, seq=seq))

    def _groups(self, changes: Iterable[CatalogueEntry]) -> set[tuple[str, str]]:
        """Return the own records with new responses, each with the origin of the responses."""
        foreign = [one for one in changes if one.origin and one.kind == KIND and one.state is State.PUBLISHED]
        home = self._context.global_name("", "")
        targets = ((self._index.target(one), one.origin) for one in foreign)
        return {(target.removeprefix(home), origin) for target, origin in targets if target.startswith(home)}

    def _tell(self, db: Session, record_id: str, origin: str) -> int:
        try:
            head = self._catalogue.head(record_id)
        except (RecordNotFound, RecordWithdrawn):
            return 0
        title = self._catalogue.record(head).title
        params = {"title": title, "kind": head.kind, "slug": head.slug, "origin": origin}
        # Hash the node's name, which may be longer than the column.
        node = sha256(origin.encode()).hexdigest()[:16]
        once = f"elsewhere:{record_id}:{node}:{self._context.clock().date().isoformat()}"
        people = authors_of(db, head.kind, head.slug)
        kind = NoticeKind.RESPONDED_ELSEWHERE
        return sum(self._context.notices.add(db, person, kind, params, once=once) for person in sorted(people))

    def _tell_reusers(self, db: Session, changes: Sequence[CatalogueEntry]) -> int:
        reused = self._index.reused_here()
        changed = {(one.origin, one.id) for one in changes if one.id in reused}
        return sum(
            self._tell_reuser(db, said, self._catalogue.versions(record_id, origin))
            for origin, record_id in sorted(changed)
            for said in self._index.of(record_id, origin)
            if said.relation is ResponseKind.REUSES and not said.origin
        )

    def _tell_reuser(self, db: Session, said: Response, versions: Sequence[CatalogueEntry]) -> int:
        newest = versions[-1]
        # Earlier versions of another node's record are not stored, only digests of those that this one confirms.
        same = newest.repeats.digests if newest.repeats else ()
        name, kind = self._context.global_name(newest.origin, newest.id), NoticeKind.REUSED_WITHDRAWN
        if newest.state is State.WITHDRAWN:
            params = {"title": self._catalogue.withdrawal(newest).title or newest.slug, "href": name}
        elif newest.state is State.PUBLISHED:
            newest = self._catalogue.last_edit(newest)
            read = next((one for one in versions if one.digest == said.version), None)
            if said.version in (newest.digest, *same) or (read and read.ver >= newest.ver):
                return 0
            # Report several versions of one day once, because a node may publish as many as it likes.
            earlier = select(col(Notice.id)).where(
                col(Notice.once).like(f"reused:{said.record_id}:%"),
                col(Notice.at) > self._context.clock() - timedelta(days=1),
            )
            if db.scalar(earlier.limit(1)):
                return 0
            kind, record = NoticeKind.REUSED_CHANGED, self._catalogue.record(newest)
            params = {"title": record.title, "href": f"{name}/vergleich?seit={said.version}"}
            if read:
                params |= self._fields(self._catalogue.record(read), record)
        else:
            return 0
        once = f"reused:{said.record_id}:{same[0] if same else newest.digest}"
        people = authors_of(db, KIND, said.slug, (Purpose.RESPONSE,))
        return sum(self._context.notices.add(db, person, kind, params, once=once) for person in sorted(people))

    def _fields(self, before: Record, after: Record) -> dict[str, str]:
        """Return what changed, by name, in each language."""
        changed = RecordText.of_record(after).changed_from(RecordText.of_record(before))
        kind = self._context.schemas.kind(after.kind)
        named = {lang: [describe_field(key, kind, lang).partition(" (")[0] for key in changed] for lang in ("de", "en")}
        return {f"fields_{lang}": ", ".join(dict.fromkeys(names)) for lang, names in named.items()}


def _place(db: Session) -> tuple[int, int]:
    row = db.get(Position, _CURSOR)
    return (row.generation, row.seq) if row else (-1, 0)
