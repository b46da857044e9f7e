from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import Action, Municipality, Person, may
from app.records.record import Municipality as RecordMunicipality
from app.records.record import Record
from app.review.permissions import is_seconded, needs_two, subject_of_record
from app.review.submission import Via
from tests.functional.reuse.content import records

TOWN = Municipality(name="Neustadt", state="HE", ars="06534016")


@cache
def shipped() -> Record:
    return next(iter(records("case-studies").values()))


def in_neustadt(ars: str | None) -> Record:
    place = RecordMunicipality(name="Neustadt", state="HE", kind="town", role="lead", ars=ars)
    return replace(shipped(), municipalities=(place,))


def speaks(ars: str | None, *namesakes: str) -> bool:
    subject = subject_of_record(in_neustadt(ars), lambda name, _state: name in namesakes)
    person = Person(
        id="1", pseudonym="u-1", display_name="Kim Beispiel", organisation=None, municipality=TOWN, roles=()
    )
    return may(person, Action.CONFIRM, subject)


@pytest.mark.parametrize(("key", "allowed"), [(None, False), ("06534016", True), ("06535015", False)])
def test_a_name_that_several_places_have_lets_nobody_speak_for_one(key: str | None, allowed: bool) -> None:
    assert speaks(key, "Neustadt") is allowed


def test_a_name_of_its_own_is_enough() -> None:
    assert speaks(None)


@given(st.sampled_from(Via), st.sampled_from(["", "anna"]), st.sets(st.sampled_from("abc")), st.sampled_from("abc"))
def test_two_people_have_read_every_publication(via: Via, author: str, approvers: set[str], publisher: str) -> None:
    if is_seconded(via, author, approvers, publisher):
        assert approvers
        # Whoever wrote elsewhere may be any of the editors, so they do not count; the node itself is none of them.
        here = author if via in {Via.FORM, Via.PUSH} else "node" if via in {Via.SEED, Via.RECOVERY} else ""
        known = {here} if here else set()
        assert len(known | approvers | {publisher}) >= 2


@pytest.mark.parametrize("via", [Via.MIRROR, Via.PEER])
def test_an_author_without_an_account_may_be_the_publisher_so_another_editor_must_approve(via: Via) -> None:
    assert needs_two(via, "forge")
    assert needs_two(Via.FORM, ""), "a text by a deleted account"
    assert is_seconded(via, "forge", {"berta"}, "bruno")


@pytest.mark.parametrize(
    ("via", "author"), [(Via.FORM, "anna"), (Via.PUSH, "anna"), (Via.SEED, ""), (Via.RECOVERY, "")]
)
def test_one_curator_may_approve_and_publish_when_the_author_is_known(via: Via, author: str) -> None:
    assert not needs_two(via, author)
    assert is_seconded(via, author, {"berta"}, "berta")
