"""The graded questions are many, divided fairly, and graded against records that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from app.shared.config import PROJECT_ROOT
from tests.search.evaluation import FILES, QUERIES, Half, Kind, questions

USED_BEFORE = 69
"""The first ones in the file served earlier, or are asked openly."""
ASKED = questions()
NEW = ASKED[USED_BEFORE:]
TEST = [one for one in ASKED if one.half is Half.TEST]
LEAST = {Kind.QUESTION: 50, Kind.COLLOQUIAL: 20, Kind.ENGLISH: 12, Kind.NOTHING: 12}
FOLDERS = {
    "case-study": "case-studies",
    "collection": "collections",
    "concept": "concepts",
    "organisation": "organisations",
    "solution": "solutions",
}


def folder_of(record: str) -> Path:
    kind, slug = record.split("/")
    return PROJECT_ROOT / "content" / FOLDERS[kind] / slug


def test_there_are_enough_questions_of_each_kind() -> None:
    count = Counter(one.kind for one in ASKED)
    assert len(ASKED) >= 140
    assert {kind: count[kind] for kind, least in LEAST.items() if count[kind] < least} == {}


def test_no_question_stands_twice() -> None:
    assert [text for text, count in Counter(one.text.casefold() for one in ASKED).items() if count > 1] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_graded_record_exists(file: Path) -> None:
    graded = {record for one in questions(file) for record in one.relevant}
    assert sorted(record for record in graded if not (folder_of(record) / "index.md").is_file()) == []


def test_an_answer_helps_and_nothing_has_none() -> None:
    assert {grade for one in ASKED for grade in one.relevant.values()} == {1, 2, 3}
    assert [
        one.text for one in ASKED if one.kind is not Kind.NOTHING and max(one.relevant.values(), default=0) < 2
    ] == []
    assert [one.text for one in ASKED if one.kind is Kind.NOTHING and one.relevant] == []


def test_what_served_earlier_or_is_asked_openly_measures_nothing() -> None:
    assert {one.half for one in ASKED[:USED_BEFORE]} == {Half.TUNE}
    assert len(TEST) >= 65


@pytest.mark.parametrize("kind", Kind)
def test_new_questions_alternate_between_the_halves_within_their_kind(kind: Kind) -> None:
    halves = [one.half for one in NEW if one.kind is kind]
    assert len(halves) >= 2
    assert halves == [(Half.TEST, Half.TUNE)[place % 2] for place in range(len(halves))]


def test_most_new_questions_share_no_word_with_a_title() -> None:
    read = yaml.safe_load(QUERIES.read_text("utf-8"))["queries"]
    assert sum(one["no_title_word"] for one in read[USED_BEFORE:] if one["relevant"]) >= 80


@pytest.mark.parametrize(
    ("key", "value"), [("kind", "guess"), ("half", "both")], ids=["an unknown kind", "an unknown half"]
)
def test_a_file_of_queries_with_an_unknown_value_is_refused(key: str, value: str, tmp_path: Path) -> None:
    one = {"q": "Rufbus", "kind": "plain", "half": "tune", "relevant": {"case-study/hof-landbus": 3}}
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"queries": [one | {key: value}]}), "utf-8")
    with pytest.raises(ValueError, match=value):
        questions(file)
