# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people really type: whole sentences, abbreviations, words written apart or wrongly. By words alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.bootstrap import Services
from app.config import PROJECT_ROOT, load_settings
from app.search.query import SearchQuery
from tests.prepared import seeded_node
from tests.search.evaluation import TYPED, Half, evaluate, questions
from tests.search.node import Shown, shown
from tests.search.test_queries import FOLDERS

ASKED = questions(TYPED)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = seeded_node(load_settings(data=tmp_path_factory.mktemp("typed") / "node"))
    yield services
    services.close()


@pytest.fixture(scope="module")
def ranking(node: Services) -> Callable[[str], Shown]:
    return lambda text: shown(node.search.search(SearchQuery(text=text)))


def test_set_measures_nothing_and_names_records_that_exist() -> None:
    assert {one.half for one in ASKED} == {Half.TUNE}
    for record in {record for one in ASKED for record in one.relevant}:
        kind, slug = record.split("/")
        assert (PROJECT_ROOT / "content" / FOLDERS[kind] / slug / "index.md").is_file(), record


def test_most_are_answered_among_the_first_three(ranking: Callable[[str], Shown]) -> None:
    result = evaluate(ranking, ASKED)
    assert result.success(3) >= 0.85, result.report()
    assert result.denied <= 1, result.report()


@pytest.mark.parametrize(
    "text", ["Wir wollen LoRaWAN einsetzen", "Lora WAN", "Brauchen wir LoRaWAN?", "LoRaWAN Anbieter"]
)
def test_same_matter_in_other_words_brings_up_the_same_records(ranking: Callable[[str], Shown], text: str) -> None:
    assert set(ranking(text).found[:3]) & set(ranking("LoRaWAN").found[:3])


def test_records_of_the_field_alone_are_no_hits(node: Services) -> None:
    found = node.search.search(SearchQuery(text="lorawan", size=100))
    assert found.total < 50
    assert "word_in_topic" not in {reason.code for hit in found.hits for reason in hit.reasons}
