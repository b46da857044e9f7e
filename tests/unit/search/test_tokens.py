from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis.words import LONGEST, clean, tokens


def words(text: str) -> list[str]:
    return [token.text for token in tokens(clean(text))]


def test_words_are_cut_at_anything_that_is_no_letter_or_digit() -> None:
    assert words("Ulm, 2024: „LoRaWAN“ (Funk)_netz!") == ["Ulm", "2024", "LoRaWAN", "Funk", "netz"]


def test_a_hyphenated_word_stays_together_and_knows_its_pieces() -> None:
    token = tokens("Smart-City-App")[0]
    assert (token.text, token.pieces, token.joined) == ("Smart-City-App", ("Smart", "City", "App"), "SmartCityApp")


def test_a_number_with_points_between_thousands_is_one_number() -> None:
    found = tokens("1.200 Leute, 1.234.567 €, am 27.11.2026 um 12.30 Uhr, Version 2.1.200")
    assert [token.text for token in found] == [
        *("1.200", "Leute", "1.234.567", "am", "27", "11", "2026", "um", "12", "30", "Uhr", "Version", "2", "1.200")
    ]
    assert (found[0].joined, found[0].is_number, found[0].pieces) == ("1200", True, ())
    assert not found[1].is_number


def test_soft_hyphens_and_decomposed_umlauts_do_not_hide_a_word() -> None:
    assert words("Bürger\u00adbeteiligung Ma\u0308ngel") == ["Bürgerbeteiligung", "Mängel"]


def test_an_endless_word_is_cut() -> None:
    assert words("x" * 5000) == ["x" * LONGEST]


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    cleaned = clean(text)
    for token in tokens(cleaned):
        assert cleaned[token.start : token.end] == token.text
