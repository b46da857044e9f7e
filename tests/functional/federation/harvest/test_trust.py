"""Who is believed: forged, foreign, old and contradicting statements, and keys that change or get lost."""

from __future__ import annotations

import json
import shutil
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.models import Audit
from app.federation.harvest.report import End, IngestOutcome
from app.federation.harvest.service import NotTheNode
from app.federation.jose import SigningKey
from app.federation.keys import KeyRole
from tests.database import keep_as_it_is
from tests.netnodes.forging import changed, delivering, published, signed
from tests.netnodes.net import Net, NetNode, Tamper, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def taken(a: NetNode, b: NetNode) -> NetNode:
    """B, which holds two records of A."""
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    b.harvest(a)
    return b


def test_an_old_version_sent_again_changes_nothing(net: Net, a: NetNode, taken: NetNode) -> None:
    old = published(a, ONE)
    replayed = signed(a, old)
    a.publish(ONE, title="Eine neue Fassung")
    taken.harvest(a)
    net.clock.forward(minutes=15)
    a.publish(TWO, title="Noch eine")
    net.tamper = delivering(net, (old.sub, replayed))
    report = taken.harvest(a)
    assert report.outcomes[IngestOutcome.OLD] == 1
    assert taken.shown(a.origin)[ONE] == (2, "Eine neue Fassung")


def unsigned(jws: str) -> str:
    header = {"alg": "none", "kid": "x" * 43, "typ": "enet-record+jwt"}
    packed = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{packed}.{jws.split('.')[1]}."


def test_forged_statements_are_set_aside_once_however_often_they_come(net: Net, a: NetNode, taken: NetNode) -> None:
    forged = changed(published(a, ONE), {"title": "Gefälscht"}, ver=2)
    real, stranger = signed(a, forged), signed(a, forged, SigningKey.generate())
    broken = real[:-20] + ("A" if real[-20] != "A" else "B") + real[-19:]
    net.tamper = delivering(
        net, (forged.sub, unsigned(real)), (forged.sub, stranger), (forged.sub, broken), (forged.sub, "")
    )
    for _ in range(2):
        net.clock.forward(hours=1)
        a.publish(TWO, title=f"Fassung um {net.clock():%H:%M}")
        report = taken.harvest(a)
        assert dict(report.reasons) == {"header": 1, "malformed": 1, "key_unknown": 1, "signature": 1}
    assert taken.services.harvest.quarantine.count() == 4
    assert taken.shown(a.origin)[ONE] == (1, "Ein Beispiel")


def test_the_signed_state_decides_between_two_that_contradict_each_other(net: Net, a: NetNode, taken: NetNode) -> None:
    first = changed(published(a, ONE), {"title": "Die eine"}, ver=2, prev=published(a, ONE).digest)
    net.tamper = delivering(net, (first.sub, signed(a, first)))
    a.publish(ONE, title="Die andere")
    report = taken.harvest(a)
    assert taken.shown(a.origin)[ONE] == (2, "Die andere"), report
    assert report.audits == {a.origin: Audit.OK}
    assert taken.services.harvest.quarantine.count() == 0


def test_a_contradiction_is_set_aside_while_the_state_stands_by_the_first(net: Net, a: NetNode, taken: NetNode) -> None:
    second = changed(published(a, ONE), {"title": "Die andere"})
    a.publish(TWO, title="Etwas Neues")
    net.tamper = delivering(net, (second.sub, signed(a, second)))
    report = taken.harvest(a)
    assert report.reasons["equivocation"] == 1
    assert taken.shown(a.origin) == {ONE: (1, "Ein Beispiel"), TWO: (2, "Etwas Neues")}
    net.tamper = None
    net.clock.forward(hours=1)
    a.publish(ONE, title="Noch eine")
    taken.harvest(a)
    assert taken.services.harvest.quarantine.count() == 1, "evidence, until the texts have to go"
    net.clock.forward(hours=1)
    a.withdraw(ONE)
    taken.harvest(a)
    assert taken.services.harvest.quarantine.count() == 0


def test_a_new_record_key_is_taken_over_and_old_statements_stay_good(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    assert taken.harvest(a).taken == 0
    net.clock.forward(hours=1)
    a.publish(ONE, title="Mit neuem Schlüssel")
    report = taken.harvest(a)
    assert (report.taken, report.audits) == (1, {a.origin: Audit.OK})
    assert taken.shown(a.origin)[ONE] == (2, "Mit neuem Schlüssel")


def test_after_a_key_was_lost_everything_is_fetched_with_new_signatures(net: Net, a: NetNode, taken: NetNode) -> None:
    before = taken.services.catalogue.last_seq()
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    report = taken.harvest(a)
    assert report.outcomes[IngestOutcome.RENEWED] == 2
    assert taken.services.catalogue.last_seq() == before
    assert len(taken.shown(a.origin)) == 2
    assert taken.harvest(a).end is End.UNCHANGED


def test_what_nobody_signs_anew_is_out_of_sight_until_somebody_does(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    net.tamper = keeping_back(net)
    report = taken.harvest(a)
    assert report.audits == {a.origin: Audit.BEHIND}
    assert taken.shown(a.origin) == {}
    net.tamper = None
    net.clock.forward(hours=2)
    assert taken.harvest(a).audits == {a.origin: Audit.OK}
    assert len(taken.shown(a.origin)) == 2


def test_a_lost_key_is_heeded_at_once_also_while_something_is_missing(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(hours=7)
    a.publish(ONE, title="Kommt nicht an")
    net.tamper = keeping_back(net)
    assert taken.harvest(a).audits == {a.origin: Audit.BEHIND}
    assert len(taken.shown(a.origin)) == 2
    net.clock.forward(minutes=20)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    taken.harvest(a)
    assert taken.shown(a.origin) == {}


def keeping_back(net: Net) -> Tamper:
    """A network that brings no statement through."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/v/" in wanted.url:
            raise FetchFailed("status", "404")
        return delivering(net)(wanted, answer)

    return tamper


def test_a_lost_key_is_learned_of_through_a_hub_too(net: Net, a: NetNode, taken: NetNode, c: NetNode) -> None:
    c.follow(taken, hub=True)
    c.harvest(taken)
    net.clock.forward(hours=7)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    taken.harvest(a)
    c.harvest(taken)
    kids = {c.services.harvest.records.entry(a.origin, one).versions[0].jws.split(".")[0] for one in (ONE, TWO)}
    assert kids == {signed(a, published(a, ONE)).split(".")[0]}
    assert len(c.shown(a.origin)) == 2


def test_a_hub_cannot_replace_the_keys_of_a_node_that_is_known(
    net: Net, a: NetNode, taken: NetNode, c: NetNode
) -> None:
    c.follow(a)
    c.follow(taken, hub=True)
    c.harvest(a)
    pinned = c.services.harvest.issuer(a.issuer).federation_key
    a.services.federation.keys.rotate(KeyRole.FEDERATION, compromised=True)
    seen = taken.services.harvest.look(a.issuer)
    taken.services.harvest.add(seen, federation_key=seen.federation_key)
    net.clock.forward(hours=1)
    a.publish(ONE, title="Neu")
    taken.harvest(a)
    assert "conflict" in c.harvest(taken).notices
    assert c.services.harvest.issuer(a.issuer).federation_key == pinned
    assert c.harvest(a).error == "keys_changed"


def test_an_announced_federation_key_is_followed(net: Net, a: NetNode, taken: NetNode) -> None:
    a.services.federation.keys.rotate(KeyRole.FEDERATION, announce=timedelta(days=30))
    for days in (10, 15, 10):
        net.clock.forward(days=days)
        assert not taken.harvest(a).error
    assert (
        taken.services.harvest.issuer(a.issuer).federation_key
        == a.services.federation.keys.signer(KeyRole.FEDERATION).kid
    )


def test_another_key_than_the_one_compared_is_not_taken(a: NetNode, b: NetNode) -> None:
    seen = b.services.harvest.look(a.issuer)
    with pytest.raises(NotTheNode):
        b.services.harvest.add(seen, federation_key="x" * 43)
    assert b.services.harvest.peers() == ()


def test_records_of_a_node_nobody_vouches_for_wait_until_it_is_added(
    net: Net, a: NetNode, b: NetNode, c: NetNode
) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    c.follow(b)
    net.tamper = delivering(net, (published(a, ONE).sub, signed(a, published(a, ONE))))
    assert dict(c.harvest(b).reasons) == {"issuer_unknown": 1}
    net.tamper = None
    c.follow(a)
    assert c.shown(a.origin) == {ONE: (1, "Ein Beispiel")}
    assert c.services.harvest.quarantine.count() == 0


def test_an_origin_restored_from_a_backup_is_noticed_on_both_sides(net: Net, a: NetNode, taken: NetNode) -> None:
    a.services.close()
    shutil.copytree(net.folder / "a", net.folder / "backup")
    keep_as_it_is(net.folder / "backup")
    a = net.open("a")
    net.clock.forward(hours=1)
    a.publish(ONE, title="Nach der Sicherung")
    taken.harvest(a)
    a.services.close()
    net.clock.forward(hours=1)
    restored = net.open("a", folder="backup")
    report = taken.harvest(restored)
    assert report.notices == ("restored",)
    assert report.audits == {a.origin: Audit.MISMATCH}
    assert taken.shown(a.origin)[ONE] == (2, "Nach der Sicherung")
    restored.follow(taken, hub=True)
    found = restored.harvest(taken)
    assert (found.notices, dict(found.reasons)) == ((), {})
    assert restored.services.ask_peers() == {}
    assert [(one.record_id, one.ver) for one in restored.services.higher_versions.lacking()] == [(ONE, 2)]


def test_a_node_that_has_moved_goes_on_with_its_records(net: Net, a: NetNode, taken: NetNode) -> None:
    a.services.close()
    moved = {"moved_to": "https://neu.example"}
    shutil.copytree(net.folder / "a", net.folder / "neu")
    keep_as_it_is(net.folder / "neu")
    old = net.open("a", **moved)
    net.clock.forward(hours=1)
    assert "moved" in taken.harvest(old).notices
    new = net.open("neu", moved_from="https://a.example")
    taken.follow(new)
    net.clock.forward(hours=1)
    new.publish(ONE, title="Am neuen Ort")
    report = taken.harvest(new)
    assert report.audits == {"a.example": Audit.OK}, report
    assert taken.shown("a.example") == {ONE: (2, "Am neuen Ort"), TWO: (1, "Ein Beispiel")}
    entry = taken.services.harvest.records.entry("a.example", ONE)
    assert (entry.sub, entry.home.issuer) == (f"https://a.example/r/{ONE}", new.issuer)


def test_a_move_that_the_old_address_does_not_confirm_is_no_move(net: Net, a: NetNode, taken: NetNode) -> None:
    del a
    shutil.copytree(net.folder / "a", net.folder / "dieb")
    thief = net.open("dieb", moved_from="https://a.example")
    taken.follow(thief)
    report = taken.harvest(thief)
    assert dict(report.reasons) == {"subject": 2}
    assert taken.services.harvest.issuer(thief.issuer).moved_from is None
