"""The tables with which a browser searches: spellings lead to terms, terms to records."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.search.offline import OfflineIndex, offline_index, spelled
from app.search.port import IndexDocument

FIRST = datetime(2026, 11, 24, tzinfo=UTC)


def document(number: int, title: str, body: str = "") -> IndexDocument:
    return IndexDocument(
        uid=f"|{number}",
        id=str(number),
        origin="",
        kind="case-study",
        slug=f"s{number}",
        digest="",
        title=title,
        summary="",
        body=body,
        facets={"land": ("HE",)},
        published_at=FIRST + timedelta(days=number),
    )


@pytest.fixture(scope="module")
def index() -> OfflineIndex:
    documents = [
        document(1, "Starkregenwarnung mit Sensoren"),
        document(2, "Mängelmelder", "Die Sensoren messen. Wie lange hält die Straße?"),
    ]
    return offline_index(documents, {})


def found(index: OfflineIndex, word: str) -> set[str]:
    """The records that have every term of some way of a word."""
    ways = index.words[spelled(word)]
    sets = [[{index.uids[number] for number, _ in index.postings[term]} for term in terms] for _, terms in ways]
    return set().union(*(set.intersection(*one) for one in sets))


def test_the_newest_record_is_the_first(index: OfflineIndex) -> None:
    assert index.uids == ("|2", "|1")
    assert index.facets["land"] == {"HE": [0, 1]}


@pytest.mark.parametrize("typed", ["Sensoren", "sensoren", "SENSOREN"])
def test_a_spelling_leads_to_all_records_with_its_stem(index: OfflineIndex, typed: str) -> None:
    assert found(index, typed) == {"|1", "|2"}


def test_a_word_in_the_title_weighs_more(index: OfflineIndex) -> None:
    ((_, (term,)),) = index.words["sensoren"]
    weights = {index.uids[number]: weight for number, weight in index.postings[term]}
    assert 1 <= weights["|2"] < weights["|1"] <= 100


def test_a_compound_leads_by_its_parts_too(index: OfflineIndex) -> None:
    assert [boost for boost, terms in index.words["starkregenwarnung"] if len(terms) > 1] == [50]


def test_a_word_that_only_shapes_a_question_leads_nowhere(index: OfflineIndex) -> None:
    assert index.words["wie"] == ()


@pytest.mark.parametrize(
    ("word", "key"), [("Straße", "strasse"), ("Mängel-Melder", "maengelmelder"), ("1.200", "1200"), ("Café", "cafe")]
)
def test_words_are_spelled_in_one_way(word: str, key: str) -> None:
    assert spelled(word) == key


def test_facets_stand_in_the_order_in_which_records_have_them() -> None:
    names = ("thema", "land", "ergebnis", "phase", "groesse", "programm", "jahr", "kreis")
    given = replace(document(1, "Rufbus"), facets=dict.fromkeys(names, ("x",)))
    assert tuple(offline_index([given], {}).facets) == names
