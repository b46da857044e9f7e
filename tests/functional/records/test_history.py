import os

import pytest

from app.records.commits import CommitNote, EditConflict
from app.records.history import VERSION_OF
from app.records.repository import MAIN, ContentRepository
from tests.functional.records.conftest import Open

ULM = "case-studies/ulm"
NOTTULN = "case-studies/nottuln"


def edit(repository: ContentRepository, path: str, content: bytes | None) -> str:
    return repository.write({path: content}, message="Edit", author="u-1", expected_head=repository.head())


def test_numbers_follow_the_order_of_publication(repository: ContentRepository) -> None:
    commits = [edit(repository, f"{ULM}/index.md", f"text {number}".encode()) for number in range(5)]
    versions = repository.versions(ULM)
    assert [version.ver for version in versions] == [1, 2, 3, 4, 5, 6]
    assert [version.commit for version in versions[1:]] == commits
    assert [version.at for version in versions] == sorted(version.at for version in versions)


def test_memory_extended_step_by_step_equals_one_pass(repository: ContentRepository, open_repository: Open) -> None:
    for number in range(6):
        edit(repository, f"{(ULM, NOTTULN)[number % 2]}/index.md", f"text {number}".encode())
        repository.versions(ULM)
    fresh = open_repository()
    assert fresh.history.since(None, fresh.head()) == repository.history.since(None, fresh.head())
    assert fresh.versions(NOTTULN) == repository.versions(NOTTULN)


def test_only_what_came_after_a_commit_is_new(repository: ContentRepository) -> None:
    base = edit(repository, f"{ULM}/index.md", b"second")
    edit(repository, f"{NOTTULN}/index.md", b"second")
    since = repository.history.since(base, repository.head())
    assert since is not None
    assert [(version.path, version.ver) for version in since] == [(NOTTULN, 2)]
    assert repository.history.since(repository.head(), repository.head()) == ()


def test_another_process_sees_what_this_one_published(repository: ContentRepository, open_repository: Open) -> None:
    other = open_repository()
    assert len(other.versions(ULM)) == 1
    edit(repository, f"{ULM}/index.md", b"second")
    assert len(other.versions(ULM)) == 2


def test_a_merge_is_one_version_whatever_happened_beside(repository: ContentRepository) -> None:
    base = repository.head()
    side = base
    for number in range(3):
        tree = _tree_with(repository, side, f"{ULM}/index.md", f"draft {number}".encode())
        side = repository.commits.commit(tree, parents=[side], note=CommitNote(author="u-1", message="Draft"))
    main = edit(repository, f"{NOTTULN}/index.md", b"meanwhile")
    merged = _tree_with(repository, main, f"{ULM}/index.md", b"draft 2")
    commit = repository.commits.commit(merged, parents=[main, side], note=CommitNote(author="u-2", message="Publish"))
    repository.commits.move(MAIN, commit, expected=main, reason="publish")
    assert [version.commit for version in repository.versions(ULM)] == [base, commit]


def test_each_version_knows_its_folder(repository: ContentRepository, open_repository: Open) -> None:
    edit(repository, f"{ULM}/index.md", b"second")
    edit(repository, f"{ULM}/plan.txt", b"beside")
    for at_once in (repository, open_repository()):
        for version in at_once.versions(ULM):
            assert version.tree == at_once.reader.resolve(f"{version.commit}:{ULM}")
    changed = repository.versions(ULM)[-1]
    assert repository.folder(ULM, changed.commit, changed.tree) == repository.folder(ULM, changed.commit)
    assert repository.file(ULM, "plan.txt", changed.commit, changed.tree) == b"beside"


def test_a_version_that_changes_nothing_has_the_folder_of_the_one_before(repository: ContentRepository) -> None:
    note = CommitNote(author="u-1", message="Again", trailers=((VERSION_OF, f"{ULM} 7"),))
    again = repository.commits.commit(repository.tree_of(repository.head()), parents=[repository.head()], note=note)
    repository.commits.move(MAIN, again, expected=repository.head(), reason="again")
    first, last = repository.versions(ULM)
    assert (last.ver, last.tree) == (7, first.tree)


def test_rewritten_history_is_noticed_and_read_anew(repository: ContentRepository, open_repository: Open) -> None:
    first = repository.head()
    lost = edit(repository, f"{ULM}/index.md", b"second")
    assert len(repository.versions(ULM)) == 2
    repository.commits.move(MAIN, first, expected=lost, reason="rewind")
    kept = edit(repository, f"{ULM}/index.md", b"other second")
    assert [version.commit for version in repository.versions(ULM)] == [first, kept]
    assert repository.history.since(lost, kept) is None
    assert open_repository().history.since(lost, kept) is None


def test_a_commit_that_vanished_is_no_error(repository: ContentRepository) -> None:
    first = repository.head()
    lost = edit(repository, f"{ULM}/index.md", b"second")
    repository.versions(ULM)
    repository.commits.move(MAIN, first, expected=lost, reason="rewind")
    repository.git.run("reflog", "expire", "--expire=now", "--all")
    repository.git.run("gc", "--prune=now", "--quiet")
    edit(repository, f"{ULM}/index.md", b"third")
    assert len(repository.versions(ULM)) == 2


def _tree_with(repository: ContentRepository, base: str, path: str, content: bytes) -> str:
    from app.records.git.trees import build_tree  # noqa: PLC0415 - one test needs to go below the repository

    return build_tree(repository.git, [(path, content)], base=base)


PROCESSES = 4
COMMITS = 10


def publish(repository: ContentRepository, worker: int) -> None:
    """Publish one file after another, again whenever somebody else was faster."""
    for number in range(COMMITS):
        path = f"case-studies/w{worker}/index.md"
        while True:
            head = repository.head()
            try:
                repository.write(
                    {path: f"text {number}".encode()}, message="Edit", author=f"u-{worker}", expected_head=head
                )
                break
            except EditConflict:
                continue


@pytest.mark.slow
def test_four_processes_lose_no_commit(repository: ContentRepository, open_repository: Open) -> None:
    repository.head()
    children = []
    for worker in range(PROCESSES):
        child = os.fork()
        if child == 0:
            publish(repository, worker)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * PROCESSES
    fresh = open_repository()
    for worker in range(PROCESSES):
        versions = fresh.versions(f"case-studies/w{worker}")
        assert [version.ver for version in versions] == list(range(1, COMMITS + 1))
        texts = [fresh.folder(version.path, version.commit).text for version in versions]
        assert texts == [f"text {number}".encode() for number in range(COMMITS)]
    written = int(fresh.git.run("rev-list", "--count", "--first-parent", "refs/heads/main").line)
    assert written == PROCESSES * COMMITS + 1
    assert fresh.git.run("rev-list", "--merges", "--count", "refs/heads/main").line == "0"
    fresh.git.run("fsck", "--strict", "--no-dangling")
