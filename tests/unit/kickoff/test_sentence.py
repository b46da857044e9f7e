# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.sentence import Said, said

PLACES = PlaceDirectory(None)


@pytest.mark.parametrize(
    ("text", "place", "months", "open_source"),
    [
        (
            "Wir sind der Odenwaldkreis und haben 12 Monate, nur Open Source, Starkregen",
            "Odenwaldkreis",
            12,
            True,
        ),
        ("Wir kommen aus dem Landkreis Fulda und haben 18 Monate", "Landkreis Fulda", 18, False),
        ("Können wir in Ulm Sensoren nutzen wie in Herrenberg?", "Ulm", None, False),
        ("Wir sind die Stadt Ulm", "Ulm", None, False),
        ("We are from Ulm and have 6 months, open-source only", "Ulm", 6, True),
        ("Quelloffene Stadt-App", None, None, True),
    ],
)
def test_a_sentence_names_place_time_and_open_source(
    text: str, place: str | None, months: int | None, open_source: bool
) -> None:
    found = said(text, PLACES)
    assert (found.place.name if found.place else None, found.months, found.open_source) == (place, months, open_source)


@pytest.mark.parametrize(
    "text",
    [
        "Starkregen",
        "Essen auf Rädern",
        "Wir sind Neustadt",
        "Wir sind Ulm, wir sind Jena",
        "Können wir die Datenplattform aus Ulm bekommen?",
        "Wir sind Anfänger im Boden",
        "Was wir in Sachen Klima tun",
        "in 6 Monaten oder in 12 Monaten",
        "in 0 Monaten",
        "in 900 Monaten",
        "",
    ],
)
def test_what_is_no_name_of_one_place_or_one_time_says_nothing(text: str) -> None:
    assert said(text, PLACES) == Said()
