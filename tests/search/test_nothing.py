# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where no record is about what was asked the search says so, and nowhere else."""

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
    "text",
    [
        "Bürger mitreden lassen beim Bebauungsplan",
        "how much does a village app cost",
        "Landarztmangel",
        "gescheitert",
        "Wie kriegen wir ältere Leute dazu, die App zu nutzen?",
        "Ulmer Datenplattform ohne Ausschreibung",
        "Wie kommen wir ohne Ausschreibung ans Masterportal",
    ],
)
def test_there_is_something_about(ranking: Callable[[str], Shown], text: str) -> None:
    shown = ranking(text)

    assert shown.missing == ()
    assert shown.found
