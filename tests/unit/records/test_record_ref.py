from __future__ import annotations

import pytest

from app.records.record import RecordRef


@pytest.mark.parametrize(
    ("text", "said_by", "expected"),
    [
        ("solution/rufbus", "", RecordRef(kind="solution", slug="rufbus")),
        ("solution/rufbus", "b.example", RecordRef(kind="solution", slug="rufbus", origin="b.example")),
        (
            "solution/rufbus@c.example:81~netz",
            "b.example",
            RecordRef(kind="solution", slug="rufbus", origin="c.example:81~netz"),
        ),
    ],
)
def test_a_name_belongs_to_the_node_that_says_it(text: str, said_by: str, expected: RecordRef) -> None:
    assert RecordRef.parse(text, said_by) == expected
    assert RecordRef.parse(expected.text) == expected
