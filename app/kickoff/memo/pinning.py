"""Pins a record in a memo, and finds out how it has changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.catalogue.models import OWN
from app.federation.issuer import Issuer, IssuerInvalid
from app.kickoff.lessons import MAX_LESSONS, by_consequence
from app.kickoff.memo.memo import CitedSource, Figures, MemoSituation, PinnedLesson, PinnedRecord, ReuseMemo, Way
from app.kickoff.situation import Situation
from app.records.five_lines import FiveLines
from app.records.record import Record
from app.reuse.obtaining.answer import Answer, Verdict
from app.reuse.place import Place


def pin(record: Record, entry: CatalogueEntry, home: str, figures: Figures, openness: str = "") -> PinnedRecord:
    """Pin exactly this version; `home` is the public address of the record's node."""
    return PinnedRecord(
        home=home,
        id=entry.id,
        ver=entry.ver,
        digest=entry.digest,
        at=entry.at.replace(microsecond=0),
        kind=record.kind,
        title=record.title,
        lang=record.lang,
        license=record.license,
        summary=record.summary,
        places=tuple(dict.fromkeys(place.name for place in record.municipalities)),
        outcome=str(record.data.get("outcome") or record.data.get("productisation") or ""),
        openness=openness,
        figures=figures,
        lessons=tuple(
            PinnedLesson(kind=one.kind, statement=one.statement, recommendation=one.recommendation)
            for one in by_consequence(record.lessons)[:MAX_LESSONS]
        ),
        sources=tuple(
            CitedSource(
                title=one.title, publisher=one.publisher, url=one.url or "", date=one.date or "", lang=one.lang or ""
            )
            for one in record.sources
        ),
    )


def figures_of(lines: FiveLines) -> Figures:
    """Return the figures that a memo shows, with the name of the part that an amount is for, without sources."""
    cost = lines.cost
    return Figures(
        amounts=tuple(
            replace(
                one,
                what="" if one.covers else " ".join(one.what.split()),
                paid_by="",
                note=" ".join(one.note.split()),
                sources=(),
            )
            for one in cost.amounts
        ),
        grants=tuple(replace(one, key="", date="unknown", note="", sources=()) for one in cost.grants),
        model=cost.model,
        duration=lines.duration,
        size=replace(lines.size, name="", as_of=None, listed=False),
        contact=replace(lines.contact, sources=()),
    )


SHARED = (
    *("size_class", "cooperation", "topic", "phase", "months", "budget", "staff"),
    *("open_source_only", "obtainable_only"),
)
"""Fields with the same name in a situation and in a memo."""


def kept(situation: Situation, memberships: Iterable[str] = ()) -> MemoSituation:
    """Return the part of a situation that a memo stores; `memberships` are names of the bodies the place belongs to."""
    place = situation.place or Place(state="", kind="")
    return MemoSituation(
        place=place.name or "",
        state=place.state,
        place_kind=place.kind,
        population=place.population,
        memberships=tuple(memberships),
        **{name: getattr(situation, name) for name in SHARED},
    )


def way_of(answers: Iterable[Answer]) -> Way | None:
    """Return the best way of several solutions, or the partner to ask; None if there is no solution."""
    best = max(answers, key=lambda answer: answer.verdict.hope, default=None)
    if best is None:
        return None
    chain = best.best
    if chain is None:
        named = next((one.party.name for one in best.ask if one.party), "")
        return Way(verdict=Verdict.UNDOCUMENTED, provider=named)
    step, *others = best.own_steps if best.verdict is Verdict.POSSIBLE else ("",)
    return Way(
        verdict=best.verdict,
        route=chain.route.code,
        provider=chain.route.provider.name,
        step=step,
        others=tuple(others),
        as_of=chain.oldest or chain.route.checked,
    )


def without_words(memo: ReuseMemo, record_id: str) -> ReuseMemo:
    """Return the memo with only the address of this record, and without the texts that people wrote about it."""
    finds = (
        replace(
            one,
            record=replace(
                pinned, title=pinned.address, summary="", places=(), figures=Figures(), lessons=(), sources=()
            ),
        )
        if (pinned := one.record).id == record_id
        else one
        for one in memo.finds
    )
    searches = (
        replace(one, hits=tuple(replace(hit, title=hit.address) if hit.id == record_id else hit for hit in one.hits))
        for one in memo.searches
    )
    return replace(memo, finds=tuple(finds), searches=tuple(searches))


def origin_of(home: str, issuer: str) -> str:
    """Return the origin that the node `issuer` uses in its catalogue for records of the node `home`."""
    if home == issuer:
        return OWN
    try:
        return Issuer.parse(home).origin
    except IssuerInvalid:
        # The memo came from a file; no node has this address.
        return home


def held_copy(record: PinnedRecord, issuer: str) -> str:
    """Return the address of the copy of this version at the node `issuer`; "" for its own records."""
    origin = origin_of(record.home, issuer)
    return f"{issuer}/r/{origin}/{record.id}/v/{record.ver}" if origin else ""


class Change(StrEnum):
    """What happened to a record: `unknown` here (yet); `altered`: history or the memo was tampered with."""

    NEWER = "newer"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """A record that has changed since the memo was written.

    `record.ver` is the version then, `ver` the newest now, `at` (UTC) its publication, `seq` its change number. For a
    changed record they are those of the last edit, because later versions only confirm it. They are None and 0 if this
    node has no version.
    """

    record: PinnedRecord
    change: Change
    ver: int | None = None
    at: datetime | None = None
    seq: int = 0


def changes_since(memo: ReuseMemo, catalogue: CatalogueService, issuer: str) -> tuple[RecordChange, ...]:
    """Return the changed records in the order of the memo; `issuer` is the public address of this node."""
    found = []
    for find in memo.finds:
        versions = catalogue.versions(find.record.id, origin_of(find.record.home, issuer))
        edit = catalogue.last_edit(versions[-1]) if versions else None
        change = _change(find.record, versions, edit)
        newest = edit if change is Change.NEWER else next(reversed(versions), None)
        ver, at, seq = (newest.ver, newest.at, newest.seq) if newest else (None, None, 0)
        if change is not None:
            found.append(RecordChange(record=find.record, change=change, ver=ver, at=at, seq=seq))
    return tuple(found)


def _change(record: PinnedRecord, versions: tuple[CatalogueEntry, ...], edit: CatalogueEntry | None) -> Change | None:
    """Return what happened to a record whose last edit is `edit`; a later confirmation is no change."""
    if edit is None:
        return Change.UNKNOWN
    if versions[-1].state is State.WITHDRAWN:
        return Change.WITHDRAWN
    read = next((entry for entry in versions if entry.ver == record.ver), None)
    if read is not None and read.digest != record.digest:
        return Change.ALTERED
    if edit.repeats and record.digest in edit.repeats.digests:
        return None
    if edit.ver > record.ver:
        return Change.NEWER
    # The copy of a foreign record can be older than the version that was read at its node.
    return None if read is not None else Change.UNKNOWN
