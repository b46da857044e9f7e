from dataclasses import replace

import pytest

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.sentence import Said, said

PLACES = PlaceDirectory(None)
WORDS = frozenset(("lehre", "stelle", "boden", "ware"))


@pytest.mark.parametrize(
    ("text", "place", "months", "open_source"),
    [
        ("Wir sind der Odenwaldkreis und haben 12 Monate, nur Open Source, Starkregen", "Odenwaldkreis", 12, True),
        ("Wir kommen aus dem Landkreis Fulda und haben 18 Monate", "Landkreis Fulda", 18, False),
        ("Können wir in Ulm Sensoren nutzen wie in Herrenberg?", "Ulm", None, False),
        ("Wir sind die Stadt Ulm", "Ulm", None, False),
        ("We are from Ulm and have 6 months, open-source only", "Ulm", 6, True),
        ("Quelloffene Stadt-App", None, None, True),
        (
            (
                "Odenwaldkreis, Starkregen, wir haben 12 Monate, nur Open Source – ich brauche einen Vermerk für die"
                " Akte"
            ),
            "Odenwaldkreis",
            12,
            True,
        ),
        ("Ein Rufbus für den Odenwaldkreis", "Odenwaldkreis", None, False),
        ("Starkregen bei uns in Nottuln", "Nottuln", None, False),
        ("Rufbus, Stadt Ulm", "Ulm", None, False),
    ],
)
def test_sentences_name_place_time_licence(text: str, place: str | None, months: int | None, open_source: bool) -> None:
    found = said(text, PLACES, WORDS.__contains__)
    assert (found.place.name if found.place else None, found.months, found.open_source) == (place, months, open_source)


@pytest.mark.parametrize(
    "text",
    [
        "Starkregen", "Essen auf Rädern", "Wir sind Neustadt", "Wir sind Ulm, wir sind Jena",
        "Können wir die Datenplattform aus Ulm bekommen?", "Wir sind Anfänger im Boden", "Was wir in Sachen Klima tun",
        "Lehre, Digitalisierung der Schulen", "Eine App für die Lehre", "Stelle, Personal",
        "Was kostet der Rufbus für Ulm?", "Was uns in Ulm gefällt", "Ulm", "in 6 Monaten oder in 12 Monaten",
        "in 0 Monaten", "in 900 Monaten", "Wie schreiben wir eine Open-Source-Strategie?", "",
    ],
)  # fmt: skip
def test_what_is_no_name_of_one_place_or_one_time_says_nothing(text: str) -> None:
    assert replace(said(text, PLACES, WORDS.__contains__), rest="") == Said()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (
            (
                "Odenwaldkreis, Starkregen, wir haben 12 Monate, nur Open Source – ich brauche einen Vermerk für die"
                " Akte"
            ),
            "Starkregen",
        ),
        ("Wir sind der Odenwaldkreis und haben 12 Monate, nur Open Source, Starkregen", "Starkregen"),
        ("Können wir in Ulm Sensoren nutzen wie in Herrenberg?", "Können wir Sensoren nutzen wie in Herrenberg?"),
        ("Ein Rufbus für den Odenwaldkreis, wir haben noch 6 Monate Zeit", "Ein Rufbus"),
        ("Starkregen bei uns im Odenwaldkreis. Wir brauchen dafür einen Aktenvermerk.", "Starkregen"),
        ("Sperrvermerk im Melderegister, 12 Monate", "Sperrvermerk im Melderegister"),
        ("Open-Source-Strategie, 12 Monate", "Open-Source-Strategie"),
        ("Quelloffene Stadt-App", "Stadt-App"),
        ("E-Akte, Odenwaldkreis", "E-Akte"),
        ("Wir sind Ulm, wir sind Jena", "Wir sind Ulm, wir sind Jena"),
        ("in 6 Monaten oder in 12 Monaten", "in 6 Monaten oder in 12 Monaten"),
        ("Odenwaldkreis, 12 Monate", ""),
    ],
)
def test_what_is_left_to_be_searched_for_is_the_rest_of_the_sentence(text: str, rest: str) -> None:
    assert said(text, PLACES, WORDS.__contains__).rest == rest
