import re
import time
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.difference import ChangeKind, FieldDifference, RecordDifference, compare, compare_texts, match_items
from app.records.fields import ValueText
from app.records.record import StoredFile
from app.records.record_reader import RecordReader
from tests.unit.records import examples

KIND = examples.schemas().kind("case-study")


def difference(body: str = examples.BODY, lang: str = "de", **changes: Any) -> RecordDifference:
    return compare(examples.record(), examples.record(body, **changes), KIND, ValueText(lang=lang))


def changed(found: RecordDifference) -> dict[str, FieldDifference]:
    return {field.key: field for field in found.changed}


def lessons(**changes: Any) -> list[dict[str, Any]]:
    return [{**deepcopy(examples.FRONT["lessons"][0]), **changes}]


def marked(tokens: Any) -> list[str]:
    return [token.text for token in tokens if token.changed]


def test_the_same_record_differs_in_nothing_but_all_fields_are_there_to_unfold() -> None:
    found = difference()
    assert found.is_empty
    assert len(found.fields) == len(examples.FRONT) + 3
    assert (found.summary.added, found.summary.removed, found.summary.changed, found.summary.items) == (0, 0, 0, ())


def test_a_changed_value_is_shown_in_words_with_the_changed_ones_marked() -> None:
    found = changed(difference(title="Probebach: Bürgerbus", phase="ended"))
    assert marked(found["title"].old_tokens) == ["Rufbus"]
    assert marked(found["title"].new_tokens) == ["Bürgerbus"]
    assert (found["phase"].old, found["phase"].new) == ("Regelbetrieb", "beendet")


def test_a_record_that_is_named_appears_with_its_title_and_other_texts_with_a_stroke_as_they_are() -> None:
    titles = {"solution/mitfahrbank": "Mitfahrbank"}
    relations = [{"rel": "related", "target": "solution/mitfahrbank"}, {"rel": "related", "target": "concept/fort"}]
    new = examples.record(relations=relations, keywords=["und/oder"])
    found = changed(
        compare(examples.record(), new, KIND, ValueText(lang="de", title_of=lambda name: titles.get(name, name)))
    )
    assert "Mitfahrbank" in (found["relations"].new or "")
    assert "concept/fort" in (found["relations"].new or "")
    assert [item.title for item in found["relations"].items][:1] == ["Mitfahrbank"]
    assert found["keywords"].new == "und/oder"


def test_fields_that_come_and_go_are_counted_as_such() -> None:
    found = difference(stop_reason=["budget"], evidence_level=2, outcome="stopped")
    assert (found.summary.added, found.summary.removed, found.summary.changed) == (1, 0, 2)
    back = compare(examples.record(stop_reason=["budget"]), examples.record(), KIND, ValueText(lang="en"))
    assert (back.summary.added, back.summary.removed) == (0, 1)
    assert changed(back)["stop_reason"].new is None
    assert changed(back)["stop_reason"].label == "Reason for stopping"


def test_sections_are_compared_word_by_word() -> None:
    found = changed(difference(examples.BODY.replace("Drei Orte", "Vier Orte")))
    assert list(found) == ["body.problem"]
    assert marked(found["body.problem"].old_tokens) == ["Drei"]
    assert marked(found["body.problem"].new_tokens) == ["Vier"]


def test_lessons_are_counted_one_by_one_and_matched_by_their_id() -> None:
    more = [*lessons(id="neu", statement="Etwas ganz anderes."), *lessons(because="Der Rat fragte danach.")]
    old = examples.record(lessons=[*lessons(id="alt"), *lessons()])
    found = compare(old, examples.record(lessons=more), KIND, ValueText(lang="de"))
    [count] = found.summary.items
    assert (count.key, count.label, count.added, count.changed, count.removed) == ("lessons", "Lehren", 1, 1, 1)
    assert found.summary.changed == 0
    items = changed(found)["lessons"].items
    assert [item.change for item in items] == [ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED]
    assert [part.key for part in items[1].parts if part.change is not ChangeKind.SAME] == ["because"]
    assert items[0].title == "Etwas ganz anderes."


def test_objects_without_an_id_are_matched_by_likeness() -> None:
    results = [
        {"statement": "Ganz neu.", "date": "2023", "sources": ["bericht"]},
        {**examples.FRONT["results"][0], "value": 6000},
    ]
    items = changed(difference(results=results))["results"].items
    assert [item.change for item in items] == [ChangeKind.ADDED, ChangeKind.CHANGED]


def test_another_order_is_a_change_of_its_own() -> None:
    two = [*lessons(), *lessons(id="zweite")]
    found = compare(examples.record(lessons=two), examples.record(lessons=two[::-1]), KIND, ValueText(lang="de"))
    assert changed(found)["lessons"].reordered
    assert found.summary.changed == 1
    assert found.summary.items == ()


def test_files_count_as_a_field() -> None:
    reader = RecordReader(examples.schemas())
    new = reader.read("case-studies/x", examples.text(), [StoredFile(name="a.png", size=1, sha256="00")])
    found = compare(examples.record(), new, KIND, ValueText(lang="de"))
    assert [(count.label, count.added) for count in found.summary.items] == [("Dateien", 1)]


items = st.lists(
    st.dictionaries(st.sampled_from(["statement", "date", "id"]), st.text("abc ", max_size=6), min_size=1), max_size=6
)


@settings(max_examples=40)
@given(items, items)
def test_every_item_is_matched_once_equal_ones_together(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    pairs = match_items(old, new)
    assert sorted(i for i, _ in pairs if i is not None) == list(range(len(old)))
    assert [j for _, j in pairs if j is not None] == list(range(len(new)))
    assert (None, None) not in pairs
    assert all(i is not None and j is not None and old[i] == old[j] for i, j in match_items(old, old))


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("Es kostete 1.200,50 € im Jahr.", "Es kostete 1.300,50 € im Jahr.", ["1.200,50 €", "1.300,50 €"]),
        ("Rund 12\u202f000 Fahrten", "Rund 12\u202f500 Fahrten", ["12\u202f000", "12\u202f500"]),
        ("Minus −3 % war es", "Minus −5 % war es", ["−3 %", "−5 %"]),
        ("(1. März 2024)", "(3. März 2024)", ["(1. März 2024)", "(3. März 2024)"]),
        ("am 01.05.2024 um 10:30 Uhr", "am 01.06.2024 um 10:45 Uhr", ["01.05.2024", "10:30", "01.06.2024", "10:45"]),
        ("seit 2019–2021", "seit 2019–2024", ["2019–2021", "2019–2024"]),
        ("im Jahr 2024.", "im Jahr 2024, sagt er.", ["2024.", "2024, sagt er."]),
        ("2023-01-02", "2023-01-03", ["2023-01-02", "2023-01-03"]),
    ],
)
def test_numbers_amounts_and_dates_are_whole(old: str, new: str, marks: list[str]) -> None:
    before, after = compare_texts(old, new)
    assert marked(before) + marked(after) == marks


def test_words_that_were_changed_side_by_side_are_one_mark() -> None:
    before, after = compare_texts("Er warnt seit 2023 vor Regen.", "Er warnt eine Stunde früher.")
    assert marked(before) == ["seit 2023 vor Regen"]
    assert marked(after) == ["eine Stunde früher"]


words = st.lists(st.sampled_from(["eins", "zwei", " ", ".", "\n", "3.000", "ä-b"]), max_size=30).map("".join)


@given(words, words)
def test_the_pieces_give_both_texts_and_what_is_unmarked_is_common(old: str, new: str) -> None:
    before, after = compare_texts(old, new)
    assert "".join(token.text for token in before) == old
    assert "".join(token.text for token in after) == new
    kept = ["".join(token.text for token in side if not token.changed) for side in (before, after)]
    assert kept[0] == kept[1]
    if old == new:
        assert not marked(before)


figures = st.lists(st.sampled_from([*"12.,-−%€( ", "\n", "Mai", "und"]), max_size=30).map("".join)


@given(figures, figures)
def test_no_mark_begins_or_ends_at_a_digit(old: str, new: str) -> None:
    for side in compare_texts(old, new):
        for left, right in pairwise(token.text for token in side):
            assert not re.search(r"\d\S*\Z", left) or right[0].isspace(), side
            assert not re.match(r"\S*\d", right) or left[-1].isspace(), side


@pytest.mark.parametrize("unit", ["a ", "ab cd\n", ".a", "1 000 ", "1. a "])
def test_long_repetitive_texts_are_compared_in_bounded_time(unit: str) -> None:
    begun = time.process_time()
    compare_texts(unit * 20_000, "x " + unit * 19_000)
    assert time.process_time() - begun < 5
