"""For whom people work: the sign-in's word, or an invitation's."""

from __future__ import annotations

from app.identity import Action, Person, Role, RoleKind, may
from app.identity.models import AccountEvent
from app.identity.service import IdentityService
from tests.functional.identity.conftest import Join

READER = Role(kind=RoleKind.READER)


def test_word_of_the_provider_is_renewed_and_taken_back(join: Join) -> None:
    assert may(join("alex", organisation="beispielstadt").person, Action.CONFIRM)
    assert join("alex", organisation="anderswo").person.organisation == "anderswo"
    person = join("alex", organisation="").person
    assert person.organisation is None
    assert not may(person, Action.CONFIRM)


def test_word_of_an_invitation_stays_until_it_is_left_to_the_sign_in(
    identity: IdentityService, join: Join, operator: Person
) -> None:
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


def test_invitation_without_one_takes_none_away(identity: IdentityService, join: Join, operator: Person) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None)
    person = join("alex", organisation="beispielstadt", invitation=invited.secret).person
    assert person.organisation == "beispielstadt"
    assert not identity.affiliations.of(person.id).organisation_set_here
