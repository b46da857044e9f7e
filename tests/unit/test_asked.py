# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An answer holds as long as each of its questions is answered as it was the first time."""

from __future__ import annotations

import pytest

from app.asked import Asked, are_settled


class Changing:
    """Something that others change."""

    def __init__(self) -> None:
        self.value = "old"

    def ask(self) -> str:
        return self.value


@pytest.fixture
def something() -> Changing:
    return Changing()


@pytest.fixture
def asked() -> Asked:
    asked = Asked()
    asked.begin()
    return asked


def test_the_same_answer_twice_holds(asked: Asked, something: Changing) -> None:
    for _ in range(2):
        asked.note("one", something.ask, something.ask())
        asked.answer("other", something.ask)
    notes = asked.end()
    assert are_settled(notes)
    assert [note.ask() == note.answer for note in notes.values()] == [True, True]


@pytest.mark.parametrize("last", ["new", "old"])
def test_two_answers_to_one_question_never_hold(asked: Asked, something: Changing, last: str) -> None:
    for value in ("old", "new", last):
        something.value = value
        asked.note("one", something.ask, something.ask())
        asked.answer("other", something.ask)
    notes = asked.end()
    assert not are_settled(notes)
    assert [note.ask() != note.answer for note in notes.values()] == [True, True]


def test_what_was_made_before_another_answer_never_holds(asked: Asked, something: Changing) -> None:
    made = asked.made(lambda: asked.answer("one", something.ask))
    something.value = "new"
    asked.answer("one", something.ask)
    asked.again(made)
    (note,) = asked.end().values()
    assert note.ask() != note.answer


def test_what_could_not_be_answered_never_holds(asked: Asked) -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        asked.answer("one", fail)
    assert not are_settled(asked.end())
