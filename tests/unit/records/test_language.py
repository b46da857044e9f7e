from __future__ import annotations

import pytest

from app.records.checks.language import flesch_amstad, is_passive, passive_share
from app.records.sentences import plain, sentences, words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Der Bus fährt. Er hält.", 2),
        ("Das kostet z. B. 3 Mio. Euro im Jahr.", 1),
        ("Am 1. Januar 2021 begann es. Am 3. Mai endete es.", 2),
        ("Siehe § 108 Abs. 4 GWB und Art. 28 GG.", 1),
        ("Wer zahlt? Niemand!", 2),
        ("Das Ergebnis: Der Bus fährt.", 2),
        ("Die Zahl stieg auf 1.200 Fahrten.", 1),
        ("Er sagte: „Es geht.“ Dann ging er.", 3),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Antrag wurde gestellt.", "Die App wird gefördert.", "Projekte werden abgelehnt.",
        "Es ist darauf geachtet worden.", "Das würde überprüft.", "Die Daten wurden digitalisiert.",
    ],
)  # fmt: skip
def test_passive_sentences_are_recognised(sentence: str) -> None:
    assert is_passive(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Stadt stellte den Antrag.",
        "Der Bus wird voll.",
        "Das Projekt wird die Gemeinden stärken.",
        "Wir werden gegen die Regel gehen.",
        "Der Rat hat den Plan gebilligt.",
    ],
)
def test_active_sentences_are_left_alone(sentence: str) -> None:
    assert not is_passive(sentence)


def test_the_index_follows_amstads_formula() -> None:
    # Five words, seven syllables.
    assert flesch_amstad([words("Der Rufbus hält im Dorfe.")]) == pytest.approx(180 - 5 - 58.5 * 7 / 5)
    easy = flesch_amstad([words("Der Bus hält hier."), words("Wir gehen mit.")])
    hard = flesch_amstad([words("Verwaltungsvereinbarungen konkretisieren Zuständigkeitsregelungen.")])
    assert easy > 90
    assert hard < 0


def test_plain_text_keeps_words_and_drops_marks() -> None:
    marked = "**Fett** und [Verweis](https://a.example/x)[^quelle] – `code` https://b.example"
    assert plain(marked) == "Fett und Verweis – code"
    assert words("Die Dorf-App kostet 1.200 Euro.") == ["Die", "Dorf-App", "kostet", "1.200", "Euro"]
    assert (passive_share(["Der Antrag wurde gestellt.", "Der Bus fährt."]), passive_share([])) == (0.5, 0.0)
