from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.search.facets import including, without

KEYS = st.sampled_from(["land", "thema"])
VALUES = st.sampled_from(["a", "b", "c"])
FILTERS = st.dictionaries(KEYS, st.lists(VALUES, min_size=1, unique=True).map(tuple))


@settings(max_examples=40)
@given(filters=FILTERS, key=KEYS, value=VALUES)
def test_adding_and_removing_a_value_changes_nothing_else(
    filters: dict[str, tuple[str, ...]], key: str, value: str
) -> None:
    free = without(filters, key, value)
    assert value not in free.get(key, ())
    assert without(including(free, key, value), key, value) == free
    assert all(values for values in free.values())
    assert {k: v for k, v in free.items() if k != key} == {k: v for k, v in filters.items() if k != key}
