import pytest

from app.records.document import FrontMatterError
from app.records.fields import BODY_PREFIX, ValueText, date, entry_of
from app.records.schema import FieldSpec
from app.records.vocabulary import Vocabulary
from tests.unit.records import examples
from tests.unit.records.examples import ROOT

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
        "Name: Probebach; Land: Baden-Württemberg; Gemeindetyp: kreisangehörige Stadt; Rolle: federführend"
    )
    assert shown(outcome_note={"text": "noch offen", "sources": []})["outcome_note"] == "Satz: noch offen"
    assert shown(stop_reason=["budget", "law"])["stop_reason"] == "Geld, Recht"


def test_lists_of_words_stand_in_a_row_and_sentences_below_each_other() -> None:
    assert shown(keywords=["Rufbus", "Bus"])["keywords"] == "Rufbus, Bus"
    long = "Wer bezahlt den Betrieb, wenn die Förderung des Landes in zwei Jahren endet?"
    assert shown(open_questions=[long, "Wer fährt?"])["open_questions"] == f"{long}\nWer fährt?"


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        ("2024-03", "März 2024", "March 2024"), ("2024-03-07", "7. März 2024", "7 March 2024"),
        ("unknown", "nicht bekannt", "unknown"), ("2024-13", "2024-13", "2024-13"),
    ],
)  # fmt: skip
def test_dates_follow_the_language_and_their_precision(value: str, german: str, english: str) -> None:
    assert (date(value, "de"), date(value, "en")) == (german, english)


def test_true_false_and_nothing_are_words() -> None:
    spec = FieldSpec(key="x")
    assert [ValueText(lang="de").text(spec, value) for value in (True, False, None)] == ["ja", "nein", "–"]
    assert [ValueText(lang="en").text(spec, value) for value in (True, False)] == ["yes", "no"]


TERMS = """\
schema: vocabulary/1
id: terms
title: {de: Begriffe, en: Terms}
license: CC0-1.0
concepts:
  - id: transport
    pref: {de: Nahverkehr, en: public transport}
  - id: on-demand
    pref: {de: Bedarfsverkehr, en: demand-responsive transport}
    alt: {de: [Rufbus, Bus auf Abruf], en: [dial-a-ride]}
    broader: [transport]
"""


def test_a_term_leads_to_the_concepts_that_it_names_whatever_its_case() -> None:
    terms = Vocabulary.parse(TERMS)
    for label in ("rufBUS", "bus  auf abruf", "dial-a-ride"):
        assert [concept.id for concept in terms.find(label)] == ["on-demand"], label
    assert terms.find("Fahrrad") == ()
    assert [concept.id for concept in terms.narrower("transport")] == ["on-demand"]


def test_labels_follow_the_language_and_unknown_ids_stay_as_they_are() -> None:
    terms = Vocabulary.parse(TERMS)
    assert terms.label("transport", "en") == "public transport"
    assert terms.label("transport", "fr") == "Nahverkehr"
    assert terms.label("nowhere", "de") == "nowhere"


def test_shipped_vocabularies_are_read_with_all_labels() -> None:
    for name in ("topics", "terms", "programmes"):
        found = Vocabulary.parse((ROOT / "content" / "vocabulary" / f"{name}.yaml").read_bytes())
        assert all({"de", "en"} <= set(concept.pref) for concept in found.concepts), name


def test_vocabularies_are_read_as_strictly_as_records() -> None:
    with pytest.raises(FrontMatterError, match="duplicate_key"):
        Vocabulary.parse(TERMS + "id: x\n")
