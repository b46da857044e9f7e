"""Whoever publishes is told which number a version gets at least, and is refused while that is not known."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pytest

from app.records.commits import CommitNote
from app.records.history import LAST_TOPICS, PREVIOUS, VERSION_OF
from app.records.integrity import unverified_commits
from app.records.paths import INDEX_FILE
from app.records.proposals import ProposalRefs
from app.records.repository import MAIN, ContentRepository, PublishingStopped
from app.records.seed import SeedImporter
from tests.functional.records.conftest import Open
from tests.webnode import texts

PATH, OTHER = "concepts/beispiel", "concepts/anderes"
ID = "30000000-0000-4000-8000-000000000001"
NOTE = CommitNote(author="u-1", message="Publish")


def text(title: str) -> bytes:
    return texts.concept("beispiel", "Ein Text.", title, id=ID)


def write(repository: ContentRepository, title: str, *paths: str, trailers: Sequence[tuple[str, str]] = ()) -> None:
    changes = {f"{path}/{INDEX_FILE}": text(title) for path in paths or (PATH,)}
    repository.write(changes, message="Edit", author="u-1", expected_head=repository.head(), trailers=trailers)


def numbers(repository: ContentRepository, path: str = PATH) -> list[int]:
    return [one.ver for one in repository.versions(path)]


def test_a_version_gets_at_least_the_number_it_must_have(repository: ContentRepository, open_repository: Open) -> None:
    write(repository, "Eins")
    repository.gate = lambda _paths: {PATH: 5}
    write(repository, "Fünf")
    repository.gate = lambda _paths: {}
    write(repository, "Sechs")
    for found in (repository, open_repository()):
        assert numbers(found) == [1, 5, 6]
    assert list(unverified_commits(repository)) == []


def test_each_record_of_a_commit_gets_its_own(repository: ContentRepository, open_repository: Open) -> None:
    repository.gate = lambda paths: {path: 4 for path in paths if path == PATH} | {OTHER: 9}
    write(repository, "Vier", PATH, OTHER)
    assert (numbers(open_repository()), numbers(open_repository(), OTHER)) == ([4], [9])


def test_a_proposal_and_the_content_folder_get_theirs_too(repository: ContentRepository, tmp_path: Path) -> None:
    write(repository, "Eins")
    repository.gate = lambda _paths: {PATH: 7}
    files = {INDEX_FILE: text("Sieben")}
    ProposalRefs(repository).publish(PATH, files, expected_head=repository.head(), proposed=None, note=NOTE)
    assert numbers(repository) == [1, 7]
    repository.gate = lambda _paths: {OTHER: 3}
    seed = tmp_path / "further" / OTHER
    seed.mkdir(parents=True)
    (seed / INDEX_FILE).write_bytes(text("Drei"))
    SeedImporter(repository).sync(tmp_path / "further")
    assert numbers(repository, OTHER) == [3]


@pytest.mark.parametrize("claim", [f"{PATH} 1", f"{PATH} 0", f"{PATH} 99999999999", "concepts/nirgends 9", "nonsense"])
def test_numbers_only_rise_whatever_a_commit_says(repository: ContentRepository, claim: str) -> None:
    write(repository, "Eins")
    write(repository, "Zwei", trailers=[(VERSION_OF, claim)])
    assert numbers(repository) == [1, 2]


def test_what_came_before_is_said_of_the_record_that_the_commit_names_last(repository: ContentRepository) -> None:
    said = [(VERSION_OF, f"{OTHER} 2"), (VERSION_OF, f"{PATH} 5"), (PREVIOUS, "sha256:" + "a" * 64)]
    write(repository, "Fünf", PATH, OTHER, trailers=[*said, (LAST_TOPICS, "mobility energy")])
    (found,), (other,) = repository.versions(PATH), repository.versions(OTHER)
    assert (found.ver, found.prev, found.topics) == (5, "sha256:" + "a" * 64, ("mobility", "energy"))
    assert (other.ver, other.prev, other.topics) == (2, "", ())


def closed(_paths: Collection[str]) -> Mapping[str, int]:
    raise PublishingStopped


def test_nothing_passes_a_closed_gate(repository: ContentRepository, tmp_path: Path) -> None:
    repository.gate = closed
    head, files = repository.head(), {INDEX_FILE: text("Neu")}
    with pytest.raises(PublishingStopped):
        write(repository, "Neu")
    with pytest.raises(PublishingStopped):
        ProposalRefs(repository).publish(PATH, files, expected_head=head, proposed=None, note=NOTE)
    seed = tmp_path / "further" / PATH
    seed.mkdir(parents=True)
    (seed / INDEX_FILE).write_bytes(text("Neu"))
    with pytest.raises(PublishingStopped):
        SeedImporter(repository).sync(tmp_path / "further")
    assert repository.ref(MAIN) == head
    ProposalRefs(repository).store("vorschlag", PATH, files, base=head, note=NOTE)
