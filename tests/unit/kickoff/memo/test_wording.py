from __future__ import annotations

import re

import pytest

from app.kickoff.memo.check import Contradiction
from app.kickoff.memo.memo import Asked, Decision, Duty, DutyState, GoalState, SearchedState
from app.kickoff.memo.wording import TEXTS, Words
from app.kickoff.offers import Openness
from app.reuse.obtaining.answer import Verdict
from tests.unit.kickoff.memo.examples import ROOT

LANGUAGES = ("de", "en")


def test_no_text_is_left_in_german() -> None:
    alike = {code for code in TEXTS if Words("de")(code) == Words("en")(code)}
    assert alike == {"phase", "source", "source.dated", "asked.opencode", "asked.fit_store"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_value_has_words(lang: str) -> None:
    words = Words(lang)
    codes = [f"decision.{code}" for code in Decision] + [f"duty.{code}" for code in (*Duty, *DutyState)]
    codes += [f"goal.{code}" for code in GoalState] + [f"node.{code}" for code in SearchedState]
    codes += [f"asked.{code}" for code in Asked] + [f"conflict.{code}" for code in Contradiction]
    codes += [f"way.{code}" for code in (*Verdict, "join", "award", "operate", "code_published")]
    codes += [f"way.or.{code}" for code in ("join", "award", "operate", "code_published")]
    codes += [f"openness.{code}" for code in Openness]
    assert all(words(code) for code in codes)


def test_no_text_is_without_use() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "app/kickoff/memo").rglob("*.py"))
    without_words = re.sub(r'(?m)^    "[a-z_.]+": .*$', "", sources)
    families: tuple[str, ...] = ("decision.", "duty.", "goal.", "node.", "filter.", "months.", "staff.", "openness.")
    families += ("asked.", "conflict.", "way.")
    used = set(re.findall(r"""["']([a-z_.]+)["']""", without_words))
    unused = {code for code in TEXTS.keys() - used if not code.startswith(families)}
    assert unused == set()


def test_words_of_the_machinery_do_not_reach_readers() -> None:
    forbidden = re.compile(r"\b(commit|branch|merge|anchor|digest|payload|slug|node)\b", re.IGNORECASE)
    assert [text for lang in LANGUAGES for code in TEXTS if forbidden.search(text := Words(lang)(code))] == []
