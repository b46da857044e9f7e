"""What those who lead a project type at its start: divided fairly, and mostly answered. By words alone."""

from __future__ import annotations

import pytest

from tests.search.evaluation import FILES, LEADS, Half, Kind, evaluate, questions
from tests.search.node import Rank

ASKED = questions(LEADS)
WRITTEN = 40
"""So many were written before any search was asked; the others are known to be answered badly."""


def test_set_is_divided_within_each_kind_and_nothing_known_measures() -> None:
    for kind in Kind:
        halves = [one.half for one in ASKED[:WRITTEN] if one.kind is kind]
        assert halves == [(Half.TEST, Half.TUNE)[place % 2] for place in range(len(halves))]
    assert {one.half for one in ASKED[WRITTEN:]} == {Half.TUNE}


def test_set_asks_what_no_other_set_does() -> None:
    others = {one.text.casefold() for file in FILES if file != LEADS for one in questions(file)}
    assert others.isdisjoint(one.text.casefold() for one in ASKED)


def test_most_are_answered_among_the_first_three(ranking: Rank) -> None:
    result = evaluate(ranking, ASKED[:WRITTEN])
    assert result.success(3) >= 0.8, result.report(worst=False)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("M365 Alternative", "case-study/suedtirol-libreoffice"),
        ("why did the village app fail", "case-study/nottuln-dorffunk-ende"),
        # Beside „it“ and „bin“, which German drops, the other word of an English label is a name of its own.
        ("outage", "case-study/suedwestfalen-it-cyberangriff"),
        ("security", "concept/bsi-urbane-datenplattformen"),
        ("litter", "case-study/rhein-ruhr-fuellstandssensoren"),
    ],
)
def test_what_any_town_calls_it_is_known(ranking: Rank, text: str, record: str) -> None:
    assert ranking(text).found[0] == record
