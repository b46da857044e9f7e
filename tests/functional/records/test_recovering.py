# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.records.commits import CommitNote
from app.records.git.errors import ObjectMissing
from app.records.history import VERSION_OF
from app.records.integrity import unverified_commits
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord
from app.records.proposals import ProposalRefs
from app.records.record_reader import RecordReader
from app.records.recovery import RecoveredVersion, Recovery, TextDiffers, VersionTaken
from app.records.repository import MAIN, ContentRepository, PublishingStopped
from app.records.schema import SchemaSet
from app.records.seed import SeedImporter
from app.records.service import ContentService
from tests.functional.cli.conftest import CONCEPT

PATH = "concepts/beispiel"
ID = "30000000-0000-4000-8000-000000000001"
WHEN = datetime(2025, 5, 6, 7, 8, 9, tzinfo=UTC)
SCHEMAS = SchemaSet.load(Path(__file__).parents[3] / "schemas")
READER = RecordReader(SCHEMAS)


def text(title: str) -> bytes:
    return CONCEPT.format(id=ID, title=title, text="Ein Text.").encode()


def version(title: str, ver: int, **values: object) -> RecoveredVersion:
    given = {
        "path": PATH,
        "files": {INDEX_FILE: text(title)},
        "ver": ver,
        "at": WHEN,
        "digest": READER.read(PATH, text(title)).digest,
        "source": "b.example",
        **values,
    }
    return RecoveredVersion(**given)  # type: ignore[arg-type]  # any field may be replaced


def test_a_version_comes_back_with_its_number_its_date_and_what_it_said(
    repository: ContentRepository, open_repository: Callable[[], ContentRepository]
) -> None:
    recovering = Recovery(repository, READER)
    recovering.publish(version("Eins", 1))
    recovering.publish(version("Fünf", 5, prev="sha256:" + "a" * 64, topics=("mobility", "energy")))
    repository.write(
        {f"{PATH}/{INDEX_FILE}": text("Sechs")}, message="Edit", author="u-1", expected_head=repository.head()
    )
    for found in (repository.versions(PATH), open_repository().versions(PATH)):
        assert [one.ver for one in found] == [1, 5, 6]
        assert found[1].at == WHEN
        assert (found[1].prev, found[1].topics) == ("sha256:" + "a" * 64, ("mobility", "energy"))
        assert (found[0].prev, found[2].prev) == ("", "")
    assert list(unverified_commits(repository)) == []


def test_a_version_with_the_text_of_the_one_before_is_a_version(repository: ContentRepository) -> None:
    recovering = Recovery(repository, READER)
    recovering.publish(version("Eins", 1))
    recovering.publish(version("Eins", 4))
    service = ContentService(repository, READER, SCHEMAS)
    assert [one.ver for one in repository.versions(PATH)] == [1, 4]
    assert service.read(PATH, service.version(PATH, 4).commit) == service.read(PATH, service.version(PATH, 1).commit)
    with pytest.raises(ObjectMissing):
        service.version(PATH, 2)


def test_a_number_that_is_taken_is_refused(repository: ContentRepository) -> None:
    recovering = Recovery(repository, READER)
    recovering.publish(version("Drei", 3))
    head = repository.head()
    for ver in (1, 3):
        with pytest.raises(VersionTaken):
            recovering.publish(version("Anders", ver))
    assert repository.head() == head


def test_a_text_that_is_not_the_signed_one_is_refused(repository: ContentRepository) -> None:
    head = repository.head()
    with pytest.raises(TextDiffers):
        Recovery(repository, READER).publish(version("Eins", 1, digest="sha256:" + "0" * 64))
    with pytest.raises(InvalidRecord):
        Recovery(repository, READER).publish(version("Eins", 1, files={INDEX_FILE: b"no record"}))
    assert repository.head() == head


def test_the_first_version_of_all_may_be_one_that_comes_back(empty: ContentRepository) -> None:
    Recovery(empty, READER).publish(version("Sieben", 7))
    assert [one.ver for one in empty.versions(PATH)] == [7]


@pytest.mark.parametrize("claim", [f"{PATH} 1", f"{PATH} 0", f"{PATH} 99999999999", "concepts/anders 9", "nonsense"])
def test_numbers_only_rise_whatever_a_commit_says(repository: ContentRepository, claim: str) -> None:
    Recovery(repository, READER).publish(version("Eins", 1))
    repository.write(
        {f"{PATH}/{INDEX_FILE}": text("Zwei")},
        message="Edit",
        author="u-1",
        expected_head=repository.head(),
        trailers=[(VERSION_OF, claim)],
    )
    assert [one.ver for one in repository.versions(PATH)] == [1, 2]


@pytest.fixture
def closed(tmp_path: Path, repository: ContentRepository) -> ContentRepository:
    """The same repository behind a gate that is closed for one record."""

    def gate(paths: Collection[str]) -> None:
        if PATH in paths:
            raise PublishingStopped(1, PATH)

    repository.permit = gate
    return repository


def test_nothing_passes_a_closed_gate_but_what_comes_back(closed: ContentRepository, tmp_path: Path) -> None:
    head, files = closed.head(), {INDEX_FILE: text("Neu")}
    note = CommitNote(author="u-1", message="Publish")
    with pytest.raises(PublishingStopped):
        closed.write({f"{PATH}/{INDEX_FILE}": text("Neu")}, message="Edit", author="u-1", expected_head=head)
    with pytest.raises(PublishingStopped):
        ProposalRefs(closed).publish(PATH, files, expected_head=head, proposed=None, note=note)
    seed = tmp_path / "further" / PATH
    seed.mkdir(parents=True)
    (seed / INDEX_FILE).write_bytes(text("Neu"))
    with pytest.raises(PublishingStopped):
        SeedImporter(closed).sync(tmp_path / "further")
    assert closed.ref(MAIN) == head
    ProposalRefs(closed).store("vorschlag", PATH, files, base=head, note=note)
    Recovery(closed, READER).publish(version("Eins", 1))
    assert len(closed.versions(PATH)) == 1
