from __future__ import annotations

from app.kickoff.slides import few_words


def test_few_words_are_whole_sentences_without_marks() -> None:
    text = "Die Bank steht seit dem **3. Mai 2021**.[^zeitung] Sie kostete z. B. 200 Euro. " + "Und so weiter. " * 20
    found = few_words(text)
    assert found.startswith("Die Bank steht seit dem 3. Mai 2021. Sie kostete z. B. 200 Euro.")
    assert found.endswith("Und so weiter.")
    assert len(found) <= 190


def test_a_first_sentence_goes_even_where_it_is_long_and_an_endless_one_is_cut_between_words() -> None:
    long = "Wort " * 50 + "Ende."
    assert few_words(f"{long} Noch einer.") == long
    assert few_words("Wort " * 100).endswith("Wort …")


def test_what_a_colon_announces_is_not_parted_from_it() -> None:
    assert few_words("Es gab zwei Wege: den einen. Dann den anderen.", 10) == "Es gab zwei Wege: den einen."
