from __future__ import annotations

from app.kickoff.ranking import LikenessCode
from app.web.search.page import LIKENESS


def test_every_likeness_has_words() -> None:
    assert set(LIKENESS) == set(LikenessCode)
