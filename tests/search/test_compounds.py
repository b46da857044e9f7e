"""Compounds are found by their parts, and by nothing that only looks like a part."""

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.lexicon import Lexicon, load_lexicon, read_mapping
from bench.search_compounds import OWN_LIST, SHARED_LIST, build_analyser, measure, read_pairs


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def analyser(lexicon: Lexicon) -> GermanAnalyser:
    return build_analyser(lexicon)


@pytest.mark.parametrize("exceptions", [True, False])
def test_own_list_reaches_its_recall_without_harm(lexicon: Lexicon, exceptions: bool) -> None:
    outcome = measure(build_analyser(lexicon, exceptions=exceptions), OWN_LIST)
    assert outcome.recall >= 0.95
    assert outcome.harmful == ()


def test_shared_list_reaches_its_recall(analyser: GermanAnalyser) -> None:
    if not SHARED_LIST.exists():
        pytest.skip("NOT RUN: shared/search/compounds.json does not stand beside this checkout")
    outcome = measure(analyser, SHARED_LIST)
    assert outcome.recall >= 0.93
    assert outcome.harmful == ()


def test_own_list_is_long_enough_and_owes_nothing_to_the_exceptions() -> None:
    must, must_not = read_pairs(OWN_LIST)
    exceptions = read_mapping("exceptions.txt")
    assert len(must) >= 100
    assert len(must_not) >= 50
    assert len(exceptions) <= 60
    assert not {word.lower() for word in [*must, *must_not]} & exceptions.keys()
