"""What is measured of each program, each in turn, so that whatever else the machine does slows all of them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from uuid import uuid4

from bench.beside import beside
from bench.peers.peer import Peer, Saved
from bench.peers.texts import Page, compounds, having
from bench.timing import answers, percentile
from bench.words import VERBS

CLIENTS = 4
MILLISECONDS, A_SECOND = "ms", "pages a second"
_NAME = re.compile(rb"muster-\d{5}")
_LISTED = 10
"""Records on one page of our own search; the others list as many at least."""
_SPREAD = 37
"""So far apart are words that are asked for one after the other, since compounds stand in their order."""
_EDITED, _WORKED_UP = 5, 20
"""Pages that are saved, one after the other; requests after which each process has answered some."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured of each program: turns, and what is done in each of them."""

    turns: int = 8
    views: int = 20
    firsts: int = 6
    searches: int = 2
    saves: int = 1
    seconds: float = 1.5


@dataclass
class Row:
    """A line of the table: the milliseconds of each turn (or the pages a second in it), by the program's name."""

    title: str
    unit: str = MILLISECONDS
    turns: dict[str, list[list[float]]] = field(default_factory=dict)

    def note(self, name: str, took: list[float]) -> None:
        """Keep a turn."""
        self.turns.setdefault(name, []).append(took)

    def figures(self, name: str) -> tuple[float, float]:
        """Return the median, and what is not worse in 95 of 100."""
        found = [one for turn in self.turns[name] for one in turn]
        return percentile(found, 50), percentile(found, 95 if self.unit == MILLISECONDS else 5)

    def ratio(self, name: str, ours: str) -> float:
        """Return how many times worse than `ours` it is, below 1 where it is better: the median of all turns."""
        pairs = zip(self.turns[name], self.turns[ours], strict=True)
        middle = median(percentile(theirs, 50) / percentile(mine, 50) for theirs, mine in pairs)
        return middle if self.unit == MILLISECONDS else 1 / middle


class Comparison:
    """These programs, which are served and hold these pages."""

    def __init__(self, peers: Sequence[Peer], pages: Sequence[Page], plan: Plan) -> None:
        self._peers, self._pages, self._plan = peers, pages, plan
        self._often = pages[: plan.views // 2]
        self._edited = pages[-_EDITED:]

    def rows(self, say: Callable[[str], None]) -> Iterator[Row]:
        """Measure one row after the other; raises RuntimeError where an answer is not what is asked for."""
        many = compounds(self._pages, least=max(_LISTED, len(self._pages) // 20))
        nearly_all = having(VERBS, self._pages)
        for peer in self._peers:
            for _ in range(_WORKED_UP):  # Each on a connection of its own, so that each process gets some.
                _views(peer, self._often[:1])
        single = (
            ("Page, first view", self._first_views),
            ("Page, again", self._views),
            ("Search, a word of one page", self._rare),
            ("Search, a word of every tenth page", partial(self._common, asked=many, searches=self._plan.searches)),
            ("Search, a word of nearly every page", partial(self._common, asked=nearly_all, searches=1)),
        )
        for title, work in single:
            say(f"{title} …")
            yield self._row(title, work)
        say("Saving …")
        last, whole = Row("Save, the last request"), Row("Save, all requests")
        for peer, turn in self._turns():
            saved = [self._saved(peer, turn * self._plan.saves + number) for number in range(self._plan.saves)]
            last.note(peer.name, [one.last for one in saved])
            whole.note(peer.name, [one.all for one in saved])
        yield from (last, whole)
        say("History …")
        yield self._row("History of a page", self._histories)
        say("Many readers …")
        yield self._row(f"Pages, {CLIENTS} readers at once", self._throughput, A_SECOND)

    def _row(self, title: str, work: Callable[[Peer, int], list[float]], unit: str = MILLISECONDS) -> Row:
        row = Row(title, unit)
        for peer, turn in self._turns():
            row.note(peer.name, work(peer, turn))
        return row

    def _turns(self) -> Iterator[tuple[Peer, int]]:
        for turn in range(self._plan.turns):
            # Whoever comes first in one turn comes last in the next.
            yield from ((peer, turn) for peer in self._peers[:: -1 if turn % 2 else 1])

    def _first_views(self, peer: Peer, turn: int) -> list[float]:
        start = len(self._often) + turn * self._plan.firsts
        return _views(peer, self._pages[start : start + self._plan.firsts])

    def _views(self, peer: Peer, turn: int) -> list[float]:
        if turn == 0:
            _views(peer, self._often)
        return _views(peer, list(self._often) * 2)

    def _rare(self, peer: Peer, turn: int) -> list[float]:
        start = turn * self._plan.searches
        asked = self._pages[start : start + self._plan.searches]
        return [_found(peer, page.rare, {page.name}, least=1) for page in asked]

    def _common(self, peer: Peer, turn: int, *, asked: Mapping[str, frozenset[str]], searches: int) -> list[float]:
        words = [list(asked)[number * _SPREAD % len(asked)] for number in range(turn * searches, (turn + 1) * searches)]
        return [_found(peer, word, asked[word], least=_LISTED) for word in words]

    def _saved(self, peer: Peer, number: int) -> Saved:
        page, words = self._edited[number % len(self._edited)], f"Stand {uuid4().hex}."
        saved = peer.save(page, words)
        for _, answer in answers(peer.url, [peer.view(page)]):
            _expect(words.encode() in answer, peer, f"{page.name} does not show what was saved")
        return saved

    def _histories(self, peer: Peer, _turn: int) -> list[float]:
        took = []
        for page, (milliseconds, answer) in _asked(peer, self._edited, peer.history):
            _expect(page.name in _names(answer), peer, f"this is not the history of {page.name}")
            took.append(milliseconds)
        return took

    def _throughput(self, peer: Peer, _turn: int) -> list[float]:
        counted, failed = [0] * CLIENTS, list[Exception]()

        def read(client: int, over: threading.Event) -> None:
            try:
                while not over.is_set():
                    counted[client] += len(_views(peer, self._often))
            except (OSError, RuntimeError) as error:
                failed.append(error)

        started = time.perf_counter()
        with beside(*(partial(read, client) for client in range(CLIENTS))):
            time.sleep(self._plan.seconds)
        if failed:
            raise failed[0]
        return [sum(counted) / (time.perf_counter() - started)]


def _views(peer: Peer, pages: Sequence[Page]) -> list[float]:
    took = []
    for page, (milliseconds, answer) in _asked(peer, pages, peer.view):
        _expect(page.rare.encode() in answer, peer, f"the text of {page.name} is missing")
        took.append(milliseconds)
    return took


def _asked(
    peer: Peer, pages: Sequence[Page], path: Callable[[Page], str]
) -> Iterable[tuple[Page, tuple[float, bytes]]]:
    return zip(pages, answers(peer.url, map(path, pages)), strict=True)


def _found(peer: Peer, words: str, having: Collection[str], *, least: int) -> float:
    ((took, answer),) = answers(peer.url, [peer.search(words)])
    first = _names(answer)[:_LISTED]
    _expect(len(first) >= least and first[0] in having, peer, f"a search for {words} finds {first}")
    return took


def _names(answer: bytes) -> list[str]:
    """Return the names of all pages in an answer, each once, in their order."""
    return list(dict.fromkeys(name.decode() for name in _NAME.findall(answer.lower())))


def _expect(holds: bool, peer: Peer, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(f"{peer.name}: {otherwise}")
