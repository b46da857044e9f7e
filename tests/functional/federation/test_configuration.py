from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.federation import entity
from app.federation.entity import EntityConfiguration, state_root
from app.federation.items import ItemSelection
from app.federation.jose import TokenRefused
from app.federation.keys import KeyRole
from app.federation.service import FederationService
from app.federation.statement import receive
from app.wiring import Services
from tests.functional.federation.test_held import edit
from tests.webnode.node import STOPPED, settings


def read(federation: FederationService) -> EntityConfiguration:
    keys = federation.keys.ring(KeyRole.FEDERATION).published()
    return entity.receive(federation.configuration()).verify(keys)


def expected_root(federation: FederationService) -> str:
    items = federation.held.items.after(0, ItemSelection(origin=""), 1000)
    return state_root((federation.held.sub(item), item.ver, item.digest) for item in items)


def test_a_node_says_who_it_is(federation: FederationService) -> None:
    said = read(federation)
    assert said.issuer == federation.issuer
    assert (said.name, said.contact) == ("Beispielverbund", "netz@verbund.example")
    assert said.oai_pmh_endpoint == "https://erfahrungen.example/oai"
    assert said.expires_at - said.issued_at == timedelta(hours=24)
    assert list(said.record_keys) == [federation.keys.signer(KeyRole.RECORD).kid]
    assert said.moved_to is None


def test_the_state_covers_every_own_record_withdrawn_ones_included(federation: FederationService) -> None:
    said = read(federation)
    assert (said.state.count, said.state.seq) == (6, federation.held.catch_up().seq)
    assert said.state.root == expected_root(federation)


def test_the_state_follows_every_change_and_a_rebuild(services: Services, federation: FederationService) -> None:
    roots = {read(federation).state.root}
    for number in range(3):
        edit(services, b"Mitfahr", b"Mitfahr%d" % number)
        roots.add(read(federation).state.root)
        assert read(federation).state.root == expected_root(federation)
    assert len(roots) == 4
    services.catalogue.rebuild()
    assert read(federation).state.root in roots
    assert read(federation).state.root == expected_root(federation)


def test_the_document_only_changes_with_its_content_or_the_hour(tmp_path: Path, services: Services) -> None:
    now = services.federation.held.catch_up().stamped_at + timedelta(minutes=2)
    times = iter([now, now + timedelta(minutes=1)])
    moment = now

    def clock() -> object:
        return moment

    one = Services(settings(tmp_path), clock)  # type: ignore[arg-type]  # returns whatever the test says
    first = one.federation.configuration()
    moment = next(times) + timedelta(minutes=30)
    assert one.federation.configuration() == first
    moment = now + timedelta(hours=2)
    later = one.federation.configuration()
    assert later != first
    keys = one.federation.keys.ring(KeyRole.FEDERATION).published()
    assert entity.receive(later).verify(keys).expires_at - moment >= timedelta(hours=23)
    one.close()


def test_an_announced_key_is_listed_beside_the_one_that_signs(federation: FederationService) -> None:
    before = federation.keys.signer(KeyRole.FEDERATION)
    federation.keys.rotate(KeyRole.FEDERATION, announce=timedelta(days=30))
    said = entity.receive(federation.configuration())
    assert said.token.kid == before.kid
    assert len(said.claimed.federation_keys) == 2
    assert said.verify(said.own_key(before.kid)) is said.claimed


def test_a_former_record_key_stays_listed_with_its_reason(federation: FederationService) -> None:
    former = federation.keys.signer(KeyRole.RECORD)
    federation.keys.rotate(KeyRole.RECORD, compromised=True)
    listed = read(federation).record_keys
    assert listed[former.kid].compromised
    assert list(listed) == [federation.keys.signer(KeyRole.RECORD).kid, former.kid]


def test_a_node_that_has_moved_says_where_to(tmp_path: Path, services: Services) -> None:
    moved = Services(settings(tmp_path, moved_to="https://neu.example"), services.clock)
    found = read(moved.federation)
    assert found.moved_to
    assert found.moved_to.address == "https://neu.example"
    moved.close()


def test_after_a_move_records_keep_the_names_of_the_old_address(tmp_path: Path, services: Services) -> None:
    old = services.federation
    before = {old.held.sub(item) for item in old.held.items.after(0, ItemSelection(), 100)}
    given = {"issuer": "https://neu.example", "moved_from": old.issuer.address}
    moved = Services(settings(tmp_path, **given), services.clock)
    new = moved.federation
    assert read(new).moved_from == old.issuer
    assert {new.held.sub(item) for item in new.held.items.after(0, ItemSelection(), 100)} == before
    assert read(new).state.root == read(old).state.root
    keys = new.keys.ring(KeyRole.RECORD).published()
    jws = new.own.jws("", STOPPED, 3)
    with pytest.raises(TokenRefused, check=lambda error: error.code == "subject"):
        receive(jws).verify(keys)
    stated = receive(jws).verify(keys, earlier=[old.issuer]).statement
    assert (stated.issuer, stated.sub) == (new.issuer, old.own.sub("", STOPPED))
    assert stated.digest == old.own.statement(STOPPED, 3).digest
    moved.close()


def test_a_configuration_by_another_key_or_of_another_type_is_refused(federation: FederationService) -> None:
    jws = federation.configuration()
    head, payload, signature = jws.split(".")
    keys = federation.keys.ring(KeyRole.FEDERATION).published()
    with pytest.raises(TokenRefused, check=lambda error: error.code == "signature"):
        entity.receive(f"{head}.{payload}.{'A' * 86}").verify(keys)
    with pytest.raises(TokenRefused):
        entity.receive(federation.own.jws("", "10000000-0000-4000-8000-000000000001", 1)).verify(keys)
    assert signature
