from __future__ import annotations

import pytest

from app.reuse.naming import Naming
from app.reuse.place import Place
from app.reuse.route import Eligible

TOWN = Place(state="HE", kind="town")


@pytest.mark.parametrize(
    ("fields", "excluded", "included"),
    [
        ({}, None, False),
        ({"note": "Kommunen"}, None, False),
        ({"states": ["HE", "BW"]}, None, True),
        ({"states": ["DE"]}, None, True),
        ({"states": ["BW"]}, "outside_states", False),
        ({"kinds": ["town"]}, None, True),
        ({"kinds": ["district"]}, "outside_kinds", False),
        ({"states": ["HE"], "kinds": ["district"]}, "outside_kinds", False),
        ({"states": ["HE"], "membership": ["verbund"]}, None, False),
    ],
)
def test_fields_let_in_or_leave_out_and_words_do_neither(
    fields: dict[str, list[str]], excluded: str | None, included: bool
) -> None:
    eligible = Eligible.read(fields, Naming())
    assert (eligible.excludes(TOWN), eligible.includes(TOWN)) == (excluded, included)


def test_a_place_that_did_not_say_where_it_is_is_neither_in_nor_out() -> None:
    eligible = Eligible.read({"states": ["HE"], "kinds": ["town"]}, Naming())
    nowhere = Place(state="", kind="")
    assert eligible.excludes(nowhere) is None
    assert not eligible.includes(nowhere)


def test_a_membership_is_the_same_by_slug_reference_or_name() -> None:
    eligible = Eligible.read({"membership": ["organisation/verbund", "Stadtwerke  Verbund"]}, Naming())
    assert [party.key for party in eligible.membership] == ["verbund", "name-stadtwerke-verbund"]
