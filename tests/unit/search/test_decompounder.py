import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis.compounds import Decompounder
from app.search.analysis.lexicon import Lexicon, load_lexicon

LEXICON = Lexicon(
    nouns=frozenset({"druck", "drucker", "erzeugnis", "zeugnis", "schule", "bau", "bus", "nacht", "nachtbus", "linie",
                     "buslinie", "beteiligung", "portal", "frau", "haus"}),
    modifiers=frozenset(),
    verbs=frozenset({"versenden"}),
)  # fmt: skip


def split(word: str, **exceptions: str) -> set[str]:
    return set(Decompounder(LEXICON, exceptions).split(word))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("nachtbuslinie", {"nacht", "bus", "linie", "nachtbus", "buslinie"}), ("portalxyz", set()),
        ("beteiligungsportal", {"beteiligung", "portal"}), ("frauenhaus", {"frau", "haus"}),
        ("schulportal", {"schule", "portal"}), ("beteiligungportal", set()),
        ("druckerzeugnis", {"druck", "erzeugnis"}), ("versendung", set()),
    ],
    ids=[
        *("all levels", "from end to end", "linking s", "linking en", "an elided e is restored"),
        *("no compound without the s after ung", "the longer head wins", "an action word stays whole"),
    ],
)  # fmt: skip
def test_parts_of_a_word(word: str, parts: set[str]) -> None:
    assert split(word) == parts


def test_exceptions_rule() -> None:
    assert split("druckerzeugnis", druckerzeugnis="drucker zeugnis") == {"drucker", "zeugnis"}
    assert split("druckerzeugnis", druckerzeugnis="-") == set()


@pytest.fixture(scope="module")
def german() -> Decompounder:
    return Decompounder(load_lexicon(), {})


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
