"""Sessions, keys for programs and invitations: what lets somebody in, and when it stops doing so."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.database import Sessions
from app.identity import Person, Role, RoleKind, Scope
from app.identity.errors import (
    AccessTokenInvalid,
    AccessTokenNotFound,
    AccessTokenRefused,
    InvitationInvalid,
    InvitationNotFound,
    LogoutReplayed,
    SessionNotFound,
    TooManyAccessTokens,
)
from app.identity.models import AccountEvent
from app.identity.providers import Provider, Providers
from app.identity.service import IdentityService
from app.identity.tokens import MAX_TOKENS
from app.identity.traces import sealed_with
from tests.functional.identity.conftest import HOURS, Join
from tests.webnode.clock import Clock

CURATOR = Role(kind=RoleKind.CURATOR, scope=Scope.of(states=["HE"]))


def test_session_lasts_its_hours_and_not_longer(identity: IdentityService, join: Join, clock: Clock) -> None:
    opened = join()
    clock.forward(hours=HOURS, seconds=-1)
    assert identity.sessions.resume(opened.secret)
    clock.forward(seconds=1)
    assert identity.sessions.resume(opened.secret) is None
    assert identity.sessions.of(opened.person.id) == ()


def test_only_a_hash_is_stored(identity: IdentityService, join: Join, database: Sessions, operator: Person) -> None:
    secrets = [
        join().secret,
        identity.tokens.make(operator.id, "x", 1).secret,
        identity.invitations.invite(operator.id, "stadt", "Alex", CURATOR, None).secret,
    ]
    with database.reading() as db:
        dump = str([list(db.execute(text(f"select * from identity_{t}"))) for t in ("session", "token", "invitation")])
    assert all(secret not in dump and len(secret) >= 43 for secret in secrets)


def test_last_use_is_noted_now_and_then_and_never_by_a_machine_that_only_reads(
    identity: IdentityService, join: Join, clock: Clock, database: Sessions
) -> None:
    opened = join()
    clock.forward(minutes=4)
    identity.sessions.resume(opened.secret)
    assert identity.sessions.of(opened.person.id)[0].seen_at == clock() - timedelta(minutes=4)
    clock.forward(minutes=4)
    identity.sessions.resume(opened.secret)
    assert identity.sessions.of(opened.person.id)[0].seen_at == clock()
    clock.forward(minutes=9)
    reader = IdentityService(database, clock, Providers(()), HOURS, sealed_with(lambda: b"key"), reads_only=True)
    assert reader.sessions.resume(opened.secret) is not None
    assert identity.sessions.of(opened.person.id)[0].seen_at == clock() - timedelta(minutes=9)


def test_ended_session_forgets_its_id_token(identity: IdentityService, join: Join, database: Sessions) -> None:
    opened = join()
    (session,) = identity.sessions.of(opened.person.id)
    assert identity.sessions.end(opened.person.id, session.id) == "e30.e30.x"
    with pytest.raises(SessionNotFound):
        identity.sessions.end(opened.person.id, session.id)
    with database.reading() as db:
        assert db.execute(text("select id_token from identity_session")).scalars().all() == [None]


def test_provider_ends_one_session_or_all_of_an_account(identity: IdentityService, join: Join, clock: Clock) -> None:
    issuer, until = "https://anmeldung.example", clock() + timedelta(minutes=5)
    first, second, other = join("alex", sid=1), join("alex", sid=2), join("robin")
    assert identity.sessions.end_by_provider(issuer, "j1", until, sid="sid-alex-1", subject="alex") == 1
    assert identity.sessions.resume(first.secret) is None
    assert identity.sessions.resume(second.secret)
    assert identity.sessions.end_by_provider("https://elsewhere.example", "j1", until, sid=None, subject="alex") == 0
    assert identity.sessions.end_by_provider(issuer, "j2", until, sid=None, subject="alex") == 1
    assert identity.sessions.resume(other.secret)
    with pytest.raises(LogoutReplayed):
        identity.sessions.end_by_provider(issuer, "j2", until, sid=None, subject="robin")
    assert identity.sessions.resume(other.secret)


def test_provider_that_names_its_session_late_ends_unnamed(identity: IdentityService, clock: Clock, join: Join) -> None:
    issuer, until = "https://anmeldung.example", clock() + timedelta(minutes=5)
    named, other = join("alex", sid=1), join("robin")
    nameless, others = join("alex", sid=None), join("robin", sid=None)
    assert identity.sessions.end_by_provider(issuer, "j1", until, sid="unknown", subject=None) == 0
    assert identity.sessions.end_by_provider(issuer, "j2", until, sid="unknown", subject="alex") == 1
    assert identity.sessions.resume(nameless.secret) is None
    for still in (named, other, others):
        assert identity.sessions.resume(still.secret)


def test_removed_provider_lets_none_in(identity: IdentityService, join: Join, clock: Clock, database: Sessions) -> None:
    town = Provider(key="stadt", issuer="https://anmeldung.example", client_id="x", label="Stadt", employers=())
    stays = join("robin", RoleKind.AUTHOR)
    gone = join("alex", RoleKind.CURATOR, issuer="https://fort.example")
    identity.grants.grant(gone.person.id, Role(kind=RoleKind.READER), actor=None)
    secret = identity.tokens.make(gone.person.id, "Laptop", 365).secret
    present = IdentityService(database, clock, Providers((town,)), HOURS, sealed_with(lambda: b"key"))
    assert present.sign_in.end_former(present.providers) == 1
    assert present.sessions.resume(gone.secret) is None
    # A key goes on with what was granted here, and no longer with what that provider said.
    assert [role.kind for role in present.tokens.verify(secret).roles] == [RoleKind.READER]
    resumed = present.sessions.resume(stays.secret)
    assert resumed
    assert resumed.person.has(RoleKind.AUTHOR)


def test_token_acts_for_its_owner_with_present_roles(identity: IdentityService, join: Join, clock: Clock) -> None:
    person = join("alex", RoleKind.AUTHOR).person
    made = identity.tokens.make(person.id, " Laptop ", 30)
    assert made.secret.startswith("enet_")
    assert made.token.name == "Laptop"
    join("alex", RoleKind.READER)
    assert [role.kind for role in identity.tokens.verify(made.secret).roles] == [RoleKind.READER]
    clock.forward(days=30)
    with pytest.raises(AccessTokenRefused):
        identity.tokens.verify(made.secret)
    assert identity.tokens.of(person.id)[0].expires_at <= clock()


def test_made_up_token_is_nobodys_and_a_real_one_only_its_owner_revokes(identity: IdentityService, join: Join) -> None:
    for secret in ("", "enet_", "enet_" + "a" * 43, "\udcff"):
        with pytest.raises(AccessTokenRefused):
            identity.tokens.verify(secret)
    owner, other = join("alex").person, join("robin").person
    made = identity.tokens.make(owner.id, "Laptop", 30)
    with pytest.raises(AccessTokenNotFound):
        identity.tokens.revoke(other.id, made.token.id)
    identity.tokens.revoke(owner.id, made.token.id)
    with pytest.raises(AccessTokenRefused):
        identity.tokens.verify(made.secret)


def test_token_needs_a_name_and_an_end_and_their_number_is_bounded(identity: IdentityService, join: Join) -> None:
    person = join().person
    for name, days, field in (("", 30, "name"), ("x" * 101, 30, "name"), ("x", 0, "days"), ("x", 999, "days")):
        with pytest.raises(AccessTokenInvalid) as caught:
            identity.tokens.make(person.id, name, days)
        assert caught.value.field == field
    for number in range(MAX_TOKENS):
        identity.tokens.make(person.id, str(number), 1)
    with pytest.raises(TooManyAccessTokens):
        identity.tokens.make(person.id, "more", 1)


def test_invitation_gives_role_and_organisation_once(identity: IdentityService, join: Join, operator: Person) -> None:
    invited = identity.invitations.invite(operator.id, "stadt", "alex@anderswo.example", CURATOR, "anderswo")
    assert identity.invitations.get(invited.secret).role == CURATOR
    person = join("alex", organisation="", invitation=invited.secret).person
    assert person.organisation == "anderswo"
    assert CURATOR in person.roles
    with pytest.raises(InvitationInvalid):
        join("robin", invitation=invited.secret)
    # What was promised stays when the person signs in again without the link.
    assert CURATOR in join("alex", organisation="").person.roles
    events = [entry.event for entry in identity.audit.latest(person_id=person.id)]
    assert events == [AccountEvent.INVITATION_USED, AccountEvent.JOINED]


def test_invitation_ends_or_is_withdrawn(identity: IdentityService, join: Join, operator: Person, clock: Clock) -> None:
    first = identity.invitations.invite(operator.id, "stadt", "Alex", CURATOR, None)
    second = identity.invitations.invite(operator.id, "stadt", "Robin", CURATOR, None)
    identity.invitations.withdraw(second.invitation.id, actor=operator.id)
    with pytest.raises(InvitationInvalid):
        identity.invitations.get(second.secret)
    with pytest.raises(InvitationNotFound):
        identity.invitations.withdraw(second.invitation.id, actor=operator.id)
    clock.forward(days=14)
    with pytest.raises(InvitationInvalid):
        join("alex", invitation=first.secret)


def test_invitation_holds_at_its_provider_alone_and_a_refused_one_leaves_nothing_behind(
    identity: IdentityService, join: Join, operator: Person
) -> None:
    invited = identity.invitations.invite(operator.id, "verband", "Alex", CURATOR, None)
    for secret in (invited.secret, "made-up"):
        with pytest.raises(InvitationInvalid):
            join("alex", invitation=secret)
    assert identity.invitations.get(invited.secret) == invited.invitation
    assert identity.people.listed("alex") == ((), 0)


def test_invitation_holds_as_long_as_its_inviter_is_an_operator(
    identity: IdentityService, join: Join, operator: Person, database: Sessions
) -> None:
    """A former operator does not come back through a link kept from better days."""
    for name in ("alex", "uli"):
        other = join(name).person
        identity.grants.grant(other.id, Role(kind=RoleKind.OPERATOR), actor=None)
    invited = identity.invitations.invite(operator.id, "stadt", "kim", Role(kind=RoleKind.OPERATOR), None)
    orphaned = identity.invitations.invite(other.id, "stadt", "Robin", CURATOR, None)
    with database.begin() as db:
        # As after a crash in an earlier release, which left the link standing.
        db.execute(text(f"update identity_person set deleted_at = created_at where id = '{other.id}'"))
    with pytest.raises(InvitationInvalid):
        join("robin", invitation=orphaned.secret)
    join("kim", RoleKind.READER)
    with pytest.raises(InvitationInvalid):
        identity.invitations.get(invited.secret)
    with pytest.raises(InvitationInvalid):
        join("kim", RoleKind.READER, invitation=invited.secret)
    assert [role.kind for role in identity.people.get(operator.id).roles] == [RoleKind.READER]


@pytest.mark.parametrize("by_provider", [True, False])
def test_open_invitations_go_too(identity: IdentityService, join: Join, operator: Person, by_provider: bool) -> None:
    second = join("alex", RoleKind.OPERATOR).person if by_provider else join("alex").person
    if not by_provider:
        identity.grants.grant(second.id, Role(kind=RoleKind.OPERATOR), actor=operator.id)
    used, kept = (identity.invitations.invite(second.id, "stadt", name, CURATOR, None) for name in ("Robin", "Kim"))
    join("robin", invitation=used.secret)
    if by_provider:
        join("alex", RoleKind.READER)
    else:
        identity.grants.revoke_role(second.id, Role(kind=RoleKind.OPERATOR), actor=operator.id)
    assert [each.id for each in identity.invitations.listed()] == [used.invitation.id]
    withdrawn = [each for each in identity.audit.latest() if each.event is AccountEvent.INVITATION_WITHDRAWN]
    assert [(each.actor, each.detail["invitation"]) for each in withdrawn] == [
        (None if by_provider else operator.id, kept.invitation.id)
    ]
