from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean, folded, tokens, tokens_with
from app.search.highlight import Highlighter

COMPOUNDS = Path(__file__).parents[2] / "search" / "compounds.yaml"


@pytest.fixture(scope="module")
def highlighter(german: GermanAnalyser) -> Highlighter:
    return Highlighter(german)


def test_words_are_marked_in_every_form(highlighter: Highlighter) -> None:
    pieces = highlighter.mark("Mit Rufbussen ins Dorf", {"rufbus"})

    assert pieces == (("Mit ", False), ("Rufbussen", True), (" ins Dorf", False))


def test_a_compound_is_marked_by_its_part(highlighter: Highlighter, german: GermanAnalyser) -> None:
    marked = highlighter.mark("Neue Straßenbeleuchtung", {german.word("Beleuchtung").term})

    assert [piece.text for piece in marked if piece.is_match] == ["Straßenbeleuchtung"]


def test_a_text_without_a_match_is_one_piece(highlighter: Highlighter) -> None:
    assert highlighter.mark("Nichts davon", {"rufbus"}) == (("Nichts davon", False),)


@settings(max_examples=40)
@given(text=st.text(), wanted=st.sets(st.sampled_from(["rufbus", "pegel", "a", "b"])))
def test_the_pieces_are_the_text(highlighter: Highlighter, text: str, wanted: set[str]) -> None:
    assert "".join(piece.text for piece in highlighter.mark(text, wanted)) == clean(text)


def test_no_match_is_missed_by_looking_at_letters_first(german: GermanAnalyser) -> None:
    pairs = yaml.safe_load(COMPOUNDS.read_text(encoding="utf-8"))["must_match"]
    written = [word for compound, words in pairs.items() for word in (compound, *words)]
    typed = [word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for word in written]
    for text in {*written, *typed, "Bürgers", "Fußgängerüberwege", "Feuerwehr", "Mietshäuser", "Abenteuer", "Neue"}:
        word = german.word(text)
        for term in (word.term, *word.parts):
            assert any(beginning in folded(text) for beginning in german.beginnings([term])), (text, term)


_PARTS = st.sampled_from(["Haus", "Straße", "ae", "e", "xa", "1", "200", "oeffnung", "Dorf", "App", "Bürger"])
_BETWEEN = st.sampled_from([" ", "-", "\u2011", ".", "", "--", "_", ", "])


@settings(max_examples=40)
@given(
    parts=st.lists(st.tuples(_PARTS, _BETWEEN), max_size=8),
    beginning=st.sampled_from(["haus", "eya", "dorfapp", "1", "axa", "oe"]),
)
def test_looking_at_a_whole_text_first_misses_no_word(parts: list[tuple[str, str]], beginning: str) -> None:
    text = "".join(part + between for part, between in parts)
    expected = [token for token in tokens(text) if beginning in folded(token.joined)]
    assert tokens_with(text, {beginning}) == expected
