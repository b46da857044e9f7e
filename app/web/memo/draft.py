"""Creates a memo from a URL, and applies buttons to it: searches, records added or removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.kickoff.memo.memo import (
    Decision,
    Duty,
    DutyAnswer,
    Filter,
    Find,
    MemoSituation,
    NodeAsked,
    ReuseMemo,
    SearchDone,
    SearchedState,
    SeenHit,
)
from app.kickoff.memo.pinning import SHARED, kept, origin_of
from app.kickoff.situation import Situation
from app.records.problem import InvalidRecord
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT, WAY
from app.reuse.place import Place
from app.search.document import COLLECTED, ORIGIN, REFERS_TO
from app.search.query import SearchHit, SearchQuery
from app.web.kickoff import situation as memberships
from app.web.kickoff.selection import Selection, entry_named, selection_id
from app.web.kickoff.situation import read_kickoff
from app.web.memo.form import MemoAction, Pressed
from app.web.network.contacts import contacts
from app.web.search.facets import facet_value
from app.web.search.question import read_question
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.wording import _, ngettext

MAX_FILTERS, MAX_SEARCHES, MAX_NODES, MAX_LABEL_LENGTH = 60, 30, 200, 400
"""Limits in the schema of memos."""
MAX_WORDS_LENGTH = 200
KEPT_IN_WORDS = frozenset({PRODUCT, WAY, BUILDS_ON, ANSWERS, REFERS_TO, COLLECTED, ORIGIN})
"""Filters whose labels only this site knows, and only while it has the named records."""


def search_done(query: SearchQuery, situation: Situation, at: datetime) -> SearchDone:
    """Search like the search page and return the part that a memo stores."""
    result = services().kickoff.search(query, situation)
    filters = [(name, value) for name, values in query.filters.items() for value in values]
    return SearchDone(
        at=at,
        text=query.text,
        filters=tuple(
            Filter(
                name=name,
                value=value,
                label=facet_value(name, value)[:MAX_LABEL_LENGTH] if name in KEPT_IN_WORDS else "",
            )
            for name, value in filters[:MAX_FILTERS]
        ),
        found=result.total,
        hits=tuple(_seen(result.hits)),
    )


def nodes_asked(at: datetime) -> tuple[NodeAsked, ...]:
    """Return the nodes whose records were searched; this site's are as fresh as the time of the search.

    For other nodes this site searched its copies, which are as fresh as the last contact with the node.
    """
    settings, home = services().settings, services().federation.held.home
    others = [
        NodeAsked(
            name=node_name(origin),
            address=home(origin),
            state=SearchedState.CACHED if view.node.failures else SearchedState.ANSWERED,
            as_of=view.node.confirmed_at.replace(microsecond=0) if view.node.confirmed_at else None,
        )
        for origin, view in sorted(contacts().items())
        if view.node.visible and view.records > 0
    ]
    return (NodeAsked(name=settings.name, address=settings.issuer, as_of=at), *others[: MAX_NODES - 1])


def _seen(hits: tuple[SearchHit, ...]) -> Iterator[SeenHit]:
    node = services()
    for one in hits:
        try:
            entry = node.catalogue.head(one.id, one.origin)
            record = node.catalogue.record(entry)
        except (RecordNotFound, RecordWithdrawn, InvalidRecord):
            # It was withdrawn since the search, so it must not be shown.
            continue
        home = node.memos.home(entry.origin)
        yield SeenHit(home=home, id=entry.id, ver=entry.ver, title=record.title, lang=record.lang)


def drafted(args: MultiDict[str, str]) -> tuple[ReuseMemo, int]:
    """Return a memo made from the parameters of a kickoff, and the number of chosen records no longer published."""
    node, now = services(), services().clock()
    kickoff = read_kickoff(args)
    # A memo lists the first hits, even if it was started from a later page of them.
    question = replace(read_question(args, ranked=kickoff.reorders), page=1)
    searches: tuple[SearchDone, ...] = ()
    if not question.is_empty or not kickoff.situation.is_empty:
        searches = (search_done(question.query(), kickoff.situation, now),)
    place = kickoff.situation.place
    finds = tuple(_finds(kickoff.selection, place, question.text))
    memo = ReuseMemo(
        at=now,
        site=node.settings.name,
        issuer=node.settings.issuer,
        lang=current_language(),
        question=question.text,
        situation=kept(kickoff.situation, memberships.membership_names(place.memberships) if place else ()),
        searches=searches,
        nodes=nodes_asked(now) if searches else (),
        finds=finds,
        duties=_duties(searches, now),
        cosigners=(_("Treasury"), _("IT"), _("Data protection"), _("Procurement office")),
    )
    wanted = len(kickoff.selection.taken) + len(kickoff.selection.rejected)
    return memo, wanted - len(finds)


def _finds(selection: Selection, place: Place | None, question: str) -> Iterator[Find]:
    # Records put aside are undecided; the asker decides in the memo and gives the reason.
    decisions = ((Decision.NOTED, selection.taken), (Decision.REJECTED, selection.rejected))
    for decision, names in decisions:
        for name in names:
            entry = entry_named(name)
            if entry is None:
                continue
            try:
                yield services().memos.find(entry, place, question, decision)
            except InvalidRecord:
                continue


def _duties(searches: tuple[SearchDone, ...], now: datetime) -> tuple[DutyAnswer, ...]:
    """Return the evidence that search and memo give for two of the duties; the asker judges whether it suffices."""
    if not searches:
        return ()
    hits = ngettext("%(num)s hit", "%(num)s hits", searches[0].found)
    checked = _("Searched on %(moment)s with %(hits)s, see “Search”.", moment=moment(now), hits=hits)
    return DutyAnswer(duty=Duty.CHECKED, text=checked), DutyAnswer(duty=Duty.SHOWN, text=_("By this memo."))


def changed(memo: ReuseMemo, pressed: Pressed, words: str, at: datetime) -> ReuseMemo:
    """Return the memo after a button was pressed; `words` are those of the field for a further search."""
    match pressed.action:
        case MemoAction.ADD:
            return _with_hit(memo, pressed.argument)
        case MemoAction.REMOVE:
            finds = tuple(find for number, find in enumerate(memo.finds) if number != pressed.number)
            return replace(memo, finds=finds)
        case MemoAction.RENEW:
            return _renewed(memo, pressed.number)
        case MemoAction.FORGET_GOALS:
            return replace(memo, goals=())
        case MemoAction.SEARCH | MemoAction.UPDATE:
            # The return key in the search field presses the first button of the form, which updates.
            return _with_search(memo, words, at)
        case _:
            return memo


def situation_of(kept: MemoSituation) -> Situation:
    """Return the situation from a memo, which has only the names of the bodies the place belongs to."""
    place = Place(
        name=kept.place or None,
        state=kept.state,
        kind=kept.place_kind,
        population=kept.population,
        memberships=frozenset(kept.memberships),
    )
    return Situation(
        place=None if place == Place(state="", kind="") else place, **{name: getattr(kept, name) for name in SHARED}
    )


def _with_search(memo: ReuseMemo, words: str, at: datetime) -> ReuseMemo:
    text = " ".join("".join(c if c.isprintable() else " " for c in words).split())[:MAX_WORDS_LENGTH]
    if not text or len(memo.searches) >= MAX_SEARCHES:
        return memo
    done = search_done(SearchQuery(text=text, lang=current_language()), situation_of(memo.situation), at)
    return replace(memo, searches=(*memo.searches, done), nodes=memo.nodes or nodes_asked(at))


def _with_hit(memo: ReuseMemo, address: str) -> ReuseMemo:
    seen = [(hit, done.text) for done in memo.searches for hit in done.hits if hit.address == address]
    if not seen:
        return memo
    (hit, question), node = seen[0], services()
    try:
        entry = node.catalogue.get(hit.id, hit.ver, origin_of(hit.home, node.settings.issuer))
        return memo.with_find(node.memos.find(entry, situation_of(memo.situation).place, question))
    except (RecordNotFound, RecordWithdrawn, InvalidRecord):
        return memo


def _renewed(memo: ReuseMemo, number: int) -> ReuseMemo:
    if not 0 <= number < len(memo.finds):
        return memo
    find, node = memo.finds[number], services()
    entry = entry_named(selection_id(find.record.id, origin_of(find.record.home, node.settings.issuer)))
    if entry is None:
        return memo
    question = memo.question or next((done.text for done in memo.searches), "")
    newest = node.memos.find(entry, situation_of(memo.situation).place, question)
    return memo.with_find(replace(find, record=newest.record, way=newest.way, in_scope=newest.in_scope))
