from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis.compounds import Decompounder
from app.search.analysis.lexicon import Lexicon, load_lexicon
from tests.prepared import lexicon

LEXICON = Lexicon(
    nouns=frozenset({"druck", "drucker", "erzeugnis", "zeugnis", "schule", "bau", "bus", "nacht", "nachtbus", "linie",
                     "buslinie", "beteiligung", "portal", "frau", "haus"}),
    modifiers=frozenset(),
    verbs=frozenset({"versenden"}),
)  # fmt: skip


def split(word: str, **exceptions: str) -> set[str]:
    return set(Decompounder(LEXICON, exceptions).split(word))


def test_all_levels_are_emitted() -> None:
    assert split("nachtbuslinie") == {"nacht", "bus", "linie", "nachtbus", "buslinie"}


def test_a_cover_must_reach_from_end_to_end() -> None:
    assert split("portalxyz") == set()


def test_linking_elements_are_left_out() -> None:
    assert split("beteiligungsportal") == {"beteiligung", "portal"}
    assert split("frauenhaus") == {"frau", "haus"}


def test_an_elided_e_is_restored() -> None:
    assert split("schulportal") == {"schule", "portal"}


def test_without_the_s_after_ung_it_is_no_compound() -> None:
    assert split("beteiligungportal") == set()


def test_the_longer_head_wins() -> None:
    assert split("druckerzeugnis") == {"druck", "erzeugnis"}


def test_an_action_word_stays_whole() -> None:
    assert split("versendung") == set()


def test_exceptions_rule() -> None:
    assert split("druckerzeugnis", druckerzeugnis="drucker zeugnis") == {"drucker", "zeugnis"}
    assert split("druckerzeugnis", druckerzeugnis="-") == set()


@pytest.fixture(scope="module")
def german() -> Decompounder:
    return Decompounder(load_lexicon(lexicon()), {})


@given(word=st.text(alphabet="abdeghilnorstuüß", min_size=1, max_size=80))
def test_parts_are_never_the_word_itself_and_never_empty(german: Decompounder, word: str) -> None:
    parts = german.split(word)

    assert word not in parts
    assert all(parts)


def test_the_longest_words_take_a_bounded_time(german: Decompounder) -> None:
    started = time.perf_counter()
    for word in ("haus" * 16, "ge" * 32, "s" * 64, "en" * 32, "bau" * 21):
        german.split(word)

    assert time.perf_counter() - started < 1
