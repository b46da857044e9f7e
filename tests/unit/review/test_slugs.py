import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.paths import is_slug
from app.review.proposals.intake import free_slug, slug_from


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Bad Belzig", "bad-belzig"),
        ("Straße & Öffentlichkeit: 100 % digital!", "strasse-oeffentlichkeit-100-digital"),
        ("Crème brûlée", "creme-brulee"), ("   ", "eintrag"), ("日本", "eintrag"),
    ],
)  # fmt: skip
def test_umlauts_are_spelt_out_and_signs_become_hyphens(title: str, slug: str) -> None:
    assert free_slug(title, lambda _slug: False) == slug


@given(st.text(max_size=200))
def test_whatever_the_title_it_is_a_name_that_a_folder_may_have(title: str) -> None:
    slug = free_slug(title, lambda _slug: False)
    assert is_slug(slug)
    assert len(slug) <= 60


@given(st.integers(min_value=0, max_value=40))
def test_the_first_free_number_is_taken(count: int) -> None:
    taken = {"frage", *(f"frage-{number}" for number in range(2, count + 2))} if count else set()
    slug = free_slug("Frage", taken.__contains__)
    assert slug not in taken
    assert slug == ("frage" if not count else f"frage-{count + 2}")


def test_a_long_title_is_cut_between_words() -> None:
    slug = slug_from("Starkregenfrühalarmsystem für die Landkreise Fulda und Hersfeld-Rotenburg in Hessen")
    assert slug == "starkregenfruehalarmsystem-fuer-die-landkreise-fulda-und"


def test_a_title_that_is_the_name_of_a_device_gets_a_number() -> None:
    assert free_slug("AUX", lambda _slug: False) == "aux-2"
