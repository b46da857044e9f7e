from __future__ import annotations

import json

from app.search.answering.heads import lasting, unpack_head

WRITTEN = ["|1", "1", "", "case-study", "rufbus", "sha256:0", "Ein Rufbus", {"land": ["HE"]}, 1.0, 0.0, 12]


def test_document_of_an_earlier_release_can_be_read_until_the_index_is_built_anew() -> None:
    head = unpack_head(json.dumps(WRITTEN).encode())
    assert head is not None
    assert (head.slug, head.places, head.questions) == ("rufbus", [], [])


def test_document_that_holds_the_cursor_has_no_head() -> None:
    assert unpack_head(b"") is None


def test_what_many_heads_say_alike_is_kept_once() -> None:
    one, other = (
        lasting(head) for n in (1, 2) if (head := unpack_head(json.dumps(WRITTEN).replace("|1", f"|{n}").encode()))
    )
    assert one.facets["land"] is other.facets["land"]
    assert one.kind is other.kind
