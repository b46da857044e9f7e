from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import feedparser

from app.web.following.feeds import Feed, FeedEntry, answer, page_of, paged

ADDRESS = "https://node.example/suche.atom?q=Bus"


def test_pages_of_a_long_feed_name_their_neighbours() -> None:
    assert dict(paged(ADDRESS, 2, last=3)) == {
        "first": ADDRESS,
        "previous": ADDRESS,
        "next": f"{ADDRESS}&seite=3",
        "last": f"{ADDRESS}&seite=3",
    }
    assert paged(ADDRESS, 1, last=1) == ()
    assert dict(paged(ADDRESS, 1, more=True)) == {"first": ADDRESS, "next": f"{ADDRESS}&seite=2"}
    assert dict(paged(ADDRESS, 2)) == {"first": ADDRESS, "previous": ADDRESS}
    assert page_of("https://node.example/x.atom", 2) == "https://node.example/x.atom?seite=2"


def feed_of(*entries: FeedEntry, title: str = "T") -> Feed:
    return Feed(address=ADDRESS, page=ADDRESS, title=title, lang="de", author="A", entries=entries)


def test_spaces_that_keep_words_together_stay_and_what_xml_has_no_place_for_goes() -> None:
    read = feedparser.parse(answer(feed_of(title="§\u00a05 und 10\u202fkm\ud800\ufffe\x0b\U0001f6b2\u200d")).data)
    assert not read.bozo
    assert read.feed.title == "§\u00a05 und 10\u202fkm\U0001f6b2\u200d"


def test_a_feed_is_written_the_same_whatever_other_documents_are_written_beside_it() -> None:
    ElementTree.register_namespace("", "https://node.example/another")
    known = dict(ElementTree._namespace_map)  # type: ignore[attr-defined]  # shared by all threads, and never locked
    assert b'<feed xmlns="http://www.w3.org/2005/Atom"' in answer(feed_of()).data
    assert known == ElementTree._namespace_map  # type: ignore[attr-defined]  # as above


def test_a_text_with_control_characters_breaks_no_feed() -> None:
    entry = FeedEntry(
        id=ADDRESS, href=ADDRESS, title="a\x00b", at=datetime(2026, 1, 1, tzinfo=UTC), lang="de", summary="x\ny"
    )
    feed = Feed(address=ADDRESS, page=ADDRESS, title="\x1b", lang="de", author="A", entries=(entry,))
    read = feedparser.parse(answer(feed).data)
    assert not read.bozo
    assert read.entries[0].title == "ab"
