import pytest

from app.records.look_alike import KnownNames, is_plain_latin

KNOWN = KnownNames(
    ("Ulm", "Hamburg", "Iserlohn", "Baden-Baden", "Bad Homburg v. d. Höhe", "Münster", "Munster", "Würzburg")
)


@pytest.mark.parametrize(
    "name",
    [
        "UIm", "Uim", "Stadt U1m", "U|m", "Harnburg", "Stadt Harnburg im Netz", "lserlohn", "\u0131serlohn",
        "Baden\u2010Baden", "Bacl Homburg v. d. Höhe", "Munst\u0113r", "VVürzburg", "W\u0171rzburg", "Ul\u0271",
        "\uff35lm",
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_known_one_is_found_out(name: str) -> None:
    assert KNOWN.imitated_by(name) or not is_plain_latin(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ulm", "Stadt ULM", "ulm", "Hamburg", "ISERLOHN", "Münster", "Munster", "Beispielnetz", "Ulmer Netz",
        "Der Wurzburger", "Netz am uim", "Łódź", "",
    ],
)  # fmt: skip
def test_a_name_that_is_its_own_is_left_alone(name: str) -> None:
    assert is_plain_latin(name)
    assert not KNOWN.imitated_by(name)


def test_letters_of_european_languages_are_plain_and_those_of_other_alphabets_and_rare_forms_are_not() -> None:
    plain = ["Köln-Süd 2", "Straße", "STRA\u1e9eE", "Łódź", "Île-de-France", "Čáslav"]
    other = ["B\u0435ispiel", "\u0391ulm", "U\u029fm", "Beispiel \uff21", "\u1d1c1m"]
    assert [name for name in (*plain, *other) if is_plain_latin(name)] == plain
