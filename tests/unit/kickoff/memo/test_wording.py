# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re
from string import Formatter

import pytest

from app.kickoff.memo import Decision, Duty, DutyState, GoalState, NodeState
from app.kickoff.memo.wording import ENGLISH, GERMAN, LANGUAGES, Words
from tests.unit.kickoff.memo.examples import ROOT


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    assert GERMAN.keys() == ENGLISH.keys()
    assert {code for code in GERMAN if placeholders(GERMAN[code]) != placeholders(ENGLISH[code])} == set()


def test_no_text_is_left_in_german() -> None:
    assert {code for code in GERMAN if GERMAN[code] == ENGLISH[code]} == {"phase", "source", "source.dated"}


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_value_has_words(lang: str) -> None:
    words = Words(lang)
    codes = [f"decision.{code}" for code in Decision] + [f"duty.{code}" for code in (*Duty, *DutyState)]
    codes += [f"goal.{code}" for code in GoalState] + [f"node.{code}" for code in NodeState]
    assert all(words(code) for code in codes)


def test_no_text_is_without_use() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "app/kickoff/memo").rglob("*.py"))
    without_words = re.sub(r'(?m)^    "[a-z_.]+": .*$', "", sources)
    families = ("decision.", "duty.", "goal.", "node.", "filter.", "months.", "staff.", "openness.")
    used = set(re.findall(r"""["']([a-z_.]+)["']""", without_words))
    unused = {code for code in GERMAN.keys() - used if not code.startswith(families)}
    assert unused == set()


def test_words_of_the_machinery_do_not_reach_readers() -> None:
    forbidden = re.compile(r"\b(commit|branch|merge|anchor|digest|payload|slug|node)\b", re.IGNORECASE)
    assert [text for texts in LANGUAGES.values() for text in texts.values() if forbidden.search(text)] == []


def test_another_language_gets_german() -> None:
    assert Words("fr")("conclusion") == "Folgerung"
