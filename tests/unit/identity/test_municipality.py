"""Which municipality is meant: by its key, never by its name alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import Municipality, NamedPlace
from app.identity.municipality import MunicipalityInvalid, Wrong

NEUSTADT = Municipality.of("Neustadt", "HE", "06534014")
DIGITS = st.text("0123456789", min_size=3, max_size=3)


@given(middle=DIGITS, association=st.text("0123456789", min_size=4, max_size=4), last=DIGITS)
def test_both_lengths_of_a_municipality_key_are_one_key(middle: str, association: str, last: str) -> None:
    if last == "000":
        return
    short, long = f"06{middle}{last}", f"06{middle}{association}{last}"
    assert Municipality.of("Ort", "HE", short).key == Municipality.of("Ort", "HE", long).key


def test_keys_of_districts_and_cities_without_one() -> None:
    for one, other in (("06631", "066310000000"), ("02000000", "020000000000"), ("02000000", "02000")):
        state = "HE" if one.startswith("06") else "HH"
        assert Municipality.of("A", state, one).key == Municipality.of("B", state, other).key


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        (NamedPlace(name="Neustadt", state="HE", ars="06534014"), True),
        (NamedPlace(name="Neustadt (Hessen)", state="HE", ars="065340014014"), True),
        (NamedPlace(name="Neustadt", state="HE", ars="06534015"), False),
        (NamedPlace(name="Neustadt", state="HE", ars="06"), False),
        (NamedPlace(name="Neustadt", state="HE"), True),
        (NamedPlace(name=" neustadt ", state="HE", ars=""), True),
        (NamedPlace(name="Neustadt", state="BY"), False),
        (NamedPlace(name="Neustadt", state="DE"), False),
        (NamedPlace(name="Neustadt a. d. Aisch", state="HE"), False),
    ],
)
def test_a_key_decides_and_without_one_name_and_state_together(place: NamedPlace, meant: bool) -> None:
    assert NEUSTADT.is_meant_by(place) is meant


@pytest.mark.parametrize(
    ("name", "state", "ars", "wrong"),
    [
        ("", "HE", "06534014", Wrong.NAME), ("x" * 121, "HE", "06534014", Wrong.NAME),
        ("Neu\u202estadt", "HE", "06534014", Wrong.NAME), ("Neustadt", "HE", "", Wrong.KEY),
        ("Neustadt", "HE", "6534014", Wrong.KEY), ("Neustadt", "HE", "0653401４", Wrong.KEY),
        ("Neustadt", "HE", "99534014", Wrong.KEY), ("Neustadt", "BY", "06534014", Wrong.STATE),
        ("Neustadt", "DE", "06534014", Wrong.STATE),
    ],
)  # fmt: skip
def test_values_that_identify_nothing_are_refused(name: str, state: str, ars: str, wrong: Wrong) -> None:
    with pytest.raises(MunicipalityInvalid) as caught:
        Municipality.of(name, state, ars)
    assert caught.value.wrong is wrong


def test_blanks_are_put_right() -> None:
    assert Municipality.of("  Bad \n Belzig ", "BB", "12 0 69 020") == Municipality(
        name="Bad Belzig", state="BB", ars="12069020"
    )
