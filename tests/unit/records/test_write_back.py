import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.document import FrontMatterError, parse
from app.records.document_writer import REMOVED, write_back, write_document
from app.records.json_value import LARGEST_INTEGER
from app.records.record_reader import canonical_content, digest, digest_of
from tests.unit.records.examples import ROOT
from tests.unit.records.examples import text as example_text

COMMENTED = """\
---
# Head of the file
schema: case-study/1   # fixed
postcode: 01067
title: "Ein: Titel"
when: 2026-11-24
answer: NO
share: 1.10
empty:
topics: [a, 'b', 007]
lessons:
  # the first one
  - id: a   # stays
    statement: >-
      folded
      text
    because: |
      one
      two
  - {id: b, statement: short}
last: 0x1F
---
## A {#a}
Text
"""


def changed_lines(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_only_the_line_of_the_changed_field_changes() -> None:
    assert write_back(COMMENTED, {}) == COMMENTED
    assert changed_lines(COMMENTED, write_back(COMMENTED, {"title": "Neu"})) == [
        '-title: "Ein: Titel"',
        '+title: "Neu"',
    ]


def test_an_item_in_a_list_changes_without_its_neighbours() -> None:
    lessons: Any = [
        {"id": "a", "statement": "folded text", "because": "one\ntwo\n"},
        {"id": "b", "statement": "other", "topic": "law"},
    ]
    assert changed_lines(COMMENTED, write_back(COMMENTED, {"lessons": lessons})) == [
        "-  - {id: b, statement: short}",
        "+  - {id: b, statement: other, topic: law}",
    ]


def test_fields_are_added_at_the_end_and_removed_without_trace() -> None:
    new = write_back(COMMENTED, {"outcome": "stopped", "share": REMOVED})
    assert changed_lines(COMMENTED, new) == ["-share: 1.10", "+outcome: stopped"]
    assert "share" not in parse(new).front
    other = parse(write_back(COMMENTED, {}, body="## B {#b}\n"))
    assert (other.front, other.body) == (parse(COMMENTED).front, "## B {#b}\n")
    flush = "---\na: 1\nlist:\n- x: 1\n- x: 2\n---\n"
    assert changed_lines(flush, write_back(flush, {"a": 2})) == ["-a: 1", "+a: 2"]


@pytest.mark.parametrize(
    "value",
    ["12", "yes", "true", "null", "~", "", "2026-01-01", "a: b", "- x", "# x", "@x", "x\ny\n", "x\ny", " x ", "'", '"'],
)
def test_text_stays_text_whatever_it_looks_like(value: str) -> None:
    assert parse(write_back(COMMENTED, {"title": value, "new": value})).front["new"] == value


def test_values_that_no_record_may_hold_are_refused() -> None:
    with pytest.raises(FrontMatterError, match="forbidden_character"):
        write_back(COMMENTED, {"title": "x\x00y"})
    with pytest.raises(FrontMatterError, match="number_too_large"):
        write_back(COMMENTED, {"share": 2**60})


@pytest.mark.parametrize(
    "path", sorted((ROOT / "content").glob("*/*/index.md"))[::9], ids=lambda path: path.parent.name
)
def test_shipped_records_change_in_the_edited_line_only(path: Any) -> None:
    old = path.read_text(encoding="utf-8")
    new = write_back(old, {"review_by": "2099-01-01"})
    assert [line[0] for line in changed_lines(old, new)] == ["-", "+"]


plain_text = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40)
values = plain_text | st.integers(-999, 9999) | st.booleans() | st.lists(plain_text, max_size=3)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["title", "summary", "keywords", "phase", "lessons", "goals"]), values))
def test_what_is_written_is_what_is_read(changes: dict[str, Any]) -> None:
    text = example_text()
    assert parse(write_back(text, changes)).front == {**parse(text).front, **changes}


def test_an_entry_that_only_the_strict_reader_takes_is_refused() -> None:
    text = "---\nschema: case-study/1\ntitle: a\tb\nsc\thema: x\n---\n"
    assert parse(text).front == {"schema": "case-study/1", "title": "a\tb", "sc\thema": "x"}
    with pytest.raises(FrontMatterError) as refused:
        write_back(text, {"sc\thema": "Neu"})
    assert refused.value.code == "cannot_write_back"
    assert changed_lines(text, write_back(text, {"schema": "case-study/2"})) == [
        "-schema: case-study/1",
        "+schema: case-study/2",
    ]


UNUSUAL = [
    "{a: 1, b: [x,\ny]}\n", "{\na: 1,\nb: 2}\n", "  a: 1\n  b:\n    - c: 1\n", "? a\n: 1\nb: 2\n",
    "# first\n\n'a': 1\n\"b\": 2 # two\n# last\n", "a: [1,\n2]\nb: 'x\n\n  y'\na.b: 1\n",
    "a:\n- b: 1\n  a.b: 2\na.b: |+\n  x\n\n# of b\n\nb: >-\n  x\n\n  y\n",
]  # fmt: skip


@pytest.mark.parametrize("header", UNUSUAL)
@pytest.mark.parametrize(
    "changes",
    [{"a": "Neu", "z": REMOVED}, {"z": REMOVED}, {"b": REMOVED, "c": ["x"]}, {"c": {"d": 1}}, {"a.b": 3, "b": [1]}],
)
def test_headers_of_any_form_are_changed_where_they_are_to_be(header: str, changes: dict[str, Any]) -> None:
    text = f"---\n{header}---\nText\n"
    new = parse(write_back(text, changes)).front
    assert new == {key: value for key, value in {**parse(text).front, **changes}.items() if value is not REMOVED}


def test_comments_of_what_stays_stay_and_an_empty_header_is_written() -> None:
    assert parse(write_back("---\n{}\n---\nText\n", {"title": "Neu"})).front == {"title": "Neu"}
    new = write_back("---\n# Head\n\na: 1  # one\n# of b\nb: 2\n# end\n---\n", {"a": REMOVED, "c": 3})
    assert new == "---\n# Head\n\nb: 2\n# end\nc: 3\n---\n"


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
        "schema": "concept/1", "title": "Ein: Titel", "topics": ["a", "b"], "lessons": [{"id": "x", "share": 1.5}],
    }  # fmt: skip
    assert write_document(front, "## A {#a}\n").decode() == (
        '---\nschema: concept/1\ntitle: "Ein: Titel"\ntopics: [a, b]\nlessons:\n  - id: x\n    share: 1.5\n---\n'
        "## A {#a}\n"
    )
