"""For whom people work: the sign-in's word, or an invitation's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from app.database import Sessions
from app.database.schema_version import downgrade, upgrade
from app.identity import Action, Person, Role, RoleKind, may
from app.identity.models import AccountEvent
from app.identity.service import IdentityService
from tests.database import engine_in
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
    assert identity.organisations.set_here(person.id)
    assert identity.organisations.release(person.id, actor=operator.id).organisation is None
    assert not identity.organisations.set_here(person.id)
    assert join("alex", organisation="beispielverbund").person.organisation == "beispielverbund"
    (entry, *_before) = identity.audit.latest(person_id=person.id)
    assert (entry.event, entry.actor) == (AccountEvent.ORGANISATION_RELEASED, operator.id)


def test_invitation_without_one_takes_none_away(identity: IdentityService, join: Join, operator: Person) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "Alex", READER, None)
    person = join("alex", organisation="beispielstadt", invitation=invited.secret).person
    assert person.organisation == "beispielstadt"
    assert not identity.organisations.set_here(person.id)


def test_what_invitations_of_an_earlier_release_gave_stays(tmp_path: Path) -> None:
    engine = engine_in(tmp_path, "0012")
    people = {"invited": "anderswo", "told": "beispielstadt", "long_ago": "anderswo", "without": None}
    with engine.begin() as db:
        for person, organisation in people.items():
            db.execute(
                text(
                    "INSERT INTO identity_person (id, pseudonym, display_name, organisation, created_at)"
                    " VALUES (:person, :person, 'Alex', :organisation, '2026-01-01 00:00:00')"
                ),
                {"person": person, "organisation": organisation},
            )
        for person, organisation in (("invited", "anderswo"), ("told", None)):
            db.execute(
                text(
                    "INSERT INTO identity_invitation (id, secret_hash, inviter_id, provider, organisation, for_whom,"
                    " role, scope, created_at, expires_at, used_at, used_by) VALUES (:person, :person, 'told', 'x',"
                    " :organisation, '', 'reader', '{}', :day, :day, :day, :person)"
                ),
                {"person": person, "organisation": organisation, "day": "2026-01-01 00:00:00"},
            )
        for person in ("invited", "told", "long_ago", "without"):
            db.execute(
                text(
                    "INSERT INTO identity_audit (at, event, person_id, detail)"
                    " VALUES ('2026-01-01 00:00:00', 'invitation_used', :person, '{}')"
                ),
                {"person": person},
            )
    upgrade(engine)
    with Sessions(engine).reading() as db:
        kept = (
            db.execute(text("SELECT id FROM identity_person WHERE organisation_set_here ORDER BY id")).scalars().all()
        )
    assert kept == ["invited", "long_ago"]
    downgrade(engine, "0012")
    upgrade(engine)
    engine.dispose()
