"""The productisation check of real solutions, for some of them against what a reader of the record finds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from app.reuse.productisation import CRITERION_NAMES, CriterionState, check
from tests.functional.reuse.content import network, records

EXPECTED: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("productisation.yaml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("slug", EXPECTED)
def test_states_and_next_steps_are_the_expected_ones(slug: str) -> None:
    found = check(records("solutions")[slug], network(), TODAY)
    assert {criterion.code: " ".join(filter(None, (criterion.state, criterion.next_step))) for criterion in found} == (
        EXPECTED[slug]
    )


def test_every_solution_is_judged_by_all_criteria_and_shows_evidence() -> None:
    for slug, solution in records("solutions").items():
        criteria = check(solution, network(), TODAY)
        assert [criterion.code for criterion in criteria] == list(CRITERION_NAMES), slug
        for criterion in criteria:
            if criterion.state in (CriterionState.MET, CriterionState.MISSING):
                assert criterion.evidence, slug
            if criterion.state is CriterionState.MET:
                assert any(part.sources for part in criterion.evidence), slug
