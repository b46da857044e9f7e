from __future__ import annotations

import pytest

from app.records.fields import BODY_PREFIX, ValueText, date, entry_of, number
from app.records.schema import FieldSpec
from app.records.vocabulary import Vocabulary
from tests.unit.records import examples

KIND = examples.schemas().kind("case-study")
TOPICS = {"topics": Vocabulary.parse((examples.ROOT / "content" / "vocabulary" / "topics.yaml").read_bytes())}


def shown(lang: str = "de", **changes: object) -> dict[str, str]:
    words = ValueText(lang=lang, vocabularies=TOPICS)
    record = examples.record(**changes)  # type: ignore[arg-type]
    return {key: words.text(KIND.by_key[key], value) for key, value in record.data.items() if key in KIND.by_key}


def test_front_matter_and_sections_are_fields_alike() -> None:
    assert entry_of(KIND, f"{BODY_PREFIX}results").label("de") == "Was kam heraus"
    assert entry_of(KIND, "title").label("de") == "Titel"
    assert entry_of(KIND, "colour").label("de") == "colour"


def test_values_are_worded_in_both_languages() -> None:
    assert (shown()["outcome"], shown("en")["outcome"]) == ("hat funktioniert", "It worked")
    assert (shown()["topics"], shown("en")["topics"]) == ("Mobilität", "Mobility")
    assert shown()["evidence_level"] == "beschrieben"
    assert (shown()["review_by"], shown("en")["review_by"]) == ("24. November 2027", "24 November 2027")
    assert shown()["period"] == "Beginn: September 2019"
    assert shown()["municipalities"] == (
        "Name: Musterstadt; Land: Baden-Württemberg; Gemeindetyp: kreisangehörige Stadt; Rolle: federführend"
    )
    assert shown(outcome_note={"text": "noch offen", "sources": []})["outcome_note"] == "Satz: noch offen"
    assert shown(stop_reason=["budget", "law"])["stop_reason"] == "Geld, Recht"


def test_lists_of_words_stand_in_a_row_and_sentences_below_each_other() -> None:
    assert shown(keywords=["Rufbus", "Bus"])["keywords"] == "Rufbus, Bus"
    long = "Wer bezahlt den Betrieb, wenn die Förderung des Landes in zwei Jahren endet?"
    assert shown(open_questions=[long, "Wer fährt?"])["open_questions"] == f"{long}\nWer fährt?"


@pytest.mark.parametrize(
    ("value", "german", "english"), [(1234567, "1.234.567", "1,234,567"), (1234.5, "1.234,5", "1,234.5")]
)
def test_numbers_follow_the_language(value: float, german: str, english: str) -> None:
    assert (number(value, "de"), number(value, "en")) == (german, english)


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        ("2024-03", "März 2024", "March 2024"),
        ("2024-03-07", "7. März 2024", "7 March 2024"),
        ("unknown", "nicht bekannt", "unknown"),
        ("2024-13", "2024-13", "2024-13"),
    ],
)
def test_dates_follow_the_language_and_their_precision(value: str, german: str, english: str) -> None:
    assert (date(value, "de"), date(value, "en")) == (german, english)


def test_true_false_and_nothing_are_words() -> None:
    spec = FieldSpec(key="x")
    assert [ValueText(lang="de").text(spec, value) for value in (True, False, None)] == ["ja", "nein", "–"]
    assert [ValueText(lang="en").text(spec, value) for value in (True, False)] == ["yes", "no"]
