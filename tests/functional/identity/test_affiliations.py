"""For whom people work and may speak: the sign-in's word, an invitation's, an operator's."""

import pytest

from app.identity import Action, Municipality, Person, Role, RoleKind, may
from app.identity.errors import PersonNotFound
from app.identity.models import AccountEvent
from app.identity.service import IdentityService
from tests.functional.identity.conftest import Join

TOWN = Municipality(name="Beispielstadt", state="HE", ars="06999001")
OTHER = Municipality(name="Anderstadt", state="HE", ars="06999002")
READER = Role(kind=RoleKind.READER)


def test_what_operators_enter_stays_and_is_noted_once(identity: IdentityService, join: Join, operator: Person) -> None:
    person = join("alex", municipality=TOWN).person
    row = identity.affiliations.of(person.id)
    assert (row.municipality, row.municipality_set_here) == (TOWN, False)
    for _time in range(2):
        assert identity.affiliations.set(person.id, OTHER, actor=operator.id).municipality == OTHER
    assert join("alex", municipality=TOWN).person.municipality == OTHER
    identity.affiliations.set(person.id, None, actor=operator.id)
    assert join("alex", municipality=TOWN).person.municipality is None
    row = identity.affiliations.of(person.id)
    assert (row.municipality, row.municipality_set_here) == (None, True)
    entered = [each for each in identity.audit.latest(person_id=person.id) if each.actor == operator.id]
    assert [(entry.event, dict(entry.detail)) for entry in entered] == [
        (AccountEvent.MUNICIPALITY_REMOVED, {"before": OTHER.ars}),
        (AccountEvent.MUNICIPALITY_SET, {"ars": OTHER.ars, "before": TOWN.ars}),
    ]
    identity.affiliations.release(person.id, actor=operator.id)
    assert join("alex", municipality=TOWN).person.municipality == TOWN


def test_the_word_of_a_provider_is_renewed_and_recorded_if_it_changes(identity: IdentityService, join: Join) -> None:
    person = join("alex", municipality=TOWN).person
    for told in (TOWN, OTHER, None, None):
        assert join("alex", municipality=told).person.municipality == told
    entries = identity.audit.latest(person_id=person.id)
    assert [(entry.event, entry.actor, dict(entry.detail)) for entry in entries[:-1]] == [
        (AccountEvent.MUNICIPALITY_REMOVED, None, {"before": OTHER.ars}),
        (AccountEvent.MUNICIPALITY_SET, None, {"ars": OTHER.ars, "before": TOWN.ars}),
        (AccountEvent.MUNICIPALITY_SET, None, {"ars": TOWN.ars}),
    ]
    assert entries[-1].event is AccountEvent.JOINED


def test_what_an_invitation_says_is_its_operators_word(identity: IdentityService, join: Join, operator: Person) -> None:
    person = join("alex", municipality=TOWN).person
    for _time in range(2):
        invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None, OTHER)
        join("alex", municipality=TOWN, invitation=invited.secret)
    found = [entry for entry in identity.audit.latest(person_id=person.id) if entry.actor == operator.id]
    assert [(entry.event, entry.detail.get("before"), entry.detail["ars"]) for entry in found] == [
        (AccountEvent.INVITATION_USED, None, OTHER.ars),
        (AccountEvent.INVITATION_USED, None, OTHER.ars),
        (AccountEvent.MUNICIPALITY_SET, TOWN.ars, OTHER.ars),
    ]


def test_invitation_gives_a_municipality_that_stays_and_one_without_changes_none(
    identity: IdentityService, join: Join, operator: Person
) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None, TOWN)
    assert identity.invitations.get(invited.secret).municipality == TOWN
    assert join("alex", invitation=invited.secret).person.municipality == TOWN
    assert join("alex").person.municipality == TOWN
    without = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None)
    assert join("alex", invitation=without.secret).person.municipality == TOWN


def test_it_goes_with_the_account(identity: IdentityService, join: Join, operator: Person) -> None:
    person = join("alex", municipality=TOWN).person
    identity.people.delete(person.id)
    with pytest.raises(PersonNotFound):
        identity.affiliations.of(person.id)
    with pytest.raises(PersonNotFound):
        identity.affiliations.set(person.id, TOWN, actor=operator.id)


def test_a_provider_s_organisation_comes_and_goes(identity: IdentityService, join: Join, operator: Person) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None)
    person = join("alex", organisation="beispielstadt", invitation=invited.secret).person
    assert may(person, Action.CONFIRM)
    assert not identity.affiliations.of(person.id).organisation_set_here
    assert join("alex", organisation="anderswo").person.organisation == "anderswo"
    person = join("alex", organisation="").person
    assert person.organisation is None
    assert not may(person, Action.CONFIRM)


def test_invited_organisation_stays_until_taken_back(identity: IdentityService, join: Join, operator: Person) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, "anderswo")
    person = join("alex", organisation="", invitation=invited.secret).person
    for told in ("", "beispielverbund"):
        assert join("alex", organisation=told).person.organisation == "anderswo"
    assert identity.affiliations.of(person.id).organisation_set_here
    assert identity.affiliations.release_organisation(person.id, actor=operator.id).organisation is None
    assert not identity.affiliations.of(person.id).organisation_set_here
    assert join("alex", organisation="beispielverbund").person.organisation == "beispielverbund"
    (entry, *_before) = identity.audit.latest(person_id=person.id)
    assert (entry.event, entry.actor) == (AccountEvent.ORGANISATION_RELEASED, operator.id)
