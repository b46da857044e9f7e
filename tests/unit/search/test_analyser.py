import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis.analyser import WORD_LISTS, GermanAnalyser
from app.search.analysis.lexicon import read_text
from app.search.analysis.words import tokens


def query(german: GermanAnalyser, text: str) -> list[str]:
    return [token.text for token in german.query_tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "Strassen"), ("Museum", "Museen"), ("Zentrum", "Zentren"), ("Mängel", "Maengel"),
        ("Städte", "Stadt"), ("Konzepte", "Konzept"), ("Bürgern", "Bürger"), ("Apps", "App"),
        ("Bürger-Apps", "Bürger-App"),
    ],
)  # fmt: skip
def test_forms_of_a_word_are_one_term(german: GermanAnalyser, one: str, other: str) -> None:
    assert german.word(one).term == german.word(other).term


@pytest.mark.parametrize(("one", "other"), [("Bürger", "Burg"), ("Wachs", "wach"), ("Drucker", "Druck")])
def test_different_words_are_different_terms(german: GermanAnalyser, one: str, other: str) -> None:
    assert german.word(one).term != german.word(other).term


def test_parts_of_a_word_are_told_as_they_are_written(german: GermanAnalyser) -> None:
    hyphenated, joined = german.query_tokens("LoRaWAN-Sensoren Straßenbeleuchtung")
    assert set(german.part_names([hyphenated]).values()) == {"LoRaWAN", "Sensoren"}
    assert {"Straße", "Beleuchtung"} <= set(german.part_names([joined]).values())


def test_stop_words_are_not_indexed(german: GermanAnalyser) -> None:
    assert [found.token.text for found in german.occurrences("Was ist mit dem Rufbus?")] == ["Rufbus"]


@pytest.mark.parametrize(("text", "filler"), [("warum", True), ("viel", True), ("much", True), ("ki", False)])
def test_filler_words_are_told_from_others(german: GermanAnalyser, text: str, *, filler: bool) -> None:
    (token,) = german.query_tokens(text)
    assert german.is_filler(token) is filler


@pytest.mark.parametrize("text", ["warum", "Was ist das?"])
def test_a_query_of_nothing_but_question_words_is_kept(german: GermanAnalyser, text: str) -> None:
    assert query(german, text)


def test_lower_case_words_of_a_text_are_not_split_but_those_of_a_query_are(german: GermanAnalyser) -> None:
    (found,) = german.occurrences("straßenbeleuchtung")
    (token,) = german.query_tokens("straßenbeleuchtung")
    assert found.word.parts == ()
    assert german.query_word(token).atoms == (german.word("Straßen").term, german.word("Beleuchtung").term)


def test_a_hyphenated_word_is_found_together_and_apart(german: GermanAnalyser) -> None:
    terms = {found.word.term for found in german.occurrences("Dorf-App")}
    assert terms == {"dorf", "app", "dorfapp"}


def test_verbs_and_their_nouns_lead_to_each_other(german: GermanAnalyser) -> None:
    warning, warn = german.query_tokens("Warnung warnen")
    assert german.derived(warning) == (german.word("warnen").term, "warnen")
    assert german.derived(warn) == (german.word("Warnung").term, "Warnung")


def test_halves_of_a_word_are_told_the_known_one_apart(german: GermanAnalyser) -> None:
    assert german.halves("Hochwaserwarnsystem")[0] == ("hochwaser", "warnsystem", True)
    assert ("starkrgen", "sensoren", True) in german.halves("Starkrgensensoren")


def test_word_lists_hold_each_word_once() -> None:
    for name in WORD_LISTS:
        lines = [line.partition("#")[0] for line in read_text(name).splitlines()]
        entries = [line.split(":")[0] for line in lines if ":" in line] or [w for line in lines for w in line.split()]
        assert len(entries) == len(set(entries)), name


@given(st.text(max_size=200))
def test_any_text_can_be_analysed(german: GermanAnalyser, text: str) -> None:
    for word, _ in german.occurrences(text):
        assert word.term
    for token in german.query_tokens(text):
        assert german.query_word(token).term


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("KI in der Verwaltung", ["KI", "Verwaltung"]), ("ki in der verwaltung", ["ki", "verwaltung"]),
        ("Hallenbad sanieren Zuschuss", ["Hallenbad", "Zuschuss"]),
        ("hallenbad sanieren zuschuss", ["hallenbad", "zuschuss"]), ("HALLENBAD SANIEREN", ["HALLENBAD"]),
        ("Waffenbesitzkarte beantragen", ["Waffenbesitzkarte"]),
        ("Bodycams für den Vollzugsdienst", ["Bodycams", "Vollzugsdienst"]), ("beantragen", []), ("Beantragen", []),
        ("Rausgeschmissenes Geld 2024", ["Geld"]), ("how much does a village app cost", []),
        ("is there AI for a village", ["AI"]),
        ("Was können wir mit den alten Schaukästen am Rathaus denn noch machen?", []),
        ("Können wir KI nehmen, um endlich die Akten zu ordnen?", ["KI"]), ("Rufbus in Wuppsbüttel", ["Rufbus"]),
        ("Erfahrungen mit Nextcloud", ["Erfahrungen", "Nextcloud"]), ("", []),
    ],
)  # fmt: skip
def test_nouns_and_names_are_subjects(german: GermanAnalyser, text: str, subjects: list[str]) -> None:
    found = german.subjects(text)
    assert [token.text for token in tokens(text) if token.start in found] == subjects
