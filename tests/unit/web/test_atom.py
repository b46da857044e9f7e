# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from datetime import UTC, datetime

import feedparser

from app.web.following.atom import Feed, FeedEntry, answer, page_of, paged

ADDRESS = "https://node.example/suche.atom?q=Bus"


def test_pages_of_a_long_feed_name_their_neighbours() -> None:
    assert dict(paged(ADDRESS, 2, 3)) == {
        "first": ADDRESS,
        "previous": ADDRESS,
        "next": f"{ADDRESS}&seite=3",
        "last": f"{ADDRESS}&seite=3",
    }
    assert paged(ADDRESS, 1, 1) == ()
    assert page_of("https://node.example/x.atom", 2) == "https://node.example/x.atom?seite=2"


def test_a_text_with_control_characters_breaks_no_feed() -> None:
    entry = FeedEntry(
        id=ADDRESS, href=ADDRESS, title="a\x00b", at=datetime(2026, 1, 1, tzinfo=UTC), lang="de", summary="x\ny"
    )
    feed = Feed(address=ADDRESS, page=ADDRESS, title="\x1b", lang="de", author="A", entries=(entry,))
    read = feedparser.parse(answer(feed).data)
    assert not read.bozo
    assert read.entries[0].title == "ab"
