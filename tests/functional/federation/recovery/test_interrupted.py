# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bringing back is killed between a commit and its note, or meets a process that asks: the gate opens again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pytest

from app.federation.fetching import Fetched, Wanted
from app.federation.harvest.models import Audit
from app.federation.models import LostState
from app.federation.recovery.lost import Key, LostVersions
from app.federation.recovery.service import RecoveryReport
from app.records.recovery import Recovery
from tests.functional.federation.recovery.accident import FileNet, back_up, beside, lose, quiet, recovered, restore
from tests.netnodes.net import NetNode, concept, path, record_id

ONE, TWO = record_id(1), record_id(2)
PLAN = b"%PDF-1.4 ein Plan"
SPEAKS = "Der Plan steht in plan.pdf."


@pytest.fixture
def net(net: FileNet) -> FileNet:
    """Nodes that index what they take in, of whom nobody has the plan."""
    net.searching, net.instead = True, {"plan.pdf": None}
    return net


@pytest.fixture
def b(net: FileNet, a: NetNode) -> NetNode:
    """B, which follows A and is followed by it; A has two records."""
    b = net.node("b")
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    a.follow(b)
    b.harvest(a)
    return b


@dataclass(frozen=True)
class Killed:
    """Ends the process in the place of the first call that `which` means."""

    patch: pytest.MonkeyPatch

    def noting(self, wanted: LostState) -> None:
        real = LostVersions.change

        def change(lost: LostVersions, keys: Collection[Key], state: LostState) -> None:
            if state is wanted:
                raise KeyboardInterrupt
            real(lost, keys, state)

        self.patch.setattr(LostVersions, "change", change)

    def publishing(self) -> None:
        def publish(_recovering: Recovery, _version: object) -> str:
            raise KeyboardInterrupt

        self.patch.setattr(Recovery, "publish", publish)


def killed(node: NetNode, where: Callable[[Killed], None], *keep: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        where(Killed(patch))
        with pytest.raises(KeyboardInterrupt):
            recovered(node, *keep)


def goes_on(net: FileNet, a: NetNode, b: NetNode) -> None:
    """Nothing waits, what is published next goes out, and B agrees."""
    assert recovered(a).waiting == ()
    assert a.services.recovery.plan(quiet).is_empty
    a.publish(TWO, title="Es geht weiter")
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.services.harvest.quarantine.count() == 0


def test_killed_before_the_earlier_versions_are_noted(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = back_up(net, a)
    net.clock.forward(minutes=5)
    a.write({path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN})
    b.harvest(a)
    net.clock.forward(minutes=5)
    a.write({path(ONE): concept(ONE, "Drei"), beside(ONE, "plan.pdf"): None})
    b.harvest(a)
    a = restore(net)
    a.harvest(b)
    killed(a, lambda kill: kill.noting(LostState.SETTLED))
    goes_on(net, a, b)
    assert [entry.ver for entry in a.services.catalogue.versions(ONE)] == [1, 3]


def test_killed_before_a_version_without_its_file_is_noted(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei"), beside(ONE, "plan.pdf"): PLAN})
    killed(a, lambda kill: kill.noting(LostState.SETTLED))
    goes_on(net, a, b)
    assert a.shown("")[ONE] == (4, "Zwei")


def test_the_gate_opens_although_nobody_calls_recover_again(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei"), beside(ONE, "plan.pdf"): PLAN})
    killed(a, lambda kill: kill.noting(LostState.SETTLED))
    a.services.follow()
    assert a.services.recovery.waiting() == ()
    a.publish(TWO, title="Es geht weiter")


@pytest.mark.parametrize(
    "where", [lambda kill: kill.publishing(), lambda kill: kill.noting(LostState.SETTLED)], ids=["before", "after"]
)
@pytest.mark.parametrize("keep", [(), ("concept/beispiel-1",)], ids=["theirs", "ours"])
def test_killed_while_a_decision_is_carried_out(
    net: FileNet, a: NetNode, b: NetNode, where: Callable[[Killed], None], keep: tuple[str, ...]
) -> None:
    a = back_up(net, a)
    net.clock.forward(minutes=5)
    a.publish(ONE, title="Verloren")
    b.harvest(a)
    a = restore(net)
    a.publish(ONE, title="Danach")
    a.harvest(b)
    killed(a, where, *keep)
    assert len(a.services.recovery.waiting()) == 1
    assert [one.proposal != "" for one in recovered(a, *keep).records] == [True]
    assert a.shown("")[ONE] == (4, "Danach" if keep else "Verloren")
    goes_on(net, a, b)


def test_the_wish_to_keep_what_is_here_outlives_a_kill(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = back_up(net, a)
    net.clock.forward(minutes=5)
    a.publish(ONE, title="Verloren")
    b.harvest(a)
    a = restore(net)
    a.harvest(b)
    killed(a, lambda kill: kill.publishing(), "concept/beispiel-1")
    # Called without the wish, it goes on with what was decided.
    assert recovered(a).waiting == ()
    assert a.shown("")[ONE] == (4, "Ein Beispiel")
    goes_on(net, a, b)


def test_killed_before_rows_of_what_is_back_are_removed(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LostVersions, "forget_held", _killed)
        with pytest.raises(KeyboardInterrupt):
            recovered(a)
    goes_on(net, a, b)


def _killed(_lost: LostVersions) -> None:
    raise KeyboardInterrupt


def test_a_worker_that_asks_meanwhile_stops_nothing(net: FileNet, a: NetNode, b: NetNode, c: NetNode) -> None:
    """C holds version 2 alone, B the versions 3 and 4, which are brought back while C is asked for version 2."""
    c.follow(a)
    a.follow(c)
    a = back_up(net, a)
    for number in (2, 3, 4):
        net.clock.forward(minutes=5)
        a.publish(ONE, title=f"Fassung {number}")
        (c if number == 2 else b).harvest(a)
    a = restore(net)
    done: list[RecoveryReport] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if wanted.peer == c.issuer and "/v/" in wanted.url and not done:
            net.down = {c.issuer.address}
            done.append(recovered(a))
            net.down = set()
        return answer

    net.tamper = tamper
    a.harvest(c)
    assert [one.versions for report in done for one in report.records] == [[3, 4]]
    net.tamper = None
    assert a.services.recovery.waiting() == ()
    goes_on(net, a, b)
    assert [entry.ver for entry in a.services.catalogue.versions(ONE)] == [1, 3, 4]


def test_what_comes_back_between_two_questions_is_no_case(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei")})
    read = a.services.recovery._lost.all()
    recovered(a)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LostVersions, "all", lambda _lost: read)
        assert a.services.recovery.plan(quiet).is_empty
