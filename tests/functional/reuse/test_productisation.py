"""The productisation check of real solutions; which state follows from what, the unit test says."""

from __future__ import annotations

from datetime import date

from app.reuse.productisation import CRITERION_NAMES, CriterionState, check
from tests.functional.reuse.content import network, records


def test_every_solution_is_judged_by_all_criteria_and_shows_evidence() -> None:
    for slug, solution in records("solutions").items():
        criteria = check(solution, network(), date(2026, 11, 25))
        assert [criterion.code for criterion in criteria] == list(CRITERION_NAMES), slug
        for criterion in criteria:
            if criterion.state in (CriterionState.MET, CriterionState.MISSING):
                assert criterion.evidence, slug
            if criterion.state is CriterionState.MET:
                assert any(part.sources for part in criterion.evidence), slug
