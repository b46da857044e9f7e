from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.database import Sessions
from app.identity import Municipality, Person, Role, RoleKind
from app.identity.errors import AccessTokenRefused, AddressAmbiguous, LastOperator, PersonNotFound
from app.identity.models import AccountEvent, IdentityTrace
from app.identity.service import IdentityService
from tests.functional.identity.conftest import Join
from tests.webnode.clock import Clock


def test_people_are_told_apart_by_issuer_and_subject_never_by_address(identity: IdentityService, join: Join) -> None:
    here, again = join("alex").person, join("alex").person
    there = join("alex", issuer="https://elsewhere.example").person
    assert here.id == again.id != there.id
    assert len({here.pseudonym, there.pseudonym}) == 2
    with pytest.raises(AddressAmbiguous) as caught:
        identity.people.by_address("alex@beispielstadt.example")
    assert set(caught.value.person_ids) == {here.id, there.id}


def test_roles_of_the_provider_are_renewed_and_granted_ones_stay_without_a_sign_in(
    identity: IdentityService, join: Join, operator: Person, clock: Clock
) -> None:
    person = join("alex", RoleKind.AUTHOR).person
    identity.grants.grant(person.id, Role(kind=RoleKind.CURATOR), actor=operator.id)
    assert {role.kind for role in join("alex").person.roles} == {RoleKind.READER, RoleKind.CURATOR}
    clock.forward(days=300)
    assert [role.kind for role in identity.people.get(person.id).roles] == [RoleKind.CURATOR]


def test_roles_of_a_provider_count_30_days_after_sign_in(identity: IdentityService, join: Join, clock: Clock) -> None:
    """Whoever has left their town does not sign in any more: neither keys nor messages outlive that for long."""
    person = join("alex", RoleKind.CURATOR).person
    secret = identity.tokens.make(person.id, "Laptop", 365).secret
    clock.forward(days=20)
    # The same word again counts anew.
    join("alex", RoleKind.CURATOR)
    clock.forward(days=30, seconds=-1)
    assert identity.tokens.verify(secret).has(RoleKind.CURATOR)
    assert [each.id for each in identity.people.with_role(RoleKind.CURATOR)] == [person.id]
    clock.forward(seconds=1)
    assert identity.tokens.verify(secret).roles == ()
    assert identity.people.get(person.id).roles == ()
    assert identity.people.with_role(RoleKind.CURATOR) == ()
    assert [(each.role.kind, each.counts) for each in identity.grants.of(person.id)] == [(RoleKind.CURATOR, False)]
    join("alex", RoleKind.CURATOR)
    assert identity.tokens.verify(secret).has(RoleKind.CURATOR)


def test_operator_whose_role_does_not_count_any_more_keeps_no_node_going(
    identity: IdentityService, join: Join, operator: Person, clock: Clock
) -> None:
    clock.forward(days=31)
    second = join("alex").person
    identity.grants.grant(second.id, Role(kind=RoleKind.OPERATOR), actor=None)
    with pytest.raises(LastOperator):
        identity.grants.revoke_role(second.id, Role(kind=RoleKind.OPERATOR), actor=None)
    with pytest.raises(LastOperator):
        identity.people.delete(second.id)


def test_people_are_found_by_name_address_and_organisation(identity: IdentityService, join: Join) -> None:
    for name in ("alex", "robin", "kim"):
        town = Municipality(name="Anderstadt", state="HE", ars="06999002") if name == "alex" else None
        join(name, organisation="beispielverbund" if name == "kim" else "beispielstadt", municipality=town)
    for words, count in (("", 3), ("ROBIN", 1), ("kim@", 1), ("verbund", 1), ("anderst", 1), ("100%", 0), ("_", 0)):
        found, total = identity.people.listed(words)
        assert (len(found), total) == (count, count), words
    page, total = identity.people.listed(limit=2, offset=2)
    assert ([each.person.display_name for each in page], total) == (["Robin Beispiel"], 3)


def test_everything_personal_is_gone_after_deletion(
    identity: IdentityService, join: Join, database: Sessions, operator: Person, tmp_path: Path
) -> None:
    opened = join("alex", RoleKind.AUTHOR)
    person = opened.person
    token = identity.tokens.make(person.id, "Laptop", 30)
    identity.people.delete(person.id)
    with database.reading() as db:
        dump = "\n".join(
            str(row)
            for table in ("person", "link", "role", "session", "token", "invitation", "audit")
            for row in db.execute(text(f"select * from identity_{table}"))
        )
    for word in ("Alex", "alex@", "Laptop", person.pseudonym, "sid-alex"):
        assert word not in dump
    assert identity.sessions.resume(opened.secret) is None
    with pytest.raises(AccessTokenRefused):
        identity.tokens.verify(token.secret)
    with pytest.raises(PersonNotFound):
        identity.people.get(person.id)
    assert identity.people.names([person.id]) == {}
    assert identity.people.by_pseudonyms([person.pseudonym]) == {}
    assert identity.people.address(person.id) is None
    assert identity.people.listed("Alex") == ((), 0)
    assert AccountEvent.DELETED in [entry.event for entry in identity.audit.latest()]
    after = join("alex").person
    assert after.id != person.id
    assert after.pseudonym != person.pseudonym


def test_last_operator_can_neither_go_nor_resign(identity: IdentityService, join: Join, operator: Person) -> None:
    with pytest.raises(LastOperator):
        identity.people.delete(operator.id)
    second = join("alex").person
    identity.grants.grant(second.id, Role(kind=RoleKind.OPERATOR), actor=operator.id)
    identity.people.delete(operator.id)
    (grant,) = [each for each in identity.grants.of(second.id) if each.role.kind is RoleKind.OPERATOR]
    with pytest.raises(LastOperator):
        identity.grants.revoke(second.id, grant.id, actor=second.id)


def test_names_and_addresses_are_there_for_messages(identity: IdentityService, join: Join) -> None:
    person = join("alex", RoleKind.CURATOR).person
    assert identity.people.names([person.id, "unknown"]) == {person.id: "Alex Beispiel"}
    assert identity.people.address(person.id) == "alex@beispielstadt.example"
    assert identity.people.by_pseudonyms([person.pseudonym])[person.pseudonym] == person
    assert [each.id for each in identity.people.with_role(RoleKind.CURATOR)] == [person.id]


def test_invitations_meant_for_somebody_who_goes_forget_the_name_and_others_keep_theirs(
    identity: IdentityService, join: Join, operator: Person
) -> None:
    person = join("alex").person
    author = Role(kind=RoleKind.AUTHOR)
    for whom in ("Alex Beispiel, Bauamt", "Robin Muster, Alex-Straße"):
        identity.invitations.invite(operator.id, "stadt", whom, author, None)
    identity.people.delete(person.id)
    assert {one.for_whom for one in identity.invitations.listed()} == {"", "Robin Muster, Alex-Straße"}


def test_accounts_with_one_confirmed_address_belong_together(identity: IdentityService, join: Join) -> None:
    here, there = join("alex").person, join("alex", issuer="https://andere.example").person
    other = join("robin").person
    assert here.id != there.id
    assert identity.traces.same_as([here.id]) == {here.id, there.id}
    assert identity.traces.same_as([other.id]) == {other.id}


def test_accounts_belong_together_over_a_third_one(identity: IdentityService, join: Join, database: Sessions) -> None:
    first = join("alex").person
    identity.people.delete(first.id)
    second = join("alex").person
    third = join("alex", issuer="https://andere.example").person
    assert identity.traces.same_as([third.id]) == {first.id, second.id, third.id}


def test_traces_name_nobody_and_expire(identity: IdentityService, join: Join, database: Sessions, clock: Clock) -> None:
    former = join("alex").person
    identity.people.delete(former.id)
    with database.reading() as db:
        stored = " ".join(db.scalars(select(IdentityTrace.seal)))  # type: ignore[call-overload]  # a column is one
    assert stored
    assert "alex" not in stored
    clock.forward(days=366)
    identity.purge()
    assert join("alex").person.id not in identity.traces.same_as([former.id])
