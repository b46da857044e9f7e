"""The table of permissions, row by row: action × role."""

import pytest

from app.identity import Action, Municipality, NamedPlace, Person, Role, RoleKind, Scope, Subject, may
from app.identity.permissions import RULES


def person(
    *roles: Role, organisation: str | None = None, town: Municipality | None = None, name: str = "p-1"
) -> Person:
    return Person(
        id=name, pseudonym="u-1", display_name="Beispiel", organisation=organisation, municipality=town, roles=roles
    )


READER = person(Role(kind=RoleKind.READER))
AUTHOR = person(Role(kind=RoleKind.AUTHOR))
CURATOR = person(Role(kind=RoleKind.CURATOR))
HESSIAN = person(Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"])))
OPERATOR = person(Role(kind=RoleKind.OPERATOR))
NEUSTADT = Municipality(name="Neustadt", state="HE", ars="06534014")
COMPANY = person(Role(kind=RoleKind.READER), organisation="beispielstadt")
TOWN = person(Role(kind=RoleKind.READER), town=NEUSTADT)

TABLE = {
    #                   reader author curator hessian operator company town
    Action.SIGNED_IN: (True, True, True, True, True, True, True),
    Action.PROPOSE: (False, True, True, True, False, False, False),
    Action.DISCUSS: (False, False, True, False, False, False, False),
    Action.REVIEW: (False, False, True, False, False, False, False),
    Action.PUBLISH: (False, False, True, False, False, False, False),
    Action.WITHDRAW: (False, False, True, False, False, False, False),
    Action.RESPOND: (False, False, False, False, False, False, True),
    Action.CONFIRM: (False, False, False, False, False, True, False),
    Action.CURATE: (False, False, True, False, False, False, False),
    Action.MODERATE: (False, False, True, False, False, False, False),
    Action.ADMINISTER: (False, False, False, False, True, False, False),
}
BAVARIAN = Subject.of(topics=["mobility"], states=["BY"], organisations=["beispielstadt"], authors=["p-9"])
HERE = NamedPlace(name="Neustadt", state="HE", ars="065340014014")


def test_table_has_every_action_and_nobody_who_has_not_signed_in_may_do_anything() -> None:
    assert set(Action) == RULES.keys() == TABLE.keys()
    people = (READER, AUTHOR, CURATOR, HESSIAN, OPERATOR, COMPANY, TOWN)
    for action in Action:
        assert tuple(may(each, action, BAVARIAN) for each in people) == TABLE[action], action
        assert not may(None, action)
        assert not may(None, action, BAVARIAN)


def test_nobody_decides_on_their_own_words_which_authors_see_and_discuss() -> None:
    for action in (Action.REVIEW, Action.PUBLISH):
        assert may(CURATOR, action, Subject.of(authors=["p-9"]))
        assert not may(CURATOR, action, Subject.of(authors=["p-9", CURATOR.id]))
    assert may(CURATOR, Action.DISCUSS, Subject.of(authors=[CURATOR.id]))
    assert may(AUTHOR, Action.DISCUSS, Subject.of(authors=[AUTHOR.id]))
    assert not may(AUTHOR, Action.DISCUSS, Subject.of(authors=["p-9"]))


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), True), (Scope.of(topics=["mobility"]), True), (Scope.of(topics=["mobility", "health"]), True),
        (Scope.of(topics=["health"]), False), (Scope.of(states=["BY"]), True),
        (Scope.of(topics=["mobility"], states=["HE"]), False), (Scope.of(topics=["mobility"], states=["BY"]), True),
        (Scope.of(organisations=["beispielstadt"]), True), (Scope.of(organisations=["anderswo"]), False),
    ],
)  # fmt: skip
def test_limits_of_curators(scope: Scope, covered: bool) -> None:
    limited = person(Role(kind=RoleKind.CURATOR, scope=scope))
    assert may(limited, Action.REVIEW, BAVARIAN) is covered
    assert may(limited, Action.CURATE)
    assert may(limited, Action.MODERATE) is (not scope.limits)


def test_two_limited_roles_reach_as_far_as_both_and_a_matter_without_a_state_is_outside_limits_to_states() -> None:
    assert not may(HESSIAN, Action.REVIEW, Subject.of(topics=["mobility"]))
    both = person(
        Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"])),
        Role(kind=RoleKind.CURATOR, scope=Scope.of(topics=["mobility"])),
    )
    assert may(both, Action.REVIEW, BAVARIAN)
    assert not may(both, Action.REVIEW, Subject.of(topics=["health"], states=["BY"]))


def test_confirming_is_for_the_organisation_concerned_and_the_town_whose_key_is_named() -> None:
    assert not may(COMPANY, Action.CONFIRM, Subject.of(organisations=["anderswo"]))
    assert may(TOWN, Action.CONFIRM)
    assert may(TOWN, Action.CONFIRM, Subject.of(places=[HERE]))
    assert may(TOWN, Action.CONFIRM, Subject.of(places=[NamedPlace(name="Neustadt", state="HE")]))


def test_a_namesake_confirms_nothing() -> None:
    elsewhere = NamedPlace(name="Neustadt", state="BY", ars="09575153")
    unkeyed = NamedPlace(name="Neustadt", state="BY")
    assert not may(TOWN, Action.CONFIRM, Subject.of(organisations=["neustadt"], places=[elsewhere, unkeyed]))


def test_an_organisation_called_like_a_town_does_not_speak_for_it() -> None:
    namesake = person(Role(kind=RoleKind.READER), organisation="neustadt")
    assert not may(namesake, Action.CONFIRM, Subject.of(places=[HERE, NamedPlace(name="Neustadt", state="HE")]))
    assert not may(namesake, Action.RESPOND)
