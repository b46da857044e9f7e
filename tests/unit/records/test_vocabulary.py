from __future__ import annotations

import pytest

from app.records.document import FrontMatterError
from app.records.vocabulary import Vocabulary
from tests.unit.records.examples import ROOT

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
