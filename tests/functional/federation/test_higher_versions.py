"""A node that came from a backup asks its peers which versions they hold, and publishes none below these."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.catalogue.entry import RecordWithdrawn
from app.cli.doctor.command import examine_exchange
from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.models import Audit
from app.federation.higher_versions import MOST_UNPROVEN
from app.federation.jose import SigningKey
from app.federation.keys import KeyRole
from app.federation.statement import Statement
from app.records.repository import PublishingStopped
from tests.database import keep_as_it_is
from tests.netnodes.forging import changed, published, signed
from tests.netnodes.net import Net, NetNode, Tamper, begin, concept, path, record_id, tombstone

ONE, TWO, THREE = (record_id(number) for number in (1, 2, 3))


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    """B, which holds two records of A, and which A asks."""
    net = Net(tmp_path, light=True, searching=False)
    begin(net, "held", exchanged)
    yield net
    net.close()


def exchanged(net: Net) -> None:
    a, b = net.node("a"), net.node("b")
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    b.harvest(a)
    a.follow(b)


@pytest.fixture
def a(net: Net) -> NetNode:
    return net.open("a")


@pytest.fixture
def b(net: Net, a: NetNode) -> NetNode:
    return net.open("b")


def back_up(net: Net, node: NetNode) -> NetNode:
    """Copy the folder of A and start it again."""
    node.services.close()
    shutil.copytree(net.folder / "a", net.folder / "backup")
    keep_as_it_is(net.folder / "backup")
    return net.open("a")


def restore(net: Net, name: str = "a", **values: Any) -> NetNode:
    """Start A from its backup, an hour later, as the command `restore` leaves it."""
    net.nodes["https://a.example"].services.close()
    net.clock.forward(hours=1)
    restored = net.open(name, folder="backup", **values)
    restored.services.restored.touch()
    return restored


@pytest.fixture
def forgetful(net: Net, a: NetNode, b: NetNode) -> NetNode:
    """A, back at a backup from before B saw two more versions of a record, and that another was withdrawn."""
    a = back_up(net, a)
    for title in ("Zwei", "Drei"):
        net.clock.forward(minutes=5)
        a.publish(ONE, title=title)
    a.withdraw(TWO)
    b.harvest(a)
    return restore(net)


def lacking(node: NetNode) -> dict[str, int]:
    return {one.record_id: one.ver for one in node.services.higher_versions.lacking()}


def test_nothing_is_published_before_the_peers_were_asked_and_then_above_what_they_hold(
    net: Net, forgetful: NetNode, b: NetNode
) -> None:
    with pytest.raises(PublishingStopped):
        forgetful.publish(ONE, title="Vor der Frage")
    seen = b.services.harvest.trust.all()[0].state_seq
    assert forgetful.services.catalogue.last_seq() < seen
    assert forgetful.services.ask_peers() == {}
    assert forgetful.services.catalogue.last_seq() > seen
    assert lacking(forgetful) == {ONE: 3, TWO: 2}
    forgetful.write({path(ONE): concept(ONE, "Danach")})
    forgetful.withdraw(TWO)
    forgetful.publish(THREE, title="Neu")
    versions = forgetful.services.catalogue.versions
    assert [[one.ver for one in versions(record)] for record in (ONE, TWO, THREE)] == [[1, 5], [1, 4], [1]]
    assert lacking(forgetful) == {}
    net.clock.forward(hours=1)
    assert b.harvest(forgetful).audits == {forgetful.origin: Audit.OK}
    assert b.services.harvest.quarantine.count() == 0
    assert b.shown(forgetful.origin) == {ONE: (5, "Danach"), THREE: (1, "Neu")}
    with pytest.raises(RecordWithdrawn):
        b.services.catalogue.head(TWO, forgetful.origin)


def test_several_records_of_one_commit_each_get_a_number_above(net: Net, forgetful: NetNode, b: NetNode) -> None:
    forgetful.services.ask_peers()
    forgetful.write({path(ONE): concept(ONE, "Danach"), path(TWO): tombstone(TWO)})
    versions = forgetful.services.catalogue.versions
    assert [versions(record)[-1].ver for record in (ONE, TWO)] == [5, 4]
    forgetful.publish(ONE, title="Und weiter")
    assert versions(ONE)[-1].ver == 6
    net.clock.forward(hours=1)
    assert b.harvest(forgetful).audits == {forgetful.origin: Audit.OK}


def test_what_was_published_under_a_number_of_before_is_passed_too(net: Net, forgetful: NetNode, b: NetNode) -> None:
    forgetful.services.restored.unlink()
    for title in ("Andere Zwei", "Andere Drei"):
        forgetful.publish(ONE, title=title)
    forgetful.services.ask_peers()
    assert lacking(forgetful)[ONE] == 3
    forgetful.publish(ONE, title="Danach")
    assert forgetful.services.catalogue.versions(ONE)[-1].ver == 5
    net.clock.forward(hours=1)
    b.harvest(forgetful)
    assert b.services.harvest.quarantine.count() == 0
    assert b.shown(forgetful.origin)[ONE] == (5, "Danach")


def test_doctor_asks_and_names_what_others_hold(forgetful: NetNode, b: NetNode) -> None:
    found = {one.subject: one for one in examine_exchange(forgetful.services) if one.code == "lost_version"}
    assert found.keys() == {"concepts/beispiel-1", "concepts/beispiel-2"}
    assert "becomes version 5" in found["concepts/beispiel-1"].message
    assert b.issuer.address in found["concepts/beispiel-1"].message
    assert "withdraws it" in found["concepts/beispiel-2"].message
    assert not forgetful.services.restored.exists()


def test_a_peer_that_does_not_answer_keeps_the_node_from_publishing_until_it_is_paused(
    net: Net, forgetful: NetNode, b: NetNode
) -> None:
    net.down.add(b.issuer.address)
    (found,) = (one for one in examine_exchange(forgetful.services) if one.code == "not_asked")
    assert (found.subject, "unreachable" in found.message) == (b.issuer.address, True)
    with pytest.raises(PublishingStopped):
        forgetful.publish(THREE)
    forgetful.services.harvest.pause(b.issuer)
    assert [one.code for one in examine_exchange(forgetful.services)] == []
    forgetful.publish(THREE)


def test_a_newer_backup_lacks_nothing(net: Net, forgetful: NetNode) -> None:
    forgetful.services.ask_peers()
    forgetful.services.close()
    shutil.rmtree(net.folder / "backup" / "node" / "content.git")
    shutil.copytree(net.folder / "a" / "node" / "content.git", net.folder / "backup" / "node" / "content.git")
    newer = net.open("a", folder="backup")
    newer.services.follow()
    assert lacking(newer) == {}
    newer.publish(ONE, title="Es geht weiter")
    assert newer.services.catalogue.versions(ONE)[-1].ver == 4


def test_a_node_that_has_moved_asks_for_its_old_names(net: Net, forgetful: NetNode, b: NetNode) -> None:
    moved = restore(net, "neu", moved_from="https://a.example")
    assert moved.services.ask_peers() == {}
    assert lacking(moved) == {ONE: 3, TWO: 2}


@pytest.mark.parametrize("part", ["/state.txt", "/v/"])
@pytest.mark.parametrize("status", ["429", "500", "503"])
def test_a_peer_that_is_busy_has_not_said_that_it_has_nothing(
    net: Net, forgetful: NetNode, b: NetNode, part: str, status: str
) -> None:
    net.tamper = busy(part, status)
    assert forgetful.services.ask_peers() == {b.issuer.address: f"status {status}"}
    assert forgetful.services.restored.exists()
    net.tamper = None
    assert forgetful.services.ask_peers() == {}
    assert lacking(forgetful) == {ONE: 3, TWO: 2}


@pytest.mark.parametrize("part", ["/state.txt", "/v/"])
@pytest.mark.parametrize("status", ["404", "410"])
def test_a_peer_that_answers_404_or_410_counts_as_asked(net: Net, forgetful: NetNode, part: str, status: str) -> None:
    net.tamper = busy(part, status)
    assert forgetful.services.ask_peers() == {}
    assert lacking(forgetful) == {}


def busy(part: str, status: str) -> Tamper:
    """Return a network in which addresses with this part are answered with another status."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if part in wanted.url:
            raise FetchFailed("status", status)
        return answer

    return tamper


def asked(net: Net, a: NetNode, *found: tuple[Statement, str]) -> dict[str, int]:
    """Let B list these as the newest versions of A and give them; return what A takes from that."""
    lines = "".join(f"{one.sub} {one.ver} {one.digest}\n" for one, _jws in found)
    given = {one.digest.removeprefix("sha256:"): jws for one, jws in found}
    real = net.fetch

    def fetch(wanted: Wanted) -> Fetched:
        if "/state.txt" in wanted.url:
            return Fetched(status=200, body=lines.encode())
        name = next((name for name in given if name in wanted.url), "")
        return Fetched(status=200, body=given[name].encode()) if name else real(wanted)

    net.fetch = fetch  # type: ignore[method-assign]  # the network is the one thing that is played here
    assert a.services.ask_peers() == {}
    a.publish(ONE, title="Es geht weiter")
    return {ONE: a.services.catalogue.versions(ONE)[-1].ver}


def later(node: NetNode, **values: Any) -> Statement:
    first = published(node, ONE)
    return changed(first, {"title": "Später"}, ver=2, prev=first.digest, **values)


def test_a_later_version_signed_with_a_strange_key_raises_no_number(net: Net, a: NetNode, b: NetNode) -> None:
    forged = later(a)
    assert asked(net, a, (forged, signed(a, forged, SigningKey.generate()))) == {ONE: 2}


def test_a_key_that_was_lost_to_somebody_raises_no_number(net: Net, a: NetNode, b: NetNode) -> None:
    stolen = a.services.federation.keys.signer(KeyRole.RECORD)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    forged = later(a)
    assert asked(net, a, (forged, signed(a, forged, stolen))) == {ONE: 2}


def test_a_key_that_was_followed_by_another_still_counts(net: Net, a: NetNode, b: NetNode) -> None:
    former = a.services.federation.keys.signer(KeyRole.RECORD)
    real = later(a)
    jws = signed(a, real, former)
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    assert asked(net, a, (real, jws)) == {ONE: 4}


def test_what_a_followed_key_signs_afterwards_raises_no_number(net: Net, a: NetNode, b: NetNode) -> None:
    former = a.services.federation.keys.signer(KeyRole.RECORD)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    net.clock.forward(hours=1)
    forged = later(a, issued_at=net.clock())
    assert asked(net, a, (forged, signed(a, forged, former))) == {ONE: 2}


def test_another_node_cannot_speak_for_this_one(net: Net, a: NetNode, b: NetNode) -> None:
    forged = later(a, issuer=b.issuer)
    assert asked(net, a, (forged, signed(b, forged))) == {ONE: 2}


def test_an_older_version_of_its_own_raises_no_number(net: Net, a: NetNode, b: NetNode) -> None:
    old = published(a, ONE)
    jws = signed(a, old)
    a.publish(ONE, title="Zwei")
    assert asked(net, a, (replace(old, ver=9), jws)) == {ONE: 3}


def test_a_list_of_nonsense_costs_a_few_questions(net: Net, a: NetNode, b: NetNode) -> None:
    lines = [f"{a.issuer.sub(record_id(number))} 7 sha256:{number:064x}" for number in range(500)]
    text = "\n".join(["", "x", "http://", *lines, "\x7f" * 3]).encode() + b"\n"
    net.tamper = lambda wanted, answer: replace(answer, body=text) if "/state.txt" in wanted.url else answer
    assert a.services.ask_peers() == {b.issuer.address: "unproven"}
    assert sum("/v/" in url for url in net.asked) == MOST_UNPROVEN
    assert lacking(a) == {}


@pytest.mark.parametrize("body", [b"\xff\xfe", "ä".encode()])
def test_a_list_that_cannot_be_read_is_no_answer(net: Net, a: NetNode, b: NetNode, body: bytes) -> None:
    net.tamper = lambda wanted, answer: replace(answer, body=body) if "/state.txt" in wanted.url else answer
    assert a.services.ask_peers().keys() == {b.issuer.address}
    a.publish(ONE, title="Es geht weiter")


def test_without_peers_a_restored_node_publishes_once_it_has_looked(net: Net) -> None:
    alone = net.node("c")
    alone.services.restored.touch()
    with pytest.raises(PublishingStopped):
        alone.publish(ONE)
    assert alone.services.ask_peers() == {}
    alone.publish(ONE)
