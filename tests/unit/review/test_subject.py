from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from app.identity import Action, Municipality, Person, may
from app.records.record import Municipality as RecordMunicipality
from app.records.record import Record
from app.review.subject import subject_of_record
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
