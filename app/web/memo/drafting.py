# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A memo from what an address says: question, situation, and the hits put aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.content.problem import InvalidRecord
from app.kickoff.memo import Decision, Duty, DutyAnswer, DutyState, Find, ReuseMemo, SearchDone, kept
from app.search.port import SearchQuery
from app.web.access import services
from app.web.formats import moment
from app.web.kickoff import memberships
from app.web.kickoff.reading import read_kickoff
from app.web.language import current_language
from app.web.listing import asked
from app.web.memo.searching import nodes_asked, search_done
from app.web.selection import Selection
from app.web.wording import _, ngettext

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A memo to begin with; `missing` records of the selection are not published here any more."""

    memo: ReuseMemo
    missing: int = 0


def drafted(args: MultiDict[str, str]) -> Drafted:
    """Return the memo that the parameters of a kickoff make."""
    node, now = services(), services().clock()
    kickoff = read_kickoff(args)
    question = asked(args, ranked=kickoff.reorders)
    searches: tuple[SearchDone, ...] = ()
    if not question.is_empty or not kickoff.situation.is_empty:
        query = SearchQuery(
            text=question.text,
            filters=question.filters,
            sort=question.sort,
            page=question.page,
            size=SIZE,
            lang=current_language(),
        )
        searches = (search_done(query, kickoff.situation, now),)
    finds, place = tuple(_finds(kickoff.selection)), kickoff.situation.place
    memo = ReuseMemo(
        at=now,
        site=node.settings.name,
        issuer=node.settings.issuer,
        lang=current_language(),
        question=question.text,
        situation=kept(kickoff.situation, memberships.names(place.memberships) if place else ()),
        searches=searches,
        nodes=nodes_asked(now) if searches else (),
        finds=finds,
        duties=_duties(searches, now),
    )
    wanted = len(kickoff.selection.taken) + len(kickoff.selection.rejected)
    return Drafted(memo=memo, missing=wanted - len(finds))


def newest(record_id: str, origin: str) -> CatalogueEntry | None:
    """Return the visible version of a record, None where there is none."""
    try:
        return services().catalogue.head(record_id, origin)
    except (RecordNotFound, RecordWithdrawn):
        return None


def _finds(selection: Selection) -> Iterator[Find]:
    # What was put aside is not decided yet: that is said in the memo, with the reason.
    decisions = ((Decision.NOTED, selection.taken), (Decision.REJECTED, selection.rejected))
    for decision, names in decisions:
        for name in names:
            origin, _slash, record_id = name.rpartition("/")
            entry = newest(record_id, origin)
            if entry is None:
                continue
            try:
                yield Find(record=services().memos.pin(entry), decision=decision)
            except InvalidRecord:
                continue


def _duties(searches: tuple[SearchDone, ...], now: datetime) -> tuple[DutyAnswer, ...]:
    """Return answers to the two duties that the search and the memo itself meet; the asker may change both."""
    if not searches:
        return ()
    hits = ngettext("%(num)s hit", "%(num)s hits", searches[0].found)
    checked = _("Searched on %(moment)s with %(hits)s, see “Search”.", moment=moment(now), hits=hits)
    return (
        DutyAnswer(duty=Duty.CHECKED, state=DutyState.MET, text=checked),
        DutyAnswer(duty=Duty.SHOWN, state=DutyState.MET, text=_("By this memo.")),
    )
