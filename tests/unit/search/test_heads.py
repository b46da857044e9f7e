import json

from app.search.answering.heads import unpack_head

WRITTEN = ["|1", "1", "", "case-study", "rufbus", "sha256:0", "Ein Rufbus", {"land": ["HE"]}, 1.0, 0.0, 12]


def test_document_of_an_earlier_release_can_be_read_until_the_index_is_built_anew() -> None:
    head = unpack_head(json.dumps(WRITTEN).encode())
    assert (head.slug, head.places, head.questions) == ("rufbus", (), ())
