"""Interruptions, quotas, names that are taken, and lists that lie."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.models import Audit, NodeFreshness, PeerState
from app.federation.harvest.peers import PeerNotFound
from app.federation.harvest.report import End, IngestOutcome, RunReport
from tests.netnodes.forging import changed, delivering, page, published, signed
from tests.netnodes.net import Net, NetNode, Tamper, concept, record_id, slug

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def many(a: NetNode) -> NetNode:
    """A node with 230 records, which it lists in three pages."""
    a.write(
        {
            f"concepts/{slug(record_id(number))}/index.md": concept(record_id(number), f"Beispiel {number}")
            for number in range(230)
        }
    )
    return a


def failing_after(pages: int) -> Tamper:
    """A network that breaks down after so many pages of a list."""
    seen: list[str] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/oai?" in wanted.url:
            seen.append(wanted.url)
            if len(seen) > pages:
                raise FetchFailed("unreachable")
        return answer

    return tamper


def test_an_interrupted_run_goes_on_where_it_was(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    net.tamper = failing_after(1)
    first = b.harvest(many)
    assert (first.end, first.error, first.taken) == (End.FAILED, "unreachable", 100)
    net.tamper = None
    second = b.harvest(many)
    assert (second.end, second.taken, second.audits) == (End.COMPLETE, 130, {many.origin: Audit.OK})
    lists = [url for url in net.asked if "/oai?" in url]
    assert len(lists) == 4


def test_a_token_that_is_not_known_any_more_costs_nothing(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    net.tamper = failing_after(1)
    b.harvest(many)
    refusal = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>'
    refused: list[str] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "resumptionToken" in wanted.url and not refused:
            refused.append(wanted.url)
            return replace(answer, body=refusal)
        return answer

    net.tamper = tamper
    report = b.harvest(many)
    assert (report.error, len(refused), len(b.shown(many.origin))) == ("", 1, 230)


def test_time_that_is_up_ends_a_run_between_two_pages(many: NetNode, b: NetNode) -> None:
    b.follow(many)
    report = b.services.harvest.harvest(many.issuer, seconds=0.0)
    assert (report.end, report.taken) == (End.INTERRUPTED, 0)
    assert many.issuer in b.services.harvest.due()


def test_the_same_token_for_ever_is_refused(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    one = published(a, ONE)

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        return (
            replace(answer, body=page(net, [(one.sub, signed(a, one))], "again")) if "/oai?" in wanted.url else answer
        )

    net.tamper = tamper
    assert b.harvest(a).error == "document"
    assert len([url for url in net.asked if "/oai?" in url]) == 2


def test_two_processes_do_not_fetch_from_the_same_peer_at_once(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    second: list[RunReport] = []

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/oai?" in wanted.url:
            second.append(b.harvest(a))
        return answer

    net.tamper = tamper
    assert b.harvest(a).end is End.COMPLETE
    assert [report.end for report in second] == [End.BUSY]


def test_a_peer_that_does_not_answer_is_asked_less_and_less(net: Net, a: NetNode, b: NetNode) -> None:
    b.follow(a)
    net.down.add(a.issuer.address)
    pauses = []
    for _ in range(12):
        assert b.harvest(a).end is End.FAILED
        peer = b.services.harvest.peers()[0].peer
        pauses.append((peer.next_at - net.clock()).total_seconds() / 60)
        net.clock.forward(minutes=pauses[-1])
    assert 13 < pauses[0] / 2 < 17
    assert all(later > earlier for earlier, later in pairwise(pauses[:7]))
    assert max(pauses) <= 24 * 60 * 1.1
    assert peer.failures == 12
    assert peer.error == "unreachable"


def test_a_paused_peer_is_not_asked(a: NetNode, b: NetNode) -> None:
    b.follow(a)
    b.services.harvest.pause(a.issuer)
    assert b.services.harvest.due() == ()
    with pytest.raises(PeerNotFound):
        b.harvest(a)
    assert b.services.harvest.resume(a.issuer).state is PeerState.ACTIVE
    assert b.services.harvest.due() == (a.issuer,)


def test_more_new_records_than_a_day_s_quota_come_on_later_days(net: Net, many: NetNode, b: NetNode) -> None:
    b.follow(many)
    b.services.harvest.limit(many.issuer, daily_new=150)
    report = b.harvest(many)
    assert (report.taken, report.outcomes[IngestOutcome.OVER_QUOTA] > 0) == (150, True)
    assert report.audits == {many.origin: Audit.BEHIND}
    net.clock.forward(hours=25)
    assert b.harvest(many).audits == {many.origin: Audit.OK}
    assert len(b.shown(many.origin)) == 230


def test_a_readable_name_belongs_to_one_record_and_stays(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    before = published(a, ONE)
    renamed = changed(before, {"title": "Anders"}, ver=2, prev=before.digest, slug="anders")
    twin = changed(before, {"id": TWO}, record_id=TWO, sub=a.issuer.sub(TWO))
    net.tamper = delivering(net, (renamed.sub, signed(a, renamed)), (twin.sub, signed(a, twin)))
    a.publish(record_id(3))
    assert b.harvest(a).reasons["name"] == 2
    assert b.shown(a.origin)[ONE] == (1, "Ein Beispiel")


def test_an_item_that_is_listed_under_another_name_is_set_aside(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    net.tamper = delivering(net, (a.issuer.sub(TWO), signed(a, published(a, ONE))))
    assert b.harvest(a).reasons["identifier"] == 1


def test_a_list_that_leaves_something_out_is_found_out_and_made_good(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    net.tamper = delivering(net, (published(a, ONE).sub, signed(a, published(a, ONE))))
    report = b.harvest(a)
    assert (report.repaired, report.audits) == (1, {a.origin: Audit.OK})
    assert set(b.shown(a.origin)) == {ONE, TWO}


def test_an_unsigned_deletion_withdraws_nothing(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    gone = page(net, [(a.issuer.sub(ONE), "x")]).replace(b"<header>", b'<header status="deleted">')
    net.tamper = lambda wanted, answer: replace(answer, body=gone) if "/oai?" in wanted.url else answer
    a.publish(TWO)
    b.harvest(a)
    assert ONE in b.shown(a.origin)


def test_a_node_that_vanished_stays_readable_and_is_told_by_its_age(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    net.down.add(a.issuer.address)
    found = []
    for days in (5, 5, 200):
        net.clock.forward(days=days)
        b.harvest(a)
        found.append(b.services.harvest.issuer(a.issuer).freshness(net.clock()))
    assert found == [NodeFreshness.LIVE, NodeFreshness.STALE, NodeFreshness.GONE]
    assert ONE in b.shown(a.origin)


def test_fifteen_days_away_are_one_page(net: Net, many: NetNode, b: NetNode) -> None:
    net.clock.forward(minutes=1)
    many.publish(record_id(0), title="Kurz vorher")
    b.follow(many)
    b.harvest(many)
    net.clock.forward(days=15)
    for number in range(30):
        many.publish(record_id(number), title="Während wir weg waren")
    report = b.harvest(many)
    # Configuration, page, configuration, and what the other side holds of this one.
    assert (report.taken, report.requests) == (30, 3)
    assert report.audits == {many.origin: Audit.OK}
