from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.records.seed import plan_sync

PATHS = ("a", "b", "c", "d")
STATES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from("123"))


@given(before=STATES, now=STATES, main=STATES)
def test_each_record_of_the_seed_gets_exactly_one_decision(
    before: dict[str, str], now: dict[str, str], main: dict[str, str]
) -> None:
    plan = plan_sync(before=before, now=now, main=main)
    decided = [*plan.added, *plan.updated, *plan.unchanged, *plan.conflicting]
    assert sorted(decided) == sorted(now)
    assert not set(plan.removed_in_seed) & set(now)


@given(before=STATES, now=STATES, main=STATES)
def test_what_was_edited_here_is_never_overwritten(
    before: dict[str, str], now: dict[str, str], main: dict[str, str]
) -> None:
    plan = plan_sync(before=before, now=now, main=main)
    for path in plan.direct:
        assert main.get(path) == before.get(path)


@given(before=STATES, now=STATES, main=STATES)
def test_the_next_run_has_nothing_left_to_publish(
    before: dict[str, str], now: dict[str, str], main: dict[str, str]
) -> None:
    plan = plan_sync(before=before, now=now, main=main)
    after = main | {path: now[path] for path in plan.direct}
    again = plan_sync(before=now, now=now, main=after)
    assert not again.direct
    assert not again.conflicting
    assert not again.removed_in_seed
