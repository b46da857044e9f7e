from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.review.workflow import (
    FINAL_STATES,
    OPEN_STATES,
    TRANSITIONS,
    ProposalState,
    Step,
    StepRefused,
    after,
    steps_from,
)

steps = st.lists(st.sampled_from(Step), max_size=30)


def walk(taken: list[Step]) -> list[tuple[Step, ProposalState, ProposalState]]:
    """Take the steps that are possible, as people would try them; return what happened."""
    state, done = ProposalState.DRAFT, []
    for step in taken:
        try:
            reached = after(state, step)
        except StepRefused:
            continue
        done.append((step, state, reached))
        state = reached
    return done


@given(steps)
def test_nothing_is_published_that_was_not_approved_after_the_last_change_of_its_text(taken: list[Step]) -> None:
    approved = False
    for step, _, reached in walk(taken):
        if step is Step.APPROVE:
            approved = True
        elif step is not Step.PUBLISH:
            approved = False
        if reached is ProposalState.PUBLISHED:
            assert step is Step.PUBLISH
            assert approved


@given(steps)
def test_what_is_over_stays_over(taken: list[Step]) -> None:
    for _, before, _ in walk(taken):
        assert before not in FINAL_STATES


@given(steps)
def test_a_walk_begins_by_submitting_and_a_draft_is_never_reached_again(taken: list[Step]) -> None:
    done = walk(taken)
    assert [step for step, _, _ in done[:1]] in ([], [Step.SUBMIT])
    assert all(reached is not ProposalState.DRAFT for _, _, reached in done)


@given(st.sampled_from(ProposalState), st.sampled_from(Step))
def test_the_table_gives_one_answer_and_steps_from_agrees_with_it(state: ProposalState, step: Step) -> None:
    sources, target = TRANSITIONS[step]
    assert (step in steps_from(state)) is (state in sources)
    if state in sources:
        assert after(state, step) is target
    else:
        with pytest.raises(StepRefused) as refused:
            after(state, step)
        assert (refused.value.step, refused.value.state) == (step, state)


def test_every_open_proposal_waits_for_somebody_and_can_end() -> None:
    assert OPEN_STATES | FINAL_STATES | {ProposalState.DRAFT} == set(ProposalState)
    for state in OPEN_STATES:
        assert state.is_open
        assert state.waits_for in ("author", "curator")
        assert {Step.DECLINE, Step.WITHDRAW, Step.REVISE} <= steps_from(state)
    for state in FINAL_STATES:
        assert not state.waits_for
        assert not steps_from(state)
