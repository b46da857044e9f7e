"""Followers of searches are told of records of other nodes as readers see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from app.following.models import Rhythm, What
from app.following.notifier import NewsCode, parts_of
from app.review.models import Confirmation, Notice, NoticeKind
from tests.netnodes.net import Net, NetNode, concept, path, record_id
from tests.webnode.mail import ADDRESS

ONE, TWO = record_id(1), record_id(2)
WHY = {"actor": "person-1", "reason": "Rechte Dritter"}
MAIL = {"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none", "smtp_from": "n@verbund.example"}


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True)
    yield net
    net.close()


def subscribed(node: NetNode) -> None:
    """Follow all records of a node, and confirm it."""
    following = node.services.following.subscriptions
    following.subscribe(What.SEARCH, "", Rhythm.AT_ONCE, ADDRESS, "de")
    with node.services.sessions.reading() as db:
        (row,) = db.scalars(select(Confirmation)).all()
    following.confirm(row)


def told(node: NetNode) -> list[tuple[str, int, NewsCode]]:
    """Go round half an hour later, and return what was written down."""
    node.net.clock.forward(minutes=30)
    with node.services.sessions.reading() as db:
        before = len(db.scalars(select(Notice).where(Notice.kind == NoticeKind.DIGEST)).all())
    node.services.following.notifier.run()
    with node.services.sessions.reading() as db:
        notices = db.scalars(select(Notice).where(Notice.kind == NoticeKind.DIGEST)).all()[before:]
    return [
        (item.uid.partition("|")[2], item.ver, item.code)
        for notice in notices
        for _id, news in parts_of(notice.params)
        for item in news.items
    ]


def test_what_was_hidden_and_is_shown_again_is_not_told_again_but_what_it_says_anew_is(net: Net) -> None:
    a, b = net.node("a"), net.node("b", **MAIL)
    b.follow(a)
    subscribed(b)
    a.publish(ONE)
    b.harvest(a)
    assert told(b) == [(ONE, 1, NewsCode.NEW)]
    moderation = b.services.harvest.moderation
    moderation.hide(a.origin, ONE, **WHY)
    assert told(b) == []
    moderation.unhide(a.origin, ONE, **WHY)
    assert told(b) == []
    a.publish(ONE, title="Neue Fassung")
    b.harvest(a)
    assert told(b) == [(ONE, 2, NewsCode.CHANGED)]
    moderation.block(a.issuer, **WHY)
    moderation.unblock(a.issuer, **WHY)
    assert told(b) == []


def test_a_version_that_only_answers_or_confirms_is_no_news_but_the_edit_before_it_is(net: Net) -> None:
    a, b = net.node("a"), net.node("b", **MAIL)
    b.follow(a)
    a.publish(ONE)
    b.harvest(a)
    subscribed(b)
    answers = [f"{{id: https://c.example/r/{TWO}, answer: accepted, date: 2026-11-2{day}}}" for day in (4, 5)]
    for day, answer in enumerate(answers):
        answered = concept(ONE, "Ein Beispiel").replace(b"\nlang:", f"\ncorrections: [{answer}]\nlang:".encode(), 1)
        a.write({path(ONE): answered})
        b.harvest(a)
        assert b.shown(a.origin)[ONE][0] == day + 2
        assert told(b) == []
    for review_by in (b"2099-03-01", b"2099-04-01"):
        a.write({path(ONE): concept(ONE, "Neue Fassung").replace(b"2099-03-01", review_by)})
        b.harvest(a)
    assert told(b) == [(ONE, 5, NewsCode.CHANGED)]
    b.services.harvest.moderation.hide(a.origin, ONE, **WHY)
    b.services.harvest.moderation.unhide(a.origin, ONE, **WHY)
    assert told(b) == []
