"""The graded questions are many, divided fairly, and graded against records that exist."""

from collections import Counter
from pathlib import Path

import pytest

from app.shared.config import PROJECT_ROOT
from bench.search_evaluation import FILES, Kind, questions

ASKED = questions()
FOLDERS = {
    "case-study": "case-studies", "collection": "collections", "concept": "concepts", "organisation": "organisations",
    "solution": "solutions",
}  # fmt: skip


def folder_of(record: str) -> Path:
    kind, slug = record.split("/")
    return PROJECT_ROOT / "content" / FOLDERS[kind] / slug


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
