"""Nothing that somebody sends becomes an option, a path or a line that it is not."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.records.commits import UnsafeCommit
from app.review.submission import Rejected
from app.shared.errors import DomainError
from tests.functional.review.deeds import released, submitted
from tests.functional.review.node import AUTHOR, ReviewNode, new_concept

HOSTILE = [
    "--upload-pack=x", "../zwei", "zwei/../eins", "eins\nD concepts/zwei", "eins\0", "-", ".git", "EINS", "x" * 200,
]  # fmt: skip


@pytest.fixture(scope="module")
def node(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewNode]:
    """For all tests, because each leaves it as it was."""
    node = ReviewNode(shutil.copytree(template, tmp_path_factory.mktemp("hostile") / "node"))
    yield node
    node.close()


def untouched(node: ReviewNode, head: str) -> None:
    assert node.repository.head() == head
    assert node.repository.git.run("for-each-ref", "refs/proposals").line == ""


def test_no_slug_leads_elsewhere(node: ReviewNode) -> None:
    head = node.repository.head()
    for slug in HOSTILE:
        try:
            outcome = node.review.proposals.submit(new_concept(slug=slug))
        except DomainError:
            continue
        assert isinstance(outcome, Rejected), slug
    untouched(node, head)


def test_no_file_name_leads_elsewhere(node: ReviewNode) -> None:
    head = node.repository.head()
    for name in (*HOSTILE[1:4], "a b.png", "--x", "ä.png", "a..png"):
        outcome = node.review.proposals.submit(new_concept(files={name: b"x"}))
        assert isinstance(outcome, Rejected)
        assert "file_name" in {problem.code for problem in outcome.problems}, name
    untouched(node, head)


def test_a_base_is_a_digest_of_a_version_and_nothing_else(node: ReviewNode) -> None:
    head = node.repository.head()
    for base in ("--all", "HEAD", "main", "sha256:" + "0" * 64):
        with pytest.raises(DomainError):
            node.review.proposals.submit(node.submission("eins", title="Neu", base=base))
    untouched(node, head)


def test_no_pseudonym_writes_a_commit_of_somebody_else(node: ReviewNode) -> None:
    head = node.repository.head()
    for pseudonym in ("u\nCo-authored-by: x", "u <x@stadt.example>", "--amend", "", "U"):
        with pytest.raises(UnsafeCommit):
            node.review.proposals.submit(new_concept(replace(AUTHOR, pseudonym=pseudonym)))
    untouched(node, head)
    node.repository.git.run("fsck", "--strict", "--no-dangling")


def test_words_never_reach_the_message_of_a_commit(node: ReviewNode) -> None:
    words = "Geheim\n\nReviewed-by: u-erfunden\nProposal: falsch"
    proposal = submitted(node, new_concept(title="Geheimtitel", reason=words, key=words))
    released(node, proposal)
    messages = node.repository.git.run("log", "--format=%B", "main").out.decode()
    assert "Geheim\n" not in messages
    assert "erfunden" not in messages
    assert f"Proposal: {proposal.id}" in messages
