# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions asked openly: what is to be found is found, and where no record is about it the search says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.search.node import Shown, seed_ranking


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Shown]:
    return seed_ranking(tmp_path_factory.mktemp("nothing"))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("KI in der Verwaltung", ("KI",)),
        ("ki in der verwaltung", ("ki",)),
        ("Hallenbad sanieren Zuschuss", ("Hallenbad",)),
        ("hallenbad sanieren zuschuss", ("hallenbad",)),
    ],
)
def test_there_is_nothing_about(ranking: Callable[[str], Shown], text: str, missing: tuple[str, ...]) -> None:
    shown = ranking(text)

    assert shown.missing == missing
    assert len(shown.found) <= 3


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Bürger mitreden lassen beim Bebauungsplan", "case-study/hamburg-dipas"),
        ("how much does a village app cost", "solution/bad-belzig-smart-village-app-loesung"),
        ("Landarztmangel", "case-study/spiegelberg-ohne-arzt-praxis"),
        ("gescheitert", "case-study/nottuln-dorffunk-ende"),
        ("Wie kriegen wir ältere Leute dazu, die App zu nutzen?", "case-study/hoexter-lippe-smart-country-side"),
        ("Wie kommen wir ohne Ausschreibung ans Masterportal", "organisation/dataport"),
    ],
)
def test_there_is_something_about(ranking: Callable[[str], Shown], text: str, record: str) -> None:
    shown = ranking(text)

    assert shown.missing == ()
    assert record in shown.found[:3]


@pytest.mark.parametrize("record", ["case-study/ulm-datenplattform", "solution/ulm-datenplattform-loesung"])
def test_records_with_all_words_do_not_hide_those_that_are_titled_so(
    ranking: Callable[[str], Shown], record: str
) -> None:
    assert record in ranking("Ulmer Datenplattform ohne Ausschreibung").found


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("Direktauftrag", "solution/digitale-doerfer-loesung"),
        ("inhouse", "solution/hamburg-dipas-loesung"),
        ("Beitritt", "solution/hamburg-dipas-loesung"),
        ("direct award", "solution/digitale-doerfer-loesung"),
        ("Digitale Zukunftskommune", "case-study/ulm-datenplattform"),
    ],
)
def test_routes_and_funding_programmes_are_found(ranking: Callable[[str], Shown], text: str, record: str) -> None:
    assert record in ranking(text).found
