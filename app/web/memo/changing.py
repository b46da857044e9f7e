# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What buttons change in a memo: finds come in, go out, or are taken in their newest version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.problem import InvalidRecord
from app.kickoff.memo import Find, MemoSituation, PinnedRecord, ReuseMemo, SeenHit
from app.kickoff.memo.pinning import origin_of
from app.kickoff.situation import Situation
from app.reuse.place import Place
from app.web.access import services
from app.web.memo.actions import Action, Pressed
from app.web.memo.drafting import newest
from app.web.memo.searching import first_page, nodes_asked, search_done

TEXT_LENGTH = 200
MOST_SEARCHES = 30
"""As many as the schema of memos allows."""


def changed(memo: ReuseMemo, pressed: Pressed, words: str, at: datetime) -> ReuseMemo:
    """Return the memo after a button was pressed; `words` are those of the field for a further search."""
    match pressed.action:
        case Action.ADD:
            return _with_hit(memo, pressed.argument)
        case Action.REMOVE:
            finds = tuple(find for number, find in enumerate(memo.finds) if number != pressed.number)
            return replace(memo, finds=finds)
        case Action.RENEW:
            return _renewed(memo, pressed.number)
        case Action.FORGET_GOALS:
            return replace(memo, goals=())
        case Action.SEARCH:
            return _searched(memo, words, at)
        case Action.UPDATE:
            # The return key in the field for words presses the first button of the form.
            return _searched(memo, words, at) if words.strip() else memo
        case _:
            return memo


def situation_of(kept: MemoSituation) -> Situation:
    """Return the situation as far as a memo keeps it; only names are known of the bodies the place belongs to."""
    place = Place(name=kept.place or None, state=kept.state, kind=kept.place_kind, population=kept.population)
    return Situation(
        place=None if place == Place(state="", kind="") else place,
        size_class=kept.size_class,
        cooperation=kept.cooperation,
        topic=kept.topic,
        phase=kept.phase,
        months=kept.months,
        budget=kept.budget,
        staff=kept.staff,
        open_source_only=kept.open_source_only,
        obtainable_only=kept.obtainable_only,
    )


def _searched(memo: ReuseMemo, words: str, at: datetime) -> ReuseMemo:
    text = " ".join("".join(c if c.isprintable() else " " for c in words).split())[:TEXT_LENGTH]
    if not text or len(memo.searches) >= MOST_SEARCHES:
        return memo
    done = search_done(first_page(text), situation_of(memo.situation), at)
    return replace(memo, searches=(*memo.searches, done), nodes=memo.nodes or nodes_asked(at))


def _with_hit(memo: ReuseMemo, address: str) -> ReuseMemo:
    hits = (hit for done in memo.searches for hit in done.hits if hit.address == address)
    record = _as_seen(next(hits, None))
    return memo if record is None else memo.with_find(Find(record=record))


def _as_seen(hit: SeenHit | None) -> PinnedRecord | None:
    if hit is None:
        return None
    node = services()
    try:
        return node.memos.pin(node.catalogue.get(hit.id, hit.ver, origin_of(hit.home, node.settings.issuer)))
    except (RecordNotFound, RecordWithdrawn, InvalidRecord):
        return None


def _renewed(memo: ReuseMemo, number: int) -> ReuseMemo:
    if not 0 <= number < len(memo.finds):
        return memo
    find, node = memo.finds[number], services()
    entry = newest(find.record.id, origin_of(find.record.home, node.settings.issuer))
    return memo if entry is None else memo.with_find(replace(find, record=node.memos.pin(entry)))
