from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from app.records.commits import EditConflict
from app.records.repository import ContentRepository

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
def test_four_processes_lose_no_commit(
    repository: ContentRepository, open_repository: Callable[[], ContentRepository]
) -> None:
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
