import pytest
from hypothesis import given, settings
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


@settings(max_examples=60)
@given(steps)
def test_a_walk_begins_by_submitting_publishes_what_was_approved_last_and_ends_once(taken: list[Step]) -> None:
    approved, done = False, walk(taken)
    assert [step for step, _, _ in done[:1]] in ([], [Step.SUBMIT])
    for step, before, reached in done:
        assert before not in FINAL_STATES
        assert reached is not ProposalState.DRAFT
        if reached is ProposalState.PUBLISHED:
            assert step is Step.PUBLISH
            assert approved, "nothing is published that was not approved after the last change of its text"
        if step is not Step.PUBLISH:
            approved = step is Step.APPROVE


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
