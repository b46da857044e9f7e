"""Which municipality and contact a new record begins with: of the author's account or last one."""

from dataclasses import replace
from typing import Any

import pytest

from app.documents.reading import ImportedSection
from app.identity import Person
from app.records.document import parse
from app.records.json_value import JsonValue
from app.review.drafts.report import placed
from app.review.models import DraftContent
from app.review.submission import Submission
from app.review.text.record_text import RecordText, sections_of
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import ANDERSTADT, AUTHOR, CURATOR, OTHER_AUTHOR, ReviewNode
from tests.webnode.node import CONTENT

HERE: dict[str, Any] = {
    "municipalities": [{"name": "Beispielstadt", "state": "HE", "ars": "06999001", "kind": "town", "role": "lead"}],
    "contact": {"role": "Bauamt", "mailbox": "bauamt@beispielstadt.example"},
}
THERE: dict[str, Any] = {
    "municipalities": [{"name": "Anderstadt", "state": "HE", "ars": "06999002", "kind": "town", "role": "lead"}],
    "contact": {"role": "Umweltamt", "mailbox": "umweltamt@anderstadt.example"},
}
ACCOUNT = {"municipalities": [{"name": "Beispielstadt", "state": "HE", "ars": "06999001", "role": "lead"}]}
TEXT = (CONTENT / "case-studies" / "beispielkreis-starkregen" / "index.md").read_bytes()
GIVEN = {"schema", "id", "kind", "lang", "license", "last_confirmed", "review_by", "compiled_by", "confirmed"}
NOBODY_ASKED_YET = replace(AUTHOR, municipality=None)


def case(author: Person = AUTHOR, **front: Any) -> Submission:
    document = parse(TEXT)
    kept = {name: value for name, value in document.front.items() if name not in GIVEN}
    text = RecordText(front={**kept, "topics": ["mobility"], **front}, sections=sections_of(document.body))
    return Submission(kind="case-study", author=author, text=text)


def begun(node: ReviewNode, person: Person = AUTHOR) -> dict[str, JsonValue]:
    return dict(node.review.drafts.start_empty("case-study", person).content.front)


def test_the_last_new_record_says_where_and_whom_to_ask(node: ReviewNode) -> None:
    assert begun(node) == ACCOUNT
    submitted(node, case(**HERE))
    assert begun(node) == HERE
    assert begun(node, CURATOR) == {}
    assert set(node.review.drafts.start_empty("concept", AUTHOR).content.front) == {"contact"}


def test_an_edit_of_another_towns_record_fills_in_nothing(node: ReviewNode) -> None:
    submitted(node, case(NOBODY_ASKED_YET, **HERE))
    theirs = submitted(node, case(OTHER_AUTHOR, title="Anderstadt: Rufbus am Abend", **THERE))
    released(node, theirs)
    record = node.record(theirs.slug, "case-study")
    edit = case(NOBODY_ASKED_YET, title="Anderstadt: Rufbus am Morgen", **THERE)
    submitted(node, replace(edit, slug=record.slug, base=record.digest))
    assert begun(node, NOBODY_ASKED_YET) == HERE


def test_words_of_whoever_took_over_are_not_the_authors(node: ReviewNode) -> None:
    new = submitted(node, case(NOBODY_ASKED_YET, **HERE))
    node.review.proposals.revise(new.id, case(CURATOR, **THERE))
    node.review.proposals.revise(new.id, replace(case(NOBODY_ASKED_YET, **THERE, keywords=["Regen"]), round=2))
    assert node.review.proposals.view(new.id, CURATOR).proposal.rounds == 3
    assert begun(node, NOBODY_ASKED_YET) == HERE


@pytest.mark.parametrize("key", ["06999002", None])
def test_a_town_that_is_not_the_authors_own_is_not_filled_in(node: ReviewNode, key: str | None) -> None:
    place = {name: value for name, value in {**THERE["municipalities"][0], "ars": key}.items() if value}
    submitted(node, case(**{**THERE, "municipalities": [place]}))
    assert begun(node) == ACCOUNT
    assert begun(node, NOBODY_ASKED_YET)["contact"] == THERE["contact"]
    assert begun(node, replace(AUTHOR, municipality=ANDERSTADT))["contact"] == THERE["contact"]


def of_document(node: ReviewNode, text: str) -> DraftContent:
    content = DraftContent(extra={"document": {"sections": [{"title": "Kontakt", "text": text}]}})
    return node.review.drafts.start_from_document("case-study", AUTHOR, content).content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stadt Anderstadt, Umweltamt, umweltamt@anderstadt.example", THERE["contact"]),
        ("**Stadt Anderstadt**, Anna Beispiel", None),
    ],
)
def test_the_contact_of_a_report_stays(node: ReviewNode, text: str, expected: JsonValue) -> None:
    submitted(node, case(**HERE))
    content = of_document(node, text)
    front = placed(RecordText(front=content.front), ImportedSection(title="", level=1, text=text), "contact").front
    assert front.get("contact") == expected
    assert front["municipalities"] == [{"name": "Anderstadt", "role": "lead"}]


def test_a_report_that_names_the_authors_town_begins_with_it_as_the_account_says(node: ReviewNode) -> None:
    submitted(node, case(**HERE))
    assert of_document(node, "Stadt Beispielstadt, Umweltamt, umweltamt@beispielstadt.example").front == ACCOUNT


def test_a_report_that_is_silent_leaves_it_to_the_earlier_record(node: ReviewNode) -> None:
    submitted(node, case(**HERE))
    assert of_document(node, "Nach 18 Uhr fährt kein Bus, Stadt und Land warten.").front == HERE
