"""What is found and nobody has judged is listed once, and grades come into the files of questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.search.evaluation import FILES, Half, Kind, Question
from tests.search.node import Shown
from tests.search.pool import graded, take, unjudged

ASKED = Question(text="Rufbus", kind=Kind.PLAIN, half=Half.TEST, relevant={"case-study/hof-landbus": 3})
LINE = '  - {q: "Rufbus", kind: plain, half: test, no_title_word: true, relevant: {case-study/hof-landbus: 2}}\n'
NOTHING = '  - {q: "Freibad", kind: nothing, half: tune, no_title_word: true, relevant: {}}\n'


def test_of_the_first_ten_what_any_way_finds_is_judged_once() -> None:
    ways = [
        lambda _text: Shown(["case-study/hof-landbus", "case-study/a"]),
        lambda _text: Shown(["case-study/a", "concept/b", "concept/c", *(f"concept/{n}" for n in range(20))]),
    ]
    found = list(unjudged(ways, [ASKED], {"Rufbus": {"concept/c": 0}}))
    assert found[:2] == [("Rufbus", "case-study/a"), ("Rufbus", "concept/b")]
    assert found[-1] == ("Rufbus", "concept/6")


def test_a_later_grade_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    lines = ({"query": "Rufbus", "slug": "concept/a", "grade": grade} for grade in (0, 2))
    (tmp_path / "grades.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert graded(tmp_path / "grades.jsonl") == {"Rufbus": {"concept/a": 2}}
    assert graded(tmp_path / "none.jsonl") == {}


def test_grades_are_entered_best_first_and_what_stands_there_stays(capsys: pytest.CaptureFixture[str]) -> None:
    grades = {"Rufbus": {"case-study/hof-landbus": 0, "concept/a": 3, "concept/b": 0, "concept/c": 1}}
    (one,) = yaml.safe_load(take(LINE, grades))
    assert list(one["relevant"].items()) == [("concept/a", 3), ("case-study/hof-landbus", 2), ("concept/c", 1)]
    assert take(NOTHING, {"Freibad": {"concept/a": 3, "concept/b": 1}}) == NOTHING
    assert capsys.readouterr().out == "is answered now: „Freibad“ by concept/a\n"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_grades_find_every_question_of_a_file(file: Path) -> None:
    text = file.read_text("utf-8")
    asked = [one["q"] for one in yaml.safe_load(text)["queries"] if one["kind"] != "nothing"]

    read = yaml.safe_load(take(text, {query: {"concept/new": 1} for query in asked}))["queries"]

    assert [one["q"] for one in read if "concept/new" in one["relevant"]] == asked
