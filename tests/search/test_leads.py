"""What those who lead a project type at its start, also about everyday subjects: mostly answered. By words alone."""

import pytest

from bench.search_evaluation import LEADS, SUBJECTS, Question, evaluate, questions
from tests.search.node import Rank

ASKED = questions(LEADS)
WRITTEN = 40
"""So many were written before any search was asked; the others are known to be answered badly."""


@pytest.mark.parametrize(
    ("asked", "least"),
    # What was reached when the questions were written, before anything was made of them.
    [(ASKED[:WRITTEN], 0.8), (questions(SUBJECTS), 0.83)],
    ids=["leads", "subjects"],
)
def test_most_are_answered_among_the_first_three(ranking: Rank, asked: tuple[Question, ...], least: float) -> None:
    result = evaluate(ranking, asked)
    assert result.success(3) >= least, result.report(worst=False)


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
