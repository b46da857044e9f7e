"""What is new for somebody since a change number of the catalogue: that decides, and no clock does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.following.interest import FollowedSearch
from app.kickoff.memo.errors import MemoNotFound
from app.kickoff.memo.pinning import Change, origin_of
from app.kickoff.memo.service import MemoService
from app.kickoff.service import KickoffService
from app.search.document import uid_of
from app.search.port import Cursor

WINDOW, MOST_WINDOWS = 100, 10
AT_ONCE = 1000
SHOWN = 30
"""Entries of one subscription in one message; of the others the number is told, with the address of the search."""


class NewsCode(StrEnum):
    """What happened to a record."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RESPONDED = "responded"


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A record (uid) in a version and what happened to it."""

    uid: str
    ver: int
    code: NewsCode


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new. Of a memo `changed` of its `finds` are not any more what was read, the new ones among them."""

    items: tuple[NewsItem, ...] = ()
    changed: int = 0
    finds: int = 0
    is_over: bool = False
    """There is nothing left to follow."""


def versions_of(sent: Iterable[str]) -> dict[str, str]:
    """Return the version of each record (uid) that was told of, in the order of `Subscription.sent`."""
    return dict(one.partition(" ")[::2] for one in sent)


class Newsroom:
    """Looks for what is new up to one change number; what changed is looked up once for several subscriptions."""

    def __init__(
        self,
        catalogue: CatalogueService,
        kickoff: KickoffService,
        memos: MemoService,
        responses: Callable[[str], Iterable[str]],
        issuer: str,
        upto: Cursor,
    ) -> None:
        """`responses` gives the ids of the responses to an own record; `upto` is how far the index is complete."""
        self.upto = upto
        self._catalogue = catalogue
        self._kickoff = kickoff
        self._memos = memos
        self._responses = responses
        self._issuer = issuer
        self._changes: dict[int, Mapping[str, CatalogueEntry]] = {}

    def of_search(self, search: FollowedSearch, after: int, sent: Iterable[str]) -> News:
        """Return the records that match and were written since, and those sent before that were withdrawn.

        A version that was sent is not told again: what was out of sight and is shown again has a new change number.
        """
        changed, told = self._changed(after), versions_of(sent)
        found_anew = ((uid, self._edited(entry, after)) for uid, entry in changed.items())
        edits = {uid: item for uid, item in found_anew if item and told.get(uid) != str(item.ver)}
        found = self._matching(search, set(edits)) if edits else frozenset()
        matching = [item for uid, item in edits.items() if uid in found]
        withdrawn = [
            NewsItem(uid, entry.ver, NewsCode.WITHDRAWN)
            for uid, entry in changed.items()
            if uid in told and entry.state is State.WITHDRAWN
        ]
        return News(items=(*matching, *withdrawn))

    def of_record(self, record_id: str, after: int) -> News:
        """Return whether an own record was written anew, withdrawn or responded to."""
        changed, uid = self._changed(after), f"|{record_id}"
        return News(items=tuple(self._happened(changed, record_id, uid, after)))

    def of_memo(self, token: str, after: int) -> News:
        """Return which finds of a kept memo have changed since, and how many have in all."""
        try:
            memo = self._memos.load(token).memo
        except MemoNotFound:
            return News(is_over=True)
        moved = [one for one in self._memos.changes_since(memo) if one.change in (Change.NEWER, Change.WITHDRAWN)]
        items = tuple(
            NewsItem(
                f"{origin_of(one.record.home, self._issuer)}|{one.record.id}",
                one.ver or 0,
                NewsCode.WITHDRAWN if one.change is Change.WITHDRAWN else NewsCode.CHANGED,
            )
            for one in moved
            if after < one.seq <= self.upto.seq
        )
        return News(items=items, changed=len(moved), finds=len(memo.finds))

    def _happened(
        self, changed: Mapping[str, CatalogueEntry], record_id: str, uid: str, after: int
    ) -> Iterator[NewsItem]:
        entry = changed.get(uid)
        if entry is not None:
            if entry.state is State.WITHDRAWN:
                yield NewsItem(uid, entry.ver, NewsCode.WITHDRAWN)
                return
            if item := self._edited(entry, after):
                yield item
        responses = [one for one in changed.values() if one.kind == "response" and one.state is State.PUBLISHED]
        if responses and {one.id for one in responses} & set(self._responses(record_id)):
            yield NewsItem(uid, 0, NewsCode.RESPONDED)

    def _edited(self, entry: CatalogueEntry, after: int) -> NewsItem | None:
        """Return what a change made of a visible record; None where it only says that the record still holds."""
        head = self._catalogue.visible().get(entry.id, entry.origin)
        edit = self._catalogue.last_edit(head) if head else None
        if edit is None or edit.seq <= after:
            return None
        first = next(iter(self._catalogue.versions(entry.id, entry.origin)), edit)
        return NewsItem(uid_of(entry), edit.ver, NewsCode.NEW if first.seq > after else NewsCode.CHANGED)

    def _matching(self, search: FollowedSearch, wanted: set[str]) -> frozenset[str]:
        """Return those of the wanted records that a search finds among its newest thousand."""
        found: set[str] = set()
        for page in range(1, MOST_WINDOWS + 1):
            result, hits = search.hits(self._kickoff, page=page, size=WINDOW, lang="de")
            found |= {hit.uid for hit in hits} & wanted
            if found == wanted or page * WINDOW >= result.total:
                break
        return frozenset(found)

    def _changed(self, after: int) -> Mapping[str, CatalogueEntry]:
        """Return the last change of every record since then, by its uid."""
        if after not in self._changes:
            self._changes[after] = {uid_of(one): one for one in self._read(after) if one.id}
        return self._changes[after]

    def _read(self, after: int) -> Iterator[CatalogueEntry]:
        while after < self.upto.seq and (changes := self._catalogue.changes(after, AT_ONCE)):
            yield from (one for one in changes if one.seq <= self.upto.seq and one.state is not State.BROKEN)
            after = changes[-1].seq
