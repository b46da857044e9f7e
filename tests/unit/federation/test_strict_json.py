import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.federation.strict_json import StatementRefused, loads


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"a":1,"a":2}', "duplicate_key"), ('{"a":{"b":1,"\\u0062":2}}', "duplicate_key"), ('{"a":NaN}', "number"),
        ("[Infinity]", "number"), ("[-Infinity]", "number"), ("[1e999]", "number"), ("[9007199254740992]", "number"),
        ("[-9007199254740992]", "number"), (f"[{'9' * 5000}]", "number"), ("[" * 33 + "]" * 33, "depth"),
        ('{"a":' * 40 + "1" + "}" * 40, "depth"), ("[" * 100_000 + "]" * 100_000, "depth"),
        ('["\\ud800"]', "character"), ('{"\\udc00x":1}', "character"), ("", "syntax"), ("{} {}", "syntax"),
        ("{'a':1}", "syntax"), ("[1,]", "syntax"),
    ],
)  # fmt: skip
def test_what_two_programs_could_read_differently_is_refused(text: str, rule: str) -> None:
    with pytest.raises(StatementRefused, check=lambda error: error.code == "json") as refused:
        loads(text)
    assert refused.value.about == rule


@pytest.mark.parametrize("raw", [b"\xff", b'["\xed\xa0\x80"]', b"\xef\xbb\xbf[]", "[]".encode("utf-16")])
def test_only_utf_8_without_a_mark_is_read(raw: bytes) -> None:
    with pytest.raises(StatementRefused, check=lambda error: error.code == "json"):
        loads(raw)


def test_the_deepest_allowed_value_and_the_largest_integer_are_read() -> None:
    assert loads("[" * 32 + "]" * 32) == json.loads("[" * 32 + "]" * 32)
    assert loads("[9007199254740991,-9007199254740991]") == [9007199254740991, -9007199254740991]
    assert loads('["\\ud83d\\ude00"]') == ["😀"]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(_VALUES)
def test_everything_else_is_read_as_the_standard_library_does(value: object) -> None:
    text = json.dumps(value)
    assert loads(text) == json.loads(text)


def test_a_number_of_a_million_digits_costs_no_time() -> None:
    start = time.perf_counter()
    with pytest.raises(StatementRefused, check=lambda error: error.code == "json"):
        loads("1" * 1_000_000)
    assert time.perf_counter() - start < 0.5
