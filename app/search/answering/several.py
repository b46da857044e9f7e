"""Analyses many documents in several processes, one for each core; few are analysed where they are.

Analysing takes most of the time of building an index, and threads of one process would take turns at it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import structlog

from app.search.analysis.analyser import load_analyser
from app.search.port import IndexDocument
from app.search.terms import DocumentAnalyser, DocumentTerms

MANY = 300
"""From so many documents on it is worth the second that a process takes to begin."""
MOST = 8
"""Processes; each takes some 100 MB."""
_TOGETHER = 25
_AHEAD = 3
"""So many parts wait for each process, so that none of them has nothing to do."""
_POLITE = 5
_log = structlog.get_logger(__name__)

Analysed = tuple[IndexDocument, DocumentTerms]


def analysed(here: DocumentAnalyser, documents: Iterable[IndexDocument], lexicon: Path | None) -> Iterator[Analysed]:
    """Return documents with what is indexed of them, in their order; `lexicon` is what other processes read."""
    waiting = iter(documents)
    first = list(islice(waiting, MANY))
    helpers = min(len(os.sched_getaffinity(0)), MOST)
    if len(first) < MANY or helpers < 2 or lexicon is None:
        return ((one, here.terms(one)) for one in chain(first, waiting))
    return _by_several(here, chain(first, waiting), [Helper(lexicon) for _ in range(helpers)])


def _by_several(
    here: DocumentAnalyser, documents: Iterator[IndexDocument], helpers: list[Helper]
) -> Iterator[Analysed]:
    free, parts = deque(helpers), deque[tuple[list[IndexDocument], Future[list[DocumentTerms]]]]()

    def work(part: list[IndexDocument]) -> list[DocumentTerms]:
        # There are as many threads as helpers, so one is free.
        helper = free.popleft()
        try:
            return helper.terms(part)
        except (OSError, EOFError, pickle.PickleError) as error:
            _log.warning("search.helper_failed", reason=type(error).__name__)
            return [here.terms(one) for one in part]
        finally:
            free.append(helper)

    with ExitStack() as stack:
        for helper in helpers:
            stack.enter_context(helper)
        threads = stack.enter_context(ThreadPoolExecutor(len(helpers), thread_name_prefix="analysing"))
        while (part := list(islice(documents, _TOGETHER))) or parts:
            if part:
                parts.append((part, threads.submit(work, part)))
            if not part or len(parts) >= _AHEAD * len(helpers):
                done, terms = parts.popleft()
                yield from zip(done, terms.result(), strict=True)


class Helper:
    """A process that analyses; whoever gives it work waits for the answer."""

    def __init__(self, lexicon: Path) -> None:
        self._lexicon = lexicon
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def terms(self, documents: list[IndexDocument]) -> list[DocumentTerms]:
        """Return what is indexed of these; raises OSError or EOFError where the process cannot be had any more."""
        if self._process is None:
            command = [sys.executable, "-P", "-m", __name__, str(self._lexicon)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        to, back = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        pickle.dump(documents, to)
        to.flush()
        found: list[DocumentTerms] = pickle.load(back)  # noqa: S301 - a process of our own wrote it
        return found


def main(lexicon: str) -> None:
    """Analyse what comes in until nothing more does."""
    os.nice(_POLITE)
    analyser = DocumentAnalyser(load_analyser(Path(lexicon)))
    while True:
        try:
            documents = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that began this one
        except EOFError:
            return
        pickle.dump([analyser.terms(one) for one in documents], sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
