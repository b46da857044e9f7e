"""One person stays one person, under whatever account they come."""

from __future__ import annotations

from sqlalchemy import select

from app.database import Sessions
from app.identity.models import IdentityTrace
from app.identity.service import IdentityService
from tests.functional.identity.conftest import Join
from tests.webnode.clock import Clock


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


def test_a_trace_names_nobody_and_is_forgotten(
    identity: IdentityService, join: Join, database: Sessions, clock: Clock
) -> None:
    former = join("alex").person
    identity.people.delete(former.id)
    with database.reading() as db:
        stored = " ".join(db.scalars(select(IdentityTrace.seal)))  # type: ignore[call-overload]  # a column is one
    assert stored
    assert "alex" not in stored
    clock.forward(days=366)
    identity.purge()
    assert join("alex").person.id not in identity.traces.same_as([former.id])
