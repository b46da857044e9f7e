from datetime import date
from pathlib import Path

import pytest

from app.records.document import parse
from app.records.schema import SchemaSet
from app.review.drafts.start import MemoStart, from_memo
from app.review.queue import Freshness, freshness
from app.review.text.record_text import completed, compose, compose_body, review_date, sections_of

SCHEMAS = SchemaSet.load(Path(__file__).parents[3] / "schemas")
CONCEPT = SCHEMAS.kind("concept")
BODY = "## Eigene Überschrift {#background}\n\nText.\n\n## Was dazu belegt ist {#findings}\n\nNichts.\n"
FILE = f'---\n# Kommentar\nschema: concept/1\ntitle: "Alt"  # hier\npurpose: Zweck\n---\n{BODY}'.encode()


def test_what_did_not_change_keeps_its_bytes() -> None:
    assert compose(CONCEPT, parse(FILE).front, sections_of(BODY), FILE) == FILE


def test_a_changed_field_leaves_comments_and_neighbours_alone() -> None:
    text = compose(CONCEPT, {**parse(FILE).front, "title": "Neu"}, sections_of(BODY), FILE).decode()
    assert text == FILE.decode().replace('"Alt"', '"Neu"')


def test_empty_fields_and_sections_are_left_out() -> None:
    changed = {**parse(FILE).front, "purpose": "", "use_when": [], "adapt": None}
    document = parse(compose(CONCEPT, changed, {"background": "Neu.", "findings": " \n"}, FILE))
    assert dict(document.front) == {"schema": "concept/1", "title": "Alt"}
    assert sections_of(document.body) == {"background": "Neu."}


def test_own_headings_stay_and_new_sections_get_the_schemas_in_its_order() -> None:
    body = compose_body(CONCEPT, {"limits": "Wenig.", "findings": "Viel.", "background": "Anders."}, BODY)
    assert list(sections_of(body)) == ["background", "findings", "limits"]
    assert "## Eigene Überschrift {#background}" in body
    assert f"## {CONCEPT.section('limits').label('de')} {{#limits}}" in body  # type: ignore[union-attr]  # it is there


def test_a_new_file_has_its_fields_in_the_order_of_the_schema() -> None:
    given = {"purpose": "Zweck", "title": "Titel", "schema": "concept/1", "kind": "concept"}
    text = compose(CONCEPT, given, {"background": "Text."}, None).decode()
    assert list(parse(text).front) == ["schema", "kind", "title", "purpose"]


@pytest.mark.parametrize("hostile", ["a: b", "- x", "# y", "\ttab", "'", '"', "a\n---\nb", "null", "NO", "{}", "1.10"])
def test_any_text_comes_back_as_the_text_it_was(hostile: str) -> None:
    text = compose(CONCEPT, {"schema": "concept/1", "title": hostile, "use_when": [hostile]}, {}, None)
    assert parse(text).front["title"] == hostile
    assert parse(text).front["use_when"] == [hostile]


def test_a_form_need_not_know_what_the_node_knows() -> None:
    done = completed(CONCEPT, {"title": "Titel", "summary": ""}, None, date(2026, 11, 24))
    assert done["kind"] == "concept"
    assert done["schema"] == "concept/1"
    assert done["compiled_by"] == "municipality"
    assert (done["last_confirmed"], done["review_by"]) == ("2026-11-24", "2027-11-24")
    assert len(str(done["id"])) == 36
    assert "summary" not in done


@pytest.mark.parametrize(
    ("today", "later"), [(date(2026, 11, 24), date(2027, 11, 24)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_a_year_later_is_a_day_that_exists(today: date, later: date) -> None:
    assert review_date(today) == later


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 30), Freshness.CURRENT), (date(2026, 9, 1), Freshness.DUE),
        (date(2026, 9, 2), Freshness.OVERDUE), (date(2028, 9, 1), Freshness.ARCHIVED),
    ],
)  # fmt: skip
def test_a_record_ages_by_its_date(today: date, expected: Freshness) -> None:
    assert freshness("2026-09-01", today) is expected


def test_a_memo_gives_only_what_a_kind_can_hold() -> None:
    start = MemoStart(title="Titel", problem="Problem", goals=["Ziel"], topics=["mobility"])
    content = from_memo(start, CONCEPT)
    assert content.front == {"title": "Titel", "topics": ["mobility"]}
    assert content.sections == {}
