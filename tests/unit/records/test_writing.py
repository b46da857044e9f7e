"""A text that came back as signed JSON becomes a file with the digest that was signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.document import FrontMatterError, parse
from app.records.document_writer import write_document
from app.records.json_value import LARGEST_INTEGER
from app.records.record_reader import canonical_content, digest, digest_of
from tests.unit.records.examples import ROOT

RECORDS = sorted((ROOT / "content").glob("*/*/index.md"))[::9]
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff",
)
TEXT = st.text(st.one_of(LETTERS, st.sampled_from("\n\t:#-'\"{}[],&*!|>%@`? ")), max_size=60)
KEYS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda key: key not in {"<<", "schema"})
NUMBERS = st.one_of(
    st.integers(-LARGEST_INTEGER, LARGEST_INTEGER), st.floats(-(2.0**53) + 1, 2.0**53 - 1, allow_nan=False)
)
SCALARS = st.one_of(TEXT, NUMBERS, st.booleans(), st.none(), st.sampled_from(["NO", "01067", "1e5", "~", "null", ""]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)


def signed_again(front: Mapping[str, Any], body: str) -> tuple[str, str]:
    """Return the digest of a text, and that of the file written from its signed form."""
    content = canonical_content(front, body, ())
    received = json.loads(content)
    found = parse(write_document(received["record"], received["body"]))
    return digest_of(content), digest(found.front, found.body, ())


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.parent.name)
def test_a_record_comes_back_with_its_digest(path: Path) -> None:
    found = parse(path.read_bytes())
    before, after = signed_again(found.front, found.body)
    assert after == before


@settings(max_examples=50)
@given(front=st.dictionaries(KEYS, VALUES, max_size=6), body=TEXT)
def test_whatever_json_can_hold_comes_back_with_its_digest(front: dict[str, Any], body: str) -> None:
    before, after = signed_again({**front, "schema": "case-study/1"}, body)
    assert after == before


@pytest.mark.parametrize("text", ["a\u2028b", "a\x00b", "a\u202eb"])
def test_what_no_file_may_hold_is_refused(text: str) -> None:
    with pytest.raises(FrontMatterError):
        write_document({"schema": "concept/1", "title": text}, "")


def test_a_file_is_one_that_people_can_edit() -> None:
    front: dict[str, Any] = {
        "schema": "concept/1",
        "title": "Ein: Titel",
        "topics": ["a", "b"],
        "lessons": [{"id": "x", "share": 1.5}],
    }
    assert write_document(front, "## A {#a}\n").decode() == (
        '---\nschema: concept/1\ntitle: "Ein: Titel"\ntopics: [a, b]\nlessons:\n  - id: x\n    share: 1.5\n---\n'
        "## A {#a}\n"
    )
