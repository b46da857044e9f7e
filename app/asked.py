# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an answer was made of: the questions that were asked for it, which can be asked again.

An answer that is kept holds as long as each of them is answered as before, whatever else has changed. Whoever asks
nothing that is told here asks for everything: any question to the database counts, unless it is part of one that is
noted. So what nobody thought of is never stale; it is only made anew more often.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Note:
    """A question that can be asked again, and what the answer to it was.

    `numbered`: the answer cannot change without a change number of the catalogue.
    """

    ask: Callable[[], object]
    answer: object
    numbered: bool = True


Notes = Mapping[Hashable, Note]
"""What was asked, each question once."""
NEVER = object()
"""Stands for the answer to a question that was answered in two ways or not at all: it is never given again."""


def are_settled(notes: Notes) -> bool:
    """Tell whether each question had one answer; what was made otherwise shows two states, or lacks something."""
    return all(note.answer is not NEVER for note in notes.values())


@dataclass(frozen=True, slots=True)
class Made(Generic[Value]):
    """A value with the questions that it was made of."""

    value: Value
    notes: Notes


class Asked(threading.local):
    """The questions that a thread has asked since it began to make an answer; outside of that none is noted."""

    def __init__(self) -> None:
        self._notes: dict[Hashable, Note] | None = None

    @property
    def is_noting(self) -> bool:
        """Tell whether questions are noted now."""
        return self._notes is not None

    def begin(self) -> None:
        """Begin to note."""
        self._notes = {}

    def end(self) -> Notes:
        """Note no longer, and return what was noted; nothing where nobody began."""
        notes, self._notes = self._notes, None
        return notes or {}

    def note(self, question: Hashable, ask: Callable[[], object], answer: object, *, numbered: bool = True) -> None:
        """Note a question that was answered; `question` tells it from all others."""
        if self._notes is not None:
            _add(self._notes, question, Note(ask, answer, numbered))

    def answer(
        self,
        question: Hashable,
        ask: Callable[[], Value],
        tell: Callable[[Value], object] = lambda found: found,
        *,
        numbered: bool = True,
    ) -> Value:
        """Ask, and note that alone, with what is to be told of the answer; all that is asked on the way is part of it.

        What is told has to differ whenever the answer does in anything that readers see.
        """
        noting = self._notes
        if noting is None:
            return ask()
        with self.silently():
            told: object = NEVER
            try:
                found = ask()
                told = tell(found)
            finally:
                _add(noting, question, Note(lambda: tell(ask()), told, numbered))
        return found

    @contextmanager
    def silently(self) -> Iterator[None]:
        """Note nothing meanwhile: what is asked never changes, or is noted by whoever asks."""
        notes, self._notes = self._notes, None
        try:
            yield
        finally:
            self._notes = notes

    def made(self, work: Callable[[], Value]) -> Made[Value]:
        """Do work and return what it made with the questions that it asked, for somebody who keeps it."""
        outer, self._notes = self._notes, {}
        try:
            return Made(work(), self._notes)
        finally:
            self._notes = outer

    def again(self, made: Made[Value]) -> Value:
        """Return what was made before, and note what it was made of."""
        if self._notes is not None:
            for question, note in made.notes.items():
                _add(self._notes, question, note)
        return made.value


def _add(notes: dict[Hashable, Note], question: Hashable, note: Note) -> None:
    """Keep the first answer, on which a part of what is made rests already; a second one must be the same."""
    first = notes.setdefault(question, note)
    if first.answer is not note.answer and first.answer != note.answer:
        notes[question] = replace(first, answer=NEVER)
