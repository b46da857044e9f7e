import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.spelling import Speller, edit_distance

WORDS = {"Verwaltungscloud": 3, "Rufbus": 9, "Rufbusse": 2, "Pegel": 5, "Kegel": 1, "Datenplattform": 4}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Verwaltungsclaud", "Verwaltungscloud"), ("verwaltugnscloud", "Verwaltungscloud"),
        ("Datenplatform", "Datenplattform"), ("Rufbuss", "Rufbus"), ("Begel", "Pegel"), ("Pegel", None),
        ("pegel", None), ("Rfbs", None), ("Peg", None), ("Taubenvergrämung", None), ("", None),
    ],
)  # fmt: skip
def test_corrections(typed: str, meant: str | None) -> None:
    assert Speller(WORDS).correct(typed) == meant


def test_the_most_used_spelling_is_offered() -> None:
    assert Speller({"LoRaWAN": 7, "Lorawan": 1}).correct("Lorawam") == "LoRaWAN"


WRITTEN = st.text("aäbc1", min_size=3, max_size=9)


@settings(max_examples=40)
@given(st.dictionaries(WRITTEN, st.integers(1, 3), max_size=40), WRITTEN)
def test_no_word_is_passed_over_for_its_letters(words: dict[str, int], typed: str) -> None:
    slips = 2 if len(typed) >= 8 else 1
    near = [(edit_distance(typed, one, slips), -words[one], one) for one in words]
    within = [one for one in near if one[0] <= slips]
    expected = min(within)[2] if within and typed not in words and len(typed) >= 4 else None
    assert Speller(words).correct(typed) == expected


def plain_distance(a: str, b: str) -> int:
    """Optimal string alignment as the textbook has it, as the measure to compare with."""
    d = {(i, j): max(i, j) if 0 in (i, j) else 0 for i in range(len(a) + 1) for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
    return d[len(a), len(b)]


@settings(max_examples=40)
@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_the_distance_is_exact_up_to_its_limit(a: str, b: str, limit: int) -> None:
    assert edit_distance(a, b, limit) == min(plain_distance(a, b), limit + 1)
