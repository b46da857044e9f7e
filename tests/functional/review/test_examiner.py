"""A text that was examined is not examined again, until anything changes on which the outcome rests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.records.vocabulary import Concept, Vocabulary
from app.review.text.examiner import Checked, Examiner, ReferenceRules
from tests import deciding
from tests.functional.review.deeds import approved
from tests.functional.review.node import CURATOR, ReviewNode, concept


class Around:
    """What an outcome rests on besides the text."""

    def __init__(self, node: ReviewNode) -> None:
        self.node, self.day, self.vocabularies = node, datetime(2026, 3, 1, tzinfo=UTC), dict[str, Vocabulary]()
        rules = ReferenceRules(node.schemas, node.catalogue, self.vocabularies)
        self.examiner = Examiner(node.schemas, node.catalogue, rules, lambda: self.day)

    def check(self, text: str = "Erste Fassung.", **beside: bytes) -> Checked:
        files = {"index.md": concept("eins", text), **{f"{name}.csv": data for name, data in beside.items()}}
        return self.examiner.check("concepts/eins", files, None)

    def publish(self) -> None:
        deciding.publish(self.node.review.curation, approved(self.node, title="Anders").id, CURATOR)

    def learn(self) -> None:
        self.vocabularies["topics"] = Vocabulary(
            "topics", {"de": "Themen"}, (Concept(id="energy", pref={"de": "Energie"}),)
        )

    def sleep(self) -> None:
        self.day = datetime(2030, 3, 2, tzinfo=UTC)


def test_the_same_text_is_read_once(node: ReviewNode) -> None:
    around = Around(node)
    first = around.check()
    assert first.record is not None
    assert around.check().record is first.record
    assert around.check() == first


@pytest.mark.parametrize("change", [Around.publish, Around.learn, Around.sleep])
def test_it_is_read_anew_after_a_change_of_what_is_around(node: ReviewNode, change: Callable[[Around], None]) -> None:
    around = Around(node)
    first = around.check()
    change(around)
    assert around.check().record is not first.record
    if change is Around.learn:
        assert {problem.code for problem in around.check().problems} > {problem.code for problem in first.problems}


@pytest.mark.parametrize("other", [{"text": "Zweite Fassung."}, {"karte": b"1;2\n"}])
def test_another_text_or_file_is_another_record(node: ReviewNode, other: dict[str, Any]) -> None:
    around = Around(node)
    assert around.check().record != around.check(**other).record
    assert around.check(karte=b"1;2\n").record != around.check(karte=b"1;3\n").record
