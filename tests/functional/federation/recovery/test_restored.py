# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A node that is restored from a backup: what others hold of it stops it, comes back, and nobody sees two truths."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.harvest.models import Audit
from app.federation.harvest.report import End
from app.federation.recovery.cases import ForkSide
from app.records.proposals import ProposalRefs
from app.records.repository import PublishingStopped
from app.wiring.node import Node
from tests.database import without_rows
from tests.functional.federation.recovery.accident import CURATOR, back_up, quiet, recovered, restore, titles
from tests.netnodes.forging import published, signed
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO, THREE, FOUR = (record_id(number) for number in range(1, 5))


@dataclass
class Accident:
    """A backup of A, what A published afterwards, and B, which has seen it all."""

    net: Net
    b: NetNode
    lost: dict[tuple[str, int], str]

    def restore(self) -> NetNode:
        """Start A from its backup, an hour later."""
        return restore(self.net)


@pytest.fixture
def accident(net: Net, a: NetNode, b: NetNode) -> Accident:
    for one in (ONE, TWO, THREE):
        a.publish(one)
    a.follow(b)
    a.harvest(b)
    b.follow(a)
    b.harvest(a)
    a = back_up(net, a)
    net.clock.forward(hours=1)
    a.publish(ONE, title="Fassung zwei")
    b.harvest(a)
    net.clock.forward(minutes=1)
    a.publish(ONE, title="Fassung drei", text="Ein *anderer* Text.")
    a.withdraw(TWO)
    net.clock.forward(minutes=1)
    a.publish(FOUR, title="Nach der Sicherung")
    b.harvest(a)
    kept = [(ONE, 2), (ONE, 3), (TWO, 2), (FOUR, 1)]
    return Accident(net, b, {(one, ver): signed(a, published(a, one, ver)) for one, ver in kept})


def state_of(node: NetNode) -> str:
    return node.services.federation.lines("")


def test_publishing_stops_until_everything_is_back_and_nobody_sees_two_truths(accident: Accident) -> None:
    net, b = accident.net, accident.b
    a = accident.restore()
    report = a.harvest(b)
    assert report.notices == ("own_lost",)
    assert report.findings
    with pytest.raises(PublishingStopped) as stopped:
        a.publish(THREE, title="Während etwas fehlt")
    assert stopped.value.records == 3
    done = recovered(a)
    assert {one.name: one.versions for one in done.records} == {
        "concept/beispiel-1": [2, 3],
        "concept/beispiel-2": [2],
        "concept/beispiel-4": [1],
    }
    assert done.waiting == ()
    assert {key: signed(a, published(a, *key)) for key in accident.lost} == accident.lost
    assert a.shown("")[ONE] == (3, "Fassung drei")
    with pytest.raises(RecordWithdrawn):
        a.services.catalogue.head(TWO)
    net.clock.forward(hours=1)
    assert a.services.catalogue.disagreements() == ()
    assert a.services.federation.held.disagreements() == ()
    again = b.harvest(a)
    assert (again.notices, again.audits) == ((), {a.origin: Audit.OK})
    assert b.services.harvest.quarantine.count() == 0
    a.publish(THREE, title="Es geht weiter")
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.shown(a.origin)[THREE] == (2, "Es geht weiter")


def test_versions_that_nobody_kept_leave_a_gap(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    a = back_up(net, a)
    for number in range(2, 6):
        net.clock.forward(minutes=1)
        a.publish(ONE, title=f"Fassung {number}")
    b.harvest(a)
    before, last = state_of(a), signed(a, published(a, ONE, 5))
    a.services.close()
    a = net.open("a", folder="backup")
    a.follow(b)
    a.harvest(b)
    assert recovered(a).records[0].versions == [5]
    assert [entry.ver for entry in a.services.catalogue.versions(ONE)] == [1, 5]
    assert (state_of(a), signed(a, published(a, ONE, 5))) == (before, last)
    net.clock.forward(minutes=15)
    assert b.harvest(a).audits == {a.origin: Audit.OK}


def test_a_change_number_that_fell_is_above_what_others_saw_afterwards(accident: Accident) -> None:
    seen = accident.b.services.harvest.issuers()[0].state_seq
    a = accident.restore()
    assert a.services.catalogue.last_seq() < seen
    recovered(a)
    assert a.services.catalogue.last_seq() > seen


def test_the_number_rises_although_no_version_is_missing(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    a.follow(b)
    b.follow(a)
    b.harvest(a)
    a.services.catalogue.raise_above(100)
    net.clock.forward(minutes=15)
    b.harvest(a)
    a.services.close()
    without_rows(net.folder / "a" / "node")
    a = net.open("a")
    Node(a.services).refresh(lambda _step: quiet)
    a.follow(b)
    plan = a.services.recovery.plan(quiet)
    assert (plan.cases, plan.behind) == ((), True)
    a.services.recovery.recover(plan, quiet)
    assert a.services.catalogue.last_seq() > 101
    net.clock.forward(hours=1)
    report = b.harvest(a)
    assert (report.notices, report.audits) == ((), {a.origin: Audit.OK})
    assert a.services.recovery.plan(quiet).is_empty


def test_a_contradiction_is_decided_for_what_others_hold_and_ours_is_kept(accident: Accident) -> None:
    net, b = accident.net, accident.b
    a = accident.restore()
    a.publish(ONE, title="Nach der Wiederherstellung")
    a.harvest(b)
    plan = a.services.recovery.plan(quiet)
    forked = next(case for case in plan.cases if case.forked)
    assert (forked.name, forked.side, forked.ver) == ("concept/beispiel-1", ForkSide.THEIRS, 5)
    done = a.services.recovery.recover(plan, quiet)
    assert done.waiting == ()
    assert titles(a, ONE) == ["Ein Beispiel", "Nach der Wiederherstellung", "Fassung drei"]
    kept = next(one.proposal for one in done.records if one.proposal)
    proposals = a.services.review.queue.of_record(CURATOR, "concept", "beispiel-1")
    assert [(item.proposal.id, item.proposal.via, item.proposal.base) for item in proposals] == [
        (kept, "recovery", a.services.catalogue.head(ONE).digest)
    ]
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.services.harvest.quarantine.count() == 0
    assert b.shown(a.origin)[ONE] == (5, "Fassung drei")


def test_a_contradiction_can_be_decided_for_what_is_here(accident: Accident) -> None:
    net, b = accident.net, accident.b
    a = accident.restore()
    a.publish(ONE, title="Nach der Wiederherstellung")
    a.harvest(b)
    done = recovered(a, "concept/beispiel-1")
    assert done.waiting == ()
    assert titles(a, ONE) == ["Ein Beispiel", "Nach der Wiederherstellung", "Nach der Wiederherstellung"]
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.services.harvest.quarantine.count() == 0
    assert b.shown(a.origin)[ONE] == (5, "Nach der Wiederherstellung")
    assert len(a.services.review.queue.of_record(CURATOR, "concept", "beispiel-1")) == 1


@pytest.mark.parametrize("ours", [True, False])
def test_a_withdrawal_goes_on_whichever_side_it_stands_on(accident: Accident, ours: bool) -> None:
    net, b = accident.net, accident.b
    a = accident.restore()
    if ours:
        a.withdraw(ONE)
    else:
        a.publish(TWO, title="Nach der Wiederherstellung")
    a.harvest(b)
    done = recovered(a)
    assert done.waiting == ()
    assert not any(one.proposal for one in done.records)
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    for node, origin in ((a, ""), (b, a.origin)):
        with pytest.raises(RecordWithdrawn):
            node.services.catalogue.head(ONE if ours else TWO, origin)


def test_an_interrupted_recovery_goes_on_where_it_was(accident: Accident) -> None:
    a = accident.restore()
    a.publish(ONE, title="Nach der Wiederherstellung")
    a.harvest(accident.b)
    service = a.services.recovery
    plan = service.plan(quiet)

    def broken(done: int, total: int) -> None:
        if done == total - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.recover(plan, broken)
    with pytest.raises(PublishingStopped):
        a.publish(THREE, title="Während etwas fehlt")
    assert recovered(a).waiting == ()
    assert titles(a, ONE)[-1] == "Fassung drei"
    assert state_of(a).splitlines()[0].split()[1] == "5"


def test_a_decision_that_was_interrupted_is_carried_out_once(
    accident: Accident, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = accident.restore()
    a.publish(ONE, title="Nach der Wiederherstellung")
    a.harvest(accident.b)
    with monkeypatch.context() as patch:
        patch.setattr(ProposalRefs, "store", interrupted)
        with pytest.raises(KeyboardInterrupt):
            recovered(a)
    with pytest.raises(PublishingStopped):
        a.publish(THREE, title="Während etwas fehlt")
    done = recovered(a)
    assert [one.proposal != "" for one in done.records if one.name == "concept/beispiel-1"] == [True]
    assert [entry.ver for entry in a.services.catalogue.versions(ONE)] == [1, 2, 5]


def interrupted(*_args: object, **_values: object) -> str:
    raise KeyboardInterrupt


def test_a_newer_backup_opens_the_gate_as_well(accident: Accident) -> None:
    net = accident.net
    a = accident.restore()
    a.harvest(accident.b)
    a.services.close()
    for name in ("content.git",):
        shutil.rmtree(net.folder / "backup" / "node" / name)
        shutil.copytree(net.folder / "a" / "node" / name, net.folder / "backup" / "node" / name)
    a = net.open("a", folder="backup")
    a.services.follow()
    assert a.services.recovery.waiting() == ()
    a.publish(THREE, title="Es geht weiter")


def test_the_first_question_after_a_start_is_asked_although_nothing_is_new(accident: Accident) -> None:
    a = accident.restore()
    before = len(accident.net.asked)
    assert a.harvest(accident.b).notices == ("own_lost",)
    assert sum("/state.txt" in url for url in accident.net.asked[before:]) == 1
    again = a.harvest(accident.b)
    assert (again.end, again.requests) == (End.UNCHANGED, 1)
