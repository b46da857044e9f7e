from __future__ import annotations

import pytest

from app.reuse.naming import Naming, origin_of, same_bodies
from tests.unit.reuse.examples import at_node, by_global_name, finding, global_name, organisation


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("komm-one", "komm-one"),
        ("organisation/komm-one", "komm-one"),
        ("Komm.ONE", "name-komm-one"),
        ("Zweckverband  Süd-Ost", "name-zweckverband-sued-ost"),
        ("name-zweckverband-sued-ost", "name-zweckverband-sued-ost"),
        ("Communauté", "name-communaute"),
    ],
)
def test_an_organisation_is_mentioned_by_slug_reference_key_or_name(text: str, key: str) -> None:
    assert Naming().mentioned(text).key == key
    theirs = Naming(origin="a.example").mentioned(text).key
    assert (theirs, origin_of(theirs)) == (f"{key}@a.example", "a.example")
    # One without a record is never taken for one with a record.
    assert Naming().organisation({"name": "haus"}).key == "name-haus"
    assert Naming().organisation({"name": "haus", "ref": "organisation/haus"}).key == "haus"


def test_slug_and_global_name_of_a_record_mean_the_same_organisation_at_every_node() -> None:
    theirs, ours = at_node("a.example", organisation("haus")), organisation("haus")
    find = finding(theirs, ours)
    by_slug = Naming(origin="a.example", find=find).organisation({"name": "Haus", "ref": "organisation/haus"})
    for origin in ("", "b.example"):
        by_name = Naming(origin=origin, find=find).organisation(by_global_name(theirs))
        assert (by_name.key, by_name.ref) == (by_slug.key, by_slug.ref) == ("haus@a.example", theirs.ref)
        assert Naming(origin=origin, find=find).mentioned(global_name(theirs)).key == "haus@a.example"
    assert Naming(origin="a.example", find=find).organisation(by_global_name(ours)).key == "haus"


def test_a_record_that_is_not_held_here_keeps_its_global_name() -> None:
    elsewhere = at_node("c.example", organisation("haus"))
    party = Naming().organisation(by_global_name(elsewhere))
    assert party.key == party.ref == origin_of(party.key) == global_name(elsewhere)


def test_only_our_own_word_makes_two_records_the_same_organisation() -> None:
    theirs = at_node("a.example", organisation("fremd"))
    same = [{"rel": "same_as", "target": global_name(theirs)}]
    ours = organisation("haus", relations=same)
    find = finding(theirs, ours)
    assert same_bodies([ours, theirs], find) == {"fremd@a.example": "haus"}
    assert same_bodies([at_node("b.example", ours)], find) == {}
    claimed = at_node("a.example", organisation("fremd", relations=[{"rel": "same_as", "target": global_name(ours)}]))
    assert same_bodies([ours, claimed], find).keys() == {"fremd@a.example"}
    of_ours = organisation("nachbar", relations=[{"rel": "same_as", "target": global_name(ours)}])
    assert same_bodies([of_ours], find) == {}
