# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files beside a text, the form of a text, and records that cannot come back as they were."""

from __future__ import annotations

import pytest

from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.models import Audit
from app.federation.recovery.restoration import Trouble
from app.records.paths import INDEX_FILE
from app.records.proposals import ProposalRefs
from app.records.repository import PublishingStopped
from tests.functional.federation.recovery.accident import (
    CURATOR,
    FileNet,
    back_up,
    beside,
    lose,
    quiet,
    recovered,
    restore,
    titles,
)
from tests.netnodes.net import NetNode, concept, path, record_id, slug

ONE, TWO, THREE = (record_id(number) for number in range(1, 4))
PLAN = b"%PDF-1.4 ein Plan"
SPEAKS = "Der Plan steht in plan.pdf."


@pytest.fixture
def b(net: FileNet, a: NetNode) -> NetNode:
    """B, which follows A; A has a record with a file and follows B."""
    b = net.node("b")
    a.write({path(ONE): concept(ONE, "Eins"), beside(ONE, "alt.pdf"): b"%PDF-1.4 alt"})
    a.publish(THREE)
    b.follow(a)
    a.follow(b)
    b.harvest(a)
    return b


def test_files_come_from_what_is_here_and_else_from_peers(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN})
    net.asked.clear()
    assert recovered(a).waiting == ()
    entry = a.services.catalogue.head(ONE)
    assert (entry.ver, a.services.catalogue.file(entry, "plan.pdf")) == (2, PLAN)
    assert a.services.catalogue.file(entry, "alt.pdf") == b"%PDF-1.4 alt"
    assert [url for url in net.asked if "/dateien/" in url] == [
        f"{b.issuer.address}/v/{entry.digest[7:]}/dateien/plan.pdf"
    ]
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}


def test_a_file_that_the_text_does_not_speak_of_may_be_missing(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei"), beside(ONE, "plan.pdf"): PLAN})
    net.instead = {"plan.pdf": None}
    done = recovered(a)
    assert [(one.versions, one.missing, one.trouble) for one in done.records] == [([4], ["plan.pdf"], None)]
    assert done.waiting == ()
    assert titles(a, ONE) == ["Eins", "Zwei"]
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.shown(a.origin)[ONE] == (4, "Zwei")


def test_a_record_whose_file_nobody_has_waits_alone(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(
        net,
        a,
        b,
        {path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN, path(TWO): concept(TWO, "Neu")},
    )
    with pytest.raises(PublishingStopped):
        a.publish(THREE, title="Noch nicht")
    net.instead = {"plan.pdf": None}
    done = recovered(a)
    assert {one.name: one.trouble for one in done.records} == {
        "concept/beispiel-1": Trouble.FILES,
        "concept/beispiel-2": None,
    }
    assert [(one.path, one.stuck) for one in done.waiting] == [(f"concepts/{slug(ONE)}", True)]
    a.publish(THREE, title="Es geht weiter")
    with pytest.raises(PublishingStopped) as stopped:
        a.publish(ONE, title="Dieser nicht")
    assert stopped.value.path == f"concepts/{slug(ONE)}"
    net.instead = {}
    assert recovered(a).waiting == ()
    assert a.shown("")[ONE] == (2, "Zwei")


def test_what_is_here_may_go_on_where_a_file_is_gone_for_ever(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN})
    net.instead = {"plan.pdf": None}
    recovered(a)
    assert recovered(a, "concept/beispiel-1").waiting == ()
    net.clock.forward(hours=1)
    assert b.harvest(a).audits == {a.origin: Audit.OK}
    assert b.shown(a.origin)[ONE] == (4, "Eins")


def test_a_file_of_somebody_who_does_not_answer_now_is_waited_for(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei"), beside(ONE, "plan.pdf"): PLAN})

    def busy(wanted: Wanted, answer: Fetched) -> Fetched:
        if "/dateien/" in wanted.url:
            raise FetchFailed("status", "503")
        return answer

    net.tamper = busy
    (one,) = recovered(a).records
    assert (one.trouble, one.missing, one.versions) == (Trouble.UNREACHABLE, ["plan.pdf"], [])
    assert "Zwei" not in titles(a, ONE)
    net.tamper = None
    assert recovered(a).waiting == ()
    entry = a.services.catalogue.head(ONE)
    assert (entry.ver, a.services.catalogue.file(entry, "plan.pdf")) == (2, PLAN)


def test_a_text_that_does_not_go_on_is_kept_without_the_file_that_nobody_has(
    net: FileNet, a: NetNode, b: NetNode
) -> None:
    text = concept(ONE, "Zwei", SPEAKS)
    a = back_up(net, a)
    net.clock.forward(minutes=5)
    a.write({path(ONE): text, beside(ONE, "plan.pdf"): PLAN, beside(ONE, "liste.csv"): b"Ort;Zahl\nUlm;1\n"})
    b.harvest(a)
    a = restore(net)
    a.write({path(ONE): concept(ONE, "Danach")})
    a.harvest(b)
    net.instead = {"plan.pdf": None}
    done = recovered(a, "concept/beispiel-1")
    (one,) = done.records
    assert (one.versions, one.missing, one.trouble, done.waiting) == ([4], ["plan.pdf"], None, ())
    assert a.shown("")[ONE] == (4, "Danach")
    refs = ProposalRefs(a.services.repository)
    kept = refs.files(f"concepts/{slug(ONE)}", refs.tip(one.proposal) or "")
    assert sorted(kept) == ["alt.pdf", "index.md", "liste.csv"]
    assert SPEAKS.encode() in kept["index.md"]
    proposals = a.services.review.queue.of_record(CURATOR, "concept", slug(ONE))
    assert [item.proposal.id for item in proposals] == [one.proposal]


def test_a_wrong_file_is_no_file(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(ONE): concept(ONE, "Zwei", SPEAKS), beside(ONE, "plan.pdf"): PLAN})
    net.instead = {"plan.pdf": b"%PDF-1.4 etwas anderes"}
    assert [one.trouble for one in recovered(a).records] == [Trouble.FILES]


def test_another_record_under_the_same_name_is_not_overwritten(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(TWO): concept(TWO, "Neu")})
    a.services.recovery._lost.forget_held()
    other = record_id(9)
    index = f"concepts/{slug(TWO)}/{INDEX_FILE}"
    a.services.repository.permit = lambda _paths: None
    a.write({index: concept(other, "Etwas anderes")})
    done = recovered(a)
    assert [(one.name, one.trouble) for one in done.records] == [("concept/beispiel-2", Trouble.PLACE)]
    assert a.shown("")[other] == (1, "Etwas anderes")


def test_a_record_that_stands_under_another_name_here_waits(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(TWO): concept(TWO, "Neu")})
    a.services.repository.permit = lambda _paths: None
    a.write({"concepts/anders/index.md": concept(TWO, "Unter anderem Namen")})
    assert [one.trouble for one in recovered(a).records] == [Trouble.PLACE]
    assert a.services.catalogue.problems() == ()


def test_comments_and_order_of_the_file_that_is_here_stay(net: FileNet, a: NetNode, b: NetNode) -> None:
    text = concept(THREE, "Drei").replace(b"lang: de", b"lang: de   # die Sprache")
    a.write({path(THREE): text})
    b.harvest(a)
    a = lose(net, a, b, {path(THREE): text.replace(b'title: "Drei"', b'title: "Vier"')})
    assert recovered(a).waiting == ()
    stored = a.services.catalogue.file(a.services.catalogue.head(THREE), INDEX_FILE)
    assert stored == text.replace(b'title: "Drei"', b'title: "Vier"')


def test_planning_changes_nothing_that_is_published(net: FileNet, a: NetNode, b: NetNode) -> None:
    a = lose(net, a, b, {path(TWO): concept(TWO, "Neu")})
    before = a.services.repository.head()
    plan = a.services.recovery.plan(quiet)
    assert [(case.name, case.ver) for case in plan.cases] == [("concept/beispiel-2", 1)]
    assert a.services.repository.head() == before
