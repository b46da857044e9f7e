# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nobody stops a node by claiming something: only what its own good keys signed closes the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.report import End, RunReport
from app.federation.jose import SigningKey
from app.federation.keys import KeyRole
from app.federation.recovery.discovery import MOST_UNPROVEN
from app.federation.statement import Statement
from app.records.repository import PublishingStopped
from tests.functional.federation.recovery.accident import back_up, quiet, recovered, restore
from tests.netnodes.forging import changed, delivering, published, signed
from tests.netnodes.net import Net, NetNode, Tamper, begin, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def net(net: Net) -> Net:
    """B, which holds a record of A, and which A asks."""
    begin(net, "partner", exchanged)
    return net


def exchanged(net: Net) -> None:
    a, b = net.node("a"), net.node("b")
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    a.follow(b)


@pytest.fixture
def a(net: Net) -> NetNode:
    return net.open("a")


@pytest.fixture
def partner(net: Net, a: NetNode) -> NetNode:
    return net.open("b")


def claiming(*found: tuple[Statement, str]) -> Tamper:
    """Return a network in which a peer lists these as the newest versions of A, and gives them when asked."""
    lines = "".join(f"{one.sub} {one.ver} {one.digest}\n" for one, _jws in found)
    given = {one.digest.removeprefix("sha256:"): jws for one, jws in found}

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/state.txt" in wanted.url:
            return replace(answer, body=lines.encode())
        name = next((name for name in given if name in wanted.url), "")
        return replace(answer, body=given[name].encode()) if name else answer

    return tamper


def answering(net: Net, tamper: Tamper) -> None:
    """Let claims be given out although the honest node behind them has nothing to give."""
    real = net.fetch

    def fetch(wanted: Wanted) -> Fetched:
        try:
            return real(wanted)
        except FetchFailed:
            return tamper(wanted, Fetched(status=200, body=b""))

    net.tamper = tamper
    net.fetch = fetch  # type: ignore[method-assign]  # the network is the one thing that is played here


def asked(net: Net, a: NetNode, b: NetNode, *found: tuple[Statement, str]) -> RunReport:
    answering(net, claiming(*found))
    return a.harvest(b)


def later(node: NetNode, **values: Any) -> Statement:
    first = published(node, ONE)
    return changed(first, {"title": "Später"}, ver=2, prev=first.digest, **values)


def test_a_later_version_signed_with_a_strange_key_stops_nothing(net: Net, a: NetNode, partner: NetNode) -> None:
    forged = later(a)
    report = asked(net, a, partner, (forged, signed(a, forged, SigningKey.generate())))
    assert report.notices == ("own_unproven",)
    a.publish(ONE, title="Es geht weiter")
    assert a.services.recovery.waiting() == ()


def test_a_key_that_was_lost_to_somebody_stops_nothing(net: Net, a: NetNode, partner: NetNode) -> None:
    stolen = a.services.federation.keys.signer(KeyRole.RECORD)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    forged = later(a)
    report = asked(net, a, partner, (forged, signed(a, forged, stolen)))
    assert "own_unproven" in report.notices
    a.publish(ONE, title="Es geht weiter")


def test_a_key_that_was_followed_by_another_still_counts(net: Net, a: NetNode, partner: NetNode) -> None:
    former = a.services.federation.keys.signer(KeyRole.RECORD)
    real = later(a)
    jws = signed(a, real, former)
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    assert "own_lost" in asked(net, a, partner, (real, jws)).notices
    with pytest.raises(PublishingStopped):
        a.publish(ONE, title="Geht nicht")


def test_what_a_followed_key_signs_afterwards_stops_nothing(net: Net, a: NetNode, partner: NetNode) -> None:
    former = a.services.federation.keys.signer(KeyRole.RECORD)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    net.clock.forward(hours=1)
    forged = later(a, issued_at=net.clock())
    assert "own_unproven" in asked(net, a, partner, (forged, signed(a, forged, former))).notices
    assert a.services.recovery.waiting() == ()


def test_another_node_cannot_speak_for_this_one(net: Net, a: NetNode, partner: NetNode) -> None:
    forged = later(a, issuer=partner.issuer)
    asked(net, a, partner, (forged, signed(partner, forged)))
    assert a.services.recovery.waiting() == ()


def test_an_older_version_of_its_own_stops_nothing(net: Net, a: NetNode, partner: NetNode) -> None:
    old = published(a, ONE)
    jws = signed(a, old)
    a.publish(ONE, title="Zwei")
    lying = replace(old, ver=9)
    report = asked(net, a, partner, (lying, jws))
    assert "own_unproven" in report.notices
    assert a.services.recovery.waiting() == ()


def test_a_list_of_nonsense_costs_a_few_questions(net: Net, a: NetNode, partner: NetNode) -> None:
    lines = [f"{a.issuer.sub(record_id(number))} 7 sha256:{number:064x}" for number in range(500)]
    text = "\n".join(["", "x", "http://", *lines, "\x7f" * 3]).encode() + b"\n"

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        return replace(answer, body=text) if "/state.txt" in wanted.url else answer

    net.tamper = tamper
    before = len(net.asked)
    report = a.harvest(partner)
    assert (report.end, report.notices) == (End.COMPLETE, ("own_unproven",))
    assert sum("/v/" in url for url in net.asked[before:]) == MOST_UNPROVEN
    a.publish(ONE, title="Es geht weiter")


@pytest.mark.parametrize("body", [b"\xff\xfe", "ä".encode(), b""])
def test_a_list_that_cannot_be_read_stops_nothing(net: Net, a: NetNode, partner: NetNode, body: bytes) -> None:
    net.tamper = lambda wanted, answer: replace(answer, body=body) if "/state.txt" in wanted.url else answer
    assert a.harvest(partner).end is End.COMPLETE
    a.publish(ONE, title="Es geht weiter")


def test_a_node_of_another_program_need_not_have_the_list(net: Net, a: NetNode, partner: NetNode) -> None:
    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/state.txt" in wanted.url:
            raise FetchFailed("status", "404")
        return answer

    net.tamper = tamper
    assert a.harvest(partner).end is End.COMPLETE
    again = a.harvest(partner)
    assert (again.end, again.requests) == (End.UNCHANGED, 1)


def busy(part: str, status: str) -> Tamper:
    """Return a network in which addresses with this part are answered with another status."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if part in wanted.url:
            raise FetchFailed("status", status)
        return answer

    return tamper


@pytest.fixture
def forgetful(net: Net, a: NetNode, partner: NetNode) -> NetNode:
    """A, back at a backup from before its partner saw the second version."""
    a = back_up(net, a)
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Später")
    partner.harvest(a)
    return restore(net)


@pytest.mark.parametrize("part", ["/state.txt", "/v/"])
@pytest.mark.parametrize("status", ["429", "500", "503"])
def test_a_peer_that_is_busy_has_not_said_that_it_has_nothing(
    net: Net, forgetful: NetNode, partner: NetNode, part: str, status: str
) -> None:
    net.tamper = busy(part, status)
    assert forgetful.harvest(partner).notices == ()
    answers = forgetful.services.recovery.plan(quiet).answers
    assert (answers.asked, dict(answers.failed)) == ((), {partner.issuer.address: f"status {status}"})
    assert answers.unproven == ()
    net.tamper = None
    assert forgetful.harvest(partner).notices == ("own_lost",)
    assert recovered(forgetful).waiting == ()
    assert forgetful.shown("")[ONE] == (2, "Später")


@pytest.mark.parametrize(("status", "answered"), [("503", False), ("404", True)])
def test_a_peer_that_cannot_say_now_which_change_it_saw_is_named(
    net: Net, a: NetNode, partner: NetNode, status: str, *, answered: bool
) -> None:
    a.harvest(partner)
    net.tamper = busy("/resolve", status)
    answers = a.services.recovery.plan(quiet).answers
    assert (partner.issuer.address in answers.asked) is answered
    assert (partner.issuer.address in answers.failed) is not answered


@pytest.mark.parametrize("status", ["404", "410"])
def test_a_peer_that_has_no_such_list_has_answered(net: Net, a: NetNode, partner: NetNode, status: str) -> None:
    net.tamper = busy("/state.txt", status)
    answers = a.services.recovery.plan(quiet).answers
    assert (answers.asked, dict(answers.failed)) == ((partner.issuer.address,), {})


@pytest.mark.parametrize("status", ["404", "410"])
def test_a_statement_that_is_not_there_is_a_hint_that_leads_nowhere(
    net: Net, forgetful: NetNode, partner: NetNode, status: str
) -> None:
    net.tamper = busy("/v/", status)
    assert forgetful.harvest(partner).notices == ("own_unproven",)
    again = forgetful.harvest(partner)
    assert (again.end, again.requests) == (End.UNCHANGED, 1)


def test_nobody_to_ask_stops_nothing(net: Net, a: NetNode, partner: NetNode) -> None:
    net.down.add(partner.issuer.address)
    assert a.harvest(partner).end is End.FAILED
    a.publish(ONE, title="Es geht weiter")
    plan = a.services.recovery.plan(quiet)
    assert plan.is_empty
    assert dict(plan.answers.failed) == {partner.issuer.address: "unreachable"}


def test_the_list_is_not_sent_again_while_it_is_the_same(net: Net, a: NetNode, partner: NetNode) -> None:
    a.harvest(partner)
    partner.publish(TWO)
    net.clock.forward(minutes=15)
    statuses = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/state.txt" in wanted.url:
            statuses.append(answer.status)
        return answer

    net.tamper = tamper
    assert a.harvest(partner).taken == 1
    assert statuses == [304]


def test_a_hub_that_lists_lost_versions_is_enough(net: Net, a: NetNode, partner: NetNode) -> None:
    """A hub of another program lists everything and has no other address."""
    a = back_up(net, a)
    a.publish(ONE, title="Später")
    lost = published(a, ONE, 2)
    jws = signed(a, lost)
    a = restore(net)
    a.follow(partner, hub=True)

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/state.txt" in wanted.url:
            raise FetchFailed("status", "404")
        return delivering(net, (lost.sub, jws))(wanted, answer)

    net.tamper = tamper
    report = a.harvest(partner)
    assert "own_lost" in report.notices
    assert a.services.harvest.quarantine.count() == 0
    assert recovered(a).waiting == ()
    assert a.shown("")[ONE] == (2, "Später")


def test_a_node_that_has_moved_gets_its_versions_back_under_their_old_names(
    net: Net, a: NetNode, partner: NetNode
) -> None:
    a = back_up(net, a)
    a.publish(ONE, title="Später")
    partner.harvest(a)
    a.services.close()
    net.clock.forward(hours=1)
    moved = net.open("neu", folder="backup", moved_from="https://a.example")
    moved.follow(partner)
    assert "own_lost" in moved.harvest(partner).notices
    assert recovered(moved).waiting == ()
    assert moved.shown("")[ONE] == (2, "Später")
