"""When a list is looked at, by whom, for how long and how much of it: interruptions, quotas, leases and pauses."""

import json
from itertools import count, pairwise

import pytest

from app.federation.harvest import run
from app.federation.harvest.intake import Intake
from app.federation.harvest.models import NodeState
from app.federation.harvest.nodes import LEASE, NodeNotKnown
from app.federation.harvest.report import End, Outcome, RunReport
from app.fetching import Fetched, FetchFailed, Wanted
from app.records.repository import RepositoryBusy
from tests.netnodes.forging import list_bytes
from tests.netnodes.net import Net, NetNode, Tamper, concept, path, record_id

ONE, TWO = record_id(1), record_id(2)
MANY = 40


@pytest.fixture
def many(a: NetNode) -> NetNode:
    """A node with so many records, spread over most parts of its list."""
    a.write({path(record_id(number)): concept(record_id(number), f"Beispiel {number}") for number in range(MANY)})
    return a


def failing_after(targets: int) -> Tamper:
    """A network that breaks down after so many records."""
    seen = count()

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/targets/records/" in wanted.url and next(seen) >= targets:
            raise FetchFailed("unreachable")
        return answer

    return tamper


def records_asked(net: Net) -> list[str]:
    return [url for url in net.asked if "/targets/records/" in url]


def test_an_interrupted_run_goes_on_where_it_was(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    net.tamper = failing_after(MANY // 2)
    first = b.harvest(many)
    assert (first.end, first.error) == (End.FAILED, "unreachable")
    before = first.tally.stored
    assert 0 < before <= MANY // 2
    net.tamper = None
    net.asked.clear()
    second = b.harvest(many)
    assert (second.end, second.tally.stored) == (End.COMPLETE, MANY - before)
    assert len(records_asked(net)) == MANY - before
    assert len(b.shown(many.origin)) == MANY


def test_a_process_that_was_killed_between_two_parts_loses_nothing(
    net: Net, many: NetNode, b: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    b.follow(many)
    take, calls = Intake.take, count()

    def killed(*args: object) -> bool:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return take(*args)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Intake, "take", killed)
    with pytest.raises(KeyboardInterrupt):
        b.harvest(many)
    monkeypatch.undo()
    again = net.open("b")
    assert again.harvest(many).end is End.BUSY, "its lease is not over"
    net.clock.forward(seconds=LEASE.total_seconds() + 1)
    net.asked.clear()
    assert again.harvest(many).end is End.COMPLETE
    assert 0 < len(records_asked(net)) < MANY
    assert len(again.shown(many.origin)) == MANY


def test_a_target_that_is_missing_keeps_no_other_waiting(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if wanted.url.endswith(f"{record_id(7)}.json"):
            raise FetchFailed("status", "404")
        return answer

    net.tamper = tamper
    assert b.harvest(many).tally.stored == MANY - 1
    net.tamper = None
    assert +b.harvest(many).tally.outcomes == {Outcome.NEW: 1}
    assert b.harvest(many).end is End.UNCHANGED


def test_time_that_is_up_ends_a_run_between_two_parts(many: NetNode, b: NetNode) -> None:
    b.follow(many)
    report = b.services.harvest.read(many.issuer, seconds=0.0)
    assert (report.end, report.tally.stored) == (End.INTERRUPTED, 0)
    assert b.services.harvest.nodes.due() == (many.issuer,)


def test_two_processes_do_not_read_the_same_list_at_once(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    second: list[RunReport] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if wanted.url.endswith("timestamp.json"):
            second.append(net.open("b").harvest(a))
        return answer

    net.tamper = tamper
    assert b.harvest(a).end is End.COMPLETE
    assert [report.end for report in second] == [End.BUSY]


def test_who_lost_the_lease_stores_nothing_more(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    taken: list[End] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if wanted.url.endswith("targets.json") and not taken:
            net.clock.forward(seconds=LEASE.total_seconds() + 1)
            net.tamper = None
            taken.append(net.open("b").harvest(many).end)
        return answer

    net.tamper = tamper
    assert b.harvest(many).end is End.BUSY
    assert taken == [End.COMPLETE]
    assert len(b.shown(many.origin)) == MANY
    assert b.services.harvest.nodes.get(many.issuer).error == ""


@pytest.mark.parametrize("what", ["remove", "block"])
def test_a_node_removed_or_blocked_while_it_is_read_shows_nothing(net: Net, a: NetNode, b: NetNode, what: str) -> None:
    a.publish(ONE)
    b.follow(a)
    harvest = b.services.harvest

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/targets/records/" in wanted.url:
            if what == "remove":
                harvest.moderation.remove(a.issuer)
            else:
                harvest.moderation.block(a.issuer, actor="person-1", reason="Erfunden")
        return answer

    net.tamper = tamper
    assert b.harvest(a).end is (End.BUSY if what == "remove" else End.COMPLETE)
    assert b.shown(a.origin) == {}
    assert bool(harvest.nodes.record_counts()) is (what == "block")


def test_while_the_catalogue_is_busy_nothing_is_taken(a: NetNode, b: NetNode, monkeypatch: pytest.MonkeyPatch) -> None:
    a.publish(ONE)
    b.follow(a)

    def busy(*_args: object) -> None:
        raise RepositoryBusy("content")

    monkeypatch.setattr(Intake, "_take_batch", busy)
    assert b.harvest(a).error == "RepositoryBusy"
    monkeypatch.undo()
    assert b.harvest(a).end is End.COMPLETE


def test_more_new_records_than_a_day_s_quota_come_on_later_days(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    b.services.harvest.nodes.change(many.issuer, daily_new=MANY - 10)
    report = b.harvest(many)
    assert +report.tally.outcomes == {Outcome.NEW: MANY - 10, Outcome.OVER_QUOTA: 10}
    (known, *_others) = b.shown(many.origin)
    many.publish(known, title="Geändert")
    # What is known already is no new record.
    assert b.harvest(many).tally.outcomes[Outcome.UPDATED] == 1
    net.clock.forward(hours=25)
    assert +b.harvest(many).tally.outcomes == {Outcome.NEW: 10}
    assert len(b.shown(many.origin)) == MANY


def test_a_node_that_does_not_answer_is_asked_less_and_less(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    net.down.add(a.issuer.address)
    pauses = []
    for _ in range(12):
        assert b.harvest(a).end is End.FAILED
        node = b.services.harvest.nodes.get(a.issuer)
        pauses.append((node.next_at - net.clock()).total_seconds() / 60)
        net.clock.forward(minutes=pauses[-1])
    assert 13 < pauses[0] / 2 < 17
    assert all(later > earlier for earlier, later in pairwise(pauses[:7]))
    assert max(pauses) <= 24 * 60 * 1.1
    assert (node.failures, node.error) == (12, "unreachable")
    net.down.clear()
    a.services.federation.listing.renew()
    b.harvest(a)
    node = b.services.harvest.nodes.get(a.issuer)
    assert (node.failures, node.error, node.succeeded_at) == (0, "", net.clock())


def test_a_clock_that_was_ahead_keeps_no_node_waiting(net: Net, a: NetNode, b: NetNode) -> None:
    b.follow(a)
    right = net.clock.now
    net.clock.forward(days=400)
    b.harvest(a)
    net.clock.now = right
    assert b.services.harvest.nodes.due() == (a.issuer,)
    a.publish(ONE)
    assert b.harvest(a).end is End.COMPLETE


def test_a_paused_node_is_not_asked(a: NetNode, b: NetNode) -> None:
    b.follow(a)
    nodes = b.services.harvest.nodes
    nodes.change(a.issuer, state=NodeState.PAUSED)
    assert nodes.due() == ()
    with pytest.raises(NodeNotKnown):
        b.harvest(a)
    assert nodes.change(a.issuer, state=NodeState.ACTIVE).state is NodeState.ACTIVE
    assert nodes.due() == (a.issuer,)


def test_what_an_operator_entered_an_association_does_not_change(a: NetNode, b: NetNode, c: NetNode) -> None:
    b.follow(a, by=c)
    assert b.services.harvest.nodes.get(a.issuer).association == c.issuer
    b.follow(a)
    b.services.harvest.nodes.add(a.issuer, "0" * 64, association=c.issuer)
    node = b.services.harvest.nodes.get(a.issuer)
    assert (node.association, node.root) == (None, a.services.federation.listing.listed.root(1).sha256)


def test_a_witness_cannot_hold_up_the_reading_of_others(
    net: Net, a: NetNode, b: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_MOST_QUESTIONS", 2)
    said, others, limits = {}, [net.node(f"n{number}") for number in range(3)], list[float]()
    for other in others:
        other.publish(ONE)
        b.follow(other)
        b.harvest(other)
        version = b.services.harvest.nodes.get(other.issuer).list_version
        said[other.issuer.address] = {"version": version, "sha256": "0" * 64}
    a.publish(ONE)
    list_bytes(a, "seen.json", json.dumps(said).encode())
    b.follow(a)

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        limits.append(wanted.limits.seconds)
        return answer

    net.tamper = tamper
    net.asked.clear()
    b.services.harvest.read(a.issuer, seconds=9.0)
    assert len([url for url in net.asked if "/mirrors/" in url]) == 2
    assert max(limits) <= 9


def test_a_node_is_called_what_its_list_says(net: Net, b: NetNode) -> None:
    town = net.node("d")
    town.publish(ONE)
    list_bytes(town, "node.json", b'{"name": "Stadt Beispielstadt"}')
    b.follow(town)
    b.harvest(town)
    assert b.services.harvest.node_names() == {town.origin: "Stadt Beispielstadt"}
    for said in (b"[]", b'{"name": 7}', b"\xff", b'{"name": "' + b"x" * run.ABOUT_LIMIT):
        list_bytes(town, "node.json", said)
        assert b.harvest(town).error == ""
        assert b.services.harvest.node_names() == {town.origin: "Stadt Beispielstadt"}
