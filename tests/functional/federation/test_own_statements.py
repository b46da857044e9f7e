from __future__ import annotations

import pytest

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.federation.keys import KeyRole
from app.federation.service import FederationService
from app.federation.statement import Status, receive
from app.wiring import Services
from tests.webnode.node import STOPPED, WITHDRAWN, publish

INDEX = "case-studies/beispielstadt-mitfahrbank/index.md"


def test_each_version_has_its_statement_with_the_digest_of_the_catalogue(
    services: Services, federation: FederationService
) -> None:
    entries = services.catalogue.versions(STOPPED)
    statements = [federation.own.statement(STOPPED, entry.ver) for entry in entries]
    assert [statement.digest for statement in statements] == [entry.digest for entry in entries]
    assert [statement.prev for statement in statements] == [None, *(entry.digest for entry in entries[:-1])]
    assert [statement.ver for statement in statements] == [1, 2, 3]
    assert [statement.issued_at for statement in statements] == [entry.at for entry in entries]


def test_a_withdrawal_names_the_last_topics_and_is_all_that_is_given_out(federation: FederationService) -> None:
    statement = federation.own.statement(WITHDRAWN, 2)
    assert (statement.status, statement.reason, statement.topics) == (Status.WITHDRAWN, "error", ("mobility",))
    with pytest.raises(RecordWithdrawn):
        federation.own.jws("", WITHDRAWN, 1)


@pytest.mark.parametrize(("record_id", "ver"), [(STOPPED, 4), (STOPPED, 0), ("nothing", 1)])
def test_what_was_never_published_has_no_statement(federation: FederationService, record_id: str, ver: int) -> None:
    with pytest.raises(RecordNotFound):
        federation.own.payload(record_id, ver)


def test_a_broken_version_has_no_statement_and_the_next_good_one_follows_the_last_good_one(
    services: Services, federation: FederationService
) -> None:
    good = services.repository.folder(INDEX.removesuffix("/index.md"), services.repository.head()).text
    before = services.catalogue.head(STOPPED)
    publish(services, {INDEX: b"broken"})
    publish(services, {INDEX: good.replace(b"Beispielstadt", b"Neustadt")})
    services.catalogue.catch_up()
    with pytest.raises(RecordNotFound):
        federation.own.payload(STOPPED, 4)
    statement = federation.own.statement(STOPPED, 5)
    assert statement.prev == before.digest


def test_after_a_change_of_keys_the_same_payload_is_signed_with_the_new_one(federation: FederationService) -> None:
    payload, jws = federation.own.payload(STOPPED, 3), federation.own.jws("", STOPPED, 3)
    federation.keys.rotate(KeyRole.RECORD)
    again = federation.own.jws("", STOPPED, 3)
    assert again != jws
    keys = federation.keys.ring(KeyRole.RECORD).published()
    assert receive(again).verify(keys).statement.payload() == payload
    assert receive(jws).verify(keys).statement.payload() == payload
