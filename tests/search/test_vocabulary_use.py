"""A term counts only while a question fails without it: each concept must change what its labels find."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.records.vocabulary import Concept, Vocabulary
from app.search.engine import IndexPlace
from app.search.query import SearchQuery
from app.search.service import SearchService
from app.shared.config import PROJECT_ROOT
from app.wiring import Services

TERMS = Vocabulary.parse((PROJECT_ROOT / "content" / "vocabulary" / "terms.yaml").read_bytes())
FIRST = 10
Found = Callable[[str], tuple[str, ...]]


@pytest.fixture(scope="module")
def vocabularies(node: Services) -> dict[str, Vocabulary]:
    return dict(node.vocabularies)


@pytest.fixture(scope="module")
def found(node: Services, vocabularies: dict[str, Vocabulary]) -> Found:
    search = SearchService(IndexPlace(Path(node.settings.index_path)), node.catalogue, node.schemas, vocabularies)

    def first(text: str) -> tuple[str, ...]:
        return tuple(hit.slug for hit in search.search(SearchQuery(text=text, size=FIRST)).hits)

    return first


@pytest.fixture(scope="module")
def with_all(found: Found) -> dict[str, set[str]]:
    """What each label finds with all terms."""
    return {label: set(found(label)) for concept in TERMS.concepts for _, label in concept.labels()}


@pytest.mark.parametrize("concept", TERMS.concepts, ids=lambda concept: concept.id)
def test_without_this_term_one_of_its_labels_finds_less(
    concept: Concept, found: Found, with_all: dict[str, set[str]], vocabularies: dict[str, Vocabulary]
) -> None:
    whole = vocabularies["terms"]
    others = tuple(other for other in whole.concepts if other.id != concept.id)
    vocabularies["terms"] = Vocabulary(whole.id, whole.title, others)
    try:
        assert any(with_all[label] - set(found(label)) for _, label in concept.labels())
    finally:
        vocabularies["terms"] = whole
