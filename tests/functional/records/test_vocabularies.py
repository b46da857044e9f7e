from pathlib import Path

import pytest

from app.records.repository import ContentRepository
from app.records.schema import SchemaSet
from app.records.vocabulary import VocabularyMissing, VocabularyReader

SCHEMAS = SchemaSet.load(Path(__file__).parents[3] / "schemas")
TOPICS = (Path(__file__).parents[3] / "content" / "vocabulary" / "topics.yaml").read_bytes()


def publish(repository: ContentRepository, content: bytes) -> None:
    repository.write({"vocabulary/topics.yaml": content}, message="Edit", author="u-1", expected_head=repository.head())


@pytest.fixture
def reader(repository: ContentRepository) -> VocabularyReader:
    return VocabularyReader(repository, SCHEMAS)


def test_the_published_vocabulary_is_read(repository: ContentRepository, reader: VocabularyReader) -> None:
    publish(repository, TOPICS)
    assert reader.get("topics").get("mobility") is not None
    assert reader.problems("topics") == ()


@pytest.mark.parametrize("broken", [b"a: [", b"id: topics\n", b"\xff\xfe\0", b"id: &a x\nb: *a\n"])
def test_a_broken_vocabulary_is_ignored(repository: ContentRepository, reader: VocabularyReader, broken: bytes) -> None:
    publish(repository, TOPICS)
    publish(repository, broken)
    assert VocabularyReader(repository, SCHEMAS).get("topics").get("mobility") is not None
    problems = reader.problems("topics")
    assert problems
    assert {problem.file for problem in problems} == {"vocabulary/topics.yaml"}


def test_a_mended_vocabulary_is_in_force_at_once(repository: ContentRepository, reader: VocabularyReader) -> None:
    with pytest.raises(VocabularyMissing):
        reader.get("topics")
    publish(repository, TOPICS)
    assert reader.get("topics").concepts
