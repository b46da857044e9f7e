"""What people really type: whole sentences, abbreviations, words written apart or wrongly. By words alone."""

import pytest

from app.search.query import SearchHit, SearchQuery
from app.wiring import Services
from bench.search_evaluation import TYPED, evaluate, questions
from tests.search.node import Rank

ASKED = questions(TYPED)


def test_most_are_answered_among_the_first_three(ranking: Rank) -> None:
    result = evaluate(ranking, ASKED)
    assert result.success(3) >= 0.85, result.report()
    assert result.denied <= 1, result.report()


@pytest.mark.parametrize(
    "text", ["Wir wollen LoRaWAN einsetzen", "Lora WAN", "Brauchen wir LoRaWAN?", "LoRaWAN Anbieter"]
)
def test_same_matter_in_other_words_brings_up_the_same_records(ranking: Rank, text: str) -> None:
    assert set(ranking(text).found[:3]) & set(ranking("LoRaWAN").found[:3])


def test_records_of_the_field_alone_are_no_hits(node: Services) -> None:
    found = node.search.search(SearchQuery(text="lorawan", size=100))
    assert found.total < 50
    assert "word_in_topic" not in {reason.code for hit in found.hits for reason in hit.reasons}


def test_what_is_missing_leads_to_those_who_tell_of_it(node: Services) -> None:
    for text in ("kein Personal", "keine Leute", "Keiner hat Zeit"):
        told = [reason.params.get("label", "") for hit in _first(node, text) for reason in hit.reasons]
        assert all(one.startswith(("Personal", "Fachkräftemangel", "fehlendes Personal")) for one in told), (text, told)


def test_what_is_missing_leads_in_a_longer_question_to_those_who_tell_of_the_thing(node: Services) -> None:
    first = _first(node, "Bibliothek öffnen kein Personal")[0]
    assert first.slug == "bremen-open-library"
    assert "word_missing" not in {reason.code for reason in first.reasons}


@pytest.mark.parametrize("text", ["Offene Daten", "offene daten"])
def test_a_label_of_nouns_is_looked_for_as_one(node: Services, text: str) -> None:
    assert _first(node, text)[0].slug == "ulm-datenplattform"


def _first(node: Services, text: str) -> tuple[SearchHit, ...]:
    found = tuple(node.search.search(SearchQuery(text=text)).hits[:3])
    assert len(found) == 3, text
    return found
